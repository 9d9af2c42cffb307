"""Themes, grouped under three pillars."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sco_cities.core.fields import not_empty, one_of
from sco_cities.core.localized_names import split_list
from sco_cities.sources.base_models import NamedRecord
from sco_cities.sources.querysets import RecordQuerySet


class Pillar(models.TextChoices):
    """The three pillars defined by the summit."""

    GOVERNANCE = "governance", _("digitally empowered governance")
    COOPERATION = "cooperation", _("trust-based cooperation")
    SECURITY = "security", _("security as a foundation")


class Theme(NamedRecord):
    """A topic under one of the pillars."""

    collection = "themes"
    evidence_fields = ("name_en", "name_ru", "name_zh", "pillar", "description")
    must_be_sourced = False
    search_fields = (
        *NamedRecord.search_fields, "description", "description_ru", "description_zh", "keywords",
    )  # fmt: skip
    translated = (*NamedRecord.translated, "description")

    pillar = models.CharField(_("pillar"), max_length=12, choices=Pillar)
    description = models.TextField(_("description"))
    description_ru = models.TextField(_("description in Russian"), blank=True, default="")
    description_zh = models.TextField(_("description in Chinese"), blank=True, default="")
    keywords = models.TextField(_("keywords"), blank=True, default="", help_text=_("Separate with “; ”."))

    objects = RecordQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("slug",)
        constraints: ClassVar = [
            *NamedRecord.Meta.constraints,
            one_of("pillar", Pillar),
            not_empty("name_en"),
        ]

    @property
    def keyword_list(self) -> list[str]:
        return split_list(self.keywords)
