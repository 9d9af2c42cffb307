"""Matches proposed initiatives with stored initiatives of the same cities and the same kind or theme."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from initiatives.models import Initiative, InitiativeCity
from sco_cities.core.publication_state import PublicationState

from ..models import Proposal, ProposalKind
from .proposal_list import ProposalList

# Maximum number of candidates per proposal. Only pairs of capitals have more joint initiatives.
_MOST = 50


def match_initiatives(proposals: ProposalList) -> None:
    """Matches each proposed initiative with the most similar stored one, unless several are equally similar.

    The matched proposal gets the reason "same_cities".
    """
    candidates: dict[tuple[int, ...], list[_Candidate]] = {}
    for subject in proposals.subjects:
        if subject.kind != ProposalKind.INITIATIVE:
            continue
        values = [value for value in proposals.values if value.subject is subject]
        found = {value.target.object_id for value in values if value.field == "cities" and value.target}
        if not found or None in found:
            continue
        cities = tuple(sorted(found))
        if cities not in candidates:
            candidates[cities] = _candidates(cities)
        themes = {value.value["slug"] for value in values if value.field == "themes"}
        titled = [each for each in candidates[cities] if each.title == subject.value["title_en"]]
        # A city may have many projects of one kind. If only one city is named, the generated title must match too.
        alike = titled if titled or len(cities) == 1 else candidates[cities]
        if key := _best(alike, subject.value.get("kind", ""), themes):
            subject.object_id = subject.proposed_id = key
            subject.reason = "same_cities"


def initiatives_alike(proposal: Proposal) -> list[int]:
    """Keys of stored initiatives that may be the same as a subject, most similar first."""
    values = list(proposal.values.select_related("target"))
    cities = {value.target.object_id for value in values if value.field == "cities" and value.target} - {None}
    themes = {value.final_value.get("slug", "") for value in values if value.field == "themes"}
    scores = _scores(_candidates(sorted(cities)), proposal.final_value.get("kind", ""), themes)
    return sorted(scores, key=lambda key: (-scores[key], -key))


@dataclass
class _Candidate:
    """A stored initiative that has all searched cities. `further` is the number of its remaining cities."""

    key: int
    kind: str
    title: str
    further: int
    themes: set[str] = field(default_factory=set)


def _candidates(cities: Sequence[int]) -> list[_Candidate]:
    initiatives = Initiative.objects.exclude(state=PublicationState.WITHDRAWN)
    if not cities:
        return []
    # A single join is used for all cities, because SQLite joins at most 64 tables.
    initiatives = initiatives.filter(city_roles__city__in=cities)
    initiatives = initiatives.annotate(shared=Count("city_roles__city", distinct=True)).filter(
        shared=len(cities)
    )
    rows = initiatives.order_by("-pk").values_list("pk", "kind", "title_en")[:_MOST]
    found = {key: _Candidate(key, kind, title, -len(cities)) for key, kind, title in rows}
    for key in InitiativeCity.objects.filter(initiative__in=found).values_list("initiative", flat=True):
        found[key].further += 1
    themed = Initiative.themes.through.objects.filter(initiative__in=found)
    for key, slug in themed.values_list("initiative", "theme__slug"):
        found[key].themes.add(slug)
    return list(found.values())


def _best(candidates: list[_Candidate], kind: str, themes: set[str]) -> int | None:
    scores = _scores(candidates, kind, themes)
    best = max(scores.values(), default=0)
    keys = [key for key, score in scores.items() if score == best]
    return keys[0] if len(keys) == 1 and best > 0 else None


def _scores(candidates: list[_Candidate], kind: str, themes: set[str]) -> dict[int, float]:
    """Maps keys to similarity scores.

    An equal kind counts two points and each common theme one. Each further city subtracts a tenth.
    """
    return {
        each.key: 2 * (each.kind == kind) + len(each.themes & themes) - 0.1 * each.further
        for each in candidates
        if each.kind == kind or each.themes & themes
    }
