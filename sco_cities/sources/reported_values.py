"""Parses the values that passages report for display, such as "as of 2015-10: under_way (trial)"."""

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

# The translations of "exact" and "as of DATE: …".
_EXACT = {"ru": re.compile("^ровно "), "zh-Hans": re.compile("（确数）$")}
_TRANSLATED_AS_OF = {
    "ru": re.compile(r"на (?P<date>[^:]+): *(?P<rest>.+)", re.DOTALL),
    "zh-Hans": re.compile("截至(?P<date>[^:：]+)[:：] *(?P<rest>.+)", re.DOTALL),
}
_IN_BRACKETS = re.compile(r"[^()（）]*[(（](?P<rest>.*)[)）]", re.DOTALL)
_BEFORE_BRACKETS = re.compile(r"(?P<rest>.*?) *[(（][^()（）]*[)）]", re.DOTALL)
_AS_OF = re.compile(r"as of (?P<date>[^:]+): *(?P<rest>.+)", re.DOTALL)
# Parsing any other text as a date takes 4 ms to fail.
_LIKE_A_DATE = re.compile(r"[\d/.?~%X-]{4,40}", re.ASCII)
# Days and months inside a text. A year alone needs no formatting.
_ISO_DATE = re.compile(r"(?<![\d-])\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?![\d-])")
# A year has four digits. Curators write longer numbers without separators.
_LONG_NUMBER = re.compile(r"(?<![\w.,-])\d{5,15}(?![\w.,-]*\d)", re.ASCII)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH_AND_YEAR = re.compile(rf"\b({'|'.join(ENGLISH_MONTHS)}) ((?:19|20)\d\d)\b")


@dataclass(frozen=True)
class ReportedValue:
    """A reported value with its `text`, and the date and the choice that it names, if any.

    `as_of` is the date as curators write it, `as_of_edtf` the same in EDTF, or "" if no year is given. `choice` is one
    of the choices of the field ("under_way") and `label` its label. `text` is then only the other part of the text.
    """

    text: Localized
    as_of: str = ""
    as_of_edtf: str = ""
    choice: str = ""
    label: str = ""

    @property
    def day(self) -> datetime.date | None:
        """The first day that the date may mean."""
        return edtf.first_and_last_day(self.as_of_edtf)[0] if self.as_of_edtf else None


def reported_value(reported: str, field: models.Field | None = None) -> ReportedValue:
    """Parse the reported value of evidence on `field`. Curators write it in English."""
    as_of = as_of_edtf = ""
    # Curators write "exact 19 trains" to distinguish it from "over 19 trains"; readers see "19 trains".
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
        _choice_label(choice, field),
    )


def translated_value(value: ReportedValue, english: str, translation: Localized) -> ReportedValue:
    """`value`, which has been parsed from `english`, with the text of its translation.

    A translation in another form than the English text is shown as it is.
    """
    text = _EXACT[translation.lang].sub("", translation)
    whole = ReportedValue(Localized(text, ""), as_of_edtf=value.as_of_edtf)
    as_of = value.as_of
    if as_of:
        match = _TRANSLATED_AS_OF[translation.lang].fullmatch(text)
        if not match:
            return whole
        # Dates in digits are already in the reader's language.
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
    """A date as curators write it, and in EDTF, or "" if unknown. "April 2019" gives 2019-04, "early 2018" 2018."""
    if _is_date(text):
        return edtf.format_date(text), text
    if match := _MONTH_AND_YEAR.search(text):
        return text, f"{match[2]}-{month_number(match[1]):02}"
    if match := _YEAR.search(text):
        return text, match[0]
    return text, ""


def _split_choice(text: str, field: models.Field | None) -> tuple[str, str]:
    """The choice at the start of `text`, or at its end in brackets, and the remaining text."""
    for value in _choices(field):
        if match := re.fullmatch(rf"{re.escape(value)}(?: *\((?P<rest>.*)\))?", text, re.DOTALL):
            return value, match["rest"] or ""
        if text.endswith(f"({value})"):
            return value, text.removesuffix(f"({value})").strip()
    return "", text


def _choices(field: models.Field | None) -> dict:
    # Reverse relations are fields too, without choices.
    return dict(field.flatchoices) if getattr(field, "choices", None) else {}


def _choice_label(choice: str, field: models.Field | None) -> str:
    return str(_choices(field).get(choice, ""))


def _format_dates_and_numbers(text: str, language: str | None = "en") -> str:
    """`text` with dates and numbers in the usual form of its language. By default English. None is the reader's."""
    with override(language) if language else nullcontext():
        text = _LONG_NUMBER.sub(lambda match: format_grouped(int(match[0])), text)
        return _ISO_DATE.sub(
            lambda match: edtf.format_date(match[0]) if _is_date(match[0]) else match[0], text
        )


@dataclass(frozen=True)
class EvidenceItem:
    """A piece of evidence for display with key and label of the field, the stance and the reported value."""

    key: str
    label: str
    # The anchor of the value on the page. "" if the page does not show it.
    anchor: str
    stance: str
    reported: ReportedValue | None


def evidence_item(item: Evidence, record: Record, anchor: str = "") -> EvidenceItem:
    """`item` for display. `anchor` is the place of the value on the page of `record`."""
    label = figure_label(item.figure) if item.figure_id else field_label(type(record), item.field)
    return EvidenceItem(item.field_key, label, anchor, item.stance, reported_value_of(item, record))


def reported_value_of(item: Evidence, record: Record) -> ReportedValue | None:
    """The value that `item` reports. None if it equals the value of `record`."""
    if not item.reported_value:
        return None
    field = None if item.field in {WHOLE, FIGURE} else record._meta.get_field(item.field)
    value = reported_value(item.reported_value, field)
    text = localized(item, "reported_value")
    # A date alone is in the reader's language already.
    return (
        value
        if text.lang == "en" or not value.text.lang
        else translated_value(value, item.reported_value, text)
    )
