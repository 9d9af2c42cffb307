"""What the board measures: each measure finds, in a kind of record, the values that somebody should look at."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.models import Report, Stance

from .config import translated_fields
from .field_coverage import ByField, FieldCoverage

YEARS_UNTIL_STALE = 2


@dataclass(frozen=True)
class MetricResult:
    """What a measure found, and the values that it looked at: by field, the keys of the records."""

    by_field: ByField
    looked_at: ByField

    @property
    def number(self) -> int:
        return sum(map(len, self.by_field.values()))

    @property
    def among(self) -> int:
        """How many values the measure looked at."""
        return sum(map(len, self.looked_at.values()))

    @property
    def share(self) -> float:
        return self.number / self.among if self.among else 0.0

    @property
    def records(self) -> BitMap:
        return BitMap.union(BitMap(), *self.by_field.values())

    def fields_of(self, key: int) -> list[str]:
        """The fields of one record that were found."""
        return [name for name, keys in self.by_field.items() if key in keys]

    def within(self, keys: BitMap) -> "MetricResult":
        """What of it is about these records."""
        return MetricResult(_within(self.by_field, keys), _within(self.looked_at, keys))

    def after(self, touched: BitMap, now: "MetricResult") -> "MetricResult":
        """What is found after the records of `touched` have changed, of which `now` was found."""
        return MetricResult(
            _after(self.by_field, touched, now.by_field), _after(self.looked_at, touched, now.looked_at)
        )


def _within(by_field: ByField, keys: BitMap) -> ByField:
    return {name: having & keys for name, having in by_field.items()}


def _after(by_field: ByField, touched: BitMap, now: ByField) -> ByField:
    nothing = BitMap()
    return {name: by_field.get(name, nothing) - touched | now.get(name, nothing) for name in by_field | now}


@dataclass(frozen=True)
class Metric:
    """A column of the board: its name in addresses, its heading, what it counts, and how.

    `find` gives None for a kind of record that the measure is not about.
    """

    name: str
    label: str | Promise
    counts: str | Promise
    find: Callable[[FieldCoverage], MetricResult | None]


def _among_values(values: FieldCoverage, by_field: ByField) -> MetricResult | None:
    if not values.model.evidence_fields:
        return None
    return MetricResult(by_field, values.filled)


def _supported(values: FieldCoverage, name: str) -> BitMap:
    return BitMap.union(BitMap(), *values.supporting(name))


def _sourced(values: FieldCoverage) -> MetricResult | None:
    found = {name: keys & _supported(values, name) for name, keys in values.filled.items()}
    return _among_values(values, found)


def _unsourced(values: FieldCoverage) -> MetricResult | None:
    found = {name: keys - _supported(values, name) for name, keys in values.filled.items()}
    return _among_values(values, found)


def _single_source(values: FieldCoverage) -> MetricResult | None:
    found = {}
    for name, keys in values.filled.items():
        once, again = BitMap(), BitMap()
        for having in values.supporting(name):
            again |= once & having
            once |= having
        found[name] = keys & (once - again)
    return _among_values(values, found)


def _disputed(values: FieldCoverage) -> MetricResult | None:
    found = {name: BitMap() for name in values.filled}
    for told in values.told:
        if told.stance == Stance.DIFFERS and told.field in found:
            found[told.field] |= told.keys & values.filled[told.field]
    return _among_values(values, found)


def stale_before(today: datetime.date) -> datetime.date:
    """A status whose newest evidence is from before this day is stale."""
    year = today.year - YEARS_UNTIL_STALE
    try:
        return today.replace(year=year)
    except ValueError:  # the 29th of February
        return today.replace(year=year, day=28)


def _stale(values: FieldCoverage) -> MetricResult | None:
    name = values.health.status
    if not name:
        return None
    limit, dated, fresh = stale_before(timezone.localdate()), BitMap(), BitMap()
    for told in values.told:
        if told.field == name and told.newest_day is not None:
            dated |= told.keys
            if told.newest_day >= limit:
                fresh |= told.keys
    filled = values.filled[name]
    return MetricResult({name: filled & dated - fresh}, {name: filled})


def _untranslated(values: FieldCoverage) -> MetricResult | None:
    by_field, looked_at = {}, {}
    for english, others in translated_fields(values.model).items():
        for name in others:
            by_field[name] = values.holding(english) - values.holding(name)
            looked_at[name] = values.holding(english)
    return MetricResult(by_field, looked_at) if by_field else None


def _undated(values: FieldCoverage) -> MetricResult | None:
    return _without(values, values.health.dates)


def _unplaced(values: FieldCoverage) -> MetricResult | None:
    return _without(values, values.health.places)


def _without(values: FieldCoverage, names: tuple[str, ...]) -> MetricResult | None:
    if not names:
        return None
    missing = values.keys.difference(*map(values.holding, names))
    return MetricResult({names[0]: missing}, {names[0]: values.keys})


def _with_dead_addresses(values: FieldCoverage) -> MetricResult:
    if values.model is Report:
        dead = values.keys & values.dead_reports
    else:
        dead = BitMap.union(BitMap(), *(told.keys for told in values.told if told.is_dead))
    return MetricResult({WHOLE: dead}, {WHOLE: values.keys})


METRICS = {
    measure.name: measure
    for measure in (
        Metric("sourced", _("Sourced"), _("values supported by a published report"), _sourced),
        Metric("unsourced", _("Unsourced"), _("values not supported by any published report"), _unsourced),
        Metric("single", _("Single source"), _("values supported by only one report"), _single_source),
        Metric("disputed", _("Disputed"), _("values on which a report differs"), _disputed),
        Metric(
            "stale",
            _("Stale"),
            _("statuses whose newest evidence is from a report more than two years old"),
            _stale,
        ),
        Metric(
            "untranslated",
            _("Untranslated"),
            _("missing Russian and Chinese names, titles and summaries"),
            _untranslated,
        ),
        Metric("undated", _("No date"), _("records without a date"), _undated),
        Metric("unplaced", _("No place"), _("records without a place"), _unplaced),
        Metric(
            "dead",
            _("Dead link"),
            _("records that depend on a report with a dead link, and these reports themselves"),
            _with_dead_addresses,
        ),
    )
}
