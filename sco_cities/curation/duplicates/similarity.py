"""The similarity of two records of a kind, its configuration, and the normalisation of URLs."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext as _

from sco_cities.core import edtf
from sco_cities.core.localized_names import split_list
from sco_cities.names.forms import NameForm, forms_of_record
from sco_cities.names.gazetteer import distance_km
from sco_cities.names.similarity import CERTAIN, similarity
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

# Minimum similarity if one name contains all words of the other name. If each name has words that the other name lacks,
# as in "Sister cities A and B" and "Sister cities A and C", the names must be spellings of the same name.
_MIN_CONTAINED = 0.75
# Records with a lower score do not match.
MIN_SCORE = 65
# The weight of the names in the score. The other compared fields share the remaining weight.
_NAME_WEIGHT = 0.7
# Penalty for each language where the names differ, because Zhang Wei may be 张伟 or 章伟.
_LANGUAGE_PENALTY = 0.1
_NEAR_KM, _FAR_KM = 25, 50
# Fields that contain several names.
_LIST_FIELDS = ("aliases",)


@dataclass(frozen=True)
class SimilarityConfig:
    """Settings for comparing records of a kind.

    Records match only if their `names` are similar. The first name field is always filled. If any of the
    `shared_fields` is filled in both records, the records must have a common value in at least one of these fields.
    `dates` are the fields with the first and last day. The periods must overlap. With `open_ended`, a period without a
    last day has no end. `coordinates` are latitude and longitude. Nearby records need no common value. `address` is a
    URL field. Records with the same URL match even if their names differ.
    """

    names: tuple[str, ...]
    shared_fields: tuple[str, ...] = ()
    dates: tuple[str, str] | None = None
    open_ended: bool = False
    coordinates: tuple[str, str] | None = None
    address: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all compared fields."""
        others = (*(self.dates or ()), *(self.coordinates or ()), *([self.address] if self.address else ()))
        return tuple(dict.fromkeys((*self.names, *self.shared_fields, *others)))


@dataclass(slots=True)
class Traits:
    """A record's compared values. `names` contains the names by field, prepared for comparison."""

    collection: str
    key: int | None
    name: str
    names: dict[str, list[NameForm]]
    shared_values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    days: tuple[datetime.date | None, datetime.date | None] | None = None
    coordinates: tuple[float, float] | None = None
    address: str = ""

    @classmethod
    def from_values(
        cls, config: SimilarityConfig, collection: str, values: Mapping[str, object], key: int | None = None
    ) -> "Traits":
        """Builds the traits of a record from values by field name. Related records are given by slug."""
        texts = names_by_field(config, values)
        return cls(
            collection,
            key,
            next((each for names in texts.values() for each in names), ""),
            {
                name: [form for text in names for form in forms_of_record(text, collection)]
                for name, names in texts.items()
            },
            {name: shared for name in config.shared_fields if (shared := _as_tuple(values.get(name)))},
            _days(config, values),
            _coordinates(config, values),
            normalized_url(str(values.get(config.address) or "")) if config.address else "",
        )

    @property
    def all_names(self) -> Iterator[NameForm]:
        """The prepared names of all fields."""
        return (each for names in self.names.values() for each in names)


def names_by_field(config: SimilarityConfig, values: Mapping[str, object]) -> dict[str, list[str]]:
    """Returns the names in the values of a record, by field."""
    return {name: names for name in config.names if (names := _names(name, values))}


def _names(name_field: str, values: Mapping[str, object]) -> list[str]:
    text = str(values.get(name_field) or "")
    return split_list(text) if name_field in _LIST_FIELDS else [text] if text else []


def _as_tuple(value) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _days(config: SimilarityConfig, values: Mapping[str, object]):
    if config.dates is None:
        return None
    starts, ends = (str(values.get(name) or "") for name in config.dates)
    try:
        first, until = edtf.first_and_last_day(starts)
        last = edtf.first_and_last_day(ends)[1] if ends else None if config.open_ended else until
    except ValueError:
        return None
    return (first, last) if first or last else None


def _coordinates(config: SimilarityConfig, values: Mapping[str, object]) -> tuple[float, float] | None:
    if config.coordinates is None:
        return None
    try:
        latitude, longitude = (float(values.get(name)) for name in config.coordinates)
    except (TypeError, ValueError):
        return None
    return latitude, longitude


