"""The footnotes of a record: numbered passages, which value each bears on, and what it says of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from .models import Evidence, Passage, Report, Stance
from .records import WHOLE, Record


@dataclass
class Note:
    """A numbered footnote: one passage, with all that it says of the record."""

    number: int
    passage: Passage
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"note-{self.number}"


@dataclass(frozen=True)
class Reading:
    """A value that passages report instead of the record's, or reported before it; with their notes."""

    value: str
    notes: list[Note]


@dataclass(frozen=True)
class ValueNotes:
    """What bears on one value: notes that support it, readings that differ, and earlier states in order of date."""

    field: str
    supports: list[Note]
    differs: list[Reading]
    earlier: list[Reading]

    @property
    def is_disputed(self) -> bool:
        return bool(self.differs)

    @property
    def report_count(self) -> int:
        """How many reports support the value."""
        return len({note.passage.report_id for note in self.supports})


@dataclass(frozen=True)
class ReportNotes:
    """The notes that lead to one report."""

    report: Report
    notes: list[Note]


class Footnotes:
    """All footnotes of a record, read with one query; numbered in the order of the reports' dates."""

    def __init__(self, record: Record):
        self.record = record
        self._by_passage: dict[int, Note] = {}
        self._by_field: dict[str, list[Evidence]] = defaultdict(list)
        for item in record.evidence.from_published_reports().for_notes():
            note = self._by_passage.setdefault(item.passage_id, Note(len(self._by_passage) + 1, item.passage))
            note.evidence.append(item)
            self._by_field[item.field_key].append(item)

    @property
    def notes(self) -> list[Note]:
        return list(self._by_passage.values())

    @cached_property
    def by_report(self) -> list[ReportNotes]:
        """The notes, grouped by report."""
        grouped: dict[int, ReportNotes] = {}
        for note in self.notes:
            report = note.passage.report
            grouped.setdefault(report.pk, ReportNotes(report, [])).notes.append(note)
        return list(grouped.values())

    @cached_property
    def disputed_fields(self) -> list[ValueNotes]:
        """The values of which a report tells something else."""
        return [notes for name in self._by_field if (notes := self.of(name)).is_disputed]

    def of(self, name: str) -> ValueNotes:
        """What bears on the value of the field `name`.

        A value without support of its own rests on the notes about the record as a whole.
        """
        own = self._by_field.get(name, [])
        supports = [item for item in own if item.stance == Stance.SUPPORTS]
        if not supports:
            supports = [item for item in self._by_field.get(WHOLE, []) if item.stance == Stance.SUPPORTS]
        return ValueNotes(
            name,
            self._notes(supports),
            self._readings(own, Stance.DIFFERS),
            self._readings(own, Stance.EARLIER),
        )

    def _notes(self, items: list[Evidence]) -> list[Note]:
        found = {item.passage_id: self._by_passage[item.passage_id] for item in items}
        return sorted(found.values(), key=lambda note: note.number)

    def _readings(self, items: list[Evidence], stance: Stance) -> list[Reading]:
        by_value: dict[str, list[Evidence]] = defaultdict(list)
        for item in items:
            if item.stance == stance:
                by_value[item.reported_value].append(item)
        return [Reading(value, self._notes(found)) for value, found in by_value.items()]
