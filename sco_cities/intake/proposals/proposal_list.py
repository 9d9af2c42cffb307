"""Collects a reading's unsaved proposals, which refer to each other and quote passages of the text."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from sco_cities.themes.models import Theme

from ..models import MODELS, Certainty, Intake, IntakePassage, Origin, Proposal, ProposalKind
from ..reading.reader import ReportReading
from ..reading.report_text import Mark, ReportText, Span

# A passage with one of these endings is not a title. Titles are cited only as a last resort, because they repeat the
# text.
_TITLE_ENDS = (".", "!", "?", "。", "！", "？", "…", "»", "”", '"')


class TextPlaces:
    """The passages of a text, weighted by the number of marks in them.

    Each cited passage needs a summary, so quotes are taken from the few passages with the most marks.
    """

    def __init__(self, text: str, passages: Sequence[IntakePassage], marks: Iterable[Mark] = ()):
        self.report = ReportText(text)
        self.passages = list(passages)
        self._starts = [passage.start for passage in self.passages]
        self._weights = [0.0] * len(self.passages)
        for mark in marks:
            # Initiatives and statements are the main content of a passage.
            weight = 20 if mark.kind in ("initiative", "statement") else 1
            for index in {self._index(span.start) for span in mark.spans}:
                self._weights[index] += weight
        self._titles: set[int] = set()
        for index, passage in enumerate(self.passages[:-1]):
            # The masthead and the title can only be the first two passages.
            if text[: passage.end].endswith(_TITLE_ENDS) or index == 2:
                break
            self._weights[index] /= 1000
            self._titles.add(index)

    def passage_at(self, position: int) -> IntakePassage | None:
        return self.passages[self._index(position)] if self.passages else None

    def _index(self, position: int) -> int:
        return max(bisect_right(self._starts, position) - 1, 0)

    def quoted_first(self, spans: Iterable[Span], near: Sequence[Span] = ()) -> list[Span]:
        """Returns the distinct spans, with the span to quote first.

        The first span is in `near` if possible, otherwise in the passage with the highest weight.
        """
        ordered = sorted({Span(*span) for span in spans})
        if not ordered:
            return []
        within = [span for span in ordered if any(piece.start <= span.start < piece.end for piece in near)]
        if within:
            first = next((span for span in within if self._index(span.start) not in self._titles), within[0])
        else:
            first = max(ordered, key=lambda span: self._weights[self._index(span.start)])
        return [first, *(span for span in ordered if span != first)]

    def is_in(self, mark: Mark, pieces: Iterable[Span]) -> bool:
        """Returns True if a mark begins in one of the pieces."""
        return any(piece.start <= span.start < piece.end for span in mark.spans for piece in pieces)

    def passages_of(self, spans: Iterable[Span]) -> list[Span]:
        """Returns the passages that contain the starts of these spans, as ranges of the text."""
        return [
            Span(self.passages[index].start, self.passages[index].end)
            for index in sorted({self._index(span.start) for span in spans})
        ]

    def sentences_of(self, mark: Mark) -> list[Span]:
        return [self.report.sentence_at(span.start) for span in mark.spans]


# The models of kinds of marks that have a slug as key. The key of a statement is the slug of the speaker.
_MODELS = {kind: model for kind, model in MODELS.items() if kind != ProposalKind.STATEMENT} | {"theme": Theme}
_CERTAINTIES = (Certainty.SURE, Certainty.LIKELY, Certainty.DOUBTFUL)


def _kind_of(mark: Mark) -> str:
    return ProposalKind.DELEGATE if mark.kind == "person" else mark.kind


def at_most(limit: str, certainty: str) -> str:
    """Returns the weaker of two certainties."""
    return max(limit, certainty, key=_CERTAINTIES.index)


def is_stated(date: Mark) -> bool:
    """Returns True if the year of a date is known."""
    return not date.value.startswith("XXXX")


def name_column(name: str) -> str:
    """Returns the name column for the script of a name (name_en, name_ru or name_zh)."""
    if any("\u3400" <= letter <= "\u9fff" for letter in name):
        return "name_zh"
    return "name_ru" if any("а" <= letter <= "я" or letter == "ё" for letter in name.lower()) else "name_en"


class ProposalList:
    """The subjects and values of an intake from a reading. The quote of a proposal is the text at its first span."""

    def __init__(
        self, intake: Intake, places: TextPlaces, reading: ReportReading, origin: str = Origin.RULES
    ):
        self.intake, self.places, self.reading = intake, places, reading
        self.subjects: list[Proposal] = []
        self.values: list[Proposal] = []
        self._origin = origin
        self._by_mark: dict[int, Proposal] = {}
        self._seen: set[tuple] = set()
        slugs: dict[str, set[str]] = {}
        for mark in reading.marks:
            slugs.setdefault(_kind_of(mark), set()).add(mark.key)
        # Maps kinds and slugs to the primary keys of records, with one query per kind.
        self._keys = {
            kind: dict(model.objects.filter(slug__in=slugs[kind]).values_list("slug", "pk"))
            for kind, model in _MODELS.items()
            if slugs.get(kind, {""}) - {""}
        }

    def key_of(self, mark: Mark) -> int | None:
        """Returns the primary key of the known record of a mark, or None."""
        return self._keys.get(_kind_of(mark), {}).get(mark.key)

    def first_date(self, pieces: Sequence[Span]) -> Mark | None:
        """Returns the first date with a known year in pieces of the text, or None."""
        dates = (date for date in self.reading.dates if is_stated(date) and self.places.is_in(date, pieces))
        return next(dates, None)

    def add_subject(
        self, mark: Mark, value: dict, *, reason: str, certainty: str = "", spans: Sequence[Span] = ()
    ) -> Proposal:
        """Adds a record that the report names. `value` and `reason` are used only for new records."""
        key = self.key_of(mark)
        proposal = self._proposal(
            _kind_of(mark), spans or mark.spans, certainty=certainty or mark.certainty,
            reason="known_name" if key else reason, value={} if key else value, shown=mark.value,
            object_id=key, proposed_id=key,
        )  # fmt: skip
        self.subjects.append(proposal)
        self._by_mark[id(mark)] = proposal
        return proposal

    def subject_of(self, mark: Mark) -> Proposal | None:
        """Returns the subject of a mark, or None."""
        return self._by_mark.get(id(mark))

    def add_value(
        self, subject: Proposal, field: str, value, spans: Iterable[Span], *, certainty: str, reason: str,
        kind: str = ProposalKind.VALUE, target: Proposal | None = None, near: Sequence[Span] = (),
    ) -> None:  # fmt: skip
        """Adds a value of a subject, unless the same value has been added before.

        Values of a doubtful subject are doubtful, so that pages hide them together with the subject.
        """
        slug = value.get("slug") if isinstance(value, dict) else value
        key = id(subject), kind, field, id(target) if target else str(slug or value)
        if key in self._seen:
            return
        self._seen.add(key)
        if subject.certainty == Certainty.DOUBTFUL:
            certainty = Certainty.DOUBTFUL
        value = self._proposal(
            kind, spans, near=near, certainty=certainty, reason=reason, value=value, subject=subject,
            field=field, target=target,
        )  # fmt: skip
        self.values.append(value)

    def add_named(
        self, subject: Proposal, field: str, marks: Iterable[Mark], pieces: Sequence[Span], *, reason: str,
        limit: str = Certainty.LIKELY,
    ) -> None:  # fmt: skip
        """Adds records or themes named in pieces of a text as values of a subject. `limit` is the maximum certainty."""
        for mark in marks:
            target, value = self.subject_of(mark), {"slug": mark.key} if field == "themes" else {}
            if self.places.is_in(mark, pieces) and (target or value):
                self.add_value(
                    subject, field, value, mark.spans, near=pieces, target=target, reason=reason,
                    certainty=at_most(limit, mark.certainty),
                )  # fmt: skip

    def _proposal(self, kind: str, spans: Iterable[Span], near: Sequence[Span] = (), **columns) -> Proposal:
        ordered = self.places.quoted_first(spans, near)
        first = ordered[0]
        quote = self.intake.text[first.start : first.end]
        columns.setdefault("shown", " ".join(quote.split()))
        return Proposal(
            intake=self.intake, kind=kind, spans=[list(span) for span in ordered], quote=quote,
            passage=self.places.passage_at(first.start), origin=self._origin, **columns,
        )  # fmt: skip

    def save(self) -> int:
        """Stores all proposals, subjects first. Returns their number."""
        Proposal.objects.bulk_create(self.subjects)
        for value in self.values:
            # The saved objects are assigned again to copy their new primary keys.
            value.subject, value.target = value.subject, value.target
        Proposal.objects.bulk_create(self.values)
        return len(self.subjects) + len(self.values)
