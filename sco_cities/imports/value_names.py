"""Identifies records and choices in cells by names, labels and codes in any language."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import translation

from sco_cities.core import tokenizer
from sco_cities.core.localized_names import split_list
from sco_cities.datapackage.natural_keys import COUNTRIES, RECORD_MODELS, cell_of
from sco_cities.db.pk_queries import rows_among
from sco_cities.i18n.languages import active_language
from sco_cities.names import gazetteer
from sco_cities.names.index import MAX_INDEXED, NameIndex
from sco_cities.names.letters import plain
from sco_cities.sources.base_models import PublicationState

from .column_types import ImportColumn, name_fields, suggested_values

# Minimum similarity of suggested names.
_SIMILAR = 0.8
# Minimum length of a text that is searched for inside names. Shorter texts occur in too many names.
_MIN_LETTERS = 4
# Collections by place column. Records with a similar name in another place are not suggested.
PLACE_COLUMNS = {"country": "countries", "city": "cities"}
COUNTRY_COLUMNS = ("country", "countries")
# Cell texts of places, by place column.
Places = Mapping[str, Collection[str]]


def domain_of(kind: str, column: ImportColumn) -> str:
    """Returns the domain of a column, which is a collection or "KIND.FIELD" for the choices of a field.

    Returns "" for a column without a domain.
    """
    if column.role:
        return "cities"
    if column.package_column is None:
        return ""
    return column.package_column.to or (f"{kind}.{column.name}" if column.package_column.choices else "")


def record_labels(collection: str, slugs: Iterable[str], *, with_cell: bool = True) -> dict[str, str]:
    """Maps record cells to labels for selection lists, such as "Tashkent (tashkent)"."""
    model = RECORD_MODELS[collection]
    fields = name_fields(model)
    own = _own_name(fields)
    labels = {}
    for row in rows_among(model._base_manager.values("slug", *fields), "slug", slugs):
        cell = cell_of(collection, row["slug"])
        name = next(filter(None, (row[own], *(row[field] for field in fields))), cell)
        labels[cell if with_cell else row["slug"]] = f"{name} ({cell})" if with_cell else name
    return labels


def _own_name(fields: list[str]) -> str:
    """Returns the column that contains the name in the curator's language."""
    return next((name for name in fields if name.endswith(f"_{active_language()}")), fields[0])


class ValueNames:
    """Finds the values of one domain by name. Values are cell texts."""

    def __init__(self, collection: str = ""):
        self._collection = collection
        self.labels: dict[str, str] = {}
        self._names: dict[str, list[str]] = defaultdict(list)
        self._main: dict[str, set[str]] = defaultdict(set)
        self._other: dict[str, set[str]] = defaultdict(set)
        # Words that suggest a value but are not its name.
        self._hints: dict[str, set[str]] = defaultdict(set)

    def _add(self, cell: str, names: Iterable[str], other_names: Iterable[str] = ()) -> None:
        for index, texts in ((self._main, (cell, *names)), (self._other, other_names)):
            for text in filter(None, texts):
                index[plain(text)].add(cell)
                self._names[cell].append(text)

    def find(self, text: str) -> list[str]:
        """Returns the values named `text`, or only `text` if it is itself a value."""
        if text in self.labels:
            return [text]
        key = plain(text)
        return sorted(self._main.get(key, set()) | self._other.get(key, set()))

    def suggestion(self, text: str, places: Places | None = None) -> str:
        """Returns the most likely value for `text`, or "" if there is no single likely value.

        `places` are the places of all rows that contain `text`, if known. Values in other places are never suggested.
        """
        for found in self._likely(text):
            here = {cell for cell in found if self.is_in(cell, places or {})}
            if len(here) == 1:
                return next(iter(here))
        return ""

    def _likely(self, text: str) -> Iterator[set[str]]:
        """Yields sets of possible values for `text`, most likely values first."""
        yield self._main.get(plain(text), set())
        yield self._index.named(text)
        yield from self._with_other_name(text)

    def _with_other_name(self, text: str) -> Iterator[set[str]]:
        yield self._hints.get(plain(text), set())
        yield self._containing(text)
        yield from self._similar(text)

    def is_in(self, cell: str, places: Places) -> bool:
        """False if the value is known to be outside `places`."""
        return True

    @cached_property
    def _index(self) -> NameIndex:
        """The index of values by name. Long lists are not indexed, because indexing 5,000 names takes a second."""
        names = self._names if len(self._names) <= MAX_INDEXED else {}
        return NameIndex(self._collection, ((cell, None, its) for cell, its in names.items()))

    def _containing(self, text: str) -> set[str]:
        """Returns values with a name that contains `text`. "smart cities" matches "Smart cities and data"."""
        words = f" {' '.join(tokenizer.split(text))} "
        if len(words) < _MIN_LETTERS + 2 or len(self._names) > MAX_INDEXED:
            return set()
        return {
            cell
            for cell, names in self._names.items()
            if any(words in f" {' '.join(tokenizer.split(name))} " for name in names)
        }

    def _similar(self, text: str) -> Iterator[set[str]]:
        alike = self._index.similar(text)
        for cell in sorted(alike, key=lambda cell: -alike[cell]):
            if alike[cell] >= _SIMILAR:
                yield {cell}


