"""A list as a brief: what is known of each record with its footnotes, and the notes of all of them at the end.

Records of any number are read with the same few queries: their fields, what they name, their evidence, the passages
of that, their figures, and the rulings where something is disputed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from django.contrib.contenttypes.models import ContentType

from sco_cities.core.language_codes import title_language
from sco_cities.core.localized_names import Localized, best_language
from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import LANGUAGES
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch

from .footnotes import Footnotes
from .models import Evidence, Figure, Passage, Report, Ruling, Stance


class BriefCell(Protocol):
    """What stands in a brief for a value: HTML of each record of a block, "" where there is no value.

    Where several fields make up the value, `singly` gives what stands for each, by its name.
    """

    # The fields of the list's QuerySet that it looks at.
    fields: tuple[str, ...]

    def __call__(self, block: RowBatch) -> list[str]: ...


@dataclass(frozen=True)
class BriefLine:
    """A value of each entry: what it is called, how it is written, and the fields that evidence on it speaks of.

    Without `evidence` it has no notes. `is_dated` tells of when the newest report on it is. `choice` writes a
    choice that a report names instead, where that is more than its word.
    """

    words: BriefCell
    evidence: tuple[str, ...] = ()
    label: str = ""
    is_dated: bool = False
    choice: Callable[[str], str] = str


@dataclass(frozen=True)
class Brief:
    """What the brief of a list shows of each record: its name, facts in one line, a text, and values with labels."""

    facts: tuple[BriefLine, ...]
    values: tuple[BriefLine, ...] = ()
    text: BriefLine | None = None
    # The field of the name, or its part before the language.
    name: str = "name"

    template = "sources/_brief.html"

    def read(self, listing: Listing, state: IndexState | None, keys: list[int], first: int) -> "BriefPage":
        """The records of these keys, in their order, numbered from `first` on."""
        return BriefPage(self, listing, state, keys, first)

    @property
    def lines(self) -> list[BriefLine]:
        return [*self.facts, *([self.text] if self.text else []), *self.values]

    @property
    def name_fields(self) -> tuple[str, ...]:
        """The fields that evidence on the name speaks of."""
        return tuple(f"{self.name}_{language}" for language in LANGUAGES)


@dataclass(frozen=True)
class BriefEntry:
    """A record in a brief: what stands for each of the brief's lines, and for each field of them by its name."""

    number: int
    slug: str
    name: Localized
    said: list[str]
    said_of: dict[str, str]
    footnotes: Footnotes

    @property
    def anchor(self) -> str:
        return f"entry-{self.number}"


@dataclass
class SharedNote:
    """A numbered footnote of a brief: one passage, and the entries that it says something of."""

    number: int
    passage: Passage
    entries: list[BriefEntry] = field(default_factory=list)

    @property
    def report(self) -> Report:
        return self.passage.report


