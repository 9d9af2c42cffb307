"""Builds the dictionary of all names of records, gazetteer places and countries, in every language."""

import threading
from collections.abc import Iterator

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

_LOCK = threading.Lock()
_dictionaries: dict[str, tuple[change_log.Version, Dictionary]] = {}


def known_names(using: str = DEFAULT_DB_ALIAS) -> Dictionary:
    """The dictionary of the current data, cached until the data changes. Building it takes 0.25 s and 25 MB."""
    version = change_log.version(using)
    with _LOCK:
        cached = _dictionaries.get(using)
        if cached is None or cached[0] != version:
            cached = _dictionaries[using] = version, Dictionary(_all_names(using))
        return cached[1]


def clear() -> None:
    """Discards the cached dictionaries."""
    with _LOCK:
        _dictionaries.clear()


def _all_names(using: str) -> Iterator[KnownName]:
    yield from _countries(using)
    yield from _cities(using)
    for kind, model, fields in (
        ("organisation", Organisation, ("kind", "country__slug", "city__slug")),
        ("delegate", Delegate, ("role", "country__slug", "city__slug")),
        ("event", Event, ("kind", "starts_on")),
    ):
        aliases = () if model is Event else ("aliases",)
        records = _live(model, using).values("slug", "name_en", "name_ru", "name_zh", *aliases, *fields)
        for row in records:
            names = _distinct(
                [row["name_en"], row["name_ru"], row["name_zh"], *split_list(row.get("aliases", ""))]
            )
            if kind == "delegate":
                # A person is recognised only by a name of several words.
                names = tuple(
                    name
                    for name in names
                    if " " in name or "·" in name or (name[0] >= "\u3400" and len(name) > 2)
                )
            yield KnownName(kind, row["slug"], names, details={field: row[field] or "" for field in fields})


def _live(model, using: str):
    return model.objects.using(using).exclude(state=PublicationState.WITHDRAWN).order_by("slug")


def _countries(using: str) -> Iterator[KnownName]:
    records = {
        row["slug"].upper(): row
        for row in _live(Country, using).values("slug", "name_en", "name_ru", "name_zh")
    }
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
        record = records.get(code, {})
        names = [record.get(f"name_{language}", "") for language in ("en", "ru", "zh")]
        names += [names_of_locale.get(code, "") for names_of_locale in locales] + other[code]
        yield KnownName(
            "country", record.get("slug", ""), _distinct(names), tuple(adjectives[code]), rank=0 if record else 1,
            details={"code": code},
        )  # fmt: skip


def _cities(using: str) -> Iterator[KnownName]:
    known, done = city_names(), set()
    columns = (
        "slug",
        "name_en",
        "name_ru",
        "name_zh",
        "aliases",
        "geonames_id",
        "country__slug",
        "population",
    )
    for row in _live(City, using).values(*columns):
        number = str(row["geonames_id"] or "")
        names = [row["name_en"], row["name_ru"], row["name_zh"], *split_list(row["aliases"])]
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