class CollectionNames(ValueNames):
    """Finds a collection's records by slug, code, name or other name in every language."""

    def __init__(self, collection: str):
        super().__init__(collection)
        model = RECORD_MODELS[collection]
        fields = name_fields(model)
        columns = {field.name for field in model._meta.fields}
        lists = [name for name in ("aliases", "keywords") if name in columns]
        own = _own_name(fields)
        self._places: dict[str, dict[str, str]] = {}
        # City cells by GeoNames id. None for other collections.
        self.numbers: dict[str, str] | None = {} if collection == "cities" else None
        self.own_names: dict[str, dict[str, str]] = {}
        at = [name for name in PLACE_COLUMNS if name in columns]
        more = [*(f"{name}__slug" for name in at), *(["geonames_id"] if collection == "cities" else [])]
        rows = model._base_manager.order_by("slug").values("slug", "state", *fields, *lists, *more)
        for row in rows.iterator():
            names = [row[name] for name in fields]
            cell = cell_of(collection, row["slug"])
            self.own_names[cell] = dict(zip(fields, names, strict=True))
            shown = next(filter(None, (row[own], *names)), cell)
            self.labels[cell] = f"{shown} ({cell})"
            self._places[cell] = {
                name: cell_of(PLACE_COLUMNS[name], slug) for name in at if (slug := row[f"{name}__slug"])
            }
            if self.numbers is not None and row["geonames_id"]:
                self.numbers[str(row["geonames_id"])] = cell
            if row["state"] != PublicationState.WITHDRAWN:
                self._add(cell, names, split_list(row.get("aliases", "")))
                if collection == COUNTRIES:
                    self._add(cell, (), gazetteer.country_names().get(row["slug"], ()))
                for word in split_list(row.get("keywords", "")):
                    self._hints[plain(word)].add(cell)

    def is_in(self, cell: str, places: Places) -> bool:
        own = self._places[cell]
        return all(name not in own or own[name] in known for name, known in places.items())

    def _with_other_name(self, text: str) -> Iterator[set[str]]:
        """Yields the cities with exactly this gazetteer name. Yields likely values if the gazetteer lacks the name."""
        numbers = gazetteer.numbers_of(text) if self.numbers is not None else None
        if numbers:
            yield {self.numbers[number] for number in numbers if number in self.numbers}
        else:
            yield from super()._with_other_name(text)


class ChoiceNames(ValueNames):
    """Finds the choices of a field by their labels in every language."""

    def __init__(self, domain: str, field: models.Field):
        super().__init__()
        self._suggested = suggested_values(domain)
        for value, label in field.choices:
            self.labels[value] = str(label)
            for code, _language in settings.LANGUAGES:
                with translation.override(code):
                    self._add(value, (str(label), value.replace("_", " ")))

    def suggestion(self, text: str, places: Places | None = None) -> str:
        return self._suggested.get(plain(text), "") or super().suggestion(text, places)
