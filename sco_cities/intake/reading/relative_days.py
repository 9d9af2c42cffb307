"""Days that a report names from its own date: weekdays, today and yesterday."""

import datetime
import re
from collections.abc import Iterable

from sco_cities.names import russian

from .report_text import ReportText, Span, SpanSet

# From the year or the week of the report to the one that is meant: last year, прошлого года, 去年, 上周. Of a year or
# week with another word, such as "the same year", it is not certain which one is meant.
STEPS = {
    "last": -1, "this": 0, "current": 0, "next": 1,
    "позапрошл": -2, "прошл": -1, "минувш": -1, "эт": 0, "сего": 0, "текущ": 0, "нынешн": 0, "следующ": 1, "будущ": 1,
    "前": -2, "去": -1, "今": 0, "明": 1, "后": 2, "上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "下下": 2,
}  # fmt: skip
RU_STEPS = "|".join(word for word in STEPS if "а" <= word[0] <= "я")
_WEEKDAYS = {
    "en": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "ru": ["понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье"],
    "zh": "一二三四五六日",
}
_EN_DAY, _ZH_DAY = r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "(?:星期|周)[一二三四五六日天]"
# The words for the week stand before or after the day; "near" is one that may mean the nearest such day as well.
_WEEKDAY = {
    "en": re.compile(
        r"\b(?:(?P<before>last|this|next) week,? (?:on )?"
        r"|(?P<near>last|this|next|previous|following|coming|upcoming) )?"
        r"\b(?P<day>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?: (?:of )?(?P<after>last|this|next) week\b)?",
        re.IGNORECASE,
    ),
    # «В среде» is an environment.
    "ru": re.compile(
        rf"\b(?:на (?P<before>{RU_STEPS})[а-яё]* неделе,? )?во? (?P<day>{'|'.join(_WEEKDAYS['ru'])})\b"
        rf"(?: на (?P<after>{RU_STEPS})[а-яё]* неделе)?",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"(?:(?P<before>上上|上|本|这|下下|下)个?)?(?:星期|周)(?P<day>[一二三四五六日天])"),
}
# Weekdays of no certain week. Russian needs no pattern: in «в каждую среду» the preposition is not beside the day.
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
# «Накануне саммита» is on the eve of it: the day before the report only where no noun follows.
_EVE = "накануне"
_AFTER_DAY_BEFORE = {"VERB", "PRTS", "PREP", "ADVB", "PRCL", "PRED"}


def relative_days(report: ReportText, published: datetime.date) -> Iterable[tuple[Span, datetime.date]]:
    """The days with their places; of weekdays without a word for the week, the last one up to the report."""
    pattern = _FREQUENCIES.get(report.language)
    frequencies = (
        SpanSet(Span(*each.span()) for each in pattern.finditer(report.flat)) if pattern else SpanSet()
    )
    for match in _WEEKDAY[report.language].finditer(report.flat):
        day = _weekday(match, report.language, published)
        if day and not frequencies.overlap(*match.span()):
            yield Span(*match.span()), day
    for match in _TODAY[report.language].finditer(report.flat):
        word = match.group().lower()
        if word != _EVE or _is_day_before(report, match.end()):
            yield Span(*match.span()), published + datetime.timedelta(days=_SHIFTS.get(word, 0))


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
    # On a Tuesday, "next Friday" is in three or in ten days; "next Monday" is certain.
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
