"""The data quality metrics. Each metric finds values that need a curator's attention."""

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from sco_cities.core import edtf
from sco_cities.core.translations import TRANSLATIONS
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.link_checker import has_dead_link
from sco_cities.sources.models import Report, Stance

from .field_coverage import ByField, FieldCoverage, confirmed_values
from .filter_form import QualityFilters, data_quality_config

YEARS_UNTIL_STALE = 2
# The lock prevents duplicate computation if several curators open the report at the same time.
_lock = Lock()


@dataclass(frozen=True)
class MetricResult:
    """A metric's counted and checked values, as bitmaps of record keys by field."""

    by_field: ByField
    checked: ByField

    @property
    def count(self) -> int:
        return sum(map(len, self.by_field.values()))

    @property
    def total(self) -> int:
        """The number of checked values."""
        return sum(map(len, self.checked.values()))

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0

    @property
    def records(self) -> BitMap:
        return BitMap.union(BitMap(), *self.by_field.values())

    def fields_of(self, key: int) -> list[str]:
        """Returns the counted fields of one record."""
        return [name for name, keys in self.by_field.items() if key in keys]

    def limited_to(self, keys: BitMap) -> "MetricResult":
        """Returns the result restricted to these records."""
        return MetricResult(_limited(self.by_field, keys), _limited(self.checked, keys))


def _limited(by_field: ByField, keys: BitMap) -> ByField:
    return {name: field_keys & keys for name, field_keys in by_field.items()}


@dataclass(frozen=True)
class Metric:
    """A column of the report. It has a name for URLs, a heading, a description and a function that computes its values.

    `compute` returns None if the metric does not apply to the kind of record.
    """

    name: str
    label: str | Promise
    description: str | Promise
    compute: Callable[[FieldCoverage], MetricResult | None]


def _of_filled_values(coverage: FieldCoverage, by_field: ByField) -> MetricResult | None:
    if not coverage.model.evidence_fields:
        return None
    return MetricResult(by_field, coverage.filled)


def _supported(coverage: FieldCoverage, name: str) -> BitMap:
    return BitMap.union(BitMap(), *coverage.support_by_report(name))


def _sourced(coverage: FieldCoverage) -> MetricResult | None:
    by_field = {name: keys & _supported(coverage, name) for name, keys in coverage.filled.items()}
    return _of_filled_values(coverage, by_field)


def _unsourced(coverage: FieldCoverage) -> MetricResult | None:
    by_field = {name: keys - _supported(coverage, name) for name, keys in coverage.filled.items()}
    return _of_filled_values(coverage, by_field)


def _single_source(coverage: FieldCoverage) -> MetricResult | None:
    by_field = {}
    for name, keys in coverage.filled.items():
        once, again = BitMap(), BitMap()
        for report_keys in coverage.support_by_report(name):
            again |= once & report_keys
            once |= report_keys
        by_field[name] = keys & (once - again)
    return _of_filled_values(coverage, by_field)


def _disputed(coverage: FieldCoverage) -> MetricResult | None:
    by_field = {name: BitMap() for name in coverage.filled}
    for reported in coverage.reported:
        if reported.stance == Stance.DIFFERS and reported.field in by_field:
            by_field[reported.field] |= reported.keys & coverage.filled[reported.field]
    return _of_filled_values(coverage, by_field)


def _on_word(coverage: FieldCoverage) -> MetricResult | None:
    by_field: ByField = {}
    for key, values in confirmed_values(coverage.model).items() if coverage.model.evidence_fields else ():
        for name in values:
            by_field.setdefault(name, BitMap()).add(key)
    return _of_filled_values(coverage, by_field)


def stale_before(today: datetime.date) -> datetime.date:
    """Returns the cut-off date. A status without evidence from this date or later is stale."""
    return edtf.years_before(today, YEARS_UNTIL_STALE)


def _stale(coverage: FieldCoverage) -> MetricResult | None:
    name = coverage.config.status
    if not name:
        return None
    limit, dated, fresh = stale_before(timezone.localdate()), BitMap(), BitMap()
    for reported in coverage.reported:
        if reported.field == name and reported.newest_day is not None:
            dated |= reported.keys
            if reported.newest_day >= limit:
                fresh |= reported.keys
    filled = coverage.filled[name]
    return MetricResult({name: filled & dated - fresh}, {name: filled})


def _texts(coverage: FieldCoverage, languages: Sequence[str], part: str) -> MetricResult | None:
    translations = [coverage.translations[language] for language in languages]
    by_field = _joined([getattr(each, part) for each in translations], coverage.keys)
    checked = _joined([each.texts for each in translations], coverage.keys)
    return MetricResult(by_field, checked) if checked else None


def _joined(by_language: Sequence[ByField], keys: BitMap) -> ByField:
    """Merges a text's language columns into one field."""
    joined: ByField = {}
    for fields in zip(*(by_field.items() for by_field in by_language), strict=True):
        for name, field_keys in fields:
            joined[name] = joined.get(name, BitMap()) | field_keys & keys
    return joined


