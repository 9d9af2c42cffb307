"""Prints the values that the reader finds in a report, without writing anything."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sco_cities.intake.known_names import known_names
from sco_cities.intake.reading.reader import ReportReading, read
from sco_cities.intake.reading.report_text import MAYBE, Mark


class Command(BaseCommand):
    """Reads one text file without writing to the database."""

    help = (
        "Print what a report names: persons, cities, countries, organisations, figures, initiatives, themes, dates and "
        "events, with their places in the text. Nothing is written to the database."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="a text file in UTF-8 with a report in English, Russian or Chinese")
        parser.add_argument(
            "--date",
            type=iso_date,
            help="the date of the report as YYYY-MM-DD, from which dates without a year are completed",
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object instead of a readable list"
        )

    def handle(self, *args, file, date, **options):
        path = Path(file)
        try:
            text = path.read_bytes().decode("utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not a text in UTF-8.") from error
        document = read_document(path.stem, read(text, known_names(), date))
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            return
        for kind, entries in document.items():
            if isinstance(entries, list):
                self.stdout.write(f"{kind}: {len(entries)}")
                for entry in entries:
                    start, end = entry["spans"][0]
                    self.stdout.write(
                        f"  {_line(entry)}  [{start}-{end}] {' '.join(text[start:end].split())}"
                    )


def _line(entry: dict) -> str:
    values = (
        str(value) for key, value in entry.items() if key not in {"spans", "names", "confidence"} and value
    )
    return ", ".join(values)


def iso_date(value: str) -> datetime.date:
    """Parses an ISO 8601 date. Raises ValueError if it is invalid."""
    return datetime.date.fromisoformat(value)


def read_document(identity: str, reading: ReportReading) -> dict[str, Any]:
    """Converts the marks that are proposed by default to lists of plain values. `spans` are [start, end] pairs."""
    return {
        "id": identity,
        "language": reading.language,
        "persons": _entries(
            reading.persons,
            lambda mark: _named(mark) | {"role": mark.details["role"], "confidence": mark.confidence},
        ),
        "cities": _entries(reading.cities, _named),
        "countries": _entries(reading.countries, lambda mark: _named(mark) | {"code": mark.details["code"]}),
        "organisations": _entries(reading.organisations, _named),
        "figures": _entries(
            reading.figures,
            lambda mark: {name: mark.details[name] for name in ("value", "qualifier", "unit")},
        ),
        "initiatives": _entries(
            reading.initiatives,
            lambda mark: {
                "title": mark.value,
                # All names of a city are listed, because a title may use any of them.
                "cities": ["|".join(city.names) for city in mark.details["cities"]],
                "status": mark.details["status"],
            },
        ),
        "themes": _entries(reading.themes, lambda mark: {"slug": mark.key}),
        "dates": _entries(reading.dates, lambda mark: {"date": mark.value}),
        "events": _entries(reading.events, lambda mark: _named(mark) | {"date": mark.details["date"]}),
    }


def _entries(marks: list[Mark], values: Callable[[Mark], dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        values(mark) | {"spans": [list(span) for span in sorted(mark.spans)]}
        for mark in marks
        if mark.confidence != MAYBE
    ]


def _named(mark: Mark) -> dict[str, Any]:
    return {"name": mark.value, "names": list(mark.names)}
