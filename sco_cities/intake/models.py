"""Models of intakes (the text of a press report, its numbered passages, and the proposals)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.core.fields import EDTFField, LanguageField, one_of
from sco_cities.history.models import REVIEW_RECORDS, ChangeSet
from sco_cities.jobs.background_job import BackgroundJob
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.report_texts import validate_quotation

# The details of a report, which are fields of both Report and Intake.
DETAIL_FIELDS = ("title", "publisher", "published_on", "language", "address")


class TextSource(models.TextChoices):
    """The origin of an intake's text."""

    PASTED = "pasted", _("pasted")
    HTML = "html", "HTML"
    TXT = "txt", "TXT"
    DOCX = "docx", "DOCX"
    PDF = "pdf", "PDF"


class IntakeStage(models.TextChoices):
    """The progress of reading an intake."""

    RECEIVED = "received", _("received")
    READING = "reading", _("being read")
    READ = "read", _("read")
    FAILED = "failed", _("failed")


class IntakeQuerySet(models.QuerySet):
    """Queries on intakes."""

    def visible_to(self, user):
        """Returns the intakes that an account may see. Curators see all, other accounts only their own."""
        return self if user.has_perm(REVIEW_RECORDS) else self.filter(made_by=user)

    def with_open_proposals(self):
        """Intakes with undecided proposals. Doubtful proposals are ignored."""
        of_intake = (
            Proposal.objects.open().exclude(certainty=Certainty.DOUBTFUL).filter(intake=models.OuterRef("pk"))
        )
        return self.filter(models.Exists(of_intake))

    def without_text(self):
        """Defers the text and its sketch, and loads the first words, which are part of the intake's name."""
        return self.defer("text", "sketch").annotate(first_words=Left("text", 200))

    def with_open_count(self):
        """Annotates `open_count`, the number of undecided proposals that are not doubtful."""
        is_open = Q(proposals__status=ProposalStatus.OPEN) & ~Q(proposals__certainty=Certainty.DOUBTFUL)
        return self.annotate(open_count=Count("proposals", filter=is_open))


