"""Finds pairs of cities (sister cities and routes)."""

import re
from itertools import pairwise

from sco_cities.names.letters import HAN

from .report_text import Mention, ReportText

# Text that may follow a city (its country, its district, or the region with this capital).
_BEHIND = rf"(?:\s?[(（][^()（）\n]{{2,40}}[)）]|, [A-ZА-ЯЁ][\w-]+(?=[,;]?\s)|市?[{HAN}]{{2,4}}[区县旗]|市)?"
_DASH = re.compile(rf"{_BEHIND}\s?[–—－-]{{1,2}}\s?")
# Text between the two cities of a pair. In Chinese, a country and a province may precede the second city.
_AND = re.compile(
    rf"{_BEHIND}(?:,?\s(?:and|и|с|with)\s(?:the city of |городом? )?|[与和同](?:[{HAN}]{{2,10}})?)"
)
_NEXT = re.compile(
    rf"{_BEHIND}(?:[,;，；、]|等?[、；])\s*(?:[-–—•*·]\s)?(?:as well as |and |а также |и |以及|– )?(?:between )?"
    rf"(?:[{HAN}]{{2,10}})?"
)
# Text next to a city whose partner is not in the dictionary, as in "Kazan and Oldtown" and 喀山市与远国古城市.
_UNKNOWN_BEHIND = re.compile(
    rf"{_BEHIND}(?:(?:,?\s(?:and|и|with|с)\s|\s?[–—-]\s?)[A-ZА-ЯЁ][\w'’-]+|[与和同][{HAN}]{{2,16}}[市县区](?=[、，,。等]))"
)
_UNKNOWN_BEFORE = re.compile(
    rf"(?:[-–—•*·;,]\s[A-ZА-ЯЁ][\w'’-]+,?\s(?:and|и)\s|[、，][{HAN}]{{2,14}}[市县区州省府][与和同](?:[{HAN}]{{2,10}})?)\Z"
)
# Text between two lists of cities that form pairs in order.
_TO_EACH = re.compile(
    r"(?:sister|twin|partner|побратим|友好|姐妹|友城).*(?:\b(?:to|of|with|для|с|к)\s|[与和同])\Z"
)
_RESPECTIVELY = re.compile(r"\brespectively\b|\bсоответственно\b|分别")


def city_pairs(report: ReportText, named: list[Mention], end: int) -> list[tuple[Mention, ...]]:
    """Returns the pairs of cities in a sentence that ends at `end`, as in "A–B, C–D" or "A and B, C and D".

    "A and B are sister cities of C and D" also contains two pairs. If a pair in a list has an unknown city, the result
    contains the known city alone.
    """
    halves = {index for index in range(len(named)) if _is_half(report, named, index, end)}
    joints = [
        "" if {index, index + 1} & halves or first.mark is second.mark else _joint(report, first, second)
        for index, (first, second) in enumerate(pairwise(named))
    ]
    pairs = _to_each_other(report, named, joints) or _two_and_two(named, joints)
    return [*pairs, *((named[index],) for index in sorted(halves))]


def partners_of_one(report: ReportText, named: list[Mention]) -> list[tuple[Mention, ...]]:
    """Pairs the first city with each city of a list, as in "Minsk is twinned with Beijing and Novosibirsk"."""
    first, *others = list({id(place.mark): place for place in reversed(named)}.values())[::-1] or [None]
    joined = [is_list(report, *each) for each in pairwise([first, *others])]
    return (
        [(first, other) for other in others] if len(others) > 1 and not joined[0] and all(joined[1:]) else []
    )


def is_list(report: ReportText, first: Mention, second: Mention) -> bool:
    """Returns True if the second city continues a list that contains the first city."""
    return bool(_joint(report, first, second))


def _joint(report: ReportText, first: Mention, second: Mention) -> str:
    """Returns the kinds of text between two cities ("dash", "and", "next" for a comma, or ""). ", and" has two."""
    gap = report.flat[first.end : second.start]
    kinds = (("dash", _DASH), ("and", _AND), ("next", _NEXT))
    return " ".join(kind for kind, pattern in kinds if pattern.fullmatch(gap))


def _two_and_two(named: list[Mention], joints: list[str]) -> list[tuple[Mention, ...]]:
    """Returns the pairs of adjacent cities. "A, B and C" and "A – B – C" contain no pairs."""
    pairs, index = [], 0
    while index < len(joints):
        stop = index
        while stop < len(joints) and joints[stop]:
            stop += 1
        within, between = joints[index:stop:2], joints[index + 1 : stop : 2]
        by_dash = set(within) == {"dash"} and "dash" not in between
        by_and = all("and" in joint for joint in within) and all("next" in joint for joint in between)
        if (stop - index) % 2 and (by_dash or by_and):
            pairs += [(named[at], named[at + 1]) for at in range(index, stop, 2)]
        index = stop + 1
    return pairs


def _to_each_other(report: ReportText, named: list[Mention], joints: list[str]) -> list[tuple[Mention, ...]]:
    """Pairs the cities of two lists by position, as in "A and B are sister cities of C and D"."""
    middle = len(named) // 2
    if len(named) < 4 or len(named) % 2:
        return []
    if joints[middle - 1] or not all((*joints[: middle - 1], *joints[middle:])):
        return []
    gap = report.folded[named[middle - 1].end : named[middle].start]
    after = report.folded[named[-1].end : named[-1].end + 16]
    if not (_TO_EACH.search(gap) or _RESPECTIVELY.search(gap) or _RESPECTIVELY.search(after)):
        return []
    return list(zip(named[:middle], named[middle:], strict=True))


def _is_half(report: ReportText, named: list[Mention], index: int, end: int) -> bool:
    """Returns True if a city is next to an unknown city that may form a pair with it."""
    place = named[index]
    first = named[index - 1].end if index else 0
    last = named[index + 1].start if index + 1 < len(named) else end
    behind = _UNKNOWN_BEHIND.match(report.flat, place.end, last)
    return bool(behind or _UNKNOWN_BEFORE.search(report.flat, max(place.start - 30, first), place.start))
