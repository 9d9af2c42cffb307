"""What every kind of record has: an address, a publication state, evidence, figures, a text to search in."""

from contextlib import suppress
from typing import ClassVar

from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sco_cities.core import edtf, localized_names, tokenizer
from sco_cities.core.constraints import not_empty, one_of
from sco_cities.core.fields import ComputedTextField, refresh_computed
from sco_cities.core.publication_state import PublicationState
from sco_cities.facet_index.sorting import Alphabetical

from .querysets import RecordQuerySet

# The field name of evidence about a record as a whole: it covers each value that needs no evidence of its own.
WHOLE = "*"
# The field name of evidence about one of the record's figures; packages and forms write "figure:LABEL".
FIGURE = "figure"

SLUG_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
validate_slug = RegexValidator(
    rf"^{SLUG_PATTERN}\Z",
    _("Lower-case Latin letters, digits and single hyphens only, as in “dushanbe-safe-city”."),
    code="slug",
)


class Record(models.Model):
    """A thing with a page of its own, whose values are footnoted.

    Each kind of record says:
    `collection`, its table in the data package and the first part of its addresses;
    `evidence_fields`, the fields that evidence can speak of;
    `own_evidence`, those that need evidence of their own, not just about the record as a whole;
    `must_be_sourced`, whether a record without evidence may be published: names that other records refer to
    (places, themes, organisations) may, what somebody did or said may not;
    `own_rows`, the relations whose rows are part of it, besides its figures, evidence and former slugs;
    `shared_rows`, those whose rows are part of other records, but are edited on its page too;
    `named_by`, the columns whose values name a record of this kind in texts.
    """

    collection: ClassVar[str]
    evidence_fields: ClassVar[tuple[str, ...]] = ()
    own_evidence: ClassVar[tuple[str, ...]] = ()
    must_be_sourced: ClassVar[bool] = True
    search_fields: ClassVar[tuple[str, ...]] = ()
    own_rows: ClassVar[tuple[str, ...]] = ()
    shared_rows: ClassVar[tuple[str, ...]] = ()
    named_by: ClassVar[tuple[str, ...]] = ("slug",)

    slug = models.CharField(
        _("slug"),
        max_length=80,
        unique=True,
        validators=[validate_slug],
        help_text=_(
            "The last part of the record's address. If you change it, the old address keeps working."
        ),
    )
    state = models.CharField(
        _("publication state"),
        max_length=12,
        choices=PublicationState,
        default=PublicationState.DRAFT,
        db_index=True,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, db_index=True)
    search_text = ComputedTextField(by="text_to_search", default="")
    evidence = GenericRelation("sources.Evidence")
    figures = GenericRelation("sources.Figure")
    rulings = GenericRelation("sources.Ruling")
    former_slugs = GenericRelation("sources.FormerSlug")

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [one_of("state", PublicationState), not_empty("slug")]

    def save(self, *args, **kwargs):
        former = getattr(self, "_stored_slug", None)
        super().save(*args, **kwargs)
        if former and former != self.slug:
            self._keep_former_slug(former)
        self._stored_slug = self.slug

    def get_absolute_url(self) -> str:
        return reverse(f"{self.collection}-record", args=[self.slug])

    @classmethod
    def from_db(cls, db, field_names, values):
        record = super().from_db(db, field_names, values)
        record._stored_slug = record.__dict__.get("slug")
        return record

    def _keep_former_slug(self, former: str) -> None:
        from .models import FormerSlug

        kind = ContentType.objects.get_for_model(self)
        FormerSlug.objects.filter(content_type=kind, slug=self.slug).delete()
        FormerSlug.objects.update_or_create(content_type=kind, slug=former, defaults={"object_id": self.pk})

    def clean(self):
        super().clean()
        # A date that cannot be read has its own error by now.
        with suppress(ValueError):
            refresh_computed(self)
        self._check_slug_is_free()

    def _check_slug_is_free(self) -> None:
        from .models import FormerSlug

        if self.slug == getattr(self, "_stored_slug", None):  # it was when it was given
            return
        taken = FormerSlug.objects.filter(
            content_type=ContentType.objects.get_for_model(self), slug=self.slug
        ).exclude(object_id=self.pk or 0)
        if taken.exists():
            raise ValidationError(
                {
                    "slug": _(
                        "This address belonged to another record, and links to it must keep working. Choose "
                        "another address."
                    )
                }
            )

    @classmethod
    def needs_its_own_evidence(cls, name: str) -> bool:
        """Whether evidence about the record as a whole does not cover the field `name`."""
        return name in cls.own_evidence or name.startswith(f"{FIGURE}:")

    @property
    def reference(self) -> str:
        """How the data package names the record: "initiatives:dushanbe-safe-city-1"."""
        return f"{self.collection}:{self.slug}"

    @property
    def is_published(self) -> bool:
        return self.state == PublicationState.PUBLISHED

    def text_to_search(self) -> str:
        """What the record's names, titles, aliases and summaries in every language are found by."""
        named, told = [], []
        for field in self.search_fields:
            written = getattr(self, field)
            if field == "aliases":
                named += localized_names.split_list(written)
            else:
                (named if field.startswith(("name", "title")) else told).append(written)
        return tokenizer.search_document(named, told)

    def filled_fields(self) -> list[str]:
        """The fields that evidence can speak of and that hold a value; figures as "figure:LABEL"."""
        from .evidence_coverage import filled_fields

        return filled_fields([self])[self.pk]

    def supported_fields(self) -> set[str]:
        """The fields that a published report supports; figures as "figure:LABEL"."""
        from .evidence_coverage import supported_fields

        return supported_fields([self])[self.pk]

    def unsourced_fields(self) -> list[str]:
        """The filled fields that nothing supports: while there are any, the record cannot be published."""
        from .evidence_coverage import unsourced_fields

        return unsourced_fields([self])[self.pk]


