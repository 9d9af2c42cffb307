"""Dates in EDTF (ISO 8601-2) with the precision of the report, such as a day, month, year or interval.

A date is stored as written. `first_and_last_day` returns its earliest and latest possible day, for filtering and
sorting. `format_date` formats it for readers. Missing years, months and days are never invented.
"""

import datetime
import re
from functools import lru_cache

from babel import dates
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext_lazy, pgettext, to_locale
from django.utils.translation import gettext as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

HELP_TEXT = gettext_lazy(
    "A date as YYYY, YYYY-MM or YYYY-MM-DD, or an interval of two such dates, for example 2024/2029."
)
MAX_LENGTH = 40

# The form of nearly all dates. The edtf library takes 4 ms per date and rejects open starts.
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_OPEN = {"", ".."}

Bounds = tuple[datetime.date | None, datetime.date | None]


def _plain_bounds(text: str) -> Bounds | None:
    match = _PLAIN.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    if month == 0 or day == 0:
        raise ValueError(text)
    if month and month > 12 and not day:
        return None  # In EDTF, 21 to 41 are seasons, quarters and other parts of a year.
    first = datetime.date(year, month or 1, day or 1)
    if day:
        return first, first
    if month == 12 or not month:
        return first, datetime.date(year, 12, 31)
    return first, datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)


def _library_bounds(text: str) -> Bounds:
    parsed = parse_edtf(text)
    return tuple(datetime.date(*bound[:3]) for bound in (parsed.lower_strict(), parsed.upper_strict()))


@lru_cache(maxsize=10_000)
def first_and_last_day(text: str) -> Bounds:
    """Returns the earliest and latest possible day of `text`. Each is None if it is open or `text` is empty.

    Raises ValueError with a message for readers if `text` is not an EDTF date.
    """
    if not text:
        return None, None
    error = ValueError(
        _("“%(date)s” is not a valid date. %(help)s") % {"date": text[:MAX_LENGTH], "help": HELP_TEXT}
    )
    if len(text) > MAX_LENGTH or not text.isascii() or text != "".join(text.split()):
        raise error
    try:
        if "/" in text:
            return _interval_bounds(text)
        return _plain_bounds(text) or _library_bounds(text)
    # Raised by the edtf library for dates that it cannot parse or does not support.
    except (ValueError, OverflowError, EDTFParseException, AttributeError, NotImplementedError, TypeError):
        raise error from None


def _interval_bounds(text: str) -> Bounds:
    start, end = text.split("/")
    if start in _OPEN and end in _OPEN:
        raise ValueError(text)
    first = None if start in _OPEN else (_plain_bounds(start) or _library_bounds(start))[0]
    last = None if end in _OPEN else (_plain_bounds(end) or _library_bounds(end))[1]
    if first and last and first > last:
        raise ValueError(text)
    return first, last


def recency(text: str) -> tuple[int, int]:
    """Returns a sort key that orders dates by first day and then by precision, with the most precise date last.

    `text` must have a first day.
    """
    first, last = first_and_last_day(text)
    return first.toordinal(), -(last or datetime.date.max).toordinal()


