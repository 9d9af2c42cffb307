"""Reports, their passages, and the evidence that links a passage to a value of a record."""

from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sco_cities.core import edtf
from sco_cities.core.fields import ComputedDateField, EDTFField, LanguageField, in_range, not_empty, one_of
from sco_cities.core.localized_names import Localized, localized, texts_by_language
from sco_cities.core.translations import TranslatedTexts
from sco_cities.db.functions import Alphabetical
from sco_cities.i18n.numbers import form_for, format_grouped, validate_forms

from . import report_texts
from .base_models import FIGURE, WHOLE, Record
from .querysets import EvidenceQuerySet, Qualifier, RecordQuerySet, Stance
from .report_texts import validate_quotation
from .web_address import WebAddressField


class ReportQuerySet(RecordQuerySet):
    """Queries on reports."""

    def for_listing(self):
        """Annotates reports with the number of passages."""
        return self.annotate(passage_count=models.Count("passages"))

    def for_record_page(self):
        return self.select_related("address_check")

    def with_all_footnotes(self):
        """Annotates reports with the number of citing footnotes, including footnotes on unpublished records."""
        # Uses a subquery, because grouping by report took twice as long.
        footnotes = (
            Evidence.objects.filter(passage__report=models.OuterRef("pk"))
            .order_by()
            .values("passage__report")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(all_footnotes=models.functions.Coalesce(models.Subquery(footnotes), 0))


class Report(TranslatedTexts, Record):
    """A published source.

    The title is the headline, or a description by the editors in round brackets. Only descriptions have translations.
    """

    collection = "reports"
    must_be_sourced = False
    search_fields = ("title", "title_ru", "title_zh", "publisher")
    translated = ("title", "note")
    translated_only: ClassVar = {"title": Q(title__startswith="(", title__endswith=")")}
    own_rows = ("passages",)

    title = models.CharField(_("title"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True, default="")
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True, default="")
    publisher = models.CharField(_("publisher"), max_length=200)
    published_on = EDTFField(_("published on"))
    published_first = ComputedDateField(by="_published_first")
    published_last = ComputedDateField(by="_published_last")
    language = LanguageField(
        _("language"), max_length=8, help_text=_("Two letters (ISO 639-1): en, ru, zh …"), db_index=True
    )
    address = WebAddressField(_("address"), max_length=500, unique=True)
    accessed_on = models.DateField(_("accessed on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    note_ru = models.TextField(_("note in Russian"), blank=True, default="")
    note_zh = models.TextField(_("note in Chinese"), blank=True, default="")

    objects = ReportQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("slug",)
        indexes: ClassVar = [
            models.Index(Alphabetical("title"), Alphabetical("slug"), name="sources_report_by_title")
        ]
        constraints: ClassVar = [*Record.Meta.constraints, not_empty("title"), not_empty("publisher")]

    def __str__(self):
        return Localized(f"{self.publisher}: {self.name}", self.name.lang)

    @property
    def name(self) -> Localized:
        """The headline as text, or the editors' description in the reader's language."""
        return report_texts.plain_title(texts_by_language(self, "title"), self.language)

    def clean(self):
        super().clean()
        if not report_texts.is_description(self.title):
            translated = [name for name in ("title_ru", "title_zh") if getattr(self, name)]
            if translated:
                raise ValidationError(dict.fromkeys(translated, report_texts.TRANSLATED_HEADLINE))

    def _published_first(self):
        return edtf.first_and_last_day(self.published_on)[0]

    def _published_last(self):
        return edtf.first_and_last_day(self.published_on)[1]


class Passage(TranslatedTexts):
    """A numbered passage of a report, summarised in the editors' own words."""

    natural_key_fields = ("report__slug", "number")
    translated = ("summary",)
    later_columns = ("archive_address",)

    report = models.ForeignKey(Report, models.CASCADE, related_name="passages", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(
        _("number"),
        help_text=_("The paragraph number, or the position among the recorded passages."),
    )
    summary = models.TextField(_("summary"), help_text=_("In our own words."))
    summary_ru = models.TextField(_("summary in Russian"), blank=True, default="")
    summary_zh = models.TextField(_("summary in Chinese"), blank=True, default="")
    quotation = models.TextField(
        _("quotation"),
        blank=True,
        default="",
        help_text=_(
            "Copy it word for word, in the language of the report, and only if the wording matters. The limit is 60 "
            "words, or 120 Chinese characters."
        ),
        validators=[validate_quotation],
    )
    archive_address = WebAddressField(
        _("address of an archived copy"),
        max_length=500,
        blank=True,
        default="",
        help_text=_(
            "A copy of the report from the time when the passage was read, for example in a web archive."
        ),
    )

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ("report", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="sources_passage_is_unique"),
            in_range("number", 1, 32_767),
            not_empty("summary"),
        ]

    def __str__(self):
        return f"{self.report.slug}#{self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.report.get_absolute_url()}#p{self.number}"


class RecordRelation(models.Model):
    """A row that belongs to a record of any kind."""

    content_type = models.ForeignKey(
        ContentType, models.CASCADE, related_name="+", verbose_name=_("kind of record")
    )
    object_id = models.BigIntegerField(_("record"))
    record = GenericForeignKey()

    class Meta:
        abstract = True


class Figure(TranslatedTexts, RecordRelation):
    """A measured value of a record, such as "over 16,600,000 trips per day in 2025"."""

    natural_key_fields = ("label",)
    translated = ("label", "unit")

    label = models.CharField(_("label"), max_length=120)
    label_ru = models.CharField(_("label in Russian"), max_length=120, blank=True, default="")
    label_zh = models.CharField(_("label in Chinese"), max_length=120, blank=True, default="")
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6)
    unit = models.CharField(_("unit"), max_length=60)
    unit_ru = models.CharField(
        _("unit in Russian"),
        max_length=180,
        blank=True,
        default="",
        help_text=_("Enter three forms, “поезд | поезда | поездов”, or one form that never changes, “км”."),
        validators=[validate_forms],
    )
    unit_zh = models.CharField(_("unit in Chinese"), max_length=60, blank=True, default="")
    qualifier = models.CharField(_("qualifier"), max_length=5, choices=Qualifier, default=Qualifier.EXACT)
    period = EDTFField(_("period"), help_text=_("The date of the figure, as YYYY, YYYY-MM or YYYY-MM-DD."))

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("content_type", "object_id", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "label"], name="sources_figure_is_unique"
            ),
            one_of("qualifier", Qualifier),
            not_empty("label"),
            not_empty("unit"),
        ]

    def __str__(self):
        return f"{self.label}: {format_grouped(self.value)} {self.unit}"

    @property
    def key(self) -> str:
        """The name of the figure's evidence field, such as "figure:cameras"."""
        return f"{FIGURE}:{self.label}"

    @property
    def localized_label(self) -> Localized:
        """The label in the reader's language if available, otherwise in another language."""
        return localized(self, "label")

    @property
    def localized_unit(self) -> Localized:
        """The unit in the reader's language, in the plural form for the number."""
        unit = localized(self, "unit")
        if unit.lang != "ru":
            return unit
        is_exact = self.qualifier == Qualifier.EXACT
        return Localized(form_for(unit, self.value, is_exact=is_exact), unit.lang)