@dataclass(frozen=True)
class Match:
    """The similarity of two records as a score of at most 100, with the reasons."""

    score: int
    names: tuple[str, str] | None = None
    shared_fields: tuple[str, ...] = ()
    km: float | None = None
    has_overlapping_dates: bool = False
    has_same_address: bool = False

    def reasons(self, model: type[Record]) -> Iterator[str]:
        """Yields the reasons as phrases in the active language."""
        if self.has_same_address:
            yield _("same web page")
        if self.names and self.names[0] == self.names[1]:
            yield _("same name: “%(name)s”") % {"name": self.names[0]}
        elif self.names:
            yield _("similar names: “%(one)s” and “%(other)s”") % {
                "one": self.names[0],
                "other": self.names[1],
            }
        for name in self.shared_fields:
            yield _("same %(field)s") % {"field": evidence_coverage.field_label(model, name)}
        if self.km is not None:
            yield _("%(km)d km apart") % {"km": round(self.km)}
        if self.has_overlapping_dates:
            yield _("overlapping dates")


def compare(config: SimilarityConfig, one: Traits, other: Traits) -> Match | None:
    """Compares two records. Returns None if they are not similar."""
    if one.address and one.address == other.address:
        return Match(100, has_same_address=True)
    shared, shared_ratio = _shared_fields(one, other)
    km = distance_km(one.coordinates, other.coordinates) if one.coordinates and other.coordinates else None
    is_near = km is not None and km <= _NEAR_KM
    if (not shared_ratio and not is_near) or not _can_overlap(one.days, other.days):
        return None
    name_score = _name_score(one, other)
    if not name_score:
        return None
    has_dates = bool(one.days and other.days)
    scores = []
    if config.shared_fields:
        scores.append(shared_ratio)
    if config.dates:
        scores.append(1.0 if has_dates else 0.5)
    if config.coordinates:
        scores.append(0.5 if km is None else 1.0 if is_near else 0.5 if km <= _FAR_KM else 0.0)
    context_score = sum(scores) / len(scores) if scores else 1.0
    score = round(100 * (_NAME_WEIGHT * name_score + (1 - _NAME_WEIGHT) * context_score))
    if score < MIN_SCORE:
        return None
    return Match(score, (one.name, other.name), shared, km, has_dates)


def _shared_fields(one: Traits, other: Traits) -> tuple[tuple[str, ...], float]:
    """Returns the fields with a common value, and their share among the fields filled in both records.

    The share is 0.5 if no field is filled in both records.
    """
    both = [name for name in one.shared_values if name in other.shared_values]
    shared = tuple(
        name for name in both if not set(one.shared_values[name]).isdisjoint(other.shared_values[name])
    )
    return shared, len(shared) / len(both) if both else 0.5


def _can_overlap(one, other) -> bool:
    if not one or not other:
        return True
    return not (one[1] and other[0] and one[1] < other[0]) and not (other[1] and one[0] and other[1] < one[0])


def _name_score(one: Traits, other: Traits) -> float:
    """Returns the similarity of the names, with a penalty for each language where they differ."""
    best, differing, of_persons = 0.0, 0, one.collection == "delegates"
    for mine, names in one.names.items():
        for theirs, others in other.names.items():
            # An equal alias is not enough, because different records may share an alias such as "city hall".
            if mine in _LIST_FIELDS and theirs in _LIST_FIELDS:
                continue
            alike = _similarity(names, others, of_persons=of_persons)
            best = max(best, alike)
            differing += mine == theirs and not alike
    if differing and best < 1:
        return 0.0
    return best - _LANGUAGE_PENALTY * differing


def _similarity(names: list[NameForm], others: list[NameForm], *, of_persons: bool) -> float:
    """Returns the highest similarity of any two names, from 0 (not similar) to 1 (equal)."""
    return max(
        (_form_similarity(each, other, of_persons=of_persons) for each in names for other in others),
        default=0.0,
    )


def _form_similarity(one: NameForm, other: NameForm, *, of_persons: bool) -> float:
    # Names are sorted by script, so that the order of a name and a Chinese reading does not affect the result.
    one, other = sorted((one, other), key=lambda form: form.script)
    alike = similarity(one, other, lambda _word: 1.0, of_persons=of_persons)
    mine, theirs = set(one.parts), set(other.parts)
    is_contained = one.joined == other.joined or mine <= theirs or theirs <= mine
    return alike if alike >= (_MIN_CONTAINED if is_contained else CERTAIN) else 0.0


# Query parameters that track the origin of visitors.
_TRACKING_PARAMETERS = ("utm_", "fbclid", "gclid", "yclid", "_openstat")


def normalized_url(url: str) -> str:
    """Removes scheme, www., fragment and tracking parameters from a URL and sorts its query."""
    url = url.strip()
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    query = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not pair[0].startswith(_TRACKING_PARAMETERS)
    )
    path = parts.path.rstrip("/")
    return f"{host}{path}?{urlencode(query)}" if query else f"{host}{path}"
