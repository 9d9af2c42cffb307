"""Themes of a report by the words it uses."""

import re
from collections import defaultdict

from .marks import LIKELY, MAYBE, SURE, Mark
from .phrases import finder
from .report_text import HAN, ReportText, Span, SpanSet

# A theme with this many points is proposed: two different hits, or one phrase that means nothing else.
ENOUGH = 2


def theme_marks(report: ReportText, taken: SpanSet, furniture: SpanSet) -> list[Mark]:
    """One mark for each theme. A phrase of several words counts twice; hits in names of bodies count half."""
    found: dict[str, list[Span]] = defaultdict(list)
    points: dict[str, float] = defaultdict(float)
    words: dict[str, set[str]] = defaultdict(set)
    for phrase in finder("theme_cues").find(report, overlapping=True):
        last = found.get(phrase.meaning, [])[-1:]
        if furniture.hold(phrase.start, phrase.end) or (last and phrase.start < last[0].end):
            continue
        weight = 2 if is_specific(phrase.word) else 1
        if taken.hold(phrase.start, phrase.end):
            weight /= 2
        if phrase.word in words[phrase.meaning]:
            weight = min(weight, 0.5)
        words[phrase.meaning].add(phrase.word)
        points[phrase.meaning] += weight
        found[phrase.meaning].append(Span(phrase.start, phrase.end))
    # A long report touches on much: what it is about, it says more than once.
    enough = ENOUGH if len(report.text) < 6000 else 3
    return [
        Mark("theme", theme, spans, _band(points[theme], enough), key=theme, reason="words")
        for theme, spans in found.items()
    ]


def is_specific(word: str) -> bool:
    """Whether a phrase says its theme alone: several words, or four Chinese characters."""
    if re.match(f"[{HAN}]", word):
        return len(word) >= 4
    return len(re.split(r"[ -]", word)) > 1


def _band(points: float, enough: float) -> str:
    if points >= 2 * enough:
        return SURE
    return LIKELY if points >= enough else MAYBE
