"""Prints the values that the rules find in a report, without writing to the database."""

import datetime
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sco_cities.intake.known_names import known_names
from sco_cities.intake.reading.reader import ReportReading, read
from sco_cities.intake.reading.report_text import DOUBTFUL, Mark


class Command(BaseCommand):
    """Reads one text file without writing to the database."""

    help = (
        "Print the persons, cities, countries, organisations, figures, initiatives, themes, dates and "
        "events in a report, with their positions in the text. Nothing is written to the database."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", help="a UTF-8 text file with a report in English, Russian or Chinese")
        parser.add_argument(
            "--date",
            type=iso_date,
            help="the date of the report as YYYY-MM-DD, which completes dates without a year",
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
                    hidden = {"spans", "names", "confidence"}
                    values = ", ".join(str(each) for key, each in entry.items() if key not in hidden and each)
                    self.stdout.write(f"  {values}  [{start}-{end}] {' '.join(text[start:end].split())}")


def iso_date(value: str) -> datetime.date:
    """Parses an ISO 8601 date. Raises ValueError if it is invalid."""
    return datetime.date.fromisoformat(value)


# The kinds of marks that have a name, and the details of each kind of mark.
_NAMED = ("persons", "cities", "countries", "organisations", "events")
_DETAILS = {
    "persons": ("role",),
    "countries": ("code",),
    "figures": ("value", "qualifier", "unit"),
    "events": ("date",),
}


def read_document(identity: str, reading: ReportReading) -> dict[str, Any]:
    """Converts the marks that are proposed by default to lists of plain values. `spans` are [start, end] pairs."""
    kinds = (
        "persons",
        "cities",
        "countries",
        "organisations",
        "figures",
        "initiatives",
        "themes",
        "dates",
        "events",
    )
    return {"id": identity, "language": reading.language} | {
        kind: [
            _values(kind, mark) | {"spans": [list(span) for span in sorted(mark.spans)]}
            for mark in getattr(reading, kind)
            if mark.certainty != DOUBTFUL
        ]
        for kind in kinds
    }


def _values(kind: str, mark: Mark) -> dict[str, Any]:
    match kind:
        case "themes":
            return {"slug": mark.key}
        case "dates":
            return {"date": mark.value}
        case "initiatives":
            # All names of a city are listed, because a title may contain any of these names.
            cities = ["|".join(city.names) for city in mark.details["cities"]]
            return {"title": mark.value, "cities": cities, "status": mark.details["status"]}
    named = {"name": mark.value, "names": list(mark.names)} if kind in _NAMED else {}
    details = {name: mark.details[name] for name in _DETAILS.get(kind, ())}
    return named | details | ({"confidence": mark.certainty} if kind == "persons" else {})
