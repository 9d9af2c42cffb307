"""The reported values of an initiative since it was announced, computed from rows by independent code."""

import re
from datetime import date
from typing import NamedTuple

STATUSES = (
    "interest", "proposed", "agreed", "under_way", "operating", "completed", "stalled", "unknown",
)  # fmt: skip


class Said(NamedTuple):
    """A piece of evidence with the first and the last day of its dated report, its field, stance and text."""

    first: date
    last: date | None
    field: str
    stance: str
    text: str


def last_day_of_first_report(said: list[Said]) -> date | None:
    """The latest possible date of the first report."""
    first = min(((each.first, each.last or date.max) for each in said), default=None)
    return first and first[1]


def since(last_day: date | None, now: str, said: list[Said]) -> tuple[str, str] | None:
    """The value of the filter, and the status at the time of the announcement ("" if unknown).

    Returns None if there was no announcement.

    `last_day` is the last day of the event or of the first report, and `now` is the status of the record.
    """
    if last_day is None:
        return None
    until = last_day.toordinal() + 30
    later = [each for each in said if each.first.toordinal() > until]
    of_the_time = [
        each
        for each in said
        if each.first.toordinal() <= until and each.field == "status" and each.stance != "differs"
    ]
    then = ""
    if of_the_time:
        newest = max(
            of_the_time,
            key=lambda each: (each.first, -(each.last or date.max).toordinal(), each.stance == "supports"),
        )
        then = now if newest.stance == "supports" else _status_in(newest.text)
    if not later:
        return "none", then
    return ("moved" if then and then != now else "reported"), then


def _status_in(text: str) -> str:
    """The status at the start of a reported value, or in brackets at its end, as in "as of 2020: signed (agreed)"."""
    text = re.sub(r"^as of [^:]+: *", "", text)
    for status in STATUSES:
        if text == status or re.fullmatch(rf"{status} *\(.*\)", text) or text.endswith(f"({status})"):
            return status
    return ""