class Intake(BackgroundJob):
    """The text of a report, from which a curator accepts proposals.

    Title, publisher, date, language and URL are stored as typed and may be empty until a proposal is written. If
    `report` is set, these fields are copies of the report's details. `text` does not change until it is purged on
    `purge_on`. `purged_at` is the time of the purge. `text_hash` and `sketch` (the smallest hashes of its word groups)
    identify the text after the purge. `reader` is the version of the rules and of the dictionary that made the
    proposals. Written proposals refer to their change, so the intake has no flag for them.
    """

    TASK = "sco_cities.intake.jobs.run_reading"
    RUNNING_STAGES = (IntakeStage.READING,)
    INTERRUPTED = _("The reading was interrupted. Read the report again, or add its contents manually.")

    title = models.CharField(_("title"), max_length=300, blank=True, default="")
    publisher = models.CharField(_("publisher"), max_length=200, blank=True, default="")
    published_on = EDTFField(_("published on"))
    language = LanguageField(_("language"), max_length=8, blank=True, default="")
    # The URL as it was typed. The plan reports an invalid URL, which does not prevent reading.
    address = models.CharField(_("address"), max_length=500, blank=True, default="")
    report = models.ForeignKey(
        Report, models.SET_NULL, null=True, blank=True, related_name="intakes", verbose_name=_("report")
    )
    text = models.TextField(_("text"))
    text_hash = models.CharField(max_length=64, db_index=True, editable=False)
    sketch = models.JSONField(default=list, editable=False)
    source = models.CharField(
        _("source of the text"), max_length=6, choices=TextSource, default=TextSource.PASTED
    )
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    stage = models.CharField(_("stage"), max_length=8, choices=IntakeStage, default=IntakeStage.RECEIVED)
    message = models.TextField(_("errors"), blank=True, default="")
    reader = models.CharField(max_length=80, blank=True, default="")
    purge_on = models.DateField(_("text kept until"), null=True, blank=True, db_index=True)
    purged_at = models.DateTimeField(_("text deleted at"), null=True, blank=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ("-pk",)
        default_permissions = ()
        permissions = [("use_intake", _("Can make records from reports"))]
        constraints: ClassVar = [one_of("source", TextSource), one_of("stage", IntakeStage)]

    def __str__(self):
        if name := self.title or self.file_name:
            return name
        received = date_format(timezone.localtime(self.made_at))
        words = Truncator(" ".join(self.first_words.split())).chars(60)
        return " · ".join(filter(None, (received, words)))

    @cached_property
    def first_words(self) -> str:
        """The beginning of the text, which `without_text` loads without the rest of the text."""
        return self.text[:200]

    def lock_text(self) -> bool:
        """Prevents a purge of the text until the transaction ends. Returns False if the text is already purged."""
        return Intake.objects.select_for_update().filter(pk=self.pk, purged_at=None).exists()


class IntakePassage(models.Model):
    """A paragraph of the text, `text[start:end]`.

    `passage` is the stored passage, and is set when the paragraph is cited. The summary is in the curator's own words.
    """

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="passages")
    number = models.PositiveSmallIntegerField(_("number"))
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    summary = models.TextField(_("summary"), blank=True, default="")
    summary_ru = models.TextField(_("summary in Russian"), blank=True, default="")
    summary_zh = models.TextField(_("summary in Chinese"), blank=True, default="")
    quotation = models.TextField(_("quotation"), blank=True, default="", validators=[validate_quotation])
    passage = models.ForeignKey(
        Passage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("passage")
    )

    class Meta:
        verbose_name = _("passage of an intake")
        verbose_name_plural = _("passages of an intake")
        ordering = ("intake", "number")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "number"], name="intake_passage_is_unique"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="intake_passage_is_not_empty"),
        ]

    def __str__(self):
        return f"{self.intake_id}#{self.number}"

    @property
    def text(self) -> str:
        """The text of this passage. It is empty after the purge."""
        return self.intake.text[self.start : self.end]


class ProposalKind(models.TextChoices):
    """The kind of a proposal (a kind of record, or a kind of value)."""

    CITY = "city", _("city")
    COUNTRY = "country", _("country")
    ORGANISATION = "organisation", _("organisation")
    DELEGATE = "delegate", _("delegate")
    EVENT = "event", _("event")
    INITIATIVE = "initiative", _("initiative")
    STATEMENT = "statement", _("statement")
    VALUE = "value", _("value")
    FIGURE = "figure", _("figure")
    ATTENDANCE = "attendance", _("attendance")


MODELS: dict[str, type[Record]] = {
    ProposalKind.CITY: City,
    ProposalKind.COUNTRY: Country,
    ProposalKind.ORGANISATION: Organisation,
    ProposalKind.DELEGATE: Delegate,
    ProposalKind.EVENT: Event,
    ProposalKind.INITIATIVE: Initiative,
    ProposalKind.STATEMENT: Statement,
}
SUBJECT_KINDS = tuple(MODELS)


class Certainty(models.TextChoices):
    """A proposal's certainty."""

    SURE = "sure", _("sure")
    LIKELY = "likely", _("likely")
    DOUBTFUL = "doubtful", _("doubtful")


class Origin(models.TextChoices):
    """The origin of a proposal."""

    RULES = "rules", _("rules")
    MODEL = "model", _("language model")
    HAND = "hand", _("manual entry")


class ProposalStatus(models.TextChoices):
    """The decision of a curator about a proposal."""

    OPEN = "open", _("undecided")
    ACCEPTED = "accepted", _("accepted")
    EDITED = "edited", _("accepted with changes")
    REJECTED = "rejected", _("rejected")
    SUPERSEDED = "superseded", _("superseded")