class Evidence(TranslatedTexts, RecordRelation):
    """A footnote. The passage supports a field of a record, differs from it, or reports an earlier state.

    `field` is a field or relation of the record (such as "status" or "cities"), "*" for the whole record, or "figure"
    for the figure in `figure`.
    """

    translated = ("reported_value",)

    field = models.CharField(_("field"), max_length=40)
    figure = models.ForeignKey(
        Figure, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("figure")
    )
    passage = models.ForeignKey(Passage, models.PROTECT, related_name="evidence", verbose_name=_("passage"))
    stance = models.CharField(
        _("what the passage does"), max_length=8, choices=Stance, default=Stance.SUPPORTS
    )
    reported_value = models.CharField(
        _("reported value"),
        max_length=300,
        blank=True,
        default="",
        help_text=_("Enter what the passage reports, if it differs from the value in the record."),
    )
    reported_value_ru = models.CharField(
        _("reported value in Russian"), max_length=300, blank=True, default=""
    )
    reported_value_zh = models.CharField(
        _("reported value in Chinese"), max_length=300, blank=True, default=""
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("pk",)
        indexes: ClassVar = [
            # The index includes the passage, so that exports can read the sources of records from the index alone.
            models.Index(fields=["content_type", "object_id", "passage"], name="sources_evidence_record")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field", "passage", "stance", "reported_value"],
                condition=Q(figure__isnull=True),
                name="sources_evidence_is_unique",
            ),
            models.UniqueConstraint(
                fields=["figure", "passage", "stance", "reported_value"],
                condition=Q(figure__isnull=False),
                name="sources_figure_evidence_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(field=FIGURE, figure__isnull=False) | (~Q(field=FIGURE) & Q(figure__isnull=True)),
                name="sources_evidence_figure_is_named",
                violation_error_message=_(
                    "Evidence for a figure must name the figure. Other evidence must not name a figure."
                ),
            ),
            models.CheckConstraint(
                condition=Q(stance=Stance.SUPPORTS) | ~Q(reported_value=""),
                name="sources_evidence_says_what_differs",
                violation_error_message=_(
                    "Enter the value that the passage reports, because it differs from the record."
                ),
            ),
            one_of("stance", Stance),
            not_empty("field"),
        ]

    def __str__(self):
        return f"{self.field_key} {self.get_stance_display()} ({self.passage})"

    @property
    def field_key(self) -> str:
        """The field name. For a figure it includes the label, as in "figure:cameras"."""
        return self.figure.key if self.figure_id else self.field

    def clean(self):
        super().clean()
        model = self.content_type.model_class() if self.content_type_id else None
        if model and self.field not in {WHOLE, FIGURE, *model.evidence_fields}:
            raise ValidationError({"field": _("This kind of record does not have this field.")})
        if self.figure_id and (self.figure.content_type_id, self.figure.object_id) != (
            self.content_type_id,
            self.object_id,
        ):
            raise ValidationError({"figure": _("This figure belongs to another record.")})


