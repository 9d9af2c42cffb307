"""Finds possible names of persons in English and Russian texts."""

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
        # In "Chen Min'er", the apostrophe separates syllables.
        return bool(re.match("[aeo].", token.text))
    if in_name(index) or token.key in _LAST_PARTICLES:
        return True
    return token.key in PARTICLES and index + 1 < len(report.tokens) and in_name(index + 1)
