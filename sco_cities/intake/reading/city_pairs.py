"""Cities that a text names two and two: sister cities and routes."""

import re
from typing import NamedTuple

from .marks import Mark
from .report_text import ReportText

_DASH = re.compile(r"\s?[–—－-]{1,2}\s?\Z")
_AND = re.compile(r"\s(?:and|и|с|with)\s(?:the city of |городом? )?|[与和]")
_COMMA = re.compile(r"[,;，；、]\s?(?:and |и |а также |– )?(?:between )?")


class CityMention(NamedTuple):
    """A city at a place in the text."""

    start: int
    end: int
    city: Mark


def city_pairs(report: ReportText, named: list[CityMention]) -> list[tuple[CityMention, CityMention]]:
    """Cities of a sentence named two and two, by dashes or by "and"."""
    return _by_dash(report, named) or _by_and(report, named)


def _by_dash(report: ReportText, named: list[CityMention]) -> list[tuple[CityMention, CityMention]]:
    """Cities joined by dashes, two and two: "A–B, C–D"."""
    pairs, index = [], 0
    while index + 1 < len(named):
        first, second = named[index], named[index + 1]
        if _DASH.match(report.flat[first.end : second.start]) and first.city is not second.city:
            pairs.append((first, second))
            index += 1
        index += 1
    return pairs


def _by_and(report: ReportText, named: list[CityMention]) -> list[tuple[CityMention, CityMention]]:
    """Cities named two and two with commas between: "A and B, C and D"; nothing if any city is left over."""
    if len(named) < 4 or len(named) % 2:
        return []
    pairs = list(zip(named[::2], named[1::2], strict=True))
    inner = all(_AND.fullmatch(report.flat[first.end : second.start]) for first, second in pairs)
    outer = all(
        _COMMA.fullmatch(report.flat[pairs[index][1].end : pairs[index + 1][0].start])
        for index in range(len(pairs) - 1)
    )
    return pairs if inner and outer else []
