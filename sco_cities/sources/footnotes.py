"""The footnotes of a record. Each footnote is a numbered passage with the values that it supports or reports."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from sco_cities.core.edtf import recency

from .base_models import FIGURE, WHOLE, Record
from .evidence_coverage import field_label, figure_label
from .models import Evidence, Figure, Passage, Report, Stance
from .passages import published_speakers
from .reported_values import EvidenceItem, ReportedValue, evidence_item, reported_value_of


@dataclass
class Note:
    """A numbered footnote with a passage and all its evidence on the record."""

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
    def speakers(self) -> list[Record]:
        """The published delegates whom the passage quotes."""
        speakers = self.footnotes.speakers
        return speakers(self.passage.pk) if speakers else published_speakers(self.passage)

    @property
    def evidence_items(self) -> list[EvidenceItem]:
        """The evidence, ordered by stance. Omits support for the whole record if a single value is supported."""
        by_stance = sorted(self.evidence, key=lambda item: Stance.values.index(item.stance))
        items = [self.footnotes.evidence_item(item) for item in by_stance]
        supports = [item for item in items if item.stance == Stance.SUPPORTS]
        if all(item.key == WHOLE for item in supports):
            return items
        return [item for item in items if item.key != WHOLE or item not in supports]


@dataclass(frozen=True)
class Reading:
    """A value that one or more passages report. `reported` is None if the value equals the record's value."""

    reported: ReportedValue | None
    notes: list[Note]

    @property
    def by_report(self) -> list["ReportNotes"]:
        """The reports that give this value, each with its notes."""
        return _by_report(self.notes)

    @property
    def is_dated(self) -> bool:
        return bool(self.reported and self.reported.as_of)


@dataclass(frozen=True)
class ValueNotes:
    """The supporting notes, differing readings and earlier states (in date order) for a value."""

    field: str
    label: str
    anchor: str
    supports: list[Note]
    # The supporting notes of a disputed value, grouped by wording, such as "more than 20 projects in Dushanbe".
    wordings: list[Reading]
    differs: list[Reading]
    earlier: list[Reading]
    # The editors' reasons for their rulings on a disputed value.
    rulings: list[str] = field(default_factory=list)
    # The numbers of supporting notes about the whole record, not specifically about this value.
    record_notes: frozenset[int] = frozenset()

    @property
    def own_notes(self) -> list[Note]:
        """The supporting notes specifically about this value. Pages show their numbers next to the value."""
        return [note for note in self.supports if note.number not in self.record_notes]

    @property
    def is_disputed(self) -> bool:
        return bool(self.differs)

    @property
    def has_readings(self) -> bool:
        """True if reports give differing or earlier values. Pages show such a value even if it is unknown."""
        return bool(self.differs or self.earlier)

    @property
    def disagreement(self) -> str:
        """The label of a dispute between several reports or within one report."""
        reports = {note.report.pk for reading in (*self.wordings, *self.differs) for note in reading.notes}
        return _("The report contradicts itself") if len(reports) == 1 else _("Reports differ")

    @property
    def by_report(self) -> list["ReportNotes"]:
        """The supporting reports, each with its notes."""
        return _by_report(self.supports)

    @property
    def newest_report(self) -> Report | None:
        """The newest supporting report, which determines the date of the current value."""
        dated = [note.report for note in self.supports if note.report.published_first]
        return max(dated, key=lambda report: recency(report.published_on), default=None)


@dataclass(frozen=True)
class ReportNotes:
    """The notes that cite the same report."""

    report: Report
    notes: list[Note]


def _by_report(notes: list[Note]) -> list[ReportNotes]:
    grouped: dict[int, ReportNotes] = {}
    for note in notes:
        grouped.setdefault(note.report.pk, ReportNotes(note.report, [])).notes.append(note)
    return list(grouped.values())


