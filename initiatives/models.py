"""Initiatives, their status groups, and the cities that take part in them."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from delegates.models import Event, Organisation
from delegates.querysets import published_themes
from sco_cities.cities.models import City, Country
from sco_cities.core import edtf, localized_names
from sco_cities.core.fields import ComputedDateField, EDTFField, ends_after_start, not_empty, one_of
from sco_cities.core.translations import TranslatedTexts
from sco_cities.db.functions import Alphabetical
from sco_cities.i18n.punctuation import pause
from sco_cities.sources.base_models import DatedRecord
from sco_cities.sources.querysets import RecordQuerySet
from sco_cities.themes.models import Theme


class InitiativeQuerySet(RecordQuerySet):
    """Queries on initiatives."""

    def for_mention(self):
        """Defers the long texts, which only the record page shows."""
        return self.defer("search_text", "summary_en", "summary_ru", "summary_zh")

    def with_cities(self):
        """Prefetches the city roles in one query."""
        return self.prefetch_related(
            Prefetch("city_roles", self.model.cities.through.objects.select_related("city__country"))
        )

    def for_record_page(self):
        """Loads all related records (cities, countries, organisations, themes and the event)."""
        organisations = self.model.organisations.rel.model.objects.published().order_by("name_en")
        return (
            self.select_related("event")
            .with_cities()
            .prefetch_related(
                published_themes(),
                Prefetch("countries", Country.objects.published().order_by("name_en")),
                Prefetch("organisations", organisations),
            )
        )


class Kind(models.TextChoices):
    """Kinds of initiatives, from projects to plans."""

    PROJECT = "project", _("project")
    PRACTICE = "practice", _("practice")
    EXCHANGE = "exchange", _("exchange")
    PARTNERSHIP = "partnership", _("partnership")
    PLATFORM = "platform", _("platform")
    ROUTE = "route", _("route")
    PLAN = "plan", _("plan")


class Status(models.TextChoices):
    """The status of an initiative according to the reports, from interest to completion."""

    INTEREST = "interest", _("interest")
    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    UNDER_WAY = "under_way", _("under way")
    OPERATING = "operating", _("operating")
    COMPLETED = "completed", _("completed")
    STALLED = "stalled", _("stalled")
    UNKNOWN = "unknown", _("unknown")


# An initiative with one of these statuses and an unknown end is not counted in the years after its start.
ENDED = (Status.COMPLETED, Status.STALLED)


class CityRole(models.TextChoices):
    """Roles of cities in initiatives."""

    LEAD = "lead", _("lead")
    PARTNER = "partner", _("partner")
    REFERENCE = "reference", _("reference (a model for others)")


# The groups of statuses used in charts, findings and the glossary.
ON_PAPER = (Status.INTEREST, Status.PROPOSED, Status.AGREED)
DONE = (Status.OPERATING, Status.COMPLETED)


@dataclass(frozen=True)
class StatusGroup:
    """Statuses that are shown together, with their label. `name` identifies the group in HTML and CSS."""

    name: str
    label: str
    statuses: tuple[Status, ...]


STATUS_GROUPS = (
    StatusGroup("on-paper", pgettext_lazy("status group", "on paper"), ON_PAPER),
    StatusGroup("under-way", _("under way"), (Status.UNDER_WAY,)),
    StatusGroup("done", _("operating or completed"), DONE),
    StatusGroup("stalled", _("stalled"), (Status.STALLED,)),
    StatusGroup("unknown", _("unknown"), (Status.UNKNOWN,)),
)

# Help texts for statuses that readers might overestimate.
STATUS_HELP = {
    Status.INTEREST: _("declared interest or talks; nothing agreed yet"),
    Status.PROPOSED: _("a plan or a proposal; nothing agreed yet"),
    Status.AGREED: _("a letter of intent, memorandum, agreement or awarded title"),
}

# Short labels of city roles.
ROLE_LABELS = {
    CityRole.LEAD: pgettext_lazy("role of a city", "lead"),
    CityRole.PARTNER: pgettext_lazy("role of a city", "partner"),
    CityRole.REFERENCE: pgettext_lazy("role of a city", "model"),
}


class Initiative(TranslatedTexts, DatedRecord):
    """A project, practice, exchange, partnership, platform, route or plan, with its status."""

    collection = "initiatives"
    evidence_fields = (
        "title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh", "kind", "status",
        "starts_on", "ends_on", "event", "countries", "organisations", "themes", "cities",
    )  # fmt: skip
    own_evidence = ("status", "starts_on", "ends_on", "cities")
    search_fields = ("title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh")
    own_rows = ("city_roles",)
    translated = ("title", "summary")

    title_en = models.CharField(_("title in English"), max_length=200)
    title_ru = models.CharField(_("title in Russian"), max_length=200, blank=True, default="")
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True, default="")
    summary_en = models.TextField(
        _("summary in English"), help_text=_("Two to four sentences in our own words.")
    )
    summary_ru = models.TextField(_("summary in Russian"), blank=True, default="")
    summary_zh = models.TextField(_("summary in Chinese"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        help_text=_("Choose the status that the latest report supports, not a more advanced one."),
    )
    starts_on = EDTFField(_("starts on"))
    starts_first = ComputedDateField(by="_starts_first", db_index=True)
    ends_on = EDTFField(_("ends on"))
    ends_last = ComputedDateField(by="_ends_last")
    runs_until = ComputedDateField(by="_runs_until")
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="initiatives", verbose_name=_("event")
    )
    countries = models.ManyToManyField(
        Country, blank=True, related_name="initiatives", verbose_name=_("countries")
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="initiatives", verbose_name=_("organisations")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="initiatives", verbose_name=_("themes"))
    cities = models.ManyToManyField(
        City, through="InitiativeCity", related_name="initiatives", verbose_name=_("cities")
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta(DatedRecord.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ("slug",)
        indexes: ClassVar = [
            models.Index(Alphabetical("title_en"), Alphabetical("slug"), name="initiatives_by_title")
        ]
        constraints: ClassVar = [
            *DatedRecord.Meta.constraints,
            one_of("kind", Kind),
            one_of("status", Status),
            ends_after_start(),
            not_empty("title_en"),
            not_empty("summary_en"),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> localized_names.Localized:
        """The title in the reader's language or, if it is empty, in another language."""
        return localized_names.localized(self, "title")

    # Every record has `name`, so lists of several kinds of record can use the same attribute.
    name = title

    @property
    def other_titles(self) -> list[localized_names.Localized]:
        return localized_names.other_languages(self, "title")

    def cities_as(self, role: str) -> list[City]:
        """Returns the published cities with this role, ordered by name."""
        cities = [each.city for each in self.city_roles.all() if each.role == role and each.city.is_published]
        return sorted(cities, key=lambda city: city.name_en)

    @property
    def summary(self) -> localized_names.Localized:
        return localized_names.localized(self, "summary")

    def _runs_until(self):
        if self.ends_on:
            return self._ends_last()
        return edtf.first_and_last_day(self.starts_on)[1] if self.status in ENDED else None


class InitiativeCity(models.Model):
    """The participation of a city in an initiative, with exactly one role."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, related_name="city_roles", verbose_name=_("initiative")
    )
    city = models.ForeignKey(City, models.PROTECT, related_name="initiative_roles", verbose_name=_("city"))
    role = models.CharField(_("role"), max_length=10, choices=CityRole)

    class Meta:
        verbose_name = _("city in an initiative")
        verbose_name_plural = _("cities in initiatives")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["initiative", "city"], name="initiatives_one_role_per_city"),
            one_of("role", CityRole),
        ]

    def __str__(self):
        return f"{self.city}{pause()}{self.get_role_display()}"
