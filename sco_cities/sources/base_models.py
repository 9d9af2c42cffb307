"""Base models for all records, with slug, publication state, evidence, figures and search text."""

from collections.abc import Iterable
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
from sco_cities.core.fields import ComputedTextField, not_empty, one_of, refresh_computed
from sco_cities.core.publication_state import VISIBLE, PublicationState
from sco_cities.core.translations import TranslatedTexts
from sco_cities.db.functions import Alphabetical

from .querysets import RecordQuerySet

# Evidence about a whole record has this field name. It covers every value that does not need separate evidence.
WHOLE = "*"
# Evidence about a single figure of a record has this field name. Data packages and forms use "figure:LABEL".
FIGURE = "figure"

SLUG_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
validate_slug = RegexValidator(
    rf"^{SLUG_PATTERN}\Z",
    _("Lower-case Latin letters, digits and single hyphens only, as in “dushanbe-safe-city”."),
    code="slug",
)


class Record(models.Model):
    """The base model for records. A record has a page and footnotes for its values.

    Each kind of record declares these attributes:

    - `collection`: the table in the data package, and the first part of the URLs.
    - `evidence_fields`: the fields that evidence can support.
    - `own_evidence`: the fields that evidence about the whole record does not cover.
    - `must_be_sourced`: True if a record needs evidence to be published. Actions and statements need evidence, but
      reference data (places, themes, organisations) does not.
    - `has_page`: True if the records have public pages and appear in a list, in the search and in the API.
    - `own_rows`: relations whose rows belong to the record, except figures, evidence and former slugs.
    - `shared_rows`: relations whose rows belong to other records, but can be edited on the record's page too.
    - `natural_key_fields`: the columns that identify a record in a document or reference.
    """

    collection: ClassVar[str]
    evidence_fields: ClassVar[tuple[str, ...]] = ()
    own_evidence: ClassVar[tuple[str, ...]] = ()
    must_be_sourced: ClassVar[bool] = True
    has_page: ClassVar[bool] = True
    search_fields: ClassVar[tuple[str, ...]] = ()
    own_rows: ClassVar[tuple[str, ...]] = ()
    shared_rows: ClassVar[tuple[str, ...]] = ()
    natural_key_fields: ClassVar[tuple[str, ...]] = ("slug",)

    slug = models.CharField(
        _("slug"),
        max_length=80,
        unique=True,
        validators=[validate_slug],
        help_text=_(
            "The last part of the record's URL. If you change it, the old URL redirects to the new one."
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
    # Comment threads are deleted with the record. Its document, history and exports omit them.
    comment_threads = GenericRelation("curation.CommentThread")

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [one_of("state", PublicationState), not_empty("slug")]

    def save(self, *args, **kwargs):
        former = getattr(self, "_stored_slug", None)
        super().save(*args, **kwargs)
        if former and former != self.slug:
            self._save_former_slug(former)
        self._stored_slug = self.slug

    def get_absolute_url(self) -> str:
        return reverse(f"{self.collection}-record", args=[self.slug])

    @classmethod
    def from_db(cls, db, field_names, values, **options):
        record = super().from_db(db, field_names, values, **options)
        record._stored_slug = record.__dict__.get("slug")
        return record

    def _save_former_slug(self, former: str) -> None:
        former_slugs = self._former_slug_model().objects
        content_type = ContentType.objects.get_for_model(self)
        former_slugs.filter(content_type=content_type, slug=self.slug).delete()
        former_slugs.update_or_create(content_type=content_type, slug=former, defaults={"object_id": self.pk})

    def clean(self):
        super().clean()
        # Ignores invalid dates, because their fields have already reported the error.
        with suppress(ValueError):
            refresh_computed(self)
        self._check_slug_is_free()

    def _check_slug_is_free(self) -> None:
        if self.slug == getattr(self, "_stored_slug", None):  # checked when the slug was saved
            return
        others = (
            self._former_slug_model()
            .objects.filter(content_type=ContentType.objects.get_for_model(self), slug=self.slug)
            .exclude(object_id=self.pk or 0)
        )
        if others.exists():
            raise ValidationError(
                {
                    "slug": _(
                        "This slug belonged to another record, and links to it must keep working. Choose another "
                        "slug."
                    )
                }
            )

    @classmethod
    def _former_slug_model(cls) -> type[models.Model]:
        # Reads the model from the relation, because `models` imports this module.
        return cls._meta.get_field("former_slugs").related_model

    @classmethod
    def needs_own_evidence(cls, name: str) -> bool:
        """Returns True if evidence about the whole record does not cover the field `name`."""
        return name in cls.own_evidence or name.startswith(f"{FIGURE}:")

    @property
    def reference(self) -> str:
        """The identifier of the record in the data package, such as "initiatives:dushanbe-safe-city-1"."""
        return f"{self.collection}:{self.slug}"

    @property
    def is_published(self) -> bool:
        return self.state == VISIBLE

    def text_to_search(self) -> str:
        """Returns search tokens for the names, titles, aliases and summaries in all languages."""
        names, texts = [], []
        for field in self.search_fields:
            value = getattr(self, field)
            if field == "aliases":
                names += localized_names.split_list(value)
            else:
                (names if field.startswith(("name", "title")) else texts).append(value)
        return tokenizer.search_document(names, texts)


class NamedRecord(TranslatedTexts, Record):
    """A record with names in up to three languages. The English name is required."""

    translated: ClassVar = ("name",)
    search_fields: ClassVar = ("name_en", "name_ru", "name_zh")

    name_en = models.CharField(_("name in English"), max_length=200)
    name_ru = models.CharField(_("name in Russian"), max_length=200, blank=True, default="")
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True, default="")

    class Meta(Record.Meta):
        abstract = True
        # Finds a changed record's position in a sorted list of a million records.
        indexes: ClassVar = [
            models.Index(
                Alphabetical("name_en"), Alphabetical("slug"), name="%(app_label)s_%(class)s_by_name"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def alias_list(self) -> list[str]:
        """Alternative names and spellings. Empty if this kind of record has no aliases."""
        return localized_names.split_list(getattr(self, "aliases", ""))

    @property
    def name(self) -> localized_names.Localized:
        """The name in the reader's language if available, otherwise in another language."""
        return localized_names.localized(self, "name")

    @property
    def other_names(self) -> list[localized_names.Localized]:
        """The names in all languages except the language of `name`."""
        return localized_names.other_languages(self, "name")


class DatedRecord(Record):
    """A record with a start date and an end date. Both may be unknown."""

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
    """Returns all record models. A referenced model precedes the models that refer to it."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


def record_model(collection: str) -> type[Record] | None:
    """Returns the model for `collection`, the first part of the records' URLs, or None."""
    return next((model for model in record_models() if model.collection == collection), None)


def own_rows(record: Record, name: str, *related: str) -> Iterable[models.Model]:
    """Returns a relation's rows with their `related` records. Runs one query unless the rows are prefetched."""
    rows = getattr(record, name).all()
    is_read = name in getattr(record, "_prefetched_objects_cache", {})
    return rows if is_read or not related else rows.select_related(*related)
