"""Maps a file's columns to import columns, filters the file's rows, and stores the mapping for the next file.

The mapping is derived from the headings, and the curator can adjust it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.datapackage.errors import closest_match
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.listings.exports.attribution import LICENCE_COLUMN, PAGE_COLUMN

from .column_types import ImportableModel, suggested_columns
from .models import ADDRESSES, BY_ROW, NEW, ROWS, ImportOptions, RememberedMapping
from .parser.limits import Cells, ErrorCell, HiddenCells, normalize_heading
from .row_result import LeftOut
from .value_names import COUNTRY_COLUMNS, domain_of

# The option to skip a column of the file.
SKIPPED = "-"
# The prefix of a skipped column's heading, and of a template's help row.
COMMENT_SIGN = "# "


class RowCells(dict[str, str]):
    """The cells of a row by import column. `beside` maps columns to (word, country) pairs."""

    beside: dict[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class ColumnMapping:
    """The import column of each column of the file. SKIPPED marks skipped columns, and "" marks unassigned columns.

    `header` contains the unchanged headings of the file.
    """

    kind: ImportableModel
    header: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def from_header(cls, kind: ImportableModel, header: list[str]) -> "ColumnMapping":
        """Creates the mapping from the known headings."""
        names = [
            SKIPPED
            if heading.startswith(COMMENT_SIGN) or heading in (LICENCE_COLUMN, PAGE_COLUMN)
            else kind.column_named(heading)
            for heading in header
        ]
        return cls(kind, tuple(header), tuple(names))

    def with_names(self, selected: list[str]) -> "ColumnMapping":
        """Returns the mapping with the import columns `selected` by the curator, in the order of the file's columns."""
        known = {*self.kind.columns, SKIPPED}
        names = [name if name in known else "" for name in selected[: len(self.header)]]
        return ColumnMapping(self.kind, self.header, (*names, *self.names[len(names) :]))

    def with_suggestions(self, before: Mapping[str, str]) -> "ColumnMapping":
        """Returns the mapping with suggested columns for unrecognised headings.

        `before` maps normalized headings to import columns, and overrides the probable meanings of headings.
        """
        names, headings = list(self.names), [*map(normalize_heading, self.header)]
        for position, heading in enumerate(headings):
            if before.get(heading) in {*self.kind.columns, SKIPPED}:
                names[position] = before[heading]
        for position, heading in enumerate(headings):
            # For example, the columns City A and City B are parts of the same list.
            alike = {
                name
                for name, other in zip(names, headings, strict=True)
                if other[:-1] == heading[:-1] and self.takes_several(name)
            }
            possible = [
                name
                for name in suggested_columns().get(heading, ())
                if name == SKIPPED or (name in self.kind.importable and name not in {*names} - alike)
            ]
            # Columns that are skipped or importable keep their assignment.
            if possible and names[position] not in (SKIPPED, *self.kind.importable):
                names[position] = possible[0]
        return ColumnMapping(self.kind, self.header, tuple(names))

    def takes_several(self, name: str) -> bool:
        """Returns True for a list of records, because several columns of the file can be assigned to such a column."""
        column = self.kind.columns.get(name)
        return column is not None and column.is_list and not column.is_computed and not column.is_evidence

    def problems(self, *, has_title: bool = False) -> list[tuple[str, str]]:
        """Returns (heading, message) for each problem that prevents a check of the file.

        `has_title` is True if records get a generated title.
        """
        problems = []
        assigned = Counter(name for name in self.names if name not in ("", SKIPPED))
        for heading, name in zip(self.header, self.names, strict=True):
            if not name and heading:
                message = _("There is no such column.") + closest_match(heading, self.kind.columns)
                problems.append((heading, message))
            elif assigned[name] > 1 and not self.takes_several(name):
                message = _("Two columns of the file are assigned to “%(column)s”. Skip one of them.") % {
                    "column": name
                }
                problems.append((heading, message))
        if not has_title and not self.kind.can_tell_apart(assigned):
            message = _("Choose the column that contains the names or slugs of the records.")
            problems.append(("", message))
        return problems

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Maps import columns to their positions in the file."""
        positions: dict[str, list[int]] = {}
        for position, name in enumerate(self.names):
            if name in self.kind.columns:
                positions.setdefault(name, []).append(position)
        return positions

    @cached_property
    def _cities_with_countries(self) -> list[tuple[str, int, int]]:
        """Maps city columns to pairs of (city, country) positions, in file order."""
        cities = [
            (name, position)
            for position, name in enumerate(self.names)
            if name in self.kind.columns and domain_of(self.kind.name, self.kind.columns[name]) == "cities"
        ]
        countries = [position for position, name in enumerate(self.names) if name in COUNTRY_COLUMNS]
        if len(cities) != len(countries) or len(cities) < 2:
            return []
        return [(*city, country) for city, country in zip(cities, countries, strict=True)]

    def cells(self, texts: list[str]) -> RowCells:
        """Returns a row's cells by import column. Cells with the same import column are joined to a list."""

        def text(position: int) -> str:
            return texts[position] if position < len(texts) else ""

        cells = RowCells()
        for name, positions in self.positions.items():
            filled = list(dict.fromkeys(filter(None, map(text, positions)))) if len(positions) > 1 else []
            wrong = [cell for cell in filled if isinstance(cell, ErrorCell)]
            cells[name] = wrong[0] if wrong else SEPARATOR.join(filled) if filled else text(positions[0])
        cells.beside = {}
        for name, city, country in self._cities_with_countries:
            if word := text(city).strip():
                cells.beside[name] = *cells.beside.get(name, ()), (word, text(country))
        return cells