def _untranslated(coverage: FieldCoverage) -> MetricResult | None:
    return _texts(coverage, TRANSLATIONS, "missing")


def _translated(coverage: FieldCoverage) -> MetricResult | None:
    missing = _untranslated(coverage)
    return missing and MetricResult(
        {name: keys - missing.by_field[name] for name, keys in missing.checked.items()}, missing.checked
    )


def _outdated(language: str) -> Callable[[FieldCoverage], MetricResult | None]:
    return lambda coverage: _texts(coverage, (language,), "outdated")


def _undated(coverage: FieldCoverage) -> MetricResult | None:
    return _without(coverage, coverage.config.dates)


def _unplaced(coverage: FieldCoverage) -> MetricResult | None:
    return _without(coverage, coverage.config.places)


def _without(coverage: FieldCoverage, names: tuple[str, ...]) -> MetricResult | None:
    if not names:
        return None
    missing = coverage.keys.difference(*(coverage.filled_fields[name] for name in names))
    return MetricResult({names[0]: missing}, {names[0]: coverage.keys})


def _with_dead_links(coverage: FieldCoverage) -> MetricResult:
    if coverage.model is Report:
        dead = coverage.keys & Report.objects.filter(has_dead_link()).aggregate(keys=KeyArray("pk"))["keys"]
    else:
        dead = BitMap.union(BitMap(), *(reported.keys for reported in coverage.reported if reported.is_dead))
    return MetricResult({WHOLE: dead}, {WHOLE: coverage.keys})


METRICS = {
    metric.name: metric
    for metric in (
        Metric("sourced", _("Sourced"), _("values supported by a published report"), _sourced),
        Metric("unsourced", _("Unsourced"), _("values not supported by any published report"), _unsourced),
        Metric("single", _("Single source"), _("values supported by only one report"), _single_source),
        Metric("disputed", _("Disputed"), _("values that differ from a report"), _disputed),
        Metric(
            "on_word",
            _("Confirmed by an editor"),
            _(
                "values that changed without new evidence, because an editor confirmed that the existing evidence "
                "supports them"
            ),
            _on_word,
        ),
        Metric(
            "stale",
            _("Stale"),
            _("statuses whose newest evidence is from a report more than two years old"),
            _stale,
        ),
        Metric(
            "translated",
            _("Translated"),
            _("texts in Russian and in Chinese, including texts of passages, figures and footnotes"),
            _translated,
        ),
        Metric("untranslated", _("Untranslated"), _("missing Russian and Chinese texts"), _untranslated),
        Metric(
            "outdated_ru",
            _("To be checked (Russian)"),
            _("Russian texts whose English original has changed since they were translated"),
            _outdated("ru"),
        ),
        Metric(
            "outdated_zh",
            _("To be checked (Chinese)"),
            _("Chinese texts whose English original has changed since they were translated"),
            _outdated("zh"),
        ),
        Metric("undated", _("No date"), _("records without a date"), _undated),
        Metric("unplaced", _("No place"), _("records without a place"), _unplaced),
        Metric(
            "dead",
            _("Dead link"),
            _("reports with a dead link, and the records that cite them"),
            _with_dead_links,
        ),
    )
}


@dataclass(frozen=True)
class ModelMetrics:
    """All record keys of a kind by publication state, and all metric results by name."""

    model: type[Record]
    states: dict[str, BitMap]
    results: dict[str, MetricResult | None]

    @classmethod
    def compute(cls, model: type[Record]) -> "ModelMetrics":
        """Computes all metrics for all records of a kind."""
        states = dict(model._base_manager.order_by().values_list("state").annotate(keys=KeyArray("pk")))
        coverage = FieldCoverage(model, data_quality_config(model), BitMap.union(BitMap(), *states.values()))
        return cls(model, states, {name: metric.compute(coverage) for name, metric in METRICS.items()})

    def filtered(self, filters: QualityFilters) -> "ModelMetrics":
        """Returns the metrics for the records that match the filters."""
        keys = filters.matching_keys(self.model, self.states)
        return ModelMetrics(
            self.model,
            {state: state_keys & keys for state, state_keys in self.states.items()},
            {name: result and result.limited_to(keys) for name, result in self.results.items()},
        )


@contextmanager
def cached_metrics(models: Collection[type[Record]]) -> Iterator[Mapping[type[Record], ModelMetrics]]:
    """Yields the metrics of each kind. All queries in the block read the same snapshot of the database.

    The cache is valid until any record changes. Computing takes a second for 20,000 initiatives.
    """
    with facet_index(Report.collection) as state:
        cache = state.memoize("data quality", (state.change_token,), dict)
        # The date is part of the cache key, because evidence becomes stale over time.
        today = timezone.localdate()
        with _lock:
            for model in models:
                if (today, model) not in cache:
                    cache[today, model] = ModelMetrics.compute(model)
        yield {model: cache[today, model] for model in models}
