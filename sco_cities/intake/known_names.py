"""Builds the dictionary of all names of records, gazetteer places and countries, in every language."""

import threading
from collections.abc import Iterator
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS

from delegates.models import Delegate, Event, Organisation
from sco_cities.cities.models import City, Country
from sco_cities.core.localized_names import split_list
from sco_cities.core.publication_state import PublicationState
from sco_cities.facet_index import change_log
from sco_cities.i18n.countries import cldr_country_names
from sco_cities.names.gazetteer import REGION, WORLD, city_names, places
from sco_cities.names.vocabulary import vocabulary

from .reading.dictionary import Dictionary, KnownName

_NAMES = ("name_en", "name_ru", "name_zh")
_LOCK = threading.Lock()


def known_names() -> Dictionary:
    """The dictionary of the current data, cached until the data changes. Building it takes 0.25 s and 25 MB."""
    version = change_log.version(DEFAULT_DB_ALIAS)
    # Two threads must not build it at the same time.
    with _LOCK:
        return _dictionary(version)


@lru_cache(maxsize=1)
def _dictionary(version: change_log.Version) -> Dictionary:
    return Dictionary(_all_names())


clear = _dictionary.cache_clear


def _all_names() -> Iterator[KnownName]:
    yield from _countries()
    yield from _cities()
    seats = ("kind", "country__slug", "city__slug")
    for row, names in _records(Organisation, *seats):
        yield KnownName("organisation", row["slug"], names, details={name: row[name] or "" for name in seats})
    for row, names in _records(Event):
        yield KnownName("event", row["slug"], names)
    for row, names in _records(Delegate):
        yield KnownName("delegate", row["slug"], tuple(filter(_is_full_name, names)))


def _is_full_name(name: str) -> bool:
    """True for a name of several words. A person is recognised only by such a name."""
    return " " in name or "·" in name or (name[0] >= "\u3400" and len(name) > 2)


def _records(model, *fields: str) -> Iterator[tuple[dict, tuple[str, ...]]]:
    """Yields the slug and other fields of each record that is not withdrawn, and its names."""
    columns = [*_NAMES, *(["aliases"] if hasattr(model, "aliases") else [])]
    records = model.objects.using(DEFAULT_DB_ALIAS).exclude(state=PublicationState.WITHDRAWN).order_by("slug")
    for row in records.values("slug", *columns, *fields):
        yield row, _distinct([*(row[name] for name in _NAMES), *split_list(row.get("aliases", ""))])


def _countries() -> Iterator[KnownName]:
    records = {row["slug"].upper(): names for row, names in _records(Country)}
    locales = [cldr_country_names(locale) for locale in ("en", "ru", "zh_Hans")]
    codes = sorted(locales[0])
    other = {code: [] for code in codes}
    adjectives: dict[str, list[str]] = {code: [] for code in codes}
    for row in vocabulary("countries"):
        if row.language == "pair" or row.meaning not in other:
            continue
        is_adjective = row.language == "ru" and row.word.endswith("ский")
        (adjectives if is_adjective else other)[row.meaning].append(row.word)
    for code in codes:
        names = [*records.get(code, ()), *(names.get(code, "") for names in locales), *other[code]]
        slug = code.lower() if code in records else ""
        yield KnownName(
            "country", slug, _distinct(names), tuple(adjectives[code]), rank=0 if slug else 1, details={"code": code}
        )  # fmt: skip


def _cities() -> Iterator[KnownName]:
    known, done = city_names(), set()
    for row, names in _records(City, "geonames_id", "country__slug", "population"):
        number = str(row["geonames_id"] or "")
        yield KnownName(
            "city", row["slug"], _distinct([*names, *known.get(number, ())]), weight=row["population"] or 0,
            details={"country": row["country__slug"], "geonames_id": number},
        )  # fmt: skip
        done.add(number)
    for rank, file in ((1, REGION), (2, WORLD)):
        for place in places(file):
            if place.number not in done:
                done.add(place.number)
                yield KnownName(
                    "city", "", known[place.number], rank=rank, weight=place.population,
                    details={
                        "country": place.country.lower(),
                        "geonames_id": place.number if place.number.isdigit() else "",
                    },
                )  # fmt: skip


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