class BriefPage:
    """Some records of a list as a brief shows them."""

    def __init__(self, brief: Brief, listing: Listing, state: IndexState | None, keys: list[int], first: int):
        self.brief = brief
        self.listing = listing
        self.model = listing.kind.model
        self._first = first
        name = brief.name_fields if self._has_languages else (brief.name, "language")
        fields = [each for line in brief.lines for each in line.words.fields]
        self._block = RowBatch(listing, state, keys, ["slug", *name, *fields])

    @property
    def _has_languages(self) -> bool:
        return any(each.name == self.brief.name_fields[0] for each in self.model._meta.concrete_fields)

    @cached_property
    def entries(self) -> list[BriefEntry]:
        """The records, in the order of the list."""
        block = self._block
        if not block.keys:
            return []
        said = [line.words(block) for line in self.brief.lines]
        of_field = self._singly(said)
        named = zip(block.keys, block.field("slug"), self._names(), strict=True)
        entries = [
            BriefEntry(
                self._first + place, slug, name,
                [words[place] for words in said],
                {field: words[place] for field, words in of_field.items()},
                self._footnotes(key),
            )
            for place, (key, slug, name) in enumerate(named)
        ]  # fmt: skip
        for entry in entries:
            for note in entry.footnotes.notes:
                self._shared[note.passage.pk].entries.append(entry)
        return entries

    def _singly(self, said: list[list[str]]) -> dict[str, list[str]]:
        found = {}
        for line, words in zip(self.brief.lines, said, strict=True):
            singly = getattr(line.words, "singly", None)
            found |= singly(self._block) if singly else dict.fromkeys(line.evidence, words)
        return found

    def _names(self) -> Iterable[Localized]:
        if not self._has_languages:
            named = zip(self._block.field(self.brief.name), self._block.field("language"), strict=True)
            return [Localized(name, title_language(name, language)) for name, language in named]
        columns = zip(*(self._block.field(name) for name in self.brief.name_fields), strict=True)
        return [best_language(dict(zip(LANGUAGES, texts, strict=True))) for texts in columns]

    def _footnotes(self, key: int) -> Footnotes:
        # The fields are in the block: evidence asks the record for no more than its kind.
        record = self.model(pk=key)
        footnotes = Footnotes(record, self._evidence[key], self._numbers)
        footnotes.figures = footnotes.figures_of(self._figures[key])
        footnotes.rulings = self._rulings[key]
        return footnotes

    @property
    def _kind(self) -> int:
        return ContentType.objects.get_for_model(self.model).pk

    def _about(self, rows):
        """Those of `rows` that are about the records of the brief; none is about a report."""
        if not self.model.evidence_fields:
            return rows.none()
        named = pk_in(self._block.keys, "object_id")
        return rows.using(self._block.using).filter(named, content_type=self._kind)

    @cached_property
    def _stored(self) -> list[Evidence]:
        return list(self._about(Evidence.objects).order_by())

    @cached_property
    def _passages(self) -> dict[int, Passage]:
        """The passages of published reports that speak of the records, in the order of the reports' dates."""
        cited = pk_in({item.passage_id for item in self._stored})
        if not self._stored:
            return {}
        passages = list(Passage.objects.using(self._block.using).filter(cited).order_by())
        reports = self._block.records("reports")
        for passage in passages:
            passage.report = reports[passage.report_id]
        published = [passage for passage in passages if passage.report.is_published]
        return {passage.pk: passage for passage in sorted(published, key=_by_date)}

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {key: number for number, key in enumerate(self._passages, 1)}

    @cached_property
    def _shared(self) -> dict[int, SharedNote]:
        return {key: SharedNote(self._numbers[key], passage) for key, passage in self._passages.items()}

    @cached_property
    def _evidence(self) -> dict[int, list[Evidence]]:
        """By record, the evidence on it in the order of its notes."""
        told = [item for item in self._stored if item.passage_id in self._passages]
        figures = {figure.pk: figure for some in self._figures.values() for figure in some}
        for item in told:
            item.passage = self._passages[item.passage_id]
            if item.figure_id:
                item.figure = figures[item.figure_id]
        found = defaultdict(list)
        for item in sorted(told, key=lambda item: (self._numbers[item.passage_id], item.pk)):
            found[item.object_id].append(item)
        return found

    @cached_property
    def _figures(self) -> dict[int, list[Figure]]:
        found = defaultdict(list)
        for figure in self._about(Figure.objects).order_by("pk"):
            found[figure.object_id].append(figure)
        return found

    @cached_property
    def _rulings(self) -> dict[int, dict[str, str]]:
        """By record, what the editors hold of its disagreements, by field."""
        found = defaultdict(dict)
        if any(item.stance == Stance.DIFFERS for item in self._stored):
            for key, name, reason in self._about(Ruling.objects).values_list("object_id", "field", "reason"):
                found[key][name] = reason
        return found

    @property
    def by_report(self) -> list[tuple[Report, list[SharedNote]]]:
        """The notes of all entries, grouped by report."""
        self.entries  # noqa: B018 - so that notes know the entries
        grouped: dict[int, tuple[Report, list[SharedNote]]] = {}
        for note in self._shared.values():
            grouped.setdefault(note.report.pk, (note.report, []))[1].append(note)
        return list(grouped.values())

    @property
    def note_count(self) -> int:
        return len(self._passages)

    @property
    def disputed_count(self) -> int:
        """How many values reports disagree about."""
        return sum(len(entry.footnotes.disputed_fields) for entry in self.entries)

    @property
    def leans_on_reference(self) -> bool:
        """Whether values are shown that no report is cited for."""
        return any(entry.footnotes.leans_on_reference for entry in self.entries)


def _by_date(passage: Passage) -> tuple:
    report = passage.report
    return report.published_first is None, report.published_first or "", report.slug, passage.number
