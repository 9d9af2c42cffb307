"""Gazetteer search for curators who add a city, by name in any script; the result only prefills the form.

Source: data/gazetteer, built from Natural Earth, GeoNames and Wikidata.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from sco_cities.core import tokenizer
from sco_cities.core.localized_names import folded
from sco_cities.curation.admin.auto_slug import slug_from

from .models import City, Country

_FOLDER = Path(settings.BASE_DIR) / "data" / "gazetteer"
# The first file is of the region and has identifiers of Wikidata; the second is of the world.
REGION, WORLD = "cities.csv", "world.csv"
# More results would not be read; a longer query gives fewer.
MAX_RESULTS = 20
_COLUMNS = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id")


@dataclass(frozen=True)
class GazetteerEntry:
    """A place in the gazetteer; unknown values are empty."""

    name_en: str
    name_ru: str
    name_zh: str
    country: str
    region: str
    latitude: str
    longitude: str
    population: str
    geonames_id: str
    wikidata_id: str

    @property
    def tokens(self) -> list[str]:
        """The search tokens of its names."""
        return tokenizer.search_document((self.name_en, self.name_ru, self.name_zh), ()).split()

    def form_values(self, country: int | None, *, with_population: bool) -> str:
        """The query string that prefills the form of a new city; `country` is a primary key."""
        values = QueryDict(mutable=True)
        names = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id")
        for name in (*names, *(["population"] if with_population else [])):
            if value := getattr(self, name):
                values[name] = value
        values["slug"] = slug_from(self.name_en)
        if country:
            values["country"] = str(country)
        return values.urlencode()


@dataclass(frozen=True)
class GazetteerMatch:
    """A place, its existing city (or None), and the query strings that prefill the form."""

    place: GazetteerEntry
    city: City | None
    without_population: str
    with_population: str


def rows(file: str) -> Iterator[dict[str, str]]:
    """The rows of a file of the gazetteer, `REGION` or `WORLD`."""
    with (_FOLDER / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def names_of(row: dict[str, str]) -> list[str]:
    """All names of a place in a row, in three languages."""
    cells = (row["name_en"], row["name_ru"], row["name_zh"])
    return [name for cell in cells for name in cell.split("; ") if name]


def names_by_number() -> dict[str, list[str]]:
    """All names of the places of both files, by GeoNames number, or by country and name for a place without one."""
    names: dict[str, list[str]] = defaultdict(list)
    for file in (REGION, WORLD):
        for row in rows(file):
            names[row["geonames_id"] or f"{row['country']} {row['name_en']}"] += names_of(row)
    return names


def numbers_of(name: str) -> frozenset[str]:
    """The keys of `names_by_number` of all places that have this name, in whatever case or spelling of its signs."""
    return _numbers_by_name().get(folded(name), frozenset())


@lru_cache(maxsize=1)
def _numbers_by_name() -> dict[str, frozenset[str]]:
    numbers: dict[str, set[str]] = defaultdict(set)
    for number, names in names_by_number().items():
        for name in names:
            numbers[folded(name)].add(number)
    return {name: frozenset(found) for name, found in numbers.items()}


@lru_cache(maxsize=1)
def _places() -> list[tuple[GazetteerEntry, list[str]]]:
    places = [GazetteerEntry(**row) for row in rows(REGION)]
    # The largest first: they are searched most often.
    places.sort(key=lambda place: (-int(place.population or 0), place.name_en))
    return [(place, place.tokens) for place in places]


def search(query: str) -> list[GazetteerEntry]:
    """Places with a name in which every word of `query` is the prefix of a word; the largest first."""
    query_tokens = [token for word in tokenizer.split(query) for token in tokenizer.query_tokens(word)]
    if not query_tokens:
        return []
    return [
        place
        for place, tokens in _places()
        if all(
            any(token.startswith((each, tokenizer.READING_PREFIX + each)) for token in tokens)
            for each in query_tokens
        )
    ]


def matches(places: list[GazetteerEntry]) -> list[GazetteerMatch]:
    """`places` with existing cities and the prefilled form; three queries for any number of places."""
    countries = dict(
        Country.objects.filter(slug__in={place.country.lower() for place in places}).values_list("slug", "pk")
    )
    numbers = {place.geonames_id for place in places} - {""}
    items = {place.wikidata_id for place in places} - {""}
    by_number = {str(city.geonames_id): city for city in City.objects.filter(geonames_id__in=numbers)}
    by_item = {city.wikidata_id: city for city in City.objects.filter(wikidata_id__in=items)}
    return [
        GazetteerMatch(
            place,
            by_number.get(place.geonames_id) or by_item.get(place.wikidata_id),
            place.form_values(countries.get(place.country.lower()), with_population=False),
            place.form_values(countries.get(place.country.lower()), with_population=True),
        )
        for place in places
    ]


@lru_cache(maxsize=256)
def city_values(geonames_id: str) -> dict[str, str]:
    """The values of the city with this GeoNames number; none if the gazetteer lacks it. `country` is a code."""
    if not geonames_id:
        return {}
    for file in (REGION, WORLD):
        for row in rows(file):
            if row["geonames_id"] == geonames_id:
                values = {column: row[column].split("; ")[0] for column in _COLUMNS if row.get(column)}
                return values | {"country": row["country"].lower()}
    return {}
