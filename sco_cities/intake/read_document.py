"""The document that `intake_read` prints: what a report names, ready for JSON."""

from typing import Any

from .reading.marks import MAYBE, Mark
from .reading.reader import ReportReading


def read_document(identity: str, reading: ReportReading) -> dict[str, Any]:
    """The marks that are proposed without being asked for, as lists of plain values; `spans` are [start, end] pairs."""
    return {
        "id": identity,
        "language": reading.language,
        "persons": [
            {
                "name": mark.value,
                "names": list(mark.names),
                "role": mark.details["role"],
                "spans": _spans(mark),
                "confidence": mark.confidence,
            }
            for mark in _proposed(reading.persons)
        ],
        "cities": [_named(mark) for mark in _proposed(reading.cities)],
        "countries": [
            {**_named(mark), "code": mark.details["code"]} for mark in _proposed(reading.countries)
        ],
        "organisations": [_named(mark) for mark in _proposed(reading.organisations)],
        "figures": [
            {
                "value": mark.details["value"],
                "qualifier": mark.details["qualifier"],
                "unit": mark.details["unit"],
                "spans": _spans(mark),
            }
            for mark in _proposed(reading.figures)
        ],
        "initiatives": [
            {
                "title": mark.value,
                "cities": [city.value for city in mark.details["cities"]],
                "status": mark.details["status"],
                "spans": _spans(mark),
            }
            for mark in _proposed(reading.initiatives)
        ],
        "themes": [{"slug": mark.key, "spans": _spans(mark)} for mark in _proposed(reading.themes)],
        "dates": [{"date": mark.value, "spans": _spans(mark)} for mark in _proposed(reading.dates)],
        "events": [
            {
                "name": mark.value,
                "names": list(mark.names),
                "date": mark.details["date"],
                "spans": _spans(mark),
            }
            for mark in _proposed(reading.events)
        ],
    }


def _proposed(marks: list[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.confidence != MAYBE]


def _named(mark: Mark) -> dict[str, Any]:
    return {"name": mark.value, "names": list(mark.names), "spans": _spans(mark)}


def _spans(mark: Mark) -> list[list[int]]:
    return [list(span) for span in sorted(mark.spans)]
