"""Compares the other columns of a table with a record. A column agrees with the record, disagrees, or is neutral."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from sco_cities.facet_index.state import IndexState
from sco_cities.names.forms import Script, forms_of_query, joined_forms, without_brackets
from sco_cities.names.gazetteer import city_names, country_names, distance_km
from sco_cities.names.index import name_index
from sco_cities.names.letters import plain
from sco_cities.names.similarity import CERTAIN

from .properties import COORDINATES, Property, PropertyValues, is_date, properties_of, years_of
from .queries import KINDS, RecordId, as_text, published_keys

_KNOWN_NAMES = {"cities": city_names, "countries": country_names}


def is_place_of_other_kind(name: str, collection: str) -> bool:
    """Returns True if a city name is exactly the name of a country and therefore not a misspelt city, or vice versa."""
    other = {"cities": "countries", "countries": "cities"}.get(collection)
    return other is not None and not _all_joined_names(other).isdisjoint(_joined_parts(name, other))


def _joined_parts(name: str, collection: str) -> set[str]:
    """Returns the normalised forms of a name, and of its parts before and inside brackets."""
    outer, inner = without_brackets(name)
    forms = (form for each in {name, outer, *inner} for form in forms_of_query(each, collection))
    return {form.joined for form in forms if form.script != Script.READING}


def is_other_place(name: str, collection: str, state: IndexState) -> bool:
    """Returns True if the name is exactly the name of a place in the gazetteer that is not a published record."""
    index, published = state.index(collection), state.published(collection)
    identifier = "geonames_id" if collection == "cities" else "slug"

    def read() -> set[str]:
        ours = {str(getattr(index.records[key], identifier)) for key in published} if index.records else set()
        return set().union(*(names for key, names in _joined_names(collection).items() if key not in ours))

    names = state.memoize(("other places", collection), (index.changes, published), read)
    return not names.isdisjoint(_joined_parts(name, collection))


@lru_cache(maxsize=8)
def _joined_names(collection: str) -> dict[str, frozenset[str]]:
    """Maps the identifiers of known places (GeoNames number or country code) to their normalised names."""
    names = _KNOWN_NAMES[collection]() if collection in _KNOWN_NAMES else {}
    return {key: frozenset(joined_forms(texts, collection)) for key, texts in names.items()}


@lru_cache(maxsize=2)
def _all_joined_names(collection: str) -> frozenset[str]:
    return frozenset().union(*_joined_names(collection).values())


# Maximum number of searches for distinct values per request. Later values must be exact names.
MAX_SEARCHES = 500
_NEAR_KM, _FAR_KM = 30, 100
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class PropertyComparison:
    """Compares table values with the properties of records. The meaning of each value is cached for all queries."""

    def __init__(self, state: IndexState):
        self.state = state
        self._meanings: dict[tuple[str, str], tuple[frozenset[int], bool]] = {}
        self._searches_left = MAX_SEARCHES

    def agreement(
        self, wanted: Property, values: Sequence[Any], stored: PropertyValues, keys: Iterable[int]
    ) -> dict[int, bool | None]:
        """Maps record keys to True if a value agrees with the record, False if no value agrees, or None if unknown."""
        if wanted.of:
            return self._of_records(wanted, values, stored, keys)
        texts = [as_text(value) for value in values]
        raw = [stored.by_column[column.name] for column in wanted.columns]
        return {key: _agrees(wanted, texts, [each[key] for each in raw]) for key in keys}

    def _of_records(
        self, wanted: Property, values: Sequence[Any], stored: PropertyValues, keys: Iterable[int]
    ):
        meanings = [self.meaning(wanted.of, value) for value in values]
        meant = frozenset().union(*(keys for keys, _is_other in meanings))
        is_known = bool(meant) or any(is_other for _keys, is_other in meanings)
        related = stored.by_column[wanted.column.name]

        def of_record(records) -> bool | None:
            if not records or not is_known:
                return None
            return any(each.pk in meant for each in records)

        return {key: of_record(related[key]) for key in keys}

    def meaning(self, collection: str, value: Any) -> tuple[frozenset[int], bool]:
        """Returns the records of a kind that a value may mean, and True if the value is a place not on the site."""
        known_id = RecordId.parse(value.get("id")) if isinstance(value, dict) else RecordId.parse(value)
        text = as_text(value)
        memo = (collection, str(known_id) if known_id else text)
        if memo not in self._meanings:
            self._meanings[memo] = self._meaning(collection, known_id, text)
        return self._meanings[memo]

    def _meaning(self, collection: str, known_id: RecordId | None, text: str) -> tuple[frozenset[int], bool]:
        if known_id and known_id.collection == collection and self._may_search():
            keys = published_keys([known_id], self.state)
            return frozenset(keys.values()), not keys
        index = name_index(collection, self.state)
        if keys := index.named(text):
            return frozenset(keys), False
        if is_other_place(text, collection, self.state):
            return frozenset(), True
        if not self._may_search():
            return frozenset(), False
        similar = {key for key, alike in index.similar(text).items() if alike >= CERTAIN}
        if not similar:
            similar = set(published_keys([RecordId(collection, text.lower())], self.state).values())
        return frozenset(similar), False

    def _may_search(self) -> bool:
        """Counts a search.

        Returns False after too many searches. A request may contain 80,000 values, but usually has few.
        """
        self._searches_left -= 1
        return self._searches_left >= 0


def _agrees(wanted: Property, texts: list[str], stored: list[Any]) -> bool | None:
    """Returns True if a text agrees with the stored values of a record, False if all disagree, otherwise None."""
    if wanted.id == COORDINATES:
        return _is_near(texts, stored)
    if is_date(wanted):
        given, years = {int(year) for text in texts for year in _YEARS.findall(text)}, years_of(stored)
        return any(years[0] <= year <= years[1] for year in given) if years and given else None
    (value,) = stored
    if wanted.choices:
        codes = _codes(wanted.collection, wanted.id)
        meant = {codes.get(plain(text)) for text in texts} - {None}
        return value in meant if value and meant else None
    values = [each for each in (value if isinstance(value, list) else [value]) if each not in (None, "")]
    # A different text is not a contradiction, because it may have the same meaning.
    given = {plain(text) for text in texts if text}
    return True if any(plain(str(each)) in given for each in values) else None


def _is_near(texts: list[str], stored: list[Any]) -> bool | None:
    found = (_NUMBERS.findall(text) for text in texts)
    pairs = [tuple(map(float, numbers)) for numbers in found if len(numbers) == 2]
    places = [each for each in pairs if max(map(abs, each)) <= 180]
    if None in stored or not places:
        return None
    nearest = min(distance_km(place, (float(stored[0]), float(stored[1]))) for place in places)
    return True if nearest <= _NEAR_KM else False if nearest > _FAR_KM else None


@lru_cache(maxsize=64)
def _codes(collection: str, pid: str) -> dict[str, str]:
    """Maps the codes of a choice field, and the labels in every language, to the codes."""
    codes = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in properties_of(collection)[pid].choices:
                codes |= {plain(str(code)): code, plain(str(label)): code}
    return codes


def identified(wanted: Property, values: Sequence[Any], state: IndexState) -> set[int] | None:
    """Returns the keys of the published records with this identifier. Returns None if no value is an identifier."""
    field = wanted.field
    texts = [text for value in values if (text := _identifier(as_text(value)))]
    if field.get_internal_type() != "CharField":
        texts = [text for text in texts if text.isascii() and text.isdigit() and len(text) <= 9]
    elif wanted.id in ("slug", "code"):
        texts = [text.lower() for text in texts]
    if not texts:
        return None
    records = KINDS[wanted.collection].model.objects.using(state.using)
    keys = records.filter(**{f"{field.name}__in": texts}).values_list("pk", flat=True)
    return {key for key in keys if key in state.published(wanted.collection)}


def without_identifier(wanted: Property, keys: Iterable[int], state: IndexState) -> set[int]:
    """Returns the keys of the records that lack this identifier."""
    field = wanted.field
    is_blank = Q(**{f"{field.name}__isnull": True})
    if field.get_internal_type() == "CharField":
        is_blank |= Q(**{field.name: ""})
    records = KINDS[wanted.collection].model.objects.using(state.using)
    return set(records.filter(is_blank, pk__in=list(keys)).values_list("pk", flat=True))


def _identifier(text: str) -> str:
    """Returns the last part of a URL such as "https://www.wikidata.org/wiki/Q11736", and other text unchanged."""
    return "" if "\0" in text else text.strip().rstrip("/").rpartition("/")[2][:80]