def fields_without_evidence(model: type[Record], filled_in: list[str], supported: set[str]) -> list[str]:
    """Those of `filled_in` that lack evidence, given the fields that are `supported` ("*": the whole record)."""
    if not model.must_be_sourced or WHOLE in supported:
        needed = [name for name in filled_in if model.needs_its_own_evidence(name)]
    else:
        needed = filled_in
    return [name for name in needed if name not in supported]


class NamedRecord(Record):
    """A record with a name in up to three languages; English is always there."""

    search_fields: ClassVar = ("name_en", "name_ru", "name_zh")

    name_en = models.CharField(_("name in English"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True, default="")
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")

    class Meta(Record.Meta):
        abstract = True
        # By which a changed record finds its place among a million others.
        indexes: ClassVar = [
            models.Index(
                Alphabetical("name_en"), Alphabetical("slug"), name="%(app_label)s_%(class)s_by_name"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> localized_names.Localized:
        """The name in the reader's language, or in one that it has."""
        return localized_names.localized(self, "name")

    @property
    def other_names(self) -> list[localized_names.Localized]:
        """The names in the other languages."""
        return localized_names.other_languages(self, "name")


class DatedRecord(Record):
    """A record that starts and ends, as far as reports say when."""

    class Meta(Record.Meta):
        abstract = True

    def clean(self):
        super().clean()
        if self.starts_first and self.ends_last and self.ends_last < self.starts_first:
            raise ValidationError(
                {"ends_on": _("The end date is before the start date. Correct one of them.")}
            )

    def _starts_first(self):
        return edtf.first_and_last_day(self.starts_on)[0]

    def _ends_last(self):
        return edtf.first_and_last_day(self.ends_on)[1]


def record_models() -> list[type[Record]]:
    """Every kind of record, in the order of the rooms: what is referred to comes first."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


def record_model(collection: str) -> type[Record] | None:
    """The kind of record that addresses call `collection`; None where there is none."""
    return next((model for model in record_models() if model.collection == collection), None)
