"""Dates of a report in EDTF. A year comes from the text or from the date of the report, never from elsewhere."""

import datetime
import re
from collections.abc import Iterable
from itertools import pairwise

from .marks import LIKELY, SURE, Mark
from .report_text import ReportText, Span, SpanSet

_EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RU_MONTHS = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "мая",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
_EN_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_RU_MONTH = (
    r"(?P<month>январ[яье]|феврал[яье]|марта?е?|апрел[яье]|ма[яе]|июн[яье]|июл[яье]|августа?е?"
    r"|сентябр[яье]|октябр[яье]|ноябр[яье]|декабр[яье])"
)
# Days of one month. Where both are days, the first is the value; else the patterns of single days read them.
_RANGES = {
    "en": [
        re.compile(
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–—]| to )(?P<until>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? "
            rf"{_EN_MONTH},?(?: (?P<year>\d{{4}})\b)?"
        ),
        re.compile(
            rf"\b{_EN_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–—]| to )(?P<until>\d{{1,2}})(?:st|nd|rd|th)?\b"
            r"(?!,\d)(?:,? (?P<year>\d{4})\b)?"
        ),
    ],
    "ru": [
        re.compile(
            rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:[-–—]| (?:по|до) )(?P<until>\d{{1,2}}) {_RU_MONTH}\b"
            r"(?: (?P<year>\d{4})(?: ?г(?:ода|\.)?)?)?",
            re.IGNORECASE,
        ),
    ],
    "zh": [
        re.compile(
            r"(?:(?P<year>\d{4})\s?年\s?)?(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日?"
            r"\s?[-–—~～至到]\s?(?P<until>\d{1,2})\s?日"
        ),
    ],
}
_PATTERNS = {
    "en": [
        re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_EN_MONTH},?(?: (?P<year>\d{{4}})\b)?"),
        re.compile(rf"\b{_EN_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:,? (?P<year>\d{{4}})\b)?"),
        re.compile(rf"\b{_EN_MONTH},? (?:of )?(?P<year>\d{{4}})\b"),
    ],
    "ru": [
        re.compile(
            rf"(?<![\d.,])(?P<day>\d{{1,2}}) {_RU_MONTH}\b(?: (?P<year>\d{{4}})(?: ?г(?:ода|\.)?)?)?",
            re.IGNORECASE,
        ),
        re.compile(rf"\b{_RU_MONTH} (?P<year>\d{{4}})(?: ?г(?:ода|\.)?)?", re.IGNORECASE),
    ],
    "zh": [
        re.compile(r"(?:(?P<year>\d{4})\s?年\s?)?(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"),
        re.compile(r"(?P<year>\d{4})\s?年\s?(?P<number>\d{1,2})\s?月(?!\s?\d)"),
        re.compile(r"(?<![\d月至])(?P<day>\d{1,2})\s?日(?![元本])(?=[^至\d])"),
    ],
}
_PLAIN = (
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<number>\d{2})\.(?P<year>\d{4})(?!\d)"),
)
# What alone stands between two dates of which the first begins and the second ends a range.
_TO = re.compile(r"\s?[-–—至到]\s?|\s(?:to|по|до)\s")
_WEEKDAYS = {
    "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "ru": ["понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"],
    "zh": "一二三四五六日",
}
_WEEKDAY = {
    "en": re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"),
    # «В среде» is an environment.
    "ru": re.compile(rf"\bво? ({'|'.join(_WEEKDAYS['ru'])})\b", re.IGNORECASE),
    "zh": re.compile(r"(?:星期|周)([一二三四五六日天])"),
}
_EN_DAY, _ZH_DAY = r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "(?:星期|周)[一二三四五六日天]"
# Weekdays of no certain week. Russian needs no pattern: in «в каждую среду» the preposition is not beside the day.
_FREQUENCIES = {
    "en": re.compile(
        rf"\b(?:[Ee]very|[Ee]ach)(?: (?:other|second))? {_EN_DAY}(?:(?:, |,? and |,? or |[-–]| to ){_EN_DAY})*"
    ),
    "zh": re.compile(
        rf"[每逢隔几数一二两三四五六七八九十]个?{_ZH_DAY}(?:[、和及与至到]{_ZH_DAY})*|\d个?{_ZH_DAY}(?=[次班趟期])"
    ),
}
_TODAY = {
    "en": re.compile(r"\b(today|yesterday|tomorrow)\b", re.IGNORECASE),
    "ru": re.compile(r"\b(сегодня|вчера|накануне|завтра)\b", re.IGNORECASE),
    "zh": re.compile(r"(今天|今日|昨天|昨日|明天)"),
}
_SHIFTS = {
    "yesterday": -1,
    "вчера": -1,
    "накануне": -1,
    "昨天": -1,
    "昨日": -1,
    "tomorrow": 1,
    "завтра": 1,
    "明天": 1,
}


