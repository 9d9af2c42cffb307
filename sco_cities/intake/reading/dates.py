"""Finds the dates in a report as EDTF values. The year is taken only from the text or from the date of the report."""

import datetime
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

from sco_cities.core.notation import ENGLISH_MONTHS, RUSSIAN_MONTH, month_number
from sco_cities.names.vocabulary import meanings, vocabulary

from .report_text import LIKELY, SURE, Mark, ReportText, Span


def _numbers(meaning: str) -> dict[str, int]:
    """Maps words with a meaning to numbers (the weekday, or a difference in days or years)."""
    rows = (row for row in vocabulary("time_words") if row.meaning.startswith(f"{meaning} "))
    return {row.word: int(row.meaning.removeprefix(f"{meaning} ")) for row in rows}


_WEEKDAYS = _numbers("weekday")
WEEKDAYS = frozenset(_WEEKDAYS)
_DAY_NAMES = "|".join(word for word in _WEEKDAYS if len(word) > 1)
# Weekdays. Next to a word for another week or for a repetition, a weekday is not a certain date.
_WEEKDAY = {
    "en": re.compile(
        r"(?P<other>(?:\b(?:last|this|next|previous|following|coming|upcoming|every|each) (?:(?:other|second) )?"
        r"(?:week,? )?(?:on )?(?:\w+day,? (?:and |or )?)*)?(?:\b\w+day(?: ?[-–—] ?| (?:to|through|until|till) ))?)"
        rf"\b(?P<day>{_DAY_NAMES})\b(?P<week> (?:of )?(?:last|this|next) week\b)?",
        re.IGNORECASE,
    ),
    # «В среде» is not matched, because it means an environment.
    "ru": re.compile(
        rf"(?P<other>\bна [а-яё]+ неделе,? )?\bво? (?P<day>{_DAY_NAMES})\b"
        r"(?P<week> на [а-яё]+ неделе)?",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?P<other>(?:[上本这下每逢隔几数一二两三四五六]个?)?(?:(?:星期|周).[至到—–-]+)?)"
        r"(?:星期|周)(?P<day>[一二三四五六日天])(?![次班趟期])"
    ),
}
_SHIFTS = _numbers("day")
_TODAY = re.compile("|".join(rf"\b{word}\b" if word < "一" else word for word in _SHIFTS), re.IGNORECASE)


_SHORT_MONTHS = ("Sept", *(name[:3] for name in ENGLISH_MONTHS if name != "May"))
_EN_MONTH = rf"(?P<month>{'|'.join(ENGLISH_MONTHS)}|(?:{'|'.join(_SHORT_MONTHS)})\b\.?)"
_RU_MONTH = rf"(?P<month>{RUSSIAN_MONTH})"
# Text next to durations such as 为期5日 and 30日免签, which are not dates.
_DURATIONS = meanings("time_words")["before a duration"]
_NOT_FOR = "".join(f"(?<!{word})(?<!{word} )" for word in _DURATIONS)
_NOT_LONG = r"(?!内(?![蒙地阁])|以[内上下]|之内|左右|免签|停留|过境|有效|游)"
# "<>" represents the end of a range of days within a month.
_FORMS = {
    "en": [
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?<>(?: of)? {_EN_MONTH},?(?: (?P<year>\d{{4}})\b)?",
        rf"\b{_EN_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?<>\b(?!,\d)(?:,? (?P<year>\d{{4}})\b)?",
        rf"\b{_EN_MONTH},? (?:of )?(?P<year>\d{{4}})\b",
    ],
    "ru": [
        rf"(?i)(?<![\d.,])(?P<day>\d{{1,2}})<> {_RU_MONTH}\b(?: (?P<year>\d{{4}})(?: ?г(?:ода|\.)?)?)?",
        rf"(?i)\b{_RU_MONTH} (?P<year>\d{{4}})(?: ?г(?:ода|\.)?)?",
    ],
    "zh": [
        r"(?:(?P<year>\d{4})\s?年\s?)?(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})<>\s?日",
        r"(?P<year>\d{4})\s?年\s?(?P<number>\d{1,2})\s?月(?!\s?\d)",
        rf"{_NOT_FOR}(?<![\d月至])(?P<day>\d{{1,2}})\s?日(?![元本])(?=[^至\d]){_NOT_LONG}",
    ],
}
_UNTIL = {
    "en": r"(?:[-–—]| to )(?P<until>\d{1,2})(?:st|nd|rd|th)?",
    "ru": r"(?:[-–—]| (?:по|до) )(?P<until>\d{1,2})",
    "zh": r"\s?日?\s?[-–—~～至到]\s?(?P<until>\d{1,2})",
}
# Ranges of days are tried first. The value of a range is its first day. Patterns of single days are tried next.
_PATTERNS = {
    language: [
        *(re.compile(form.replace("<>", _UNTIL[language])) for form in forms if "<>" in form),
        *(re.compile(form.replace("<>", "")) for form in forms),
    ]
    for language, forms in _FORMS.items()
}
_PLAIN = (
    re.compile(
        r"(?<![\d.])(?P<day>\d{1,2})\s?[-–—]\s?(?P<until>\d{1,2})\.(?P<number>\d{2})\.(?P<year>\d{4})(?!\d)"
    ),
    re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<number>\d{2})\.(?P<year>\d{4})(?!\d)"),
)
# Texts allowed between the two dates of a range.
_TO = re.compile(r"\s?[-–—至到]\s?|,?\s(?:to|until|till|through|по|до)\s")
# Words next to a day that determine its year, such as "last year".
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:last|this|next|same|that|following|previous) year,? (?:on |from )?"
    r"|\bв [а-яё]+(?: же)? году,? (?:с )?|[前去今明后上本同次翌]年的?\s?)\Z",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    r"(?<!,) (?:of )?(?:the )?(?:last|this|next|same|that|following|previous) year\b(?!['’])"
    r"| (?:a|one|two|three) years? (?:ago|earlier|before|later)\b| the year before\b"
    r"| [а-яё]+(?: же)? г(?:ода\b|\.)| годом (?:ранее|раньше|позже)\b",
    re.IGNORECASE,
)
# Difference from the report's year. With other words, such as "the same year", the year is uncertain.
_YEAR_STEPS = _numbers("year")
_YEAR_STEP = re.compile("|".join(_YEAR_STEPS), re.IGNORECASE)
_LONGEST_YEAR_BEFORE = 30


