"""Numbers in digits, as English, Russian and Chinese texts write them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from .report_text import ReportText

_RU_WORDS = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12}
_RU_ENDINGS = ("", "а", "и", "у", "е", "ов", "ом", "ам", "ах", "ами")
_SCALES = {
    "thousand": 10**3, "k": 10**3, "lakh": 10**5, "lakhs": 10**5, "million": 10**6, "mln": 10**6, "mn": 10**6,
    "m": 10**6, "crore": 10**7, "crores": 10**7, "billion": 10**9, "bn": 10**9, "bln": 10**9, "trillion": 10**12,
    "trln": 10**12, "lakh crore": 10**12, "lakh crores": 10**12, "тыс": 10**3, "млн": 10**6, "млрд": 10**9,
    "трлн": 10**12, "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9,
    "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
} | {word + ending: scale for word, scale in _RU_WORDS.items() for ending in _RU_ENDINGS}  # fmt: skip
# A longer one is no quantity.
_MOST_DIGITS = 20
_CURRENCY = r"(?P<currency>US\$|USD ?|EUR ?|CNY ?|RMB ?|RUB ?|KZT ?|UZS ?|INR ?|PKR ?|Rs\.? ?|[$€¥£₽₸₹] ?)?"
_EN = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}|\d+(?:\.\d+)?)"
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|mln|trln|bln|bn"
    r"|[Ll]akh [Cc]rores?|[Ll]akhs?|[Cc]rores?)\b|(?P<letter>[mk])\b(?=[^\w]))?"
)
_RU = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?: \d{3})+(?:,\d+)?|\d+(?:[,.]\d+)?)"
    rf"(?:[ -]?(?P<scale>(?:тыс|млн|млрд|трлн)\.?|(?:{'|'.join(_RU_WORDS)})(?:{'|'.join(_RU_ENDINGS)}))(?![а-яё]))?",
    re.IGNORECASE,
)
_ZH = re.compile(
    _CURRENCY + r"(?P<digits>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(?:(?P<more>[余多])?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万"
    r"|千(?![米克瓦])|百))?"
)
_RANGE_BEFORE = re.compile(r"\d\s?(?:万|亿|%)?(?:\s?[-–—~～至到/:：.]\s?|\s(?:and|to|or|и|или|до)\s)\Z")
_RANGE_AFTER = re.compile(r"\s?[-–—~～/:：]\s?\d|[至到]\d|\s(?:and|to|or|и|или|до)\s\d")
# Letters and hyphens after a number make another word of it: 12th, 20-летие, 5G.
_GLUED = re.compile(
    r"[a-zA-Zа-яёА-ЯЁ]|-(?!\s)[а-яё]{1,4}\b|-летн|-лети|-(?:year|day|storey|story|member|seat|point|hour)",
    re.IGNORECASE,
)
_UNIT_GLUED = re.compile(r"(?:km|kg|MW|GW|m|ha|km2|м|км|кг|МВт|га|т)\b")


class Number(NamedTuple):
    """A number in the text; `currency` is the sign before it in lower case."""

    start: int
    end: int
    value: int | float
    currency: str
    scale: int
    chinese_unit_follows: bool
    more: bool


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
        if start and (text[start - 1].isalnum() and report.language != "zh" and not match["currency"]):
            continue
        if start and re.match(r"[A-Za-z\d.]", text[start - 1]) and not match["currency"]:
            continue
        if (
            match["currency"]
            and match.start()
            and text[match.start() - 1].isalpha()
            and report.language != "zh"
        ):
            continue
        if end - start > _MOST_DIGITS:
            continue
        scale = _scale(match)
        if scale == 1 and _GLUED.match(text, end) and not _UNIT_GLUED.match(text, end):
            continue
        if _RANGE_BEFORE.search(text[max(start - 8, 0) : start]) or _RANGE_AFTER.match(text, whole_end):
            continue
        values = [_value(part["digits"], report.language, _scale(part)) for part in parts]
        # Which of them has the unit is not known.
        if any(value >= _scale(part) for part, value in zip(parts, values[1:], strict=False)):
            continue
        value = sum(values)
        yield Number(
            match.start() if match["currency"] else start, whole_end, value,
            (match["currency"] or "").strip(" .").lower(), scale if scale > 1 else 0, report.language == "zh",
            bool(match.groupdict().get("more")),
        )  # fmt: skip


def _parts(pattern: re.Pattern, match: re.Match) -> list[re.Match]:
    """The number and what adds to it: 1 млн 200 тыс."""
    parts = [match]
    while _scale(parts[-1]) > 1:
        end = parts[-1].end()
        following = pattern.match(match.string, end + match.string.startswith(" ", end))
        if not following or following["currency"] or _scale(following) == 1:
            break
        if len(following["digits"]) > _MOST_DIGITS:
            break
        parts.append(following)
    return parts


def _scale(match: re.Match) -> int:
    letter = match.groupdict().get("letter") if match["currency"] else None
    word = (match["scale"] or letter or "").lower().rstrip(".")
    return _SCALES.get(word, 1)


def _value(digits: str, language: str, scale: int) -> int | float:
    if language == "ru":
        digits = digits.replace(" ", "").replace(",", ".")
    else:
        digits = digits.replace(",", "").replace("，", "")
    whole, _, fraction = digits.partition(".")
    # Exact arithmetic: 1.1 million is 1100000, not 1100000.0000000002.
    value = int(whole + fraction) * scale
    if not fraction:
        return value
    quotient, rest = divmod(value, 10 ** len(fraction))
    return quotient if rest == 0 else value / 10 ** len(fraction)
