"""The findings on the home page, which are notable facts about all initiatives. A rule selects each finding.

docs/user/findings.md and the page explain the rules to readers. A finding names its denominators. It is omitted if the
data does not meet its rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import get_language
from pyroaring import BitMap

from initiatives.models import DONE, Initiative, Status
from initiatives.related_stats import LinkedCount
from sco_cities.facet_index.facet_counts import FacetCounter, values_by_size
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import EvidenceLevelsFacet
from sco_cities.sources.newest_report import OLD
from sco_cities.sources.related_records import list_url

from .charts.scope import COLLECTION

# Minimum number of initiatives to compare shares, because two initiatives cannot be "mostly operating".
MIN_INITIATIVES = 10
# Minimum percentage of a theme's initiatives for a theme finding, and of all initiatives for a country finding.
MIN_THEME_SHARE, MIN_COUNTRY_SHARE = 60, 50


@dataclass(frozen=True)
class Part:
    """A number of initiatives, and the total that includes them. Each number links to the counted initiatives."""

    count: LinkedCount
    whole: LinkedCount

    @property
    def is_majority(self) -> bool:
        return 2 * self.count.count > self.whole.count


@dataclass(frozen=True)
class ThemeFinding:
    """The theme with the largest share of initiatives that have certain statuses."""

    theme: Record
    part: Part


@dataclass(frozen=True)
class CountryFinding:
    """The country with the most initiatives, and its most frequent partner country, if there is one."""

    country: Record
    part: Part
    partner: Record | None
    joint: LinkedCount | None


@dataclass(frozen=True)
class Findings:
    """All findings. A finding is None if the data does not meet its rule."""

    done: ThemeFinding | None = None
    agreed: ThemeFinding | None = None
    country: CountryFinding | None = None
    old: Part | None = None
    disputed: Part | None = None
    # The page shows these limits in the rules.
    min_initiatives: ClassVar[int] = MIN_INITIATIVES
    min_theme_share: ClassVar[int] = MIN_THEME_SHARE
    min_country_share: ClassVar[int] = MIN_COUNTRY_SHARE

    @property
    def has_theme(self) -> bool:
        """True if there is a finding about a theme."""
        return bool(self.done or self.agreed)

    def __bool__(self):
        return any((self.done, self.agreed, self.country, self.old, self.disputed))


def findings(state: IndexState) -> Findings:
    """Returns the findings about all published initiatives, cached until the data or the day changes."""
    # The cache key includes the language, because URLs depend on it.
    return state.memoize(
        ("findings", get_language()), (state.change_token, today()), lambda: _findings(state)
    )


def _findings(state: IndexState) -> Findings:
    everything = len(state.published(COLLECTION))
    old = len(state.filter_keys(COLLECTION, "reported", *OLD))
    disputed = len(state.filter_keys(COLLECTION, EvidenceLevelsFacet(), "disputed"))
    return Findings(
        _theme_finding(state, DONE),
        _theme_finding(state, (Status.AGREED,)),
        _country_finding(state),
        _part(old, everything, {}, reported=OLD) if old else None,
        _part(disputed, everything, {}, evidence="disputed") if disputed else None,
    )


def _part(count: int, whole: int, of_whole: dict[str, str], **filters: str | Sequence[str]) -> Part:
    """Returns the `count` initiatives with `filters`, as a part of the `whole` initiatives with `of_whole`."""
    return Part(
        LinkedCount(count, list_url(Initiative, **of_whole, **filters)),
        LinkedCount(whole, list_url(Initiative, **of_whole)),
    )


def _theme_finding(state: IndexState, statuses: tuple[Status, ...]) -> ThemeFinding | None:
    """Returns the theme with the largest share of these statuses, out of themes with enough initiatives.

    If two themes have equal shares, the theme with more initiatives is chosen. Returns None if the numbers are also
    equal, or if the share is too small.
    """
    with_status = state.filter_keys(COLLECTION, "status", *statuses)
    numbers = _numbers(state, "theme", "themes", state.published(COLLECTION))
    counts = _numbers(state, "theme", "themes", with_status)
    ranked = sorted(
        (
            (counts.get(theme, 0) / number, number, theme)
            for theme, number in numbers.items()
            if number >= MIN_INITIATIVES and 100 * counts.get(theme, 0) >= MIN_THEME_SHARE * number
        ),
        reverse=True,
    )
    if not ranked or _is_tie(ranked):
        return None
    _share, number, key = ranked[0]
    theme = state.index("themes").records[key]
    values = [status.value for status in statuses]
    return ThemeFinding(theme, _part(counts[key], number, {"theme": theme.slug}, status=values))


def _country_finding(state: IndexState) -> CountryFinding | None:
    """Returns the country in the most initiatives, or None if its share is too small or two countries are tied."""
    everything = state.published(COLLECTION)
    ranked = _ranked(_numbers(state, "country", "countries", everything))
    if not ranked or _is_tie(ranked):
        return None
    number, key = ranked[0]
    if len(everything) < MIN_INITIATIVES or 100 * number < MIN_COUNTRY_SHARE * len(everything):
        return None
    countries = state.index("countries").records
    own = state.facet(COLLECTION, "country")[key] & everything
    partners = _ranked(
        {
            other: joint
            for other, joint in _numbers(state, "country", "countries", own).items()
            if other != key
        }
    )
    country, partner, joint = countries[key], None, None
    if partners and not _is_tie(partners):
        partner = countries[partners[0][-1]]
        url = list_url(Initiative, country=country.slug, with_country=partner.slug)
        joint = LinkedCount(partners[0][0], url)
    part = _part(number, len(everything), {}, country=country.slug)
    return CountryFinding(country, part, partner, joint)


def _numbers(state: IndexState, facet: str, collection: str, keys: BitMap) -> dict[int, int]:
    """Maps each facet value that is a published record to the number of `keys` with this value. Omits zeros."""
    values = values_by_size(state, COLLECTION, facet, collection)
    return values.most_frequent(FacetCounter(keys, values.last), None)


def _ranked(numbers: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(((number, key) for key, number in numbers.items()), reverse=True)


def _is_tie(ranked: list[tuple]) -> bool:
    """Returns True if the first two rows are equal except for the key in the last column."""
    return len(ranked) > 1 and ranked[0][:-1] == ranked[1][:-1]
