"""Numbers in digits, as English, Russian and Chinese texts write them."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from sco_cities.core.notation import scale_of

from .phrases import finder
from .report_text import ReportText
from .units import ENGLISH_WORDS_IN_MILLIONS

_RU_WORDS = ("тысяч", "миллион", "миллиард", "триллион")
_RU_ENDINGS = ("", "а", "и", "у", "е", "ов", "ом", "ам", "ах", "ами")
# A longer one is no quantity.
_MOST_DIGITS = 20
_CURRENCY = r"(?P<currency>US\$|USD ?|EUR ?|CNY ?|RMB ?|RUB ?|KZT ?|UZS ?|INR ?|PKR ?|Rs\.? ?|[$€¥£₽₸₹] ?)?"
_EN_GROUPS = (
    r"\d{1,3}(?:,\d{3}){1,6}+(?!\d)|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)|\d{1,3}(?: \d{3}){1,6}+(?![\d-])"
)
_COUNTED = "|".join(re.escape(word) for word in sorted(ENGLISH_WORDS_IN_MILLIONS))
_EN = re.compile(
    _CURRENCY + rf"(?P<digits>(?:{_EN_GROUPS}|\d+)(?:\.\d+)?)"
    r"(?:[ -]?(?P<scale>(?i:thousand|million|billion|trillion|mln|trln|bln|bn|mn|lakh crores?|lakhs?|crores?|cr))\b"
    # A letter is a scale after the sign of a currency, and before what is counted in millions.
    rf"|[ -]?(?P<letter>(?i:m|k|b|tn))\b(?(currency)|(?=[ -](?i:{_COUNTED})\b)))?"
)
_RU = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?: \d{3}){1,6}+(?![\d-])(?:,\d+)?|\d+(?:[,.]\d+)?)"
    rf"(?:[ -]?(?P<scale>(?:тыс|млн|млрд|трлн)\.?|(?:{'|'.join(_RU_WORDS)})(?:{'|'.join(_RU_ENDINGS)}))(?![а-яё]))?",
    re.IGNORECASE,
)
_ZH = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?:(?P<more>[余多])?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万"
    r"|千(?![米克瓦])|百))?"
)
_RANGE_BEFORE = re.compile(
    r"\d\s?(?:万|亿|%)?(?:\s?(?:[-–—~～至到/:：…]|\.+)\s?|\s(?:and|to|or|и|или|до)\s)[-−–]?\Z"
)
_RANGE_AFTER = re.compile(
    r"\s?(?:[-–—~～/:：…]|\.\.+)\s?[-−–$€¥£₽₸₹]?\d|[至到]\d|\s(?:and|to|or|и|или|до)\s[-−–]?\d"
)
# Digits beside others are parts of one number in a notation that is not certain. A year may stand before one.
_JOINED_BEFORE = re.compile(r"\d[,'’]\Z|(?<!\b[12]\d\d)\d \Z")
_JOINED_AFTER = re.compile(r"[,.'’]\d| \d{3}\b")
# Letters after a number make another word of it: 12th, 5G; so do these after a hyphen, and a scale that is not certain.
_GLUED = re.compile(r"[a-zа-яё]|-(?:year|day|hour)| (?:m|k|b|tn)\b", re.IGNORECASE)
_UNIT_GLUED = re.compile(r"(?:km|kg|MW|GW|ha|km2|м|км|кг|МВт|га|т)\b")


class Number(NamedTuple):
    """A number in the text; `currency` is the sign before it in lower case, `in_words` is true without digits."""

    start: int
    end: int
    value: int | float
    currency: str
    scale: int
    chinese_unit_follows: bool
    more: bool
    in_words: bool = False


def numbers_in_words(report: ReportText) -> Iterable[Number]:
    """The numbers up to twelve that English and Russian texts write in words; one and two only of pairs."""
    for cue in finder("number_words").find(report):
        end = cue.start + len(report.flat[cue.start : cue.end].split()[0])
        if "-" not in (report.flat[max(cue.start - 1, 0) : cue.start], report.flat[end : end + 1]):
            yield Number(cue.start, end, int(cue.meaning), "", 0, False, False, True)


def numbers(report: ReportText) -> Iterable[Number]:
    """All numbers in digits but ranges, scores, times of day, ordinals and parts of names."""
    pattern = {"en": _EN, "ru": _RU, "zh": _ZH}[report.language]
    text = report.flat
    whole_end = 0
    for match in pattern.finditer(text):
        start, end = match.span("digits")
        if start < whole_end:
            continue
        parts = _parts(pattern, match)
        whole_end = parts[-1].end()
        first = match.start() if match["currency"] else start
        if first and text[first - 1].isalnum() and report.language != "zh":
            continue
        if start and re.match(r"[A-Za-z\d.]", text[start - 1]) and not match["currency"]:
            continue
        if end - start > _MOST_DIGITS:
            continue
        scale = _scale(match)
        if scale == 1 and (_is_glued(match) or _JOINED_AFTER.match(text, end)):
            continue
        before = text[max(start - 8, 0) : start]
        if (
            _JOINED_BEFORE.search(before)
            or _RANGE_BEFORE.search(before)
            or _RANGE_AFTER.match(text, whole_end)
        ):
            continue
        values = [_value(part["digits"], report.language, _scale(part)) for part in parts]
        if not all(
            _adds_to(part, following, value)
            for (part, following), value in zip(pairwise(parts), values[1:], strict=True)
        ):
            continue
        yield Number(
            first, whole_end, sum(values),
            (match["currency"] or "").strip(" .").lower(), scale if scale > 1 else 0, report.language == "zh",
            bool(match.groupdict().get("more")),
        )  # fmt: skip


def _is_glued(match: re.Match) -> bool:
    return bool(_GLUED.match(match.string, match.end()) and not _UNIT_GLUED.match(match.string, match.end()))


def _parts(pattern: re.Pattern, match: re.Match) -> list[re.Match]:
    """The number and what follows it as if it added to it: 1 млн 200 тыс., 5 тысяч 200."""
    parts = [match]
    while _scale(parts[-1]) > 1:
        end = parts[-1].end()
        following = pattern.match(match.string, end + (match.string[end : end + 1] in (" ", "零")))
        if not following or following["currency"] or len(following["digits"]) > _MOST_DIGITS:
            break
        if _scale(following) == 1 and (match["currency"] or _is_glued(following)):
            break
        parts.append(following)
    return parts


def _adds_to(before: re.Match, after: re.Match, value: float) -> bool:
    """Whether the second number, of this value, is certain to add to the first: in 3万5 it may be 5 or 5000."""
    scale = _scale(before)
    if _scale(after) > 1 or before.string[after.start() - 1] == "零":
        return value < scale
    return after["digits"].isdigit() and 10 ** len(after["digits"]) == scale


def _scale(match: re.Match) -> int:
    return scale_of(match["scale"] or match.groupdict().get("letter"))


def _value(digits: str, language: str, scale: int) -> int | float:
    digits = digits.replace(" ", "")
    digits = digits.replace(",", ".") if language == "ru" else digits.replace(",", "").replace("，", "")
    whole, _, fraction = digits.partition(".")
    # Exact arithmetic: 1.1 million is 1100000, not 1100000.0000000002.
    value = int(whole + fraction) * scale
    if not fraction:
        return value
    quotient, rest = divmod(value, 10 ** len(fraction))
    return quotient if rest == 0 else value / 10 ** len(fraction)
