"""Finds the themes of a report with a vocabulary of cues."""

import re
from collections import defaultdict

from sco_cities.names.letters import HAN

from .dictionary import finder
from .report_text import LIKELY, MAYBE, SURE, Mark, ReportText, Span, SpanSet

# Minimum points of a theme, as given by two different cues or one unambiguous phrase.
ENOUGH = 2


def theme_marks(
    report: ReportText, taken: SpanSet, undertakings: list[Span], furniture: SpanSet
) -> list[Mark]:
    """Creates one mark per theme.

    A phrase of several words counts twice, and so does any cue in a sentence about cooperation. A cue within a name
    counts half, and each repetition adds half a point.
    """
    found: dict[str, list[Span]] = defaultdict(list)
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    cues = finder("function_words", "about cooperation").find(report)
    about = SpanSet(report.sentence_at(each.start) for each in (*undertakings, *cues))
    for phrase in finder("theme_cues").find(report, overlapping=True):
        last = found.get(phrase.meaning, [])[-1:]
        if furniture.hold(phrase.start, phrase.end) or (last and phrase.start < last[0].end):
            continue
        weight = 2.0 if is_specific(phrase.word) or about.hold(phrase.start, phrase.end) else 1.0
        if taken.hold(phrase.start, phrase.end):
            weight /= 2
        said = weights[phrase.meaning].get(phrase.word)
        weights[phrase.meaning][phrase.word] = weight if said is None else max(said, weight) + 0.5
        found[phrase.meaning].append(Span(phrase.start, phrase.end))
    # A long report mentions many themes, but repeats its own themes.
    enough = ENOUGH if len(report.text) < 6000 else 3
    marks = []
    for theme, spans in found.items():
        points = sum(weights[theme].values())
        band = SURE if points >= 2 * enough else LIKELY if points >= enough else MAYBE
        marks.append(Mark("theme", theme, spans, band, key=theme))
    return marks


def is_specific(word: str) -> bool:
    """True if a phrase identifies its theme alone, because it has several words or four Chinese characters."""
    if re.match(f"[{HAN}]", word):
        return len(word) >= 4
    return len(re.split(r"[ -]", word)) > 1
