"""What makes two records of a kind alike, and how alike two of them are."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext as _

from sco_cities.core import edtf
from sco_cities.core.localized_names import split_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .normalization import NormalizedName, name_similarity, normalized_name, normalized_url

# Less alike is told to nobody.
LEAST_SCORE = 65
# What a name counts for; the rest is what else is known of the two.
_OF_NAMES = 0.7
# What each language takes off in which two of the same name are called otherwise: 张伟 and 章伟 are both Zhang Wei.
_FOR_DIFFERING = 0.1
_NEAR_KM, _FAR_KM = 25, 50
_EARTH_KM = 6_371
# Fields that hold several names.
_LISTS = ("aliases",)


@dataclass(frozen=True)
class SimilarityConfig:
    """What makes two records of a kind alike.

    `names`: the fields with what it is called, the first always filled; alike names are necessary.
    `in_common`: fields of which two that are alike have one in common, as far as they have any.
    `dates`: the fields with its first and last day, which must overlap; `open_ended` if it goes on without a
    last day. `coordinates`: latitude and longitude; what is near need have nothing else in common.
    `address`: a field with a web address; those that lead to the same page are alike whatever they are called.
    """

    names: tuple[str, ...]
    in_common: tuple[str, ...] = ()
    dates: tuple[str, str] | None = None
    open_ended: bool = False
    coordinates: tuple[str, str] | None = None
    address: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is looked at."""
        others = (*(self.dates or ()), *(self.coordinates or ()), *([self.address] if self.address else ()))
        return tuple(dict.fromkeys((*self.names, *self.in_common, *others)))


@dataclass(slots=True)
class Traits:
    """What is compared of a record; `names` by field, in one spelling each."""

    key: int | None
    name: str
    names: dict[str, list[NormalizedName]]
    in_common: dict[str, tuple[str, ...]] = field(default_factory=dict)
    days: tuple[datetime.date | None, datetime.date | None] | None = None
    place: tuple[float, float] | None = None
    address: str = ""

    @classmethod
    def of(cls, likeness: SimilarityConfig, values: Mapping[str, object], key: int | None = None) -> "Traits":
        """Those of a record with these values by name of field; what is named is named by its slug."""
        written = {name: found for name in likeness.names if (found := _names(name, values))}
        return cls(
            key,
            next((each for found in written.values() for each in found), ""),
            {
                name: [each for text in found for each in normalized_name(text)]
                for name, found in written.items()
            },
            {name: found for name in likeness.in_common if (found := _as_tuple(values.get(name)))},
            _days(likeness, values),
            _place(likeness, values),
            normalized_url(str(values.get(likeness.address) or "")) if likeness.address else "",
        )

    @property
    def spelled(self) -> Iterator[NormalizedName]:
        """Each of its names."""
        return (each for found in self.names.values() for each in found)


def _names(name_field: str, values: Mapping[str, object]) -> list[str]:
    written = str(values.get(name_field) or "")
    return split_list(written) if name_field in _LISTS else [written] if written else []


def _as_tuple(value) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _days(likeness: SimilarityConfig, values: Mapping[str, object]):
    if likeness.dates is None:
        return None
    starts, ends = (str(values.get(name) or "") for name in likeness.dates)
    try:
        first, until = edtf.first_and_last_day(starts)
        last = edtf.first_and_last_day(ends)[1] if ends else None if likeness.open_ended else until
    except ValueError:
        return None
    return (first, last) if first or last else None


def _place(likeness: SimilarityConfig, values: Mapping[str, object]) -> tuple[float, float] | None:
    if likeness.coordinates is None:
        return None
    try:
        latitude, longitude = (float(values.get(name)) for name in likeness.coordinates)
    except (TypeError, ValueError):
        return None
    return latitude, longitude


@dataclass(frozen=True)
class Match:
    """How two records are alike: a score of 100 at most, and what speaks for it."""

    score: int
    names: tuple[str, str] | None = None
    in_common: tuple[str, ...] = ()
    km: float | None = None
    same_days: bool = False
    same_address: bool = False

    def reasons(self, model: type[Record]) -> list[str]:
        """What speaks for it, in words."""
        return list(self._reasons(model))

    def _reasons(self, model: type[Record]) -> Iterator[str]:
        if self.same_address:
            yield _("same web page")
        if self.names and self.names[0] == self.names[1]:
            yield _("same name: “%(name)s”") % {"name": self.names[0]}
        elif self.names:
            yield _("similar names: “%(one)s” and “%(other)s”") % {
                "one": self.names[0],
                "other": self.names[1],
            }
        for name in self.in_common:
            yield _("same %(field)s") % {"field": evidence_coverage.field_label(model, name)}
        if self.km is not None:
            yield _("%(km)d km apart") % {"km": round(self.km)}
        if self.same_days:
            yield _("overlapping dates")


def compare(likeness: SimilarityConfig, one: Traits, other: Traits) -> Match | None:
    """How two records are alike; None if they are not."""
    if one.address and one.address == other.address:
        return Match(100, same_address=True)
    shared = _shared(one, other)
    km = _distance(one.place, other.place) if one.place and other.place else None
    is_near = km is not None and km <= _NEAR_KM
    if (shared is None and not is_near) or not _may_overlap(one.days, other.days):
        return None
    likeness_of_names = _name_similarity(one, other)
    if not likeness_of_names:
        return None
    days_are_known = bool(one.days and other.days)
    context = []
    if likeness.in_common:
        context.append(_overlap(one, other))
    if likeness.dates:
        context.append(1.0 if days_are_known else 0.5)
    if likeness.coordinates:
        context.append(0.5 if km is None else 1.0 if is_near else 0.5 if km <= _FAR_KM else 0.0)
    surroundings = sum(context) / len(context) if context else 1.0
    score = round(100 * (_OF_NAMES * likeness_of_names + (1 - _OF_NAMES) * surroundings))
    if score < LEAST_SCORE:
        return None
    return Match(score, (one.name, other.name), shared or (), km, days_are_known)


def _shared(one: Traits, other: Traits) -> tuple[str, ...] | None:
    """The fields that have something in common; None if all that both have differs."""
    both = [name for name in one.in_common if name in other.in_common]
    shared = tuple(name for name in both if not set(one.in_common[name]).isdisjoint(other.in_common[name]))
    return shared if shared or not both else None


def _overlap(one: Traits, other: Traits) -> float:
    """The part of the fields that both have in which they have something in common; a half if both have none."""
    both = [name for name in one.in_common if name in other.in_common]
    return len(_shared(one, other) or ()) / len(both) if both else 0.5


def _may_overlap(one, other) -> bool:
    if not one or not other:
        return True
    return not (one[1] and other[0] and one[1] < other[0]) and not (other[1] and one[0] and other[1] < one[0])


def _name_similarity(one: Traits, other: Traits) -> float:
    """How alike the names are; less where the two are named otherwise in one of the languages."""
    found, differing = 0.0, 0
    for mine, some in one.names.items():
        for theirs, others in other.names.items():
            # What two are called besides, such as "city hall", need not be the name of either.
            if mine in _LISTS and theirs in _LISTS:
                continue
            likeness = max(
                (name_similarity(each, another) for each in some for another in others), default=0.0
            )
            found = max(found, likeness)
            differing += mine == theirs and not likeness
    if differing and found < 1:
        return 0.0
    return found - _FOR_DIFFERING * differing


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places, on a sphere."""
    (lat, lon), (lat2, lon2) = (map(radians, place) for place in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
