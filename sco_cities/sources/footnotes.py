"""The footnotes of a record: numbered passages, which value each bears on, and what it says of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from .base_models import FIGURE, WHOLE, Record
from .evidence_coverage import field_label, figure_key
from .evidence_labels import EvidenceItem, evidence_item, reported_value_of
from .models import Evidence, Figure, Passage, Report, Stance
from .reported_values import ReportedValue


@dataclass
class Note:
    """A numbered footnote: one passage, with all that it says of the record."""

    number: int
    passage: Passage
    footnotes: "Footnotes" = field(repr=False)
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"note-{self.number}"

    @property
    def report(self) -> Report:
        return self.passage.report

    @property
    def uses(self) -> list[EvidenceItem]:
        """What the passage bears on, in the order of supporting, differing, earlier."""
        in_order = sorted(self.evidence, key=lambda item: Stance.values.index(item.stance))
        return [self.footnotes.use(item) for item in in_order]


@dataclass(frozen=True)
class Reading:
    """What passages report of a value; `told` is None where they report just what the record says."""

    told: ReportedValue | None
    notes: list[Note]

    @property
    def by_report(self) -> list["ReportNotes"]:
        """Who says so: the reports, each with its notes."""
        return _by_report(self.notes)

    @property
    def is_dated(self) -> bool:
        return bool(self.told and self.told.as_of)


@dataclass(frozen=True)
class ValueNotes:
    """What bears on one value: notes that support it, readings that differ, earlier states by date."""

    field: str
    label: str
    anchor: str
    supports: list[Note]
    # The same notes by what each of them words: "more than 20 projects in Dushanbe".
    wordings: list[Reading]
    differs: list[Reading]
    earlier: list[Reading]
    # What the editors hold of the disagreement, if it is disputed and they have ruled on it.
    rulings: list[str] = field(default_factory=list)
    # Whether notes about the record as a whole are among its notes.
    is_of_whole: bool = False

    @property
    def is_disputed(self) -> bool:
        return bool(self.differs)

    @property
    def disagreement(self) -> str:
        """What to call a dispute: between reports, or within the only one."""
        told = {note.report.pk for reading in (*self.wordings, *self.differs) for note in reading.notes}
        return _("The report gives different information") if len(told) == 1 else _("Reports differ")

    @property
    def by_report(self) -> list["ReportNotes"]:
        """Who supports the value: the reports, each with its notes."""
        return _by_report(self.supports)

    @property
    def newest_report(self) -> Report | None:
        """The supporting report with the latest date: what it says is the present state."""
        dated = [note.report for note in self.supports if note.report.published_first]
        return max(dated, key=lambda report: report.published_first, default=None)


@dataclass(frozen=True)
class FigureNotes:
    """A figure of the record with what bears on it."""

    figure: Figure
    key: str


@dataclass(frozen=True)
class ReportNotes:
    """The notes that lead to one report."""

    report: Report
    notes: list[Note]


def _by_report(notes: list[Note]) -> list[ReportNotes]:
    grouped: dict[int, ReportNotes] = {}
    for note in notes:
        grouped.setdefault(note.report.pk, ReportNotes(note.report, [])).notes.append(note)
    return list(grouped.values())


class Footnotes:
    """All footnotes of a record, numbered in the order of the reports' dates.

    A page asks `cite` for the notes of each value as it shows it, so that the notes, which come last, know
    the way back. Evidence is read with one query, or given; so are figures, or prefetched. Rulings are read for
    a record with disagreements, and not where evidence is given, which is for lists of many records. Where these
    share their notes, `numbers` has the number of each passage.
    """

    def __init__(
        self,
        record: Record,
        evidence: Iterable[Evidence] | None = None,
        numbers: Mapping[int, int] | None = None,
    ):
        self.record = record
        self._by_passage: dict[int, Note] = {}
        self._by_field: dict[str, list[Evidence]] = defaultdict(list)
        self._anchors: dict[str, str] = {}
        # Whether the page shows a value that no report is cited for.
        self.leans_on_reference = False
        self._is_for_page = evidence is None
        if evidence is None:
            evidence = record.evidence.from_published_reports().for_notes()
        for item in evidence:
            number = numbers[item.passage_id] if numbers else len(self._by_passage) + 1
            note = self._by_passage.setdefault(item.passage_id, Note(number, item.passage, self))
            note.evidence.append(item)
            self._by_field[item.field_key].append(item)

    @property
    def notes(self) -> list[Note]:
        return list(self._by_passage.values())

    @cached_property
    def by_report(self) -> list[ReportNotes]:
        """The notes, grouped by report."""
        return _by_report(self.notes)

    @cached_property
    def figures(self) -> list[FigureNotes]:
        """The figures of the record in the order in which they were entered."""
        return self.figures_of(sorted(self.record.figures.all(), key=lambda figure: figure.pk))

    @staticmethod
    def figures_of(figures: Iterable[Figure]) -> list[FigureNotes]:
        """The same of figures that have been read."""
        return [FigureNotes(figure, figure_key(figure.label)) for figure in figures]

    @cached_property
    def rulings(self) -> dict[str, str]:
        """By field, what the editors hold of a disagreement."""
        return dict(self.record.rulings.values_list("field", "reason")) if self._is_for_page else {}

    @cached_property
    def changing(self) -> set[str]:
        """The fields of which a report tells something else, or an earlier state."""
        told = (item for found in self._by_field.values() for item in found)
        return {item.field_key for item in told if item.stance != Stance.SUPPORTS}

    @cached_property
    def disputed_fields(self) -> list[ValueNotes]:
        """The values of which a report tells something else."""
        told = (self.of(name) for name in self._by_field if name in self.changing)
        return [notes for notes in told if notes.is_disputed]

    def of(self, *names: str) -> ValueNotes:
        """What bears on the value of the field `names`, or on one that several fields make up together.

        A value without support of its own rests on the notes about the record as a whole, if it may.
        """
        own = [item for name in names for item in self._by_field.get(name, [])]
        supports = [item for item in own if item.stance == Stance.SUPPORTS]
        supported = {item.field_key for item in supports}
        is_of_whole = any(
            name not in supported and not self.record.needs_its_own_evidence(name) for name in names
        )
        if is_of_whole:
            supports += [item for item in self._by_field.get(WHOLE, []) if item.stance == Stance.SUPPORTS]
        differs, earlier = self._readings(own, Stance.DIFFERS), self._readings(own, Stance.EARLIER)
        return ValueNotes(
            field=names[0],
            label=field_label(type(self.record), names[0]),
            anchor=self._anchor(names[0]),
            supports=self._notes(supports),
            wordings=self._readings(supports, Stance.SUPPORTS),
            differs=differs,
            earlier=sorted(earlier, key=_by_date),
            rulings=[self.rulings[name] for name in names if name in self.rulings] if differs else [],
            is_of_whole=is_of_whole,
        )

    def cite(self, *names: str) -> ValueNotes:
        """The same as `of`, for a value that the page shows: its notes lead back to it."""
        notes = self.of(*names)
        for name in names:
            self._anchors[name] = notes.anchor
        if notes.is_of_whole and notes.supports:
            self._anchors.setdefault(WHOLE, notes.anchor)
        if not notes.supports and not self.record.must_be_sourced:
            self.leans_on_reference = True
        return notes

    def use(self, item: Evidence) -> EvidenceItem:
        """What `item` says, and where the page shows the value that it says it of."""
        return evidence_item(item, self.record, self._anchors.get(item.field_key, ""))

    def _anchor(self, name: str) -> str:
        """A figure is named by its place, since its label may have any letters; others by their field."""
        for place, entry in enumerate(self.figures if name.startswith(f"{FIGURE}:") else (), 1):
            if entry.key == name:
                return f"v-figure-{place}"
        return "v-" + ("whole" if name == WHOLE else name.replace("_", "-"))

    def _notes(self, items: list[Evidence]) -> list[Note]:
        found = {item.passage_id: self._by_passage[item.passage_id] for item in items}
        return sorted(found.values(), key=lambda note: note.number)

    def _readings(self, items: list[Evidence], stance: Stance) -> list[Reading]:
        """The items of this stance by what they report, the record's own value first."""
        by_value: dict[str, list[Evidence]] = defaultdict(list)
        for item in items:
            if item.stance == stance:
                by_value[item.reported_value].append(item)
        return [
            Reading(reported_value_of(found[0], self.record), self._notes(found))
            for _value, found in sorted(by_value.items(), key=lambda pair: bool(pair[0]))
        ]


def _by_date(reading: Reading) -> tuple:
    """An earlier state stands where its own date puts it, or else its report's; without either, first."""
    day = reading.told.day if reading.is_dated else reading.notes[0].report.published_first
    return (day is not None, day and day.toordinal())