ACCEPTED = (ProposalStatus.ACCEPTED, ProposalStatus.EDITED)


class ProposalQuerySet(models.QuerySet):
    """Queries on proposals."""

    def open(self):
        return self.filter(status=ProposalStatus.OPEN)

    def accepted(self):
        """Accepted proposals, including edited proposals."""
        return self.filter(status__in=ACCEPTED)


class Proposal(models.Model):
    """A proposal that a curator decides about. It is a record that a report names (a subject) or a value of a subject.

    The kind of a subject determines its model, so no content type is stored. `object_id` is the key of the record, or
    None for a new draft. `proposed_id` is the key of the record that the rules found, which an undo restores. The
    `value` of a subject maps the columns of a new draft (names, titles, kind, coordinates, gazetteer key) to their
    values. The columns are part of the subject, so that accepting a new draft takes one keystroke instead of eight.

    A value has a `subject`. Its `field` is a field of the record ("status", "starts_on", "role", "cities", "aliases").
    Its `value` depends on the field:

    - for a column, a text such as "agreed" or "2025-05";
    - for a relation, {"slug": "bishkek"}, or {} if `target` is another subject of the intake. The cities of an
      initiative also have "role";
    - for a figure, {"label", "value", "unit", "qualifier", "period"} as texts. `field` is empty;
    - for an attendance, {"role_at_event"}. `subject` is the event, and `target` is the delegate.

    `spans` are [start, end] pairs in the text. The first pair is the quote: `text[start:end] == quote`. `shown` is the
    value as it appears in the text. `reason` is a code (see `intake.page.labels`). `version` increases with each
    decision. `change_set` is the change that wrote the proposal. After a revert the proposal can be written again.
    """

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="proposals")
    subject = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="values")
    target = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=ProposalKind)
    object_id = models.BigIntegerField(_("record"), null=True, blank=True)
    proposed_id = models.BigIntegerField(null=True, blank=True)
    field = models.CharField(_("field"), max_length=40, blank=True, default="")
    value = models.JSONField(_("value"), default=dict, blank=True)
    shown = models.TextField(_("in the text"), blank=True, default="")
    spans = models.JSONField(default=list, blank=True)
    passage = models.ForeignKey(
        IntakePassage, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("passage")
    )  # fmt: skip
    quote = models.TextField(blank=True, default="")
    certainty = models.CharField(_("certainty"), max_length=8, choices=Certainty)
    reason = models.CharField(max_length=20, blank=True, default="")
    origin = models.CharField(_("origin"), max_length=5, choices=Origin, default=Origin.RULES)
    status = models.CharField(
        _("decision"), max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN
    )
    edited_value = models.JSONField(_("curator's value"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    change_set = models.ForeignKey(
        ChangeSet, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("change")
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("intake", "pk")
        default_permissions = ()
        constraints: ClassVar = [
            one_of("kind", ProposalKind),
            one_of("certainty", Certainty),
            one_of("origin", Origin),
            one_of("status", ProposalStatus),
            models.CheckConstraint(
                condition=Q(kind__in=SUBJECT_KINDS, subject__isnull=True)
                | (~Q(kind__in=SUBJECT_KINDS) & Q(subject__isnull=False)),
                name="intake_values_have_a_subject",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.field or self.shown}".strip()

    @property
    def is_subject(self) -> bool:
        return self.kind in MODELS

    @property
    def model(self) -> type[Record]:
        """The model of this subject. For a value, the model of its subject."""
        return MODELS[self.kind if self.is_subject else self.subject.kind]

    @property
    def was_created(self) -> bool:
        """True if the intake created the record. A later revert may have deleted the record."""
        return self.change_set_id is not None and self.object_id != self.proposed_id

    @property
    def final_value(self):
        """The value to write. The curator's value takes precedence over the proposed value."""
        return self.value if self.edited_value is None else self.edited_value

    @property
    def is_accepted(self) -> bool:
        return self.status in ACCEPTED
