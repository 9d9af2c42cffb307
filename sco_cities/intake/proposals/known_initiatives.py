"""Stored initiatives that a report probably tells of again: the same cities, and the same kind or a theme."""

from collections import defaultdict
from collections.abc import Iterable

from initiatives.models import Initiative
from sco_cities.core.publication_state import PublicationState

from ..models import Proposal, ProposalKind
from .proposal_list import ProposalList

# As many are compared for each proposal; more share all these cities only if they are two capitals.
_MOST = 50


def match_initiatives(proposals: ProposalList) -> None:
    """Makes a proposed initiative the known one if exactly one is most alike; `reason` says so."""
    for subject in proposals.subjects:
        if subject.kind != ProposalKind.INITIATIVE:
            continue
        values = [value for value in proposals.values if value.subject is subject]
        cities = {value.target.object_id for value in values if value.field == "cities" and value.target}
        themes = {value.value["slug"] for value in values if value.field == "themes"}
        # One city has many projects of a kind: two cities are needed.
        if len(cities) > 1 and None not in cities:
            key = _best(cities, subject.value.get("kind", ""), themes)
            if key:
                subject.object_id = subject.proposed_id = key
                subject.reason = "same_cities"


def initiatives_alike(proposal: Proposal) -> list[int]:
    """Keys of stored initiatives that a subject may be, the most alike first."""
    values = list(proposal.values.select_related("target"))
    cities = {value.target.object_id for value in values if value.field == "cities" and value.target} - {None}
    themes = {value.final_value.get("slug", "") for value in values if value.field == "themes"}
    scores = _scores(cities, proposal.final_value.get("kind", ""), themes)
    return sorted(scores, key=lambda key: (-scores[key], -key))


def _best(cities: Iterable[int], kind: str, themes: set[str]) -> int | None:
    scores = _scores(cities, kind, themes)
    best = max(scores.values(), default=0)
    keys = [key for key, score in scores.items() if score == best]
    return keys[0] if len(keys) == 1 and best > 0 else None


def _scores(cities: Iterable[int], kind: str, themes: set[str]) -> dict[int, float]:
    """By key, how alike initiatives of all these cities are: 2 for the kind, 1 for a theme, less for more cities."""
    initiatives = Initiative.objects.exclude(state=PublicationState.WITHDRAWN)
    cities = sorted(cities)
    if not cities:
        return {}
    for city in cities:
        initiatives = initiatives.filter(city_roles__city=city)
    rows = list(initiatives.order_by("-pk").values_list("pk", "kind")[:_MOST])
    keys = [key for key, _kind in rows]
    shared: dict[int, set[str]] = defaultdict(set)
    themed = Initiative.themes.through.objects.filter(initiative__in=keys, theme__slug__in=themes)
    for key, slug in themed.values_list("initiative", "theme__slug"):
        shared[key].add(slug)
    counts: dict[int, int] = defaultdict(int)
    for key in Initiative.cities.through.objects.filter(initiative__in=keys).values_list(
        "initiative", flat=True
    ):
        counts[key] += 1
    return {
        key: 2 * (each == kind) + len(shared[key]) - 0.1 * (counts[key] - len(cities))
        for key, each in rows
        if each == kind or shared[key]
    }
