"""Finds possible names of persons in English and Russian texts, and roles that two persons share."""

import re
from collections.abc import Callable, Iterable

from sco_cities.names.vocabulary import words_of

from .report_text import ReportText

PARTICLES = words_of("function_words", "", "particle of a name")
_LAST_PARTICLES = words_of("function_words", "", "end of a name")


def name_runs(
    report: ReportText, in_name: Callable[[int], bool], breaks: frozenset[int] = frozenset()
) -> Iterable[tuple[int, int]]:
    """Yields the first and last token of each run of words that may form a name. No run crosses `breaks`."""
    index = 0
    while index < len(report.tokens):
        last = index
        if in_name(index):
            while last + 1 < len(report.tokens) and _goes_on(report, last + 1, in_name, breaks):
                last += 1
            yield index, last
        index = last + 1


def _goes_on(report: ReportText, index: int, in_name: Callable[[int], bool], breaks: frozenset[int]) -> bool:
    token, gap = report.tokens[index], report.gap(index)
    after_initial = gap in (".", ". ") and len(report.tokens[index - 1].text) <= 2
    if not (gap in (" ", "-", "'", "’") or after_initial) or token.start in breaks:
        return False
    if gap in ("'", "’") and not token.capitalised:
        # In Chen Min'er the apostrophe separates syllables.
        return bool(re.match("[aeo].", token.text))
    if in_name(index) or token.key in _LAST_PARTICLES:
        return True
    return token.key in PARTICLES and index + 1 < len(report.tokens) and in_name(index + 1)


def role_of_both(
    report: ReportText, first: int, previous, is_plural: Callable[[str], bool]
) -> tuple[int, int] | None:
    """The role of the previous person, if it is in the plural, as in "Mayors Andrei Lapshin and Wang Wei"."""
    is_second = previous and report.tokens[first - 1].key in {"and", "и"} and previous[0] == first - 2
    if is_second and any(is_plural(token.key) for token in report.tokens_in(*previous[1])):
        return previous[1]
    return None
