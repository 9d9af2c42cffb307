"""Reads the words of a cell as the values that records have: names and labels of every language, written dates.

A word that names one value is read as that value. Any other is an open question, asked once for each distinct word.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from sco_cities.core.notation import read_written_date
from sco_cities.datapackage.natural_keys import COUNTRIES
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import validate_slug

from .column_types import ImportableModel, ImportColumn
from .parser.errors import ErrorCell
from .row_result import CellError, RowResult
from .value_names import ChoiceNames, CollectionNames, ValueNames, domain_of, plain

# Other ways to write a list, where each part is a known value and the whole is not: signs first, then words.
_LIST_SIGNS = (re.compile(r"[,/\n、，；]"), re.compile(r"\s+(?:and|и|&)\s+|[和与及]"))
MAX_REMEMBERED = 20_000
MAX_OPEN = 2_000
MAX_NAMED = 5
# Of a word that is asked about, and of a list that is not written with ";".
MAX_LENGTH = 1_000
DATES = "dates"


@dataclass
class OpenValue:
    """A word that must be asked about: its domain, the number of rows with it, and the values that it may mean.

    `places` are the countries and cities of its rows, as far as all rows with any have them in common.
    """

    domain: str
    value: str
    candidates: list[str] = field(default_factory=list)
    rows: int = 0
    last_row: int = 0
    places: dict[str, set[str]] = field(default_factory=dict)


class ValueResolver:
    """Resolves the cells of one file. The names of a collection are read once, when a cell first needs them.

    `open_values` are the words without an answer so far, by domain and plain word.
    """

    def __init__(self, kind: ImportableModel, answers: Mapping[str, Mapping[str, str]]):
        self._kind, self._answers = kind, answers
        self._names: dict[str, ValueNames] = {}
        self._domains: dict[str, str] = {}
        self._resolved: dict[tuple[str, str], tuple[str, list[str]]] = {}
        self.open_values: dict[tuple[str, str], OpenValue] = {}

    def names(self, domain: str) -> ValueNames:
        """The values of a domain by their names."""
        if domain not in self._names:
            kind, dot, field_name = domain.partition(".")
            if dot:
                self._names[domain] = ChoiceNames(domain, self._kind.model._meta.get_field(field_name))
            else:
                self._names[domain] = CollectionNames(kind)
        return self._names[domain]

    def read(self, column: ImportColumn, cell: str, row: RowResult, cells: Mapping[str, str]) -> str:
        """The cell as a list of the site would export it. What is not known stays, and is an open value of `row`.

        `cells` are all cells of the row.
        """
        text, unknown = self._resolve(column, cell)
        for value in unknown:
            domain = self._domain(column)
            self._ask(domain, value, column, row)
            self._note_places(domain, value, column, cells)
            if domain == COUNTRIES and text != cell:
                message = _(
                    "“%(value)s” is no country with this name or code. Choose one above, or add the country."
                )
                row.errors.append(CellError(column.name, value, message % {"value": value}))
        return text

    def values(self, column: ImportColumn, cell: str) -> set[str]:
        """The values in a cell that are known; nothing is asked."""
        text, unknown = self._resolve(column, cell)
        return {item.strip() for item in text.split(SEPARATOR.strip())} - {"", *unknown}

    def answer(self, domain: str, value: str) -> str | None:
        """The curator's answer to an open value; None without any."""
        return self._answers.get(domain, {}).get(plain(value))

    def ask(self, domain: str, value: str, row_number: int, candidates: Iterable[str] = ()) -> None:
        """Notes that a row depends on the answer to a value."""
        key = domain, plain(value)
        if len(value) > MAX_LENGTH or (key not in self.open_values and len(self.open_values) == MAX_OPEN):
            return
        found = self.open_values.setdefault(key, OpenValue(domain, value, list(candidates)))
        if found.last_row != row_number:
            found.rows, found.last_row = found.rows + 1, row_number

    def _domain(self, column: ImportColumn) -> str:
        """The domain of a column; DATES for one with dates, "" if its cells are taken as they are."""
        if column.name not in self._domains:
            self._domains[column.name] = DATES if column.is_date else domain_of(self._kind.name, column)
        return self._domains[column.name]

    def _resolve(self, column: ImportColumn, cell: str) -> tuple[str, list[str]]:
        domain = self._domain(column)
        if not domain or not cell or type(cell) is ErrorCell:
            return cell, []
        key = column.name, cell
        if (resolved := self._resolved.get(key)) is None:
            if len(self._resolved) == MAX_REMEMBERED:
                self._resolved.clear()
            if domain == DATES:
                resolved = read_written_date(cell) or cell, []
            else:
                resolve = self._resolve_list if column.is_list else self._resolve_value
                resolved = resolve(domain, cell)
            self._resolved[key] = resolved
        return resolved

    def _resolve_value(self, domain: str, cell: str) -> tuple[str, list[str]]:
        text = cell.strip()
        found = self._find(domain, text)
        if found is None:
            return cell, [text] if text else []
        return found, []

    def _resolve_list(self, domain: str, cell: str) -> tuple[str, list[str]]:
        known = self.names(domain).labels
        parts = [part.strip() for part in cell.split(";")]
        if len(cell) > MAX_LENGTH or all(part in known or not part for part in parts):
            return cell, []
        if (whole := self._find(domain, cell.strip())) is not None:
            return whole, []
        items: dict[str, None] = {}
        unknown: list[str] = []
        for item, found in (pair for part in filter(None, parts) for pair in self._divided(domain, part)):
            if found is None:
                unknown.append(item)
            # A list with a word that is no code is refused as a whole: then the word has an error of its own.
            if (found is None and domain != COUNTRIES) or found:
                items[found or item] = None
        if len(unknown) == len(parts):
            return cell, unknown
        return SEPARATOR.join(items), unknown

    def _divided(self, domain: str, part: str, depth: int = 0) -> list[tuple[str, str | None]]:
        """The items of a part of a list with the values that they name: the part itself, or what it consists of."""
        found = self._find(domain, part)
        if found is None and depth < len(_LIST_SIGNS):
            pieces = [piece for piece in map(str.strip, _LIST_SIGNS[depth].split(part)) if piece]
            items = [item for piece in pieces for item in self._divided(domain, piece, depth + 1)]
            if any(value is not None for _item, value in items):
                return items
        return [(part, found)]

    def _find(self, domain: str, text: str) -> str | None:
        """The value that a word names; "" if it is to be left out, None if that must be asked."""
        names = self.names(domain)
        if text in names.labels:
            return text
        answer = self.answer(domain, text)
        if answer is not None and (not answer or answer in names.labels):
            return answer
        found = names.find(text)
        return found[0] if len(found) == 1 else None

    def _note_places(self, domain: str, value: str, column: ImportColumn, cells: Mapping[str, str]) -> None:
        """Notes the places of a row with an open value: no record of another place is suggested."""
        found = self.open_values.get((domain, plain(value)))
        for name, place in (("country", "country"), ("countries", "country"), ("city", "city")):
            if found is not None and name != column.name and cells.get(name, "").strip():
                here = self.values(self._kind.columns[name], cells[name])
                found.places[place] = found.places.get(place, here) & here

    def _ask(self, domain: str, value: str, column: ImportColumn, row: RowResult) -> None:
        candidates = self.names(domain).find(value)
        if domain == self._kind.name and not candidates and _is_slug(value):
            # A record further down in the file may have this slug.
            return
        self.ask(domain, value, row.number, candidates)
        if len(candidates) > 1:
            message = _(
                "“%(value)s” is the name of several records: %(slugs)s. Choose one above, or write its slug."
            )
            slugs = comma_list(candidates[:MAX_NAMED])
            row.errors.append(CellError(column.name, value, message % {"value": value, "slugs": slugs}))


def _is_slug(value: str) -> bool:
    return validate_slug.regex.search(value) is not None