def date_marks(report: ReportText, published: datetime.date | None) -> list[Mark]:
    """Creates one mark per date, in order. The values are in EDTF.

    If a day has no year, the day nearest to the date of the report is used, or the day in the year given by words such
    as "last year". If the year is uncertain, it is unspecified (XXXX-05-04).
    """
    marks: dict[str, Mark] = {}
    for span, value, sure in sorted(_found(report, published)):
        if value in marks:
            marks[value].spans.append(span)
        else:
            marks[value] = Mark("date", value, [span], SURE if sure else LIKELY)
    return list(marks.values())


def _found(report: ReportText, published) -> Iterable[tuple[Span, str, bool]]:
    taken = bytearray(len(report.text))
    days: list[tuple[Span, dict]] = []
    for pattern in (*_PLAIN, *_PATTERNS[report.language]):
        for match in pattern.finditer(report.flat):
            if any(taken[match.start() : match.end()]) or not _value(match.groupdict(), published):
                continue
            span, parts = Span(*match.span()), match.groupdict()
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            parts["year_in_words"] = "" if parts.get("year") else _year_in_words(report, span)
            if published and (step := _YEAR_STEP.search(parts["year_in_words"])):
                parts["year"] = str(published.year + _YEAR_STEPS[step.group().lower()])
            days.append((span, parts))
    days.sort(key=lambda each: each[0])
    _share_years(report, days)
    for span, parts in days:
        if value := _value(parts, published):
            yield span, value, bool(parts.get("year")) and not parts["year_in_words"]
    if published is None:
        return
    shifts = [(match, _SHIFTS[match.group().lower()]) for match in _TODAY.finditer(report.flat)]
    for match in _WEEKDAY[report.language].finditer(report.flat):
        if not match["other"] and not match.groupdict().get("week"):
            # A weekday is the last such day up to the date of the report.
            shifts.append((match, -((published.weekday() - _WEEKDAYS[match["day"].lower()]) % 7)))
    for match, days_later in shifts:
        # In "Thursday (24 April 2025)" and "Tuesday, May 13", the date next to the weekday is used.
        if not any(taken[max(match.start() - 4, 0) : match.end() + 4]):
            day = published + datetime.timedelta(days=days_later)
            yield Span(*match.span()), day.isoformat(), False


def _year_in_words(report: ReportText, span: Span) -> str:
    """Returns the words next to a day that determine its year, as in "14 May last year". May be empty."""
    start = max(span.start - _LONGEST_YEAR_BEFORE, 0)
    before = _YEAR_BEFORE.search(report.flat, start, span.start)
    found = before or _YEAR_AFTER.match(report.flat, span.end)
    return found.group() if found else ""


def _share_years(report: ReportText, days: list[tuple[Span, dict]]) -> None:
    """Copies the year of one end of a range to the other."""
    for (begin_span, begin), (end_span, end) in pairwise(days):
        first, last = _month_of(begin), _month_of(end)
        if not (_TO.fullmatch(report.flat, begin_span.end, end_span.start) and first and last):
            continue
        begin["year_in_words"] = end["year_in_words"] = begin["year_in_words"] or end["year_in_words"]
        if end.get("year"):
            begin["year"] = begin.get("year") or str(int(end["year"]) - (first > last))
        elif begin.get("year"):
            end["year"] = str(int(begin["year"]) + (first > last))


def _month_of(parts: dict) -> int | None:
    return int(parts["number"]) if parts.get("number") else month_number(parts.get("month") or "") or None


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
            before = published.replace(day=1) - datetime.timedelta(days=1)
            months = [(each.year, each.month) for each in (published, before)]
            return _nearest(months, day, published).isoformat()
        if year is None and (published is None or parts.get("year_in_words")):
            datetime.date(2024, month, day)
            return f"XXXX-{month:02}-{day:02}"
        if year is None:
            years = [(published.year + shift, month) for shift in (0, -1, 1)]
            return _nearest(years, day, published).isoformat()
        return datetime.date(year, month, day).isoformat()
    except (ValueError, TypeError):
        return ""


def _nearest(months: list[tuple[int, int]], day: int, published: datetime.date) -> datetime.date:
    """Returns the day nearest to the date of the report. Raises ValueError if no month has this day."""
    possible = []
    for year, month in months:
        with suppress(ValueError):
            possible.append(datetime.date(year, month, day))
    return min(possible, key=lambda each: (abs((each - published).days), each))
