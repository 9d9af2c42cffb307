"""Collects the unsaved proposals of a reading, which refer to each other."""

from collections.abc import Iterable, Sequence

from sco_cities.themes.models import Theme

from ..models import MODELS, Band, Intake, Origin, Proposal, ProposalKind
from ..reading.marks import Mark
from ..reading.report_text import Span
from .text_places import TextPlaces

_MODELS = {**MODELS, "theme": Theme}
_BANDS = (Band.SURE, Band.LIKELY, Band.MAYBE)


def at_most(limit: str, band: str) -> str:
    """The weaker of two bands."""
    return max(limit, band, key=_BANDS.index)


def name_column(name: str) -> str:
    """The name column for the script of a name (name_en, name_ru or name_zh)."""
    if any("\u3400" <= letter <= "\u9fff" for letter in name):
        return "name_zh"
    return "name_ru" if any("а" <= letter <= "я" or letter == "ё" for letter in name.lower()) else "name_en"


class ProposalList:
    """The subjects and values of an intake. The quote of a proposal is the text at its first span."""

    def __init__(self, intake: Intake, places: TextPlaces, origin: str = Origin.RULES):
        self.intake = intake
        self.places = places
        self.subjects: list[Proposal] = []
        self.values: list[Proposal] = []
        self._origin = origin
        self._by_mark: dict[int, Proposal] = {}
        self._seen: set[tuple] = set()

    def add_subject(
        self, kind: str, mark: Mark, value: dict, *, reason: str, object_id: int | None = None, band: str = "",
        spans: Sequence[Span] = (), shown: str = "",
    ) -> Proposal:  # fmt: skip
        """Adds a record that the report names."""
        proposal = self._proposal(
            kind, spans or mark.spans, band=band or mark.confidence, reason=reason, value=value,
            shown=shown or mark.value,
            object_id=object_id, proposed_id=object_id,
        )  # fmt: skip
        self.subjects.append(proposal)
        self._by_mark[id(mark)] = proposal
        return proposal

    def subject_of(self, mark: Mark) -> Proposal | None:
        """The subject that was made from a mark, or None."""
        return self._by_mark.get(id(mark))

    def add_value(
        self, subject: Proposal, field: str, value, spans: Iterable[Span], *, band: str, reason: str,
        kind: str = ProposalKind.VALUE, target: Proposal | None = None, near: Sequence[Span] = (), shown: str = "",
    ) -> None:  # fmt: skip
        """Adds a value of a subject, unless the same value has been added before.

        A value of a doubtful subject is doubtful, so that a page without its subject does not show it.
        """
        slug = value.get("slug") if isinstance(value, dict) else value
        key = id(subject), kind, field, id(target) if target else str(slug or value)
        if key in self._seen:
            return
        self._seen.add(key)
        value = self._proposal(
            kind, spans, near=near, band=Band.MAYBE if subject.band == Band.MAYBE else band,
            reason=reason, value=value, shown=shown, subject=subject, field=field, target=target,
        )  # fmt: skip
        self.values.append(value)

    def _proposal(self, kind: str, spans: Iterable[Span], near: Sequence[Span] = (), **columns) -> Proposal:
        ordered = self.places.quoted_first(spans, near)
        first = ordered[0]
        quote = self.intake.text[first.start : first.end]
        columns["shown"] = columns["shown"] or " ".join(quote.split())
        return Proposal(
            intake=self.intake, kind=kind, spans=[list(span) for span in ordered], quote=quote,
            passage=self.places.passage_at(first.start), origin=self._origin, **columns,
        )  # fmt: skip

    def save(self) -> int:
        """Stores all proposals, subjects first. Returns their number."""
        Proposal.objects.bulk_create(self.subjects)
        for value in self.values:
            # The saved objects are assigned again, because this copies their new primary keys.
            value.subject, value.target = value.subject, value.target
        Proposal.objects.bulk_create(self.values)
        return len(self.subjects) + len(self.values)


class KnownKeys:
    """Maps the slugs in marks to the primary keys of records, with one query per kind."""

    def __init__(self, marks: Iterable[Mark]):
        slugs: dict[str, set[str]] = {}
        for mark in marks:
            kind = ProposalKind.DELEGATE if mark.kind == "person" else mark.kind
            if mark.key and kind in _MODELS:
                slugs.setdefault(kind, set()).add(mark.key)
        self._keys = {
            kind: dict(_MODELS[kind].objects.filter(slug__in=names).values_list("slug", "pk"))
            for kind, names in slugs.items()
        }

    def get(self, kind: str, slug: str) -> int | None:
        return self._keys.get(kind, {}).get(slug)
