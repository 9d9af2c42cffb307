"""Finds the dates in a report as EDTF values. The year comes only from the text or from the date of the report."""

import datetime
import re
from collections.abc import Iterable
from itertools import pairwise

from sco_cities.core.notation import ENGLISH_MONTHS, RUSSIAN_MONTH, month_number
from sco_cities.names import russian
from sco_cities.names.vocabulary import meanings, vocabulary

from .marks import LIKELY, SURE, Mark
from .report_text import ReportText, Span, SpanSet

# Offsets of the words for a year or week relative to the report (last year, прошлого года, 去年, 上周). Other words,
# such as "the same year", leave the year or week uncertain.
STEPS = {
    row.word: int(row.meaning[5:]) for row in vocabulary("time_words") if row.meaning.startswith("step ")
}
RU_STEPS = "|".join(word for word in STEPS if "а" <= word[0] <= "я")
_WEEKDAYS = {
    "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "ru": ["понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"],
    "zh": "一二三四五六日",
}
_EN_DAY, _ZH_DAY = r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "(?:星期|周)[一二三四五六日天]"
# Weekdays, with the words for the week before or after them. "near" may also mean the nearest such day.
_WEEKDAY = {
    "en": re.compile(
        r"\b(?:(?P<before>last|this|next) week,? (?:on )?"
        r"|(?P<near>last|this|next|previous|following|coming|upcoming) )?"
        r"\b(?P<day>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?: (?:of )?(?P<after>last|this|next) week\b)?",
        re.IGNORECASE,
    ),
    # «В среде» is not matched, because it means an environment.
    "ru": re.compile(
        rf"\b(?:на (?P<before>{RU_STEPS})[а-яё]* неделе,? )?во? (?P<day>{'|'.join(_WEEKDAYS['ru'])})\b"
        rf"(?: на (?P<after>{RU_STEPS})[а-яё]* неделе)?",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"(?:(?P<before>上上|上|本|这|下下|下)个?)?(?:星期|周)(?P<day>[一二三四五六日天])"),
}
# Weekdays that belong to no certain week. Russian needs no pattern, because in «в каждую среду» the preposition is not
# next to the day.
_FREQUENCIES = {
    "en": re.compile(
        rf"\b(?:every|each)(?: (?:other|second))? {_EN_DAY}(?:(?:, |,? and |,? or |[-–]| to ){_EN_DAY})*"
        rf"|{_EN_DAY}(?: ?[-–—] ?| (?:to|through|until|till) ){_EN_DAY}",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        rf"[每逢隔几数一二两三四五六七八九十]个?{_ZH_DAY}(?:[、和及与至到]{_ZH_DAY})*|\d个?{_ZH_DAY}(?=[次班趟期])"
        rf"|{_ZH_DAY}[至到—–-]+{_ZH_DAY}"
    ),
}
_SHIFTS = {
    row.word: int(row.meaning[4:]) for row in vocabulary("time_words") if row.meaning.startswith("day ")
}
_TODAY = re.compile("|".join(rf"\b{word}\b" if word < "一" else word for word in _SHIFTS), re.IGNORECASE)
# «Накануне саммита» is the day before the summit. The word means the day before the report only without a noun after
# it.
_EVE = "накануне"
_AFTER_DAY_BEFORE = {"VERB", "PRTS", "PREP", "ADVB", "PRCL", "PRED"}


def relative_days(report: ReportText, published: datetime.date) -> Iterable[tuple[Span, datetime.date]]:
    """Yields days with their positions. A weekday without a word for its week is the last one up to the report."""
    pattern = _FREQUENCIES.get(report.language)
    frequencies = (
        SpanSet(Span(*each.span()) for each in pattern.finditer(report.flat)) if pattern else SpanSet()
    )
    for match in _WEEKDAY[report.language].finditer(report.flat):
        day = _weekday(match, report.language, published)
        if day and not frequencies.overlap(*match.span()):
            yield Span(*match.span()), day
    for match in _TODAY.finditer(report.flat):
        word = match.group().lower()
        if word != _EVE or _is_day_before(report, match.end()):
            yield Span(*match.span()), published + datetime.timedelta(days=_SHIFTS[word])


def _weekday(match: re.Match, language: str, published: datetime.date) -> datetime.date | None:
    number = _number(match["day"].lower(), language)
    words = {name: word.lower() for name, word in match.groupdict().items() if word and name != "day"}
    if not words:
        return published - datetime.timedelta(days=(published.weekday() - number) % 7)
    steps = {STEPS.get(word) for word in words.values()}
    step = steps.pop()
    if steps or step is None:
        return None
    day = published + datetime.timedelta(days=7 * step + number - published.weekday())
    # On a Tuesday, "next Friday" is in three or in ten days, but "next Monday" is certain.
    return None if "near" in words and abs((day - published).days) > 7 else day


def _number(word: str, language: str) -> int:
    if language == "zh":
        return 6 if word == "天" else _WEEKDAYS["zh"].index(word)
    return next(number for number, name in enumerate(_WEEKDAYS[language]) if name.startswith(word))


def _is_day_before(report: ReportText, end: int) -> bool:
    index = report.token_index(end)
    if index == len(report.tokens) or report.gap(index) != " ":
        return bool(re.match(r"\s*(?:[,.;:!?)…]|$)", report.flat[end : end + 2]))
    return russian.part_of_speech(report.tokens[index].key) in _AFTER_DAY_BEFORE


