"""Writes the accepted proposals of an intake in one transaction and one change, which can be reverted."""

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.utils.translation import gettext as _

from delegates.models import Attendance, Statement
from initiatives.models import CityRole, Initiative, InitiativeCity
from sco_cities.changes.locking import lock
from sco_cities.changes.recorder import Recorder, record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.core.localized_names import split_list
from sco_cities.curation.admin.auto_slug import unused_slug
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.sources.base_models import FIGURE, Record, record_models
from sco_cities.sources.models import Evidence, Figure, Passage, Stance

from ..models import Intake, IntakePassage, Proposal, ProposalKind
from ..same_report import PASSAGE_COLUMNS
from .comparison import Effect, figure_like
from .drafts import PlannedFootnote
from .plan import PlannedPassage, WritePlan, plan
from .selection import SubjectItem

# Fields used to generate a slug. For a statement, these are fields of its speaker.
_SLUG_FIELDS = ("title_en", "name_en")
# The columns that distinguish footnotes with the same passage.
_IDENTITY = (
    "passage_id", "content_type_id", "object_id", "field", "figure_id", "stance", "reported_value",
)  # fmt: skip


def write(intake: Intake, user=None, *, publish_report: bool = False, seen: str = "") -> ChangeSet | None:
    """Executes the plan of an intake. Returns the change, or None if there was nothing to write.

    All new records are drafts. The report is also a draft unless `publish_report` is set. `seen` is the fingerprint of
    the plan that the curator saw. Raises Refused and writes nothing if the plan has problems or has changed, or if a
    published record would get a value without evidence.
    """
    try:
        with record_changes(ChangeSource.INTAKE, user=user, sets_dates=True) as recorder:
            # The intake is locked first, so that only one write of an intake runs at a time. Records are then locked in
            # a fixed order.
            lock(Intake, [intake.pk])
            intake.refresh_from_db()
            locked = plan(intake, user, publish_report=publish_report).touched
            recorder.lock(locked)
            write_plan = plan(intake, user, publish_report=publish_report)
            if write_plan.is_empty:
                return None
            # If a proposal has been accepted since the first plan, other records may change.
            is_locked = all(keys <= locked.get(model, set()) for model, keys in write_plan.touched.items())
            if seen not in ("", write_plan.fingerprint) or not is_locked:
                sentence = _("The records have changed since you opened the plan. Review it again.")
                raise Refused(sentence, is_stale=True)
            if write_plan.problems:
                raise Refused(*write_plan.problems)
            # The reason is public in the history, so it must not reveal an unpublished report.
            report = write_plan.report
            recorder.set_reason(str(report) if report.is_published else "")
            return _Writer(write_plan, recorder).run()
    except IntegrityError as error:  # Another transaction has just added the same object.
        text = _("Someone else has just added the same report or record. Review the plan again.")
        raise Refused(text) from error


