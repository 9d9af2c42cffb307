"""Parses the values that passages report, such as "as of 2015-10: under_way (trial)", for display."""

import datetime
import re
from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import override

from sco_cities.core import edtf
from sco_cities.core.localized_names import Localized, localized
from sco_cities.core.notation import ENGLISH_MONTHS, month_number
from sco_cities.i18n.numbers import format_grouped

from .base_models import FIGURE, WHOLE, Record
from .evidence_coverage import field_label, figure_label
from .models import Evidence

# Patterns for the translations of "exact" and of "as of DATE: …".
_EXACT = {"ru": re.compile("^ровно "), "zh-Hans": re.compile("（确数）$")}
_TRANSLATED_AS_OF = {
    "ru": re.compile(r"на (?P<date>[^:]+): *(?P<rest>.+)", re.DOTALL),
    "zh-Hans": re.compile("截至(?P<date>[^:：]+)[:：] *(?P<rest>.+)", re.DOTALL),
}
_IN_BRACKETS = re.compile(r"[^()（）]*[(（](?P<rest>.*)[)）]", re.DOTALL)
_BEFORE_BRACKETS = re.compile(r"(?P<rest>.*?) *[(（][^()（）]*[)）]", re.DOTALL)
_AS_OF = re.compile(r"as of (?P<date>[^:]+): *(?P<rest>.+)", re.DOTALL)
# Only texts that match are parsed as dates, because a failed attempt takes 4 ms.
_LIKE_A_DATE = re.compile(r"[\d/.?~%X-]{4,40}", re.ASCII)
# Full dates and months within a text. Years need no formatting.
_ISO_DATE = re.compile(r"(?<![\d-])\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\d-])")
# Curators write long numbers without separators. Numbers with four digits are not matched, because they may be years.
_LONG_NUMBER = re.compile(r"(?<![\w.,-])\d{5,15}(?![\w.,-]*\d)", re.ASCII)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH_AND_YEAR = re.compile(rf"\b({'|'.join(ENGLISH_MONTHS)}) ((?:19|20)\d\d)\b")


@dataclass(frozen=True)
class ReportedValue:
    """A reported value, split into an optional date, an optional choice and the remaining `text`.

    `as_of` is the date as written by curators. `as_of_edtf` is the same date in EDTF ("" without a year). `choice` is a
    stored value such as "under_way". `label` is the choice's label.
    """

    text: Localized
    as_of: str = ""
    as_of_edtf: str = ""
    choice: str = ""
    label: str = ""

    @property
    def day(self) -> datetime.date | None:
        """The earliest possible day of the date."""
        return edtf.first_and_last_day(self.as_of_edtf)[0] if self.as_of_edtf else None


def reported_value(reported: str, field: models.Field | None = None) -> ReportedValue:
    """Parses the reported value of evidence on `field`. Curators write it in English."""
    as_of = as_of_edtf = ""
    # Curators write "exact 19 trains" to distinguish it from "over 19 trains". Pages show "19 trains".
    reported = reported.removeprefix("exact ")
    if match := _AS_OF.fullmatch(reported):
        as_of, as_of_edtf = _parse_date(match["date"].strip())
        reported = match["rest"].strip()
    if _LONG_NUMBER.fullmatch(reported):
        return ReportedValue(Localized(format_grouped(int(reported)), ""), as_of, as_of_edtf)
    if _is_date(reported):
        return ReportedValue(Localized(edtf.format_date(reported), ""), as_of, as_of_edtf)
    choice, text = _split_choice(reported, field)
    return ReportedValue(
        Localized(_format_dates_and_numbers(text), "en"),
        as_of,
        as_of_edtf,
        choice,
        str(_choices(field).get(choice, "")),
    )