class Ruling(RecordRelation):
    """The editors' reason for their decision on a disputed value. Pages show the reason next to the readings."""

    field = models.CharField(
        _("field"),
        max_length=160,
        help_text=_("The field name as used in evidence; for a figure, “figure:LABEL”."),
    )
    reason = models.TextField(
        _("reason"),
        help_text=_("Explain to readers, in one or two sentences, why the record gives this value."),
    )

    class Meta:
        verbose_name = _("reason to keep a value")
        verbose_name_plural = _("reasons to keep values")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "field"], name="sources_ruling_is_unique"
            ),
            not_empty("field"),
            not_empty("reason"),
        ]

    def __str__(self):
        return f"{self.field}: {self.reason}"


class AddressCheck(models.Model):
    """The last result of `check_addresses` for a report. `address` is the checked URL.

    `archive_address` is the copy that `archive_reports` obtained. `archive_asked_at` is the time of its last request.
    """

    report = models.OneToOneField(
        Report, models.CASCADE, related_name="address_check", verbose_name=_("report")
    )
    address = models.CharField(_("address"), max_length=500, blank=True, default="", db_default="")
    checked_at = models.DateTimeField(_("checked at"))
    answer = models.CharField(
        _("response"),
        max_length=200,
        help_text=_("The HTTP status, or the reason why there was no response."),
    )
    is_dead = models.BooleanField(_("dead"), default=False, db_index=True)
    archive_address = WebAddressField(
        _("address of an archived copy"), max_length=500, blank=True, default="", db_default=""
    )
    archive_asked_at = models.DateTimeField(_("copy requested at"), null=True, blank=True)

    class Meta:
        verbose_name = _("address check")
        verbose_name_plural = _("address checks")

    def __str__(self):
        return f"{self.report.slug}: {self.answer}"


class FormerSlug(RecordRelation):
    """A previous slug of a record. Its URL redirects to the record permanently."""

    slug = models.CharField(_("slug"), max_length=80)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["content_type", "slug"], name="sources_former_slug_is_unique")
        ]

    def __str__(self):
        return self.slug
