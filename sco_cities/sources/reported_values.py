"""What a passage reports of a value, made fit to be read: "as of 2015-10: under_way (trial)"."""

import datetime
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import override

from sco_cities.core import edtf
from sco_cities.core.localized_names import Localized

_AS_OF = re.compile(r"as of (?P<date>[^:]+): *(?P<rest>.+)", re.DOTALL)
# Reading anything else as a date takes 4 ms to fail.
_LIKE_A_DATE = re.compile(r"[\d/.?~%X-]{4,40}", re.ASCII)
# Days and months inside a text; a year alone reads well as it is.
_ISO_DATE = re.compile(r"(?<![\d-])\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\d-])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_MONTH_AND_YEAR = re.compile(rf"\b({'|'.join(_MONTHS)}) ((?:19|20)\d\d)\b")


@dataclass(frozen=True)
class ReportedValue:
    """A reported value: `text` in words, and what is known of its date and of the choice that it names.

    `as_of` is the date as people write it, `day` the first day that it may mean. `choice` is one of the
    choices of the field ("under_way"), `label` its words; `text` is then only what is said besides.
    """

    text: Localized
    as_of: str = ""
    day: datetime.date | None = None
    choice: str = ""
    label: str = ""


def reported_value(reported: str, field: models.Field | None = None) -> ReportedValue:
    """What the evidence on `field` reports; curators write it in English."""
    as_of, day = "", None
    # What evidence on a figure states to have it told from "over 19 trains"; people read "19 trains".
    reported = reported.removeprefix("exact ")
    if match := _AS_OF.fullmatch(reported):
        as_of, day = _date(match["date"].strip())
        reported = match["rest"].strip()
    if _is_date(reported):
        return ReportedValue(Localized(edtf.format_date(reported), ""), as_of, day)
    choice, text = _choice(reported, field)
    return ReportedValue(
        Localized(_with_dates_in_words(text), "en"), as_of, day, choice, _label(choice, field)
    )


def _is_date(text: str) -> bool:
    try:
        return bool(_LIKE_A_DATE.fullmatch(text)) and any(edtf.first_and_last_day(text))
    except ValueError:
        return False


def _date(text: str) -> tuple[str, datetime.date | None]:
    """A date in words and its first day; of "early 2018" or "April 2019" as much as is plain."""
    if _is_date(text):
        return edtf.format_date(text), edtf.first_and_last_day(text)[0]
    if match := _MONTH_AND_YEAR.search(text):
        return text, datetime.date(int(match[2]), _MONTHS.index(match[1]) + 1, 1)
    if match := _YEAR.search(text):
        return text, datetime.date(int(match[0]), 1, 1)
    return text, None


def _choice(text: str, field: models.Field | None) -> tuple[str, str]:
    """The choice that `text` begins with, or ends with in brackets, and what is left of the text."""
    for value in _choices(field):
        if match := re.fullmatch(rf"{re.escape(value)}(?: *\((?P<rest>.*)\))?", text, re.DOTALL):
            return value, match["rest"] or ""
        if text.endswith(f"({value})"):
            return value, text.removesuffix(f"({value})").strip()
    return "", text


def _choices(field: models.Field | None) -> dict:
    # Relations from other tables are fields too, and have no choices.
    return dict(field.flatchoices) if getattr(field, "choices", None) else {}


def _label(choice: str, field: models.Field | None) -> str:
    return str(_choices(field).get(choice, ""))


def _with_dates_in_words(text: str) -> str:
    # The text is English, whatever language the page is in.
    with override("en"):
        return _ISO_DATE.sub(
            lambda match: edtf.format_date(match[0]) if _is_date(match[0]) else match[0], text
        )