def years_before(day: datetime.date, years: int) -> datetime.date:
    """Returns the same date `years` years earlier. 29 February becomes 28 February if that year is not a leap year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def validate(text: str) -> None:
    """Raises ValidationError if `text` is not an EDTF date."""
    try:
        first_and_last_day(text)
    except ValueError as error:
        raise ValidationError(str(error), code="edtf") from None


def format_date(text: str) -> str:
    """Formats `text` in the active language, for example as "8 July 2025", "May 2025" or "2024 to 2029"."""
    if "/" not in text:
        return _format_single(text)
    start, end = text.split("/")
    if start in _OPEN:
        pattern = _("until about %(date)s") if _is_vague(end) else _("until %(date)s")
        return pattern % {"date": _format_single(end, follows_preposition=True)}
    if end in _OPEN:
        pattern = _("since about %(date)s") if _is_vague(start) else _("since %(date)s")
        return pattern % {"date": _format_single(start, follows_preposition=True)}
    if _YEAR.fullmatch(start) and _YEAR.fullmatch(end):
        # Translators: two years, such as "2024 to 2029".
        return pgettext("years", "%(start)s to %(end)s") % {"start": start, "end": end}
    if words := _format_within_year(start, end):
        return words
    # Translators: two dates, such as "May 2025 to June 2026", "2024 to May 2025".
    return _("%(start)s to %(end)s") % {"start": _format_single(start), "end": _format_single(end)}


def format_short_date(text: str) -> str:
    """Formats a date in short form ("8 Jul 2025") for list rows. Vague dates are formatted as in `format_date`."""
    start, slash, end = text.partition("/")
    if slash and (words := _format_within_year(start, end, "SHORT_")):
        return words
    match = _PLAIN.fullmatch(text)
    if not match or match[4] or not _plain_bounds(text):
        return format_date(text)
    if not match[2]:
        return text
    date = datetime.date(int(match[1]), int(match[2]), int(match[3] or 1))
    return _format_by_pattern(date, get_format("SHORT_DAY_FORMAT" if match[3] else "SHORT_MONTH_FORMAT"))


def _format_by_pattern(date: datetime.date, pattern: str) -> str:
    """Formats a date by a CLDR pattern, because Django's Russian abbreviations of months are unusual."""
    return dates.format_date(date, pattern, locale=to_locale(get_language() or "en"))


def _format_within_year(start: str, end: str, length: str = "") -> str:
    """Returns a range of days or months within a year, such as "6 to 9 July 2025", or "" for other dates.

    With the `length` "SHORT_", the result is "6 to 9 Jul 2025".
    """
    matches = [match for text in (start, end) if (match := _PLAIN.fullmatch(text)) and _plain_bounds(text)]
    if (
        start == end
        or len(matches) < 2
        or any(doubt for *_date, doubt in (match.groups() for match in matches))
    ):
        return ""
    (year, month, day), (end_year, end_month, end_day) = (match.groups()[:3] for match in matches)
    if year != end_year or not (month and end_month) or bool(day) != bool(end_day):
        return ""
    # Translators: two days of one month, such as "6 to 9 July 2025".
    pattern = pgettext("days", "%(start)s to %(end)s") if month == end_month else _("%(start)s to %(end)s")
    formats = "DAYS_OF_MONTH" if month == end_month else "DAYS_OF_YEAR" if day else "MONTHS_OF_YEAR"
    days = (datetime.date(int(year), int(match[2]), int(match[3] or 1)) for match in matches)
    format_day = _format_by_pattern if length else date_format
    texts = [
        format_day(day, day_format)
        for day, day_format in zip(days, get_format(length + formats), strict=True)
    ]
    if not day and get_format("HAS_LOWER_CASE_MONTHS"):
        texts = [each[0].lower() + each[1:] for each in texts]
    return pattern % {"start": texts[0], "end": texts[1]}


def _is_vague(text: str) -> bool:
    return text.endswith(("~", "%"))


def _format_single(text: str, *, follows_preposition: bool = False) -> str:
    """Formats a single date. Some languages inflect the date after a preposition such as "until" or "until about"."""
    match = _PLAIN.fullmatch(text)
    if not match or not _plain_bounds(text):
        return text
    year, month, day, doubt = match.groups()
    date = datetime.date(int(year), int(month or 1), int(day or 1))
    if day:
        words = date_format(date, "DATE_FORMAT")
    elif not month:
        words = date_format(date, "YEAR_FORMAT")
    elif follows_preposition or _is_vague(text):
        words = date_format(date, "GOVERNED_YEAR_MONTH_FORMAT")
    else:
        words = date_format(date, "YEAR_MONTH_FORMAT")
        if get_format("HAS_LOWER_CASE_MONTHS"):
            words = words[0].lower() + words[1:]
    if _is_vague(text) and not follows_preposition:
        words = _("about %(date)s") % {"date": words}
    return f"{words} (?)" if doubt in {"?", "%"} else words