_SHORT_MONTHS = ("Sept", *(name[:3] for name in ENGLISH_MONTHS if name != "May"))
_EN_MONTH = rf"(?P<month>{'|'.join(ENGLISH_MONTHS)}|(?:{'|'.join(_SHORT_MONTHS)})\b\.?)"
_RU_MONTH = rf"(?P<month>{RUSSIAN_MONTH})"
_RU_YEAR_WORD = rf"(?P<word>{RU_STEPS}|то|предыдущ)[а-яё]*(?: же)?"
# Text around durations, such as 为期5日 and 30日免签, which are not dates.
_DURATIONS = meanings("time_words")["before a duration"]
_NOT_FOR = "".join(f"(?<!{word})(?<!{word} )" for word in _DURATIONS)
_NOT_LONG = r"(?!内(?![蒙地阁])|以[内上下]|之内|左右|免签|停留|过境|有效|游)"
# "<>" stands for the end of a range of days in one month.
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
# Ranges of days are tried first, and their first day is the value. Then the patterns of single days apply.
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
# The only texts allowed between the two dates of a range.
_TO = re.compile(r"\s?[-–—至到]\s?|,?\s(?:to|until|till|through|по|до)\s")
# Words next to a day that determine its year, or show that the nearest such day is not meant.
_YEAR_BEFORE = {
    "en": re.compile(
        r"\b(?P<word>last|this|next|same|that|following|previous) year,? (?:on |from )?\Z", re.IGNORECASE
    ),
    "ru": re.compile(rf"\bв {_RU_YEAR_WORD} году,? (?:с )?\Z", re.IGNORECASE),
    "zh": re.compile(r"(?P<word>[前去今明后上本同当次翌])年的?\s?\Z"),
}
_YEAR_AFTER = {
    "en": re.compile(
        r"(?<!,) (?:of )?(?:the )?(?P<word>last|this|current|next|same|that|following|previous) year\b(?!['’])"
        r"| (?:a|one|two|three) years? (?:ago|earlier|before|later)\b| the year before\b"
    ),
    "ru": re.compile(rf" {_RU_YEAR_WORD} г(?:ода\b|\.)| годом (?:ранее|раньше|позже)\b", re.IGNORECASE),
}
_LONGEST_YEAR_BEFORE = 30


def date_marks(report: ReportText, published: datetime.date | None) -> list[Mark]:
    """Creates one mark per date, in order. The values are in EDTF.

    A day without a year is the one nearest to the date of the report, or the day in the year given by "last year" and
    similar words. If the year is uncertain, it is unspecified (XXXX-05-04).
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
    for pattern in (*_PLAIN, *_PATTERNS[report.language]):
        for match in pattern.finditer(report.flat):
            if any(taken[match.start() : match.end()]) or not _value(match.groupdict(), published):
                continue
            span, parts = _with_year_in_words(report, match, published)
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            days.append((span, parts))
    days.sort(key=lambda each: each[0])
    _share_years(report, days)
    for span, parts in days:
        if value := _value(parts, published):
            yield span, value, bool(parts.get("year")) and not parts.get("year_in_words")
    if published is None:
        return
    for span, day in relative_days(report, published):
        # In "Thursday (24 April 2025)" and "Tuesday, May 13", the date next to the weekday counts.
        if not any(taken[max(span.start - 4, 0) : span.end + 4]):
            yield span, day.isoformat(), False


def _with_year_in_words(report: ReportText, match: re.Match, published) -> tuple[Span, dict]:
    """Extends a date by a year in words next to it, as in "14 May last year"."""
    start, end = match.span()
    parts = match.groupdict()
    if parts.get("year") or _month_of(parts) is None:
        return Span(start, end), parts
    before = _YEAR_BEFORE[report.language].search(report.flat, max(start - _LONGEST_YEAR_BEFORE, 0), start)
    after = _YEAR_AFTER[report.language].match(report.flat, end) if report.language in _YEAR_AFTER else None
    if not (found := before or after):
        return Span(start, end), parts
    span = Span(found.start() if before else start, end if before else found.end())
    parts["year_in_words"] = found.group()
    step = STEPS.get((found["word"] or "").lower())
    if published and step is not None:
        parts["year"] = str(published.year + step)
    return span, parts


def _share_years(report: ReportText, days: list[tuple[Span, dict]]) -> None:
    """Copies the year to both ends of a range if only one of them has it."""
    for (begin_span, begin), (end_span, end) in pairwise(days):
        if not _TO.fullmatch(report.flat, begin_span.end, end_span.start):
            continue
        named, other, step = (begin, end, 1) if begin.get("year") else (end, begin, -1)
        if not named.get("year") or other.get("year") or _month_of(other) is None:
            continue
        first, last = (
            (_month_of(begin), int(begin.get("day") or 1)),
            (_month_of(end), int(end.get("day") or 31)),
        )
        other["year"] = str(int(named["year"]) + (step if first > last else 0))
        other["year_in_words"] = named.get("year_in_words")


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
            return _nearest(
                [(published.year, published.month), _month_before(published)], day, published
            ).isoformat()
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
    """The day nearest to the date of the report. Raises ValueError if no month has this day."""
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