_MIN_HEADINGS = 2


def left_out_reason(
    mapping: ColumnMapping, options: ImportOptions, number: int, cells: Cells, first: int
) -> LeftOut | None:
    """Returns the reason why a row is not imported, or None if it is imported.

    `first` is the number of the row below the headings, which may contain help or repeat the headings.
    """
    if first == number:
        if cells and cells[0].startswith(COMMENT_SIGN):
            return LeftOut.HELP
        pairs = [(cell, name) for cell, name in zip(cells, mapping.names, strict=False) if cell and name]
        repeated = sum(
            mapping.kind.column_named(cell) == name
            or name in suggested_columns().get(normalize_heading(cell), ())
            for cell, name in pairs
        )
        # At least half of the cells repeat the headings of their columns.
        if repeated >= max(_MIN_HEADINGS, sum(map(bool, cells)) / 2):
            return LeftOut.HEADINGS
    if number in options.left_out_rows:
        return LeftOut.CHOSEN
    return LeftOut.HIDDEN if options.skips_hidden_rows and isinstance(cells, HiddenCells) else None


# Domains of answers that are not stored for the next file.
_NOT_REMEMBERED = {ROWS, ADDRESSES}
MAX_ANSWERS = 1_000


def remembered(mapping: ColumnMapping) -> RememberedMapping | None:
    """Returns the stored mapping for these headings, or None."""
    found = RememberedMapping.objects.filter(kind=mapping.kind.name, headings=_digest(mapping))
    return found.select_related("saved_by").first()


def remember(
    mapping: ColumnMapping, options: ImportOptions, user, given: Mapping[str, Mapping[str, str]]
) -> None:
    """Replaces the stored columns and default values for these headings, and adds the answers in `given`.

    Answers about new records and single rows do not apply to the next file.
    """
    before = remembered(mapping)
    answers = {domain: dict(values) for domain, values in (before.answers if before else {}).items()}
    for domain, values in given.items():
        if domain not in _NOT_REMEMBERED:
            known = answers.setdefault(domain, {})
            known |= {
                value: answer
                for value, answer in values.items()
                if not answer.startswith((NEW, BY_ROW)) and f"\n{BY_ROW}" not in value
            }
            answers[domain] = dict(list(known.items())[-MAX_ANSWERS:])
    columns = {
        normalize_heading(heading): name
        for heading, name in zip(mapping.header, mapping.names, strict=True)
        if heading
    }
    RememberedMapping.objects.update_or_create(
        kind=mapping.kind.name, headings=_digest(mapping),
        defaults={
            "columns": columns, "defaults": {**options.defaults, "report_language": options.report_language},
            "answers": answers, "saved_by": user,
            "saved_at": timezone.now(),
        },
    )  # fmt: skip


def _digest(mapping: ColumnMapping) -> str:
    headings = sorted(
        normalize_heading(heading)
        for heading in mapping.header
        if heading and not heading.startswith(COMMENT_SIGN)
    )
    return hashlib.sha256(json.dumps(headings).encode()).hexdigest()
