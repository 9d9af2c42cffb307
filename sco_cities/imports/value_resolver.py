"""Converts names and labels of any language in cells to values, and converts written dates.

A word that names exactly one value is converted to that value. Every other distinct word becomes an open question. If
the file has a country column, a question about a city is asked once per country.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from sco_cities.core.localized_names import split_list
from sco_cities.core.notation import read_written_date
from sco_cities.datapackage.natural_keys import COUNTRIES
from sco_cities.datapackage.relation_columns import SEPARATOR
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import validate_slug

from .column_mapping import RowCells
from .column_types import ImportableModel, ImportColumn
from .models import BY_ROW, HERE, NEW
from .new_records import NewRecords
from .parser.limits import ErrorCell
from .row_result import CellError, RowResult
from .value_names import COUNTRY_COLUMNS, ChoiceNames, CollectionNames, Places, ValueNames, domain_of, plain

# Further list separators (punctuation, then words). Used if a part is a known value and the complete text is not.
_LIST_SIGNS = (re.compile(r"[,/\n、，；]"), re.compile(r"\s+(?:and|и|&)\s+|[和与及]"))
MAX_REMEMBERED = 20_000
MAX_OPEN = 2_000
MAX_NAMED = 5
# Maximum length of a word in a question, and of a list that is split.
MAX_LENGTH = 1_000
DATES = "dates"
# Kinds of record with a place. The places in the row determine which record a name identifies.
_WITH_PLACE = {"cities", "delegates", "organisations"}


class Surroundings(NamedTuple):
    """The context that determines the meaning of a word.

    `beside` contains (word, country) for each word with a country in the adjacent column. `country` and `city` are the
    row's country and city cells. `row` is the row number if answers may apply to one row, otherwise 0.
    """

    beside: tuple[tuple[str, str], ...] = ()
    country: str = ""
    city: str = ""
    row: int = 0

    def of_each(self, word: str) -> "list[Surroundings]":
        """Returns the surroundings of `word` for each adjacent country, because cities may share a name."""
        pairs = [pair for pair in self.beside if pair[0] == word]
        return [self._replace(beside=(pair,)) for pair in pairs] or [self]


# Words without a known value, each with its surroundings.
Unknown = list[tuple[str, Surroundings]]


def answer_key(value: str, scope: str = "") -> str:
    """Returns the key of an answer. The key includes the scope if the answer does not apply to all rows."""
    return f"{plain(value)}\n{scope}" if scope else plain(value)


@dataclass
class OpenValue:
    """A word that needs an answer from the curator.

    `candidates` are the possible values. `rows` is the number of rows with the word. `places` are the countries and
    cities that all rows with the word and a place share. `scope` is "" if the answer applies to all rows, otherwise a
    country, a row (#7) or both (RU#7).
    """

    domain: str
    value: str
    candidates: list[str] = field(default_factory=list)
    rows: int = 0
    last_row: int = 0
    places: dict[str, set[str]] = field(default_factory=dict)
    scope: str = ""


class ValueResolver:
    """Converts the cells of one file. The names of a collection are loaded when a cell first needs them.

    `open_values` contains the unanswered words by domain and `answer_key`.
    """

    def __init__(self, kind: ImportableModel, answers: Mapping[str, Mapping[str, str]]):
        self._kind, self._answers = kind, answers
        self._names: dict[str, ValueNames] = {}
        self._domains: dict[str, str] = {}
        self._resolved: dict[tuple[str, str, Surroundings], tuple[str, Unknown]] = {}
        self._asked_by_row = {domain for domain, its in answers.items() if BY_ROW in its.values()}
        self._country = next((kind.columns[name] for name in COUNTRY_COLUMNS if name in kind.columns), None)
        self.new_records = NewRecords()
        self.open_values: dict[tuple[str, str], OpenValue] = {}

    def names(self, domain: str) -> ValueNames:
        """Returns the names of a domain's values. Loads the names once."""
        if domain not in self._names:
            kind, dot, field_name = domain.partition(".")
            if dot:
                self._names[domain] = ChoiceNames(domain, self._kind.model._meta.get_field(field_name))
            else:
                self._names[domain] = CollectionNames(kind)
        return self._names[domain]

    def read(self, column: ImportColumn, cell: str, row: RowResult, cells: RowCells) -> str:
        """Converts a cell to the text that an export contains. Unknown words are kept and become open values.

        `cells` are all cells of the row. Records that answers add for the row are appended to `row.drafts`.
        """
        around = self._surroundings(column, cells, row.number)
        text, unknown = self._resolve(column, cell, around)
        domain = self._domain(column)
        for value, around_value in unknown:
            self._ask(domain, value, column, row, around_value)
            if domain == COUNTRIES and text != cell:
                message = _(
                    "No country has the name or code “%(value)s”. Choose one above, or add the country."
                )
                row.errors.append(CellError(column.name, value, message % {"value": value}))
        for item in split_list(text) if self.new_records.values else ():
            if values := self.new_records.values.get((domain, item)):
                row.drafts.append([domain, item, values["name_en"]])
                is_transliterated = domain == "organisations" and values.keys() & {"name_ru", "name_zh"}
                if is_transliterated and column.name not in row.transliterated:
                    row.transliterated.append(column.name)
        return text

    def values(self, column: ImportColumn, cell: str) -> set[str]:
        """Returns the known values in a cell. Adds no questions."""
        return self._known(column, cell, Surroundings())[0]

    def _known(self, column: ImportColumn, cell: str, around: Surroundings) -> tuple[set[str], Unknown]:
        """Returns the known values and the unknown words in a cell."""
        text, unknown = self._resolve(column, cell, around)
        return {*split_list(text)} - {value for value, _around in unknown}, unknown

    def items(self, column: ImportColumn, cells: RowCells, row_number: int) -> list[str]:
        """Returns the items in a cell of a row, including unknown words. Adds no questions."""
        around = self._surroundings(column, cells, row_number)
        return split_list(self._resolve(column, cells.get(column.name, ""), around)[0])

    def answer(self, domain: str, value: str, scope: str = "") -> str | None:
        """Returns the curator's answer to an open value, or None."""
        return self._answers.get(domain, {}).get(answer_key(value, scope))

    def ask(
        self, domain: str, value: str, row_number: int, candidates: Iterable[str] = (), scope: str = ""
    ) -> OpenValue | None:
        """Adds a question about a value in a row. Returns None for a long value or too many questions."""
        key = domain, answer_key(value, scope)
        if len(value) > MAX_LENGTH or (key not in self.open_values and len(self.open_values) == MAX_OPEN):
            return None
        found = self.open_values.setdefault(key, OpenValue(domain, value, list(candidates), scope=scope))
        if found.last_row != row_number:
            found.rows, found.last_row = found.rows + 1, row_number
        return found

    def _domain(self, column: ImportColumn) -> str:
        """Returns the domain of a column, DATES for a date column, or "" if the cells are used unchanged."""
        if column.name not in self._domains:
            self._domains[column.name] = DATES if column.is_date else domain_of(self._kind.name, column)
        return self._domains[column.name]

    def _surroundings(self, column: ImportColumn, cells: RowCells, row_number: int) -> Surroundings:
        domain = self._domain(column)
        with_place = domain in _WITH_PLACE
        # A question about the row's places may also be limited to this row.
        asked = {domain, COUNTRIES, "cities"} if with_place else {domain}
        row = row_number if asked & self._asked_by_row else 0
        if not with_place:
            return Surroundings(row=row)
        country = cells.get(self._country.name, "") if self._country is not None else ""
        city = cells.get("city", "") if column.name != "city" else ""
        return Surroundings(cells.beside.get(column.name, ()), country.strip(), city.strip(), row)

    def _places(self, value: str, around: Surroundings) -> Places:
        """Returns the known places of a row by column. Records in other places do not match."""
        return {name: known for name, (known, _unknown) in self._read_places(value, around).items()}

    def _read_places(self, value: str, around: Surroundings) -> dict[str, tuple[set[str], Unknown]]:
        """Maps place columns to the known values in the row and the unknown words."""
        own = Surroundings(country=around.country, row=around.row)
        cells = {"country": (self._country, dict(around.beside).get(value, around.country))}
        if around.city:
            cells["city"] = self._kind.columns["city"], around.city
        return {name: self._known(column, cell, own) for name, (column, cell) in cells.items() if cell}

    def _scope(self, domain: str, value: str, around: Surroundings) -> str:
        """Returns the scope of an answer about a word (adjacent country, row or both), or "" for all rows."""
        beside = dict(around.beside).get(value, "")
        scope = SEPARATOR.join(sorted(self.values(self._country, beside))) if beside else ""
        return f"{scope}#{around.row}" if self.answer(domain, value, scope) == BY_ROW else scope

    def _resolve(self, column: ImportColumn, cell: str, around: Surroundings) -> tuple[str, Unknown]:
        domain = self._domain(column)
        if not domain or not cell or type(cell) is ErrorCell:
            return cell, []
        key = column.name, cell, around
        if (resolved := self._resolved.get(key)) is None:
            if len(self._resolved) == MAX_REMEMBERED:
                self._resolved.clear()
            if domain == DATES:
                resolved = read_written_date(cell) or cell, []
            else:
                resolve = self._resolve_list if column.is_list else self._resolve_value
                resolved = resolve(domain, cell, around)
            self._resolved[key] = resolved
        return resolved

    def _resolve_value(self, domain: str, cell: str, around: Surroundings) -> tuple[str, Unknown]:
        text = cell.strip()
        found = self._find(domain, text, around)
        if found is None:
            return cell, [(text, around)] if text else []
        return found, []

    def _resolve_list(self, domain: str, cell: str, around: Surroundings) -> tuple[str, Unknown]:
        known = self.names(domain).labels
        parts = [part.strip() for part in cell.split(";")]
        if len(cell) > MAX_LENGTH or all(part in known or not part for part in parts):
            return cell, []
        if len(parts) > 1 and (whole := self._find(domain, cell.strip(), around)) is not None:
            return whole, []
        items: dict[str, None] = {}
        unknown: Unknown = []
        divided = [
            (item, found, own)
            for part in filter(None, parts)
            for own in around.of_each(part)
            for item, found in self._divided(domain, part, own)
        ]
        for item, found, own in divided:
            if found is None:
                unknown.append((item, own))
            # The package rules reject a complete list if one code is invalid, so `read` adds an error for the word.
            if (found is None and domain != COUNTRIES) or found:
                items[found or item] = None
        if len(unknown) == len(divided):
            return cell, unknown
        return SEPARATOR.join(items), unknown

    def _divided(
        self, domain: str, part: str, around: Surroundings, depth: int = 0
    ) -> list[tuple[str, str | None]]:
        """Splits a part of a list into items, each with its value or None. The part may be a single item."""
        found = self._find(domain, part, around)
        if found is None and depth < len(_LIST_SIGNS):
            pieces = [piece for piece in map(str.strip, _LIST_SIGNS[depth].split(part)) if piece]
            items = [item for piece in pieces for item in self._divided(domain, piece, around, depth + 1)]
            if any(value is not None for _item, value in items):
                return items
        return [(part, found)]

    def _find(self, domain: str, text: str, around: Surroundings) -> str | None:
        """Returns the value that a word names, "" to omit the word, or None if the word needs a question."""
        names = self.names(domain)
        if text in names.labels:
            return text
        answer = self.answer(domain, text, self._scope(domain, text, around))
        if answer is not None:
            # The country that the answer adds may already exist.
            known = answer.removeprefix(NEW) if domain == COUNTRIES else answer
            if not answer or known in names.labels:
                return known
            # The places of the row do not exclude a country, because they may contain the word itself.
            places = {} if domain == COUNTRIES else self._read_places(text, around)
            has_open_place = any(unknown for _known, unknown in places.values())
            here = {name: values for name, (values, _unknown) in places.items()}
            if not (answer == HERE and has_open_place) and (
                added := self.new_records.slug(domain, text, answer, here)
            ):
                return added
        found = self._named(domain, text, around)
        return found[0] if len(found) == 1 else None

    def _named(self, domain: str, text: str, around: Surroundings) -> list[str]:
        """Returns the values named `text`. Limits ambiguous names and names next to a country to the row's places."""
        names = self.names(domain)
        found = names.find(text)
        if len(found) > 1 or text in dict(around.beside):
            places = self._places(text, around)
            here = [cell for cell in found if names.is_in(cell, places)]
            return here if here or text in dict(around.beside) else found
        return found

    def _ask(
        self, domain: str, value: str, column: ImportColumn, row: RowResult, around: Surroundings
    ) -> None:
        candidates = self._named(domain, value, around)
        if domain == self._kind.name and not candidates and validate_slug.regex.search(value):
            # This slug may occur in a later row of the file.
            return
        scope = self._scope(domain, value, around)
        if found := self.ask(domain, value, row.number, candidates, scope):
            for name, here in self._places(value, around).items():
                found.places[name] = found.places.get(name, here) & here
        if len(candidates) > 1:
            message = _(
                "“%(value)s” is the name of several records: %(slugs)s. Choose one above, or write its slug."
            )
            slugs = comma_list(candidates[:MAX_NAMED])
            row.errors.append(CellError(column.name, value, message % {"value": value, "slugs": slugs}))
