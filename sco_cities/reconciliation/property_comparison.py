"""Whether other columns of a table agree with a record: each says yes, no, or nothing."""

import math
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from sco_cities.core.localized_names import fold
from sco_cities.facet_index.state import IndexState

from .kinds import KINDS, RecordId, published_keys
from .name_similarity import CERTAIN
from .other_places import other_places
from .properties import COORDINATES, Property, PropertyValues, is_date, years_of
from .record_names import name_index

_NEAR_KM, _FAR_KM = 30, 100
_EARTH_KM = 6_371
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class PropertyComparison:
    """Compares values with the properties of records; what a value means is found out once for all queries."""

    def __init__(self, state: IndexState):
        self.state = state
        self._meanings: dict[tuple[str, str], tuple[frozenset[int], bool]] = {}

    def agreement(
        self, wanted: Property, values: Sequence[Any], stored: PropertyValues
    ) -> dict[int, bool | None]:
        """By key of a record, whether any of the values agrees with it; None if nothing can be said."""
        if wanted.of:
            return self._of_records(wanted, values, stored)
        texts = [as_text(value) for value in values]
        raw = [stored.raw(column) for column in wanted.columns]
        compare = _comparison(wanted)
        return {key: compare(wanted, texts, [each[key] for each in raw]) for key in stored.keys}

    def _of_records(self, wanted: Property, values: Sequence[Any], stored: PropertyValues):
        meanings = [self.meaning(wanted.of, value) for value in values]
        keys = frozenset().union(*(keys for keys, _is_other in meanings))
        is_known = bool(keys) or any(is_other for _keys, is_other in meanings)
        related = stored.related(wanted.column)

        def of_record(records) -> bool | None:
            if not records or not is_known:
                return None
            return any(each.pk in keys for each in records)

        return {key: of_record(records) for key, records in related.items()}

    def meaning(self, collection: str, value: Any) -> tuple[frozenset[int], bool]:
        """The records of a kind that a value means, and whether it means a place that we lack."""
        known_id = RecordId.parse(value.get("id")) if isinstance(value, dict) else RecordId.parse(value)
        text = as_text(value)
        memo = (collection, str(known_id) if known_id else text)
        if memo not in self._meanings:
            self._meanings[memo] = self._meaning(collection, known_id, text)
        return self._meanings[memo]

    def _meaning(self, collection: str, known_id: RecordId | None, text: str) -> tuple[frozenset[int], bool]:
        if known_id and known_id.collection == collection:
            keys = published_keys([known_id], self.state)
            return frozenset(keys.values()), not keys
        index = name_index(collection, self.state)
        if keys := index.named(text):
            return frozenset(keys), False
        if text in other_places(collection, self.state):
            return frozenset(), True
        similar = {key for key, alike in index.similar(text).items() if alike >= CERTAIN}
        if not similar:
            similar = set(published_keys([RecordId(collection, text.lower())], self.state).values())
        return frozenset(similar), False


def as_text(value: Any) -> str:
    """A value of a table as text: of a reconciled cell the name, of a number without a fraction the whole number."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("id") or ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _comparison(wanted: Property):
    if wanted.id == COORDINATES:
        return _is_near
    if is_date(wanted):
        return _is_same_year
    return _is_same_choice if wanted.choices else _is_same_text


def _is_near(_wanted: Property, texts: list[str], stored: list[Any]) -> bool | None:
    if None in stored:
        return None
    distances = [
        _distance_km(float(numbers[0]), float(numbers[1]), float(stored[0]), float(stored[1]))
        for text in texts
        if len(numbers := _NUMBERS.findall(text)) == 2 and all(abs(float(each)) <= 180 for each in numbers)
    ]
    if not distances:
        return None
    return True if min(distances) <= _NEAR_KM else False if min(distances) > _FAR_KM else None


def _distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    lat, lon, lat2, lon2 = map(math.radians, (latitude, longitude, other_latitude, other_longitude))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1, math.sqrt(abs(half))))


def _is_same_year(_wanted: Property, texts: list[str], stored: list[Any]) -> bool | None:
    years = years_of(stored)
    given = [int(year) for text in texts for year in _YEARS.findall(text)]
    if not years or not given:
        return None
    return any(years[0] <= year <= years[1] for year in given)


def _is_same_choice(wanted: Property, texts: list[str], stored: list[Any]) -> bool | None:
    (code,) = stored
    meant = {_codes(wanted).get(fold(text)) for text in texts} - {None}
    return code in meant if code and meant else None


def _codes(wanted: Property) -> dict[str, str]:
    """The codes of a choice by code and by label in every language."""
    codes = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in wanted.choices:
                codes |= {fold(str(code)): code, fold(str(label)): code}
    return codes


def _is_same_text(_wanted: Property, texts: list[str], stored: list[Any]) -> bool | None:
    (value,) = stored
    values = {
        fold(str(each)) for each in (value if isinstance(value, list) else [value]) if each not in (None, "")
    }
    # Another text may say the same in other words.
    return True if any(fold(text) in values for text in texts if text) else None


def identified(wanted: Property, values: Sequence[Any], state: IndexState) -> set[int] | None:
    """The keys of the published records with this identifier; None if no value can be one."""
    model = KINDS[wanted.collection].model
    field = model._meta.get_field(wanted.column.source)
    texts = [text for value in values if (text := _identifier(as_text(value)))]
    if field.get_internal_type() != "CharField":
        texts = [text for text in texts if text.isascii() and text.isdigit() and len(text) <= 9]
    elif wanted.id in ("slug", "code"):
        texts = [text.lower() for text in texts]
    if not texts:
        return None
    keys = (
        model.objects.using(state.using).filter(**{f"{field.name}__in": texts}).values_list("pk", flat=True)
    )
    return {key for key in keys if key in state.published(wanted.collection)}


def _identifier(text: str) -> str:
    """The last part of an address such as https://www.wikidata.org/wiki/Q11736, or the text itself."""
    return "" if "\0" in text else text.strip().rstrip("/").rpartition("/")[2][:80]