class _Writer:
    """Executes a plan (the report and its passages, new records, values of known records, footnotes)."""

    def __init__(self, write_plan: WritePlan, recorder: Recorder):
        self.plan = write_plan
        self.recorder = recorder
        self.passages: dict[int, Passage] = {}

    def run(self) -> ChangeSet | None:
        intake, report = self.plan.intake, self.plan.report
        if report.pk is None:
            report.save()
            self.recorder.note_created([report])
            intake.report = report
            intake.save(update_fields=["report"])
        for key, planned in self.plan.passages.items():
            self.passages[key] = planned.stored or self._new_passage(planned)
            IntakePassage.objects.filter(pk=key).update(passage=self.passages[key])
        order = record_models()
        drafts = sorted(self.plan.drafts, key=lambda item: order.index(type(item.record)))
        for item in drafts:
            self._create(item)
        # Rows follow all records, because they may refer to new records.
        for item in drafts:
            for row in item.rows:
                self._add_row(item.record, row)
        self._change_known()
        self._add_footnotes()
        for item in self.plan.speakers:
            item.record.passages.add(self.passages[item.subject.passage_id])
        change_set = self.recorder.write()
        for item in self.plan.selection.items.values():
            if item.is_new and item.record is not None and (key := item.record.pk) != item.subject.object_id:
                Proposal.objects.filter(pk=item.subject.pk).update(object_id=key, proposed_id=key)
        written = Proposal.objects.filter(pk__in=[proposal.pk for proposal in self.plan.written])
        written.update(change_set=change_set)
        return change_set

    def _new_passage(self, planned: PlannedPassage) -> Passage:
        texts = {column: getattr(planned.source, column) for column in PASSAGE_COLUMNS}
        return self.plan.report.passages.create(number=planned.number, **texts)

    def _create(self, item: SubjectItem) -> None:
        record, subject = item.record, item.subject
        for value in item.relations:
            setattr(record, value.field, self.plan.selection.related(value))
        record.slug = record.slug or _slug_of(item)
        record.save()
        subject.object_id = record.pk
        Proposal.objects.filter(pk=subject.pk).update(object_id=record.pk)
        self.recorder.note_created([record])

    def _add_row(self, record: Record, value: Proposal) -> None:
        """Adds a figure, an attendance, a city with its role, an alias or another list item to a record."""
        final, related = value.final_value, self.plan.selection.related(value)
        if value.kind == ProposalKind.FIGURE:
            Figure.objects.create(record=record, **final)
        elif value.kind == ProposalKind.ATTENDANCE:
            Attendance.objects.get_or_create(event=record, delegate=related, defaults=final)
        elif value.field == "aliases":
            record.aliases = "; ".join([*split_list(record.aliases), final])
        elif isinstance(record, Initiative) and value.field == "cities":
            role = final.get("role") or CityRole.PARTNER
            InitiativeCity.objects.get_or_create(initiative=record, city=related, defaults={"role": role})
        else:
            getattr(record, value.field).add(related)

    def _change_known(self) -> None:
        changed: dict[int, Record] = {}
        for change in self.plan.changes:
            record, value = change.item.record, change.value
            if change.comparison.effect == Effect.ADD:
                self._add_row(record, value)
                changed[id(record)] = record
            elif change.comparison.effect == Effect.FILL:
                if related := self.plan.selection.related(value):
                    setattr(record, value.field, related)
                changed[id(record)] = record
        for record in changed.values():
            # The plan has already set and checked the columns that are not relations.
            record.save()

    def _add_footnotes(self) -> None:
        stored = set(
            Evidence.objects.filter(passage__in=list(self.passages.values())).values_list(*_IDENTITY)
        )
        added: dict[tuple, Evidence] = {}
        for footnote in self.plan.footnotes:
            record, evidence = footnote.item.record, self._evidence(footnote)
            if footnote.stance == Stance.SUPPORTS:
                self.recorder.note_cited(type(record), record.slug, evidence.field_key, self.plan.report.slug)
            identity = tuple(getattr(evidence, name) for name in _IDENTITY)
            if identity not in stored:
                added.setdefault(identity, evidence)
        Evidence.objects.bulk_create(added.values())

    def _evidence(self, footnote: PlannedFootnote) -> Evidence:
        record, figure = footnote.item.record, None
        if footnote.key.startswith(f"{FIGURE}:"):
            figure = figure_like(list(record.figures.all()), footnote.proposal.final_value)
        return Evidence(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk,
            field=FIGURE if figure else footnote.key, figure=figure, stance=footnote.stance,
            reported_value=footnote.reported, passage=self.passages[footnote.passage.pk],
        )  # fmt: skip


def _slug_of(item: SubjectItem) -> str:
    """Returns an unused slug from the title or name, or from a statement's speaker and its first theme."""
    record = item.record
    texts = [getattr(record, name) for name in _SLUG_FIELDS if hasattr(record, name)]
    if isinstance(record, Statement):
        themes = [row.final_value.get("slug", "") for row in item.rows if row.field == "themes"]
        texts = [(record.delegate or record.event).name_en, *themes[:1]]
    return unused_slug(type(record), texts) or unused_slug(type(record), (record._meta.model_name,))
