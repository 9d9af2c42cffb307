"""Briefs, which are printable lists of records with values and footnote markers, followed by all notes.

The number of queries does not depend on the number of records. One query each reads the fields, related records,
evidence, passages, figures and records of related lines. If a value is disputed, another query reads the rulings.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Protocol

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from sco_cities.core.localized_names import Localized, best_language
from sco_cities.core.translations import translated_fields
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import TEXT_LANGUAGES
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from .base_models import FIGURE, WHOLE, Record
from .footnotes import Footnotes
from .models import Evidence, Figure, Passage, Report, Ruling, Stance
from .passages import speakers_by_passage
from .report_texts import plain_title


class BriefCell(Protocol):
    """Renders a value as HTML for each record of a batch. An empty value becomes "".

    A cell that combines several fields also has a `by_field` method, which renders each field separately.
    """

    # The QuerySet fields that the cell requires.
    fields: tuple[str, ...]

    def __call__(self, batch: RowBatch) -> list[str]: ...


@dataclass(frozen=True)
class BriefLine:
    """A line of each entry, with a cell, a label, and the fields whose evidence supports the value.

    A line without `evidence` has no notes. If `is_dated` is True, the date of the newest report follows the value.
    """

    cell: BriefCell
    evidence: tuple[str, ...] = ()
    label: str = ""
    is_dated: bool = False


@dataclass(frozen=True)
class RelatedLine:
    """Related records of each entry, such as a delegate's statements, with separate footnotes.

    `read` returns the related records for each record of a batch, with prefetched evidence. `template` renders `items`,
    each with a `record` and the `notes` on the record. `field` is the evidence field that the line shows.
    """

    label: str
    read: Callable[[RowBatch], list[list[Record]]]
    template: str
    field: str

    def evidence(self, record: Record) -> list[Evidence]:
        """Returns the evidence for the fields that the line shows, including figures."""
        return [item for item in record.evidence.all() if item.field in (self.field, FIGURE)]


@dataclass(frozen=True)
class Brief:
    """The layout of entries, with a name, a line of facts, a text, labelled values and related records."""

    facts: tuple[BriefLine, ...]
    values: tuple[BriefLine, ...] = ()
    related: tuple[RelatedLine, ...] = ()
    text: BriefLine | None = None
    # The stem of the name columns, such as "name" for "name_en".
    name: str = "name"

    template = "sources/_brief.html"

    def read(self, listing: Listing, state: IndexState, keys: list[int], first: int) -> "BriefPage":
        """Returns a page with the records for `keys`, in the same order and numbered from `first`."""
        return BriefPage(self, listing, state, keys, first)

    @property
    def lines(self) -> list[BriefLine]:
        return [*self.facts, *([self.text] if self.text else []), *self.values]

    @property
    def fields(self) -> list[str]:
        """The QuerySet fields that the lines need."""
        return [name for line in self.lines for name in line.cell.fields]


@dataclass(frozen=True)
class BriefEntry:
    """A record in a brief, with the HTML of each line (`values`) and each field (`field_values`)."""

    number: int
    slug: str
    name: Localized
    values: list[str]
    field_values: dict[str, str]
    footnotes: Footnotes
    # For each related line, the footnotes of its records.
    related: list[list[Footnotes]]

    @property
    def all_footnotes(self) -> list[Footnotes]:
        """The footnotes of the entry and of its related records."""
        return [self.footnotes, *chain.from_iterable(self.related)]

    @property
    def anchor(self) -> str:
        return f"entry-{self.number}"


@dataclass
class SharedNote:
    """A numbered footnote of a brief, with a passage and the entries that cite it."""

    number: int
    passage: Passage
    speakers: list[Record]
    entries: list[BriefEntry] = field(default_factory=list)

    @property
    def report(self) -> Report:
        return self.passage.report


class BriefPage:
    """The records on one page of a brief."""

    def __init__(self, brief: Brief, listing: Listing, state: IndexState, keys: list[int], first: int):
        self.brief = brief
        self.listing = listing
        self.model = listing.indexed_model.model
        self._first = first
        fields = [*brief.fields, *(["language"] if self.model is Report else [])]
        self._batch = RowBatch(listing, state, keys, ["slug", *self._name_columns, *fields])

    @property
    def _name_columns(self) -> tuple[str, ...]:
        """The columns that contain the name, one per language."""
        return tuple(translated_fields(self.model)[self.brief.name].columns.values())

    @property
    def name_fields(self) -> tuple[str, ...]:
        """The name fields for which evidence is shown."""
        return tuple(name for name in self._name_columns if name in self.model.evidence_fields)

    @cached_property
    def entries(self) -> list[BriefEntry]:
        """The entries in the order of the list."""
        batch = self._batch
        if not batch.keys:
            return []
        columns = [line.cell(batch) for line in self.brief.lines]
        field_columns = self._field_columns(columns)
        rows = zip(self._records, batch.field("slug"), self._names(), strict=True)
        entries = [
            BriefEntry(
                self._first + position, slug, name,
                [values[position] for values in columns],
                {field: values[position] for field, values in field_columns.items()},
                self._footnotes(record),
                [
                    [Footnotes(each, line.evidence(each), self._numbers) for each in groups[position]]
                    for line, groups in self._related
                ],
            )
            for position, (record, slug, name) in enumerate(rows)
        ]  # fmt: skip
        for entry in entries:
            # Removes duplicates, because several records of an entry may cite the same passage.
            notes = chain.from_iterable(footnotes.notes for footnotes in entry.all_footnotes)
            for passage in dict.fromkeys(note.passage.pk for note in notes):
                self._shared[passage].entries.append(entry)
        return entries

    def _field_columns(self, columns: list[list[str]]) -> dict[str, list[str]]:
        field_columns = {}
        for line, values in zip(self.brief.lines, columns, strict=True):
            by_field = getattr(line.cell, "by_field", None)
            field_columns |= by_field(self._batch) if by_field else dict.fromkeys(line.evidence, values)
        return field_columns

    def _names(self) -> Iterable[Localized]:
        columns = zip(*(self._batch.field(name) for name in self._name_columns), strict=True)
        names = [dict(zip(TEXT_LANGUAGES, texts, strict=True)) for texts in columns]
        if self.model is Report:
            return [plain_title(*each) for each in zip(names, self._batch.field("language"), strict=True)]
        return list(map(best_language, names))

    def _footnotes(self, record: Record) -> Footnotes:
        """Returns the footnotes of a record, numbered in page order."""
        figures = {figure.pk: figure for figure in record.figures.all()}
        visible = [item for item in record.evidence.all() if item.passage_id in self._passages]
        for item in visible:
            item.passage = self._passages[item.passage_id]
            if item.figure_id:
                item.figure = figures[item.figure_id]
        visible.sort(key=lambda item: (self._numbers[item.passage_id], item.pk))
        footnotes = Footnotes(record, visible, self._numbers)
        footnotes.rulings = {ruling.field: ruling.reason for ruling in record.rulings.all()}
        return footnotes

    @cached_property
    def _records(self) -> list[Record]:
        """The records with prefetched evidence. The batch contains their values."""
        using, is_cited = self._batch.using, bool(self.model.evidence_fields)
        records = [self.model(pk=key) for key in self._batch.keys]

        def read(name: str, rows: QuerySet, *, are_any: bool = is_cited) -> None:
            prefetch_related_objects(records, Prefetch(name, rows.using(using) if are_any else rows.none()))

        read("evidence", Evidence.objects.order_by())
        read("figures", Figure.objects.order_by("pk"))
        evidence = chain.from_iterable(record.evidence.all() for record in records)
        read("rulings", Ruling.objects.all(), are_any=any(item.stance == Stance.DIFFERS for item in evidence))
        return records

    @cached_property
    def _related(self) -> list[tuple[RelatedLine, list[list[Record]]]]:
        """The related lines, each with a list of records for each entry."""
        return [(line, line.read(self._batch)) for line in self.brief.related]

    @cached_property
    def _passages(self) -> dict[int, Passage]:
        """The cited passages of published reports, in the order of their first citation."""
        by_entry = [list(record.evidence.all()) for record in self._records]
        for line, groups in self._related:
            for own, records in zip(by_entry, groups, strict=True):
                own += chain.from_iterable(map(line.evidence, records))
        cited = {item.passage_id for own in by_entry for item in own}
        if not cited:
            return {}
        passages = list(Passage.objects.using(self._batch.using).filter(pk_in(cited)).order_by())
        reports = self._batch.records("reports")
        for passage in passages:
            passage.report = reports[passage.report_id]
        published = {passage.pk: passage for passage in passages if passage.report.is_published}

        def rank(item: Evidence) -> tuple:
            # Notes on the whole record come first in an entry.
            return item.field != WHOLE, *_by_date(published[item.passage_id])

        return {
            item.passage_id: published[item.passage_id]
            for own in by_entry
            for item in sorted((each for each in own if each.passage_id in published), key=rank)
        }

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {key: number for number, key in enumerate(self._passages, 1)}

    @cached_property
    def _shared(self) -> dict[int, SharedNote]:
        speakers = speakers_by_passage(self._batch.state)
        return {
            key: SharedNote(self._numbers[key], passage, speakers(key))
            for key, passage in self._passages.items()
        }

    @property
    def by_report(self) -> list[tuple[Report, list[SharedNote]]]:
        """The notes of all entries, grouped by report."""
        self.entries  # noqa: B018 - fills the notes with their entries
        grouped: dict[int, tuple[Report, list[SharedNote]]] = {}
        for note in self._shared.values():
            grouped.setdefault(note.report.pk, (note.report, []))[1].append(note)
        return list(grouped.values())

    @property
    def note_count(self) -> int:
        return len(self._passages)

    @property
    def disputed_count(self) -> int:
        """The number of disputed values on the page."""
        return sum(len(footnotes.disputed_fields) for footnotes in self._all_footnotes)

    @property
    def has_notes_on_whole_records(self) -> bool:
        """True if any line of facts ends with footnote markers for the whole record."""
        return any(entry.footnotes.whole.supports for entry in self.entries)

    @property
    def shows_reference_data(self) -> bool:
        """True if the page shows a value without a cited report."""
        return any(footnotes.shows_reference_data for footnotes in self._all_footnotes)

    @property
    def _all_footnotes(self) -> Iterator[Footnotes]:
        return chain.from_iterable(entry.all_footnotes for entry in self.entries)


def _by_date(passage: Passage) -> tuple:
    report = passage.report
    return report.published_first is None, report.published_first or "", report.slug, passage.number