def date_marks(report: ReportText, published: datetime.date | None) -> list[Mark]:
    """One mark for each date, in order; the value is EDTF.

    A day without a year takes the nearest to the date of the report; if that is not known, the value says so:
    XXXX-05-04.
    """
    marks: dict[str, Mark] = {}
    for span, value, sure in sorted(_found(report, published)):
        if value in marks:
            marks[value].spans.append(span)
        else:
            marks[value] = Mark("date", value, [span], SURE if sure else LIKELY, reason="date")
    return list(marks.values())


def _found(report: ReportText, published) -> Iterable[tuple[Span, str, bool]]:
    taken = bytearray(len(report.text))
    days: list[tuple[Span, dict]] = []
    for pattern in (*_PLAIN, *_RANGES[report.language], *_PATTERNS[report.language]):
        for match in pattern.finditer(report.flat):
            if any(taken[match.start() : match.end()]):
                continue
            if _value(match.groupdict(), published):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                days.append((Span(*match.span()), match.groupdict()))
    days.sort(key=lambda each: each[0])
    _share_years(report, days)
    for span, parts in days:
        if value := _value(parts, published):
            yield span, value, bool(parts.get("year"))
    if published is None:
        return
    pattern = _FREQUENCIES.get(report.language)
    frequencies = (
        SpanSet(Span(*match.span()) for match in pattern.finditer(report.flat)) if pattern else SpanSet()
    )
    for match in _WEEKDAY[report.language].finditer(report.flat):
        span = Span(*match.span())
        if frequencies.hold(*span):
            continue
        # "Thursday (24 April 2025)" and "Tuesday, May 13" have the date beside them.
        if not any(taken[max(span.start - 4, 0) : span.end + 4]):
            yield span, _weekday_before(match.group(1).lower(), report.language, published).isoformat(), False
    for match in _TODAY[report.language].finditer(report.flat):
        shift = _SHIFTS.get(match.group(1).lower(), 0)
        yield Span(*match.span()), (published + datetime.timedelta(days=shift)).isoformat(), False


def _share_years(report: ReportText, days: list[tuple[Span, dict]]) -> None:
    """Give both ends of a range the year that one names: in Chinese the first, else the last."""
    for (begin_span, begin), (end_span, end) in pairwise(days):
        if not _TO.fullmatch(report.flat, begin_span.end, end_span.start):
            continue
        named, other, step = (begin, end, 1) if report.language == "zh" else (end, begin, -1)
        if not named.get("year") or other.get("year") or _month_of(other) is None:
            continue
        first, last = (
            (_month_of(begin), int(begin.get("day") or 1)),
            (_month_of(end), int(end.get("day") or 31)),
        )
        other["year"] = str(int(named["year"]) + (step if first > last else 0))


def _month_of(parts: dict) -> int | None:
    return int(parts["number"]) if parts.get("number") else _month(parts.get("month"))


def _value(parts: dict, published: datetime.date | None) -> str:
    month = _month_of(parts)
    day = int(parts["day"]) if parts.get("day") else None
    year = int(parts["year"]) if parts.get("year") else None
    if month is None and published is None:
        return ""
    if parts.get("until") and not day < int(parts["until"]) <= 31:
        return ""
    try:
        if year is not None and not 1900 <= year <= 2100:
            return ""
        if day is None:
            return f"{datetime.date(year, month, 1):%Y-%m}"
        if month is None:
            return _nearest(
                [(published.year, published.month), _month_before(published)], day, published
            ).isoformat()
        if year is None and published is None:
            datetime.date(2024, month, day)
            return f"XXXX-{month:02}-{day:02}"
        if year is None:
            years = [(published.year + shift, month) for shift in (0, -1, 1)]
            return _nearest(years, day, published).isoformat()
        return datetime.date(year, month, day).isoformat()
    except (ValueError, TypeError):
        return ""


def _nearest(months: list[tuple[int, int]], day: int, published: datetime.date) -> datetime.date:
    """The day nearest to the date of the report; raises ValueError if no month has it."""
    possible = []
    for year, month in months:
        try:
            possible.append(datetime.date(year, month, day))
        except ValueError:
            continue
    return min(possible, key=lambda each: (abs((each - published).days), each))


def _month_before(date: datetime.date) -> tuple[int, int]:
    last = date.replace(day=1) - datetime.timedelta(days=1)
    return last.year, last.month


def _month(word: str | None) -> int | None:
    if not word:
        return None
    word = word.lower()
    for names in (_EN_MONTHS, _RU_MONTHS):
        for number, name in enumerate(names, 1):
            if word.startswith(name) or (name == "мая" and word in {"мая", "мае"}):
                return number
    return None


def _weekday_before(word: str, language: str, published: datetime.date) -> datetime.date:
    names = _WEEKDAYS[language]
    if language == "zh":
        number = 6 if word == "天" else names.index(word)
    else:
        number = next(index for index, name in enumerate(names) if name.startswith(word))
    return published - datetime.timedelta(days=(published.weekday() - number) % 7)
