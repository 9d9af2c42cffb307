"""Dates of a delegate's role, from the years in brackets in its text, or else the newest report that supports it."""

import re
from collections.abc import Iterable

from sco_cities.core import edtf
from sco_cities.facet_index.state import IndexState

# Only in brackets, as in "Mayor (2015-2016)". Elsewhere a number may belong to a name such as "Expo 2030".
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def years(role: str) -> list[str]:
    """The years in brackets in the text of a role."""
    return _YEAR.findall(" ".join(_IN_BRACKETS.findall(role)))


def role_dates(state: IndexState) -> dict[int, str]:
    """The dates of the newest reports that support roles, by the key of the delegate."""
    by_date = state.dimension("delegates", "role_reported_on")
    return state.memoize(
        ("role dates",), (by_date,), lambda: {key: date for date, keys in by_date.items() for key in keys}
    )


def newest_first(state: IndexState, keys: Iterable[int]) -> list[int]:
    """Delegates by the date of their role, the newest first, and then in order of name."""
    records, dates = state.index("delegates").records, role_dates(state)

    def recency(key: int) -> tuple[int, int]:
        date = max(years(records[key].role), default=dates.get(key, ""))
        return edtf.recency(date) if date else (0, 0)

    by_name = sorted(keys, key=lambda key: records[key].name_en)
    return sorted(by_name, key=recency, reverse=True)