def translated_value(value: ReportedValue, english: str, translation: Localized) -> ReportedValue:
    """Replaces the text of `value`, which was parsed from `english`, with its translation.

    A translation is shown unchanged if it lacks the structure of the English text.
    """
    text = _EXACT[translation.lang].sub("", translation)
    whole = ReportedValue(Localized(text, ""), as_of_edtf=value.as_of_edtf)
    as_of = value.as_of
    if as_of:
        match = _TRANSLATED_AS_OF[translation.lang].fullmatch(text)
        if not match:
            return whole
        # Only a date written as text needs translation, because a numeric date is already formatted.
        as_of = match["date"].strip() if as_of in english else as_of
        text = match["rest"].strip()
    if value.choice:
        is_first = _AS_OF.sub(r"\g<rest>", english).startswith(value.choice)
        match = (_IN_BRACKETS if is_first else _BEFORE_BRACKETS).fullmatch(text) if value.text else None
        if value.text and not match:
            return whole
        text = match["rest"].strip() if match else ""
    return replace(value, as_of=as_of, text=Localized(_format_dates_and_numbers(text, None), ""))


def _is_date(text: str) -> bool:
    try:
        return bool(_LIKE_A_DATE.fullmatch(text)) and any(edtf.first_and_last_day(text))
    except ValueError:
        return False


def _parse_date(text: str) -> tuple[str, str]:
    """Returns a date as text and in EDTF ("" if unknown), such as 2019-04 for "April 2019" or 2018 for "early 2018"."""
    if _is_date(text):
        return edtf.format_date(text), text
    if match := _MONTH_AND_YEAR.search(text):
        return text, f"{match[2]}-{month_number(match[1]):02}"
    if match := _YEAR.search(text):
        return text, match[0]
    return text, ""


def _split_choice(text: str, field: models.Field | None) -> tuple[str, str]:
    """Splits `text` into a choice and the remaining text. The choice is at the start, or at the end in brackets."""
    for value in _choices(field):
        if match := re.fullmatch(rf"{re.escape(value)}(?: *\((?P<rest>.*)\))?", text, re.DOTALL):
            return value, match["rest"] or ""
        if text.endswith(f"({value})"):
            return value, text.removesuffix(f"({value})").strip()
    return "", text


def _choices(field: models.Field | None) -> dict:
    # Reverse relations have no choices.
    return dict(field.flatchoices) if getattr(field, "choices", None) else {}


def _format_dates_and_numbers(text: str, language: str | None = "en") -> str:
    """Formats the dates and numbers in `text` for a language. None means the reader's language."""
    with override(language) if language else nullcontext():
        text = _LONG_NUMBER.sub(lambda match: format_grouped(int(match[0])), text)
        return _ISO_DATE.sub(
            lambda match: edtf.format_date(match[0]) if _is_date(match[0]) else match[0], text
        )


@dataclass(frozen=True)
class EvidenceItem:
    """Evidence prepared for display, with the key and label of its field, its stance and its reported value."""

    key: str
    label: str
    # The anchor of the value on the page, or "" if the page does not show the value.
    anchor: str
    stance: str
    reported: ReportedValue | None


def evidence_item(item: Evidence, record: Record, anchor: str = "") -> EvidenceItem:
    """Prepares `item` for display. `anchor` is the anchor of the value on the record's page."""
    label = figure_label(item.figure) if item.figure_id else field_label(type(record), item.field)
    return EvidenceItem(item.field_key, label, anchor, item.stance, reported_value_of(item, record))


def reported_value_of(item: Evidence, record: Record) -> ReportedValue | None:
    """Returns the value that `item` reports, or None if it equals the record's value."""
    if not item.reported_value:
        return None
    field = None if item.field in {WHOLE, FIGURE} else record._meta.get_field(item.field)
    value = reported_value(item.reported_value, field)
    text = localized(item, "reported_value")
    # A date without other text is already in the reader's language.
    return (
        value
        if text.lang == "en" or not value.text.lang
        else translated_value(value, item.reported_value, text)
    )
