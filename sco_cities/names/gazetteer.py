"""Reads place names from the gazetteers and CLDR, including places that are not on the site.

Source: data/gazetteer, built from Natural Earth, GeoNames and Wikidata.
"""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from sco_cities.i18n.countries import alpha_3_codes, cldr_country_names, usual_country_names
from sco_cities.names.letters import plain

from .russian import adjective_forms, case_forms
from .vocabulary import vocabulary

_FOLDER = Path(settings.BASE_DIR) / "data" / "gazetteer"
# REGION covers the SCO region and contains Wikidata ids. WORLD covers the world.
REGION, WORLD = "cities.csv", "world.csv"
_COLUMNS = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id")

_EARTH_KM = 6_371
# Distance in degrees. Places with the same name within this distance are the same place, because coordinates differ
# slightly between gazetteers.
_NEAR = 0.5

# Languages of the region, and other languages that are frequent in tables with country names.
_LOCALES = (
    "en", "ru", "zh_Hans", "zh_Hant", "kk", "ky", "uz", "uz_Cyrl", "tg", "fa", "hi", "ur", "mn", "tr", "az", "be",
    "hy", "ar", "de", "fr",
)  # fmt: skip


def rows(file: str) -> Iterator[dict[str, str]]:
    """Yields the rows of a gazetteer file, `REGION` or `WORLD`."""
    with (_FOLDER / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


class Place(NamedTuple):
    """A gazetteer place. `number` is its GeoNames id, or its country and name if it has no id. `country` is a code."""

    number: str
    names: tuple[str, ...]
    country: str
    population: int


@lru_cache(maxsize=2)
def places(file: str) -> tuple[Place, ...]:
    """Returns the places of a file with all names in three languages."""
    return tuple(
        Place(
            _number(row),
            tuple(name for column in _COLUMNS[:3] for name in row[column].split("; ") if name),
            row["country"],
            int(row["population"] or 0),
        )
        for row in rows(file)
    )


def numbers_of(name: str) -> frozenset[str]:
    """Returns the numbers of all places with this name, ignoring case and diacritics."""
    return _numbers_by_name().get(plain(name), frozenset())


@lru_cache(maxsize=1)
def _numbers_by_name() -> dict[str, frozenset[str]]:
    numbers: dict[str, set[str]] = defaultdict(set)
    for place in (*places(REGION), *places(WORLD)):
        for name in place.names:
            numbers[plain(name)].add(place.number)
    return {name: frozenset(found) for name, found in numbers.items()}


@lru_cache(maxsize=256)
def city_values(geonames_id: str) -> dict[str, str]:
    """Returns the values of the city with this GeoNames id, or {} for an unknown id. `country` is a code."""
    values = values_of([geonames_id] if geonames_id else [])
    return {name: value for name, value in values.get(geonames_id, {}).items() if name != "aliases"}


def values_of(numbers: Collection[str]) -> dict[str, dict[str, str]]:
    """Returns the values of the places with these numbers, by number.

    `aliases` contains a place's other names. `country` is a code.
    """
    found: dict[str, dict[str, str]] = {}
    for file in (REGION, WORLD):
        for row in rows(file) if len(found) < len(numbers) else ():
            if (number := _number(row)) in numbers and number not in found:
                names = [name for column in _COLUMNS[:3] for name in row[column].split("; ")[1:]]
                values = {column: row[column].split("; ")[0] for column in _COLUMNS if row.get(column)}
                found[number] = values | {"country": row["country"].lower(), "aliases": "; ".join(names)}
    return found


def places_named(
    word: str, countries: Collection[str], without: Collection[str]
) -> dict[str, dict[str, str]]:
    """Returns the gazetteer places with this name in `countries`, by number. Omits the numbers in `without`."""
    found: dict[str, dict[str, str]] = {}
    for number, values in sorted(values_of(numbers_of(word) - {*without}).items()):
        is_near = any(
            all(abs(float(values[axis]) - float(other[axis])) < _NEAR for axis in ("latitude", "longitude"))
            for other in found.values()
        )
        if values["country"].upper() in countries and not is_near:
            found[number] = values
    return found


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Returns the distance in kilometres between two points, given as (latitude, longitude) in degrees."""
    (lat, lon), (lat2, lon2) = (map(radians, point) for point in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1, sqrt(half)))


def _number(row: Mapping[str, str]) -> str:
    return row["geonames_id"] or f"{row['country']} {row['name_en']}"


@lru_cache(maxsize=1)
def city_names() -> dict[str, tuple[str, ...]]:
    """Returns all names of the cities in the gazetteers, by `number`."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for place in (*places(REGION), *places(WORLD)):
        names[place.number].update(dict.fromkeys(place.names))
    for row in vocabulary("city_names"):
        names[row.meaning][row.word] = None
    return {number: tuple(texts) for number, texts in names.items()}


@lru_cache(maxsize=1)
def country_names() -> dict[str, tuple[str, ...]]:
    """Returns the codes of all countries and their full and short names in many languages, by lower-case code."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for locale in _LOCALES:
        for code, name in cldr_country_names(locale).items():
            names[code][name] = None
    for row in vocabulary("countries"):
        if row.meaning in names and _is_name(row.word, row.language):
            names[row.meaning][row.word] = None
    for alias, code in alpha_3_codes().items():
        if code in names:
            names[code][alias] = None
    return {code.lower(): (code, *texts) for code, texts in names.items()}


def countries_named(name: str) -> set[str]:
    """Returns the upper-case codes of the countries with this name or code, ignoring case and diacritics."""
    names = country_names().items()
    return {code.upper() for code, texts in names if plain(name) in map(plain, texts)}


def country_values(code: str) -> dict[str, str]:
    """Returns a country's code and its names in the site's languages, or {} if CLDR does not contain the code."""
    names = zip(("name_en", "name_ru", "name_zh"), usual_country_names(code), strict=False)
    return {"code": code, **dict(names)} if usual_country_names(code) else {}


def _is_name(word: str, language: str) -> bool:
    """Returns True if a word for a country is a name, or an adjective used as a name, as in Lao PDR."""
    if language == "ru":
        return word[0].isupper()
    return language == "en" or (language == "zh" and not word.startswith("我") and not word.endswith("方"))


@lru_cache(maxsize=1)
def country_words() -> dict[str, str]:
    """Maps lower-case English and Russian words for countries inside other names to country codes."""
    words: dict[str, str] = {}
    for locale in ("en", "ru"):
        for code, name in cldr_country_names(locale).items():
            if name.isalpha():
                words |= dict.fromkeys(_word_forms(name, locale), code.lower())
    for row in vocabulary("countries"):
        if row.language in ("en", "ru") and row.word.isalpha() and len(row.word) > 1:
            words |= dict.fromkeys(_word_forms(row.word, row.language), row.meaning.lower())
    return words


def _word_forms(word: str, language: str) -> Iterator[str]:
    if language == "en" or word.isupper():
        return iter((word.lower(),))
    return iter(adjective_forms(word) if word.endswith("ский") else case_forms(word))
