"""The metrics of all records, cached by the process; after a commit only changed records are measured again.

Measuring a hundred thousand records takes a second, and curators reload the report after every few corrections. The
change log lists the changed records.
"""

import datetime
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from pyroaring import BitMap

from sco_cities.db.pk_filter import pk_in
from sco_cities.facet_index import change_log
from sco_cities.facet_index.dimensions import part
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import is_to_many
from sco_cities.sources.facets import records_citing
from sco_cities.sources.models import AddressCheck, Evidence, Figure, Report

from .field_coverage import FieldCoverage, relation_rows
from .filter_form import QualityFilters, data_quality_config
from .metrics import METRICS, MetricResult

# One thread at a time computes the metrics; the others then read them from the cache.
_lock = threading.Lock()


@dataclass(frozen=True)
class ModelMetrics:
    """The keys of all records of a kind by publication state, and the result of each metric by name."""

    model: type[Record]
    states: dict[str, BitMap]
    results: dict[str, MetricResult | None]

    @classmethod
    def compute(cls, model: type[Record], keys: BitMap | None = None) -> "ModelMetrics":
        """The metrics of all records of a kind, or of those with these keys."""
        records = model._base_manager.order_by()
        if keys is not None:
            records = records.filter(pk_in(keys))
        states = dict(records.values_list("state").annotate(keys=KeyArray("pk")))
        coverage = FieldCoverage(model, data_quality_config(model), BitMap.union(BitMap(), *states.values()))
        return cls(model, states, {name: metric.compute(coverage) for name, metric in METRICS.items()})

    @property
    def keys(self) -> BitMap:
        return BitMap.union(BitMap(), *self.states.values())

    def updated(self, touched: BitMap) -> "ModelMetrics":
        """The metrics after the records with these keys were changed, added or deleted."""
        if not touched:
            return self
        new = ModelMetrics.compute(self.model, touched)
        states = {state: keys - touched for state, keys in self.states.items()}
        for state, keys in new.states.items():
            states[state] = states.get(state, BitMap()) | keys
        results = {
            name: result and result.updated(touched, new.results[name])
            for name, result in self.results.items()
        }
        return ModelMetrics(self.model, states, results)

    def filtered(self, filters: QualityFilters) -> "ModelMetrics":
        """The metrics of the records that match the filters."""
        keys = filters.matching_keys(self.model, self.states)
        return ModelMetrics(
            self.model,
            {state: state_keys & keys for state, state_keys in self.states.items()},
            {name: result and result.limited_to(keys) for name, result in self.results.items()},
        )


@contextmanager
def cached_metrics(models: Collection[type[Record]]) -> Iterator[Mapping[type[Record], ModelMetrics]]:
    """The metrics of each of these kinds, from the same snapshot that all queries inside the block see."""
    with ExitStack() as snapshot:
        with _lock:
            state = snapshot.enter_context(facet_index(Report.collection))
            cached = state.cache.get(_KEY)
            # Evidence becomes stale with the date.
            today = timezone.localdate()
            by_model = _updated(cached, state) if cached and cached.day == today else {}
            by_model = by_model | {
                model: ModelMetrics.compute(model) for model in models if model not in by_model
            }
            state.cache[_KEY] = _Cache(today, by_model, state.version)
        yield by_model


@dataclass(frozen=True)
class _Cache:
    """The metrics of a day, at a version of the change log."""

    day: datetime.date
    by_model: dict[type[Record], ModelMetrics]
    version: change_log.Version


_KEY = "data quality"


def _updated(cached: _Cache, state: IndexState) -> dict[type[Record], ModelMetrics]:
    """The cached metrics, updated to the snapshot of `state`; none if too many records have changed."""
    try:
        _version, changed = change_log.changes_since(state.using, cached.version)
    except change_log.ChangeLogOverflow:
        return {}
    if not changed:
        return cached.by_model
    return {
        model: metrics.updated(_touched_keys(model, changed, state.using))
        for model, metrics in cached.by_model.items()
    }


def watched_parts(model: type[Record]) -> list[str]:
    """The parts of the change log that list records of a kind whose values or evidence have changed."""
    to_many = [name for name in model.evidence_fields if is_to_many(model, name)]
    kind = ContentType.objects.get_for_model(model).pk
    return [
        part(model, "pk"),
        *(part(rows.model, owner) for rows, owner in (relation_rows(model, name) for name in to_many)),
        *(f"{part(holder, 'object_id')}/{kind}" for holder in (Evidence, Figure)),
    ]


# The parts of the change log that list reports whose publication state, date or address check may have changed.
REPORT_PARTS = (part(Report, "pk"), part(AddressCheck, "report"))


def _touched_keys(model: type[Record], changed: Mapping[str, BitMap], using: str) -> BitMap:
    """The records of a kind that these changes, by part of the change log, may affect."""
    empty = BitMap()
    keys = BitMap.union(empty, *(changed.get(name, empty) for name in watched_parts(model)))
    if reports := BitMap.union(empty, *(changed.get(name, empty) for name in REPORT_PARTS)):
        keys |= records_citing(
            using, ContentType.objects.get_for_model(model).pk, reports.to_array().tolist()
        )
        if model is Report:
            keys |= reports
    return keys
