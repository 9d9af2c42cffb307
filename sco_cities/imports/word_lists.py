"""Probable meanings of headings and values in curators' spreadsheets, from `data/imports/`.

They are suggestions that a curator sees and confirms. They never determine a value alone.
"""

import csv
from functools import cache
from pathlib import Path

from django.conf import settings

from sco_cities.names.letters import plain

from .parser.headings import normalize_heading

_FOLDER = Path(settings.BASE_DIR) / "data" / "imports"


@cache
def suggested_columns() -> dict[str, tuple[str, ...]]:
    """Maps normalized headings to possible columns. The first of them that the kind of record has is used."""
    return {
        normalize_heading(row["heading"]): tuple(row["columns"].split("; ")) for row in _rows("headings.csv")
    }


@cache
def suggested_values(domain: str) -> dict[str, str]:
    """Maps normalized words to values of the domain, such as "initiatives.status"."""
    return {plain(row["word"]): row["value"] for row in _rows("values.csv") if row["domain"] == domain}


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