class Footnotes:
    """All footnotes of a record, numbered in the order of the reports' dates.

    A page calls `cite` for each value that it shows, so that the notes at the end of the page can link back to the
    value. Unless `evidence` is given, one query reads the evidence and another query reads the speakers. The second
    query is unnecessary if `speakers` is given, a function that maps a passage key to speakers. Figures are read in one
    query unless they are prefetched. Rulings are read for records with disputed values, but not if `evidence` is given
    (as in lists of many records). If the records of a page share notes, `numbers` maps passages to note numbers.
    """

    def __init__(
        self,
        record: Record,
        evidence: Iterable[Evidence] | None = None,
        numbers: Mapping[int, int] | None = None,
        speakers: Callable[[int], list[Record]] | None = None,
    ):
        self.record = record
        self.speakers = speakers
        self._by_passage: dict[int, Note] = {}
        self._by_field: dict[str, list[Evidence]] = defaultdict(list)
        self._by_names: dict[tuple[str, ...], ValueNotes] = {}
        self._anchors: dict[str, str] = {}
        # True if the page shows a value without a cited report.
        self.shows_reference_data = False
        self._is_for_page = evidence is None
        if evidence is None:
            evidence = record.evidence.from_published_reports().for_notes()
            evidence = evidence.select_related("passage__report__address_check")
            evidence = evidence if speakers else evidence.prefetch_related("passage__speakers")
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
    def figures(self) -> list[Figure]:
        """The figures of the record, in the order of entry."""
        return sorted(self.record.figures.all(), key=lambda figure: figure.pk)

    @cached_property
    def rulings(self) -> dict[str, str]:
        """Maps fields with disputed values to the reasons for the editors' rulings."""
        return dict(self.record.rulings.values_list("field", "reason")) if self._is_for_page else {}

    @cached_property
    def disputed_fields(self) -> list[ValueNotes]:
        """The notes on values that a report disputes."""
        return [notes for notes in map(self.notes_for, self._by_field) if notes.is_disputed]

    def notes_for(self, *names: str) -> ValueNotes:
        """Returns the notes on the value of a field, or on a value that consists of several fields.

        A value without separate notes gets the notes on the whole record, unless its field needs separate evidence.
        """
        if names not in self._by_names:
            self._by_names[names] = self._read_notes(names)
        return self._by_names[names]

    def _read_notes(self, names: tuple[str, ...]) -> ValueNotes:
        own = [item for name in names for item in self._by_field.get(name, [])]
        supports = [item for item in own if item.stance == Stance.SUPPORTS]
        varying = [item for item in own if item.stance != Stance.SUPPORTS]
        supported = {item.field_key for item in supports}
        inherited: set[int] = set()
        if any(name not in supported and not self.record.needs_own_evidence(name) for name in names):
            whole = [item for item in self._by_field.get(WHOLE, ()) if item.stance == Stance.SUPPORTS]
            inherited = {item.passage_id for item in whole} - {item.passage_id for item in supports}
            supports += whole
        differs, earlier = self._readings(varying, Stance.DIFFERS), self._readings(varying, Stance.EARLIER)
        return ValueNotes(
            field=names[0],
            label=self._label(names[0]),
            anchor=self._anchor(names[0]),
            supports=self._notes(supports),
            wordings=self._readings(supports, Stance.SUPPORTS) if differs else [],
            differs=differs,
            earlier=sorted(earlier, key=_by_date),
            rulings=[self.rulings[name] for name in names if name in self.rulings] if differs else [],
            record_notes=frozenset(self._by_passage[passage].number for passage in inherited),
        )

    def cite(self, *names: str) -> ValueNotes:
        """Returns the result of `notes_for`, and makes the notes link back to the value on the page."""
        notes = self.notes_for(*names)
        for name in names:
            self._anchors[name] = notes.anchor
        if self.is_reference_data(notes):
            self.shows_reference_data = True
        return notes

    def is_reference_data(self, notes: ValueNotes) -> bool:
        """Returns True if a value needs no supporting report and has none."""
        return not notes.supports and not self.record.must_be_sourced

    def is_cited(self, name: str) -> bool:
        """Returns True if the page has shown the notes on a field's value."""
        return name in self._anchors

    @property
    def whole(self) -> ValueNotes:
        """The notes on the whole record."""
        return self.notes_for(WHOLE)

    def evidence_item(self, item: Evidence) -> EvidenceItem:
        """Prepares `item` for display, with the anchor of its value on the page."""
        return evidence_item(item, self.record, self._anchors.get(item.field_key, ""))

    def _anchor(self, name: str) -> str:
        """Returns a field's anchor. Anchors of figures contain a number, because labels may contain any characters."""
        for position, figure in enumerate(self.figures if name.startswith(f"{FIGURE}:") else (), 1):
            if figure.key == name:
                return f"v-figure-{position}"
        return "v-" + ("whole" if name == WHOLE else name.replace("_", "-"))

    def _label(self, name: str) -> str:
        for figure in self.figures if name.startswith(f"{FIGURE}:") else ():
            if figure.key == name:
                return figure_label(figure)
        return field_label(type(self.record), name)

    def _notes(self, items: list[Evidence]) -> list[Note]:
        notes = {item.passage_id: self._by_passage[item.passage_id] for item in items}
        return sorted(notes.values(), key=lambda note: note.number)

    def _readings(self, items: list[Evidence], stance: Stance) -> list[Reading]:
        """Groups the items with this stance by reported value. The record's value comes first."""
        by_value: dict[str, list[Evidence]] = defaultdict(list)
        for item in items:
            if item.stance == stance:
                by_value[item.reported_value].append(item)
        return [
            Reading(reported_value_of(same[0], self.record), self._notes(same))
            for _value, same in sorted(by_value.items(), key=lambda pair: bool(pair[0]))
        ]


def _by_date(reading: Reading) -> tuple:
    """Returns the sort key for earlier states, which is the date of the state or else of its report.

    Undated states come first.
    """
    day = reading.reported.day if reading.is_dated else reading.notes[0].report.published_first
    return (day is not None, day and day.toordinal())
