"""Dates of a delegate's role, from the years in brackets in its text, or else from the newest supporting report."""

import re
from collections.abc import Iterable

from sco_cities.core import edtf
from sco_cities.facet_index.state import IndexState

# Only text in brackets counts, as in "Mayor (2015-2016)". Elsewhere a number may be part of a name such as "Expo 2030".
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def years(role: str) -> list[str]:
    """The years that the text of a role contains in brackets."""
    return _YEAR.findall(" ".join(_IN_BRACKETS.findall(role)))


def role_dates(state: IndexState) -> dict[int, str]:
    """The dates of the newest reports that support roles, by the delegate's key."""
    by_date = state.dimension("delegates", "role_reported_on")
    return state.memoize(
        ("role dates",), (by_date,), lambda: {key: date for date, keys in by_date.items() for key in keys}
    )


def newest_first(state: IndexState, keys: Iterable[int]) -> list[int]:
    """Sorts delegates by the date of their role, newest first, and then by name."""
    records, dates = state.index("delegates").records, role_dates(state)

    def recency(key: int) -> tuple[int, int]:
        date = max(years(records[key].role), default=dates.get(key, ""))
        return edtf.recency(date) if date else (0, 0)

    by_name = sorted(keys, key=lambda key: records[key].name_en)
    return sorted(by_name, key=recency, reverse=True)
