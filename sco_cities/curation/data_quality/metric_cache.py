"""What the measures find in all records, remembered by the process: after a commit only what it touched is measured.

A hundred thousand records take a second to measure, and a board is looked at again after every few corrections. The
log of changes tells which records these have touched.
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
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import Record
from sco_cities.sources.evidence_coverage import is_relation_to_many
from sco_cities.sources.facets import citing
from sco_cities.sources.models import AddressCheck, Evidence, Figure, Report

from .field_coverage import FieldCoverage, stored_rows
from .filter_form import QualityFilters, data_quality_config
from .metrics import METRICS, MetricResult

# One thread at a time measures; the others then find it done.
_lock = threading.Lock()


@dataclass(frozen=True)
class MetricCache:
    """Of a kind of record: the `keys` of its records by state, and by name of a measure what it has found in them."""

    model: type[Record]
    states: dict[str, BitMap]
    found: dict[str, MetricResult | None]

    @classmethod
    def taken(cls, model: type[Record], among: BitMap | None = None) -> "MetricCache":
        """The census of all records of a kind, or of those that there are among these keys."""
        records = model._base_manager.order_by()
        if among is not None:
            records = records.filter(pk_in(among))
        states = dict(records.values_list("state").annotate(keys=KeyArray("pk")))
        values = FieldCoverage(model, data_quality_config(model), BitMap.union(BitMap(), *states.values()))
        return cls(model, states, {name: measure.find(values) for name, measure in METRICS.items()})

    @property
    def keys(self) -> BitMap:
        return BitMap.union(BitMap(), *self.states.values())

    def after(self, touched: BitMap) -> "MetricCache":
        """The census after the records of these keys have changed, come or gone."""
        if not touched:
            return self
        now = MetricCache.taken(self.model, touched)
        states = {state: keys - touched for state, keys in self.states.items()}
        for state, keys in now.states.items():
            states[state] = states.get(state, BitMap()) | keys
        found = {name: found and found.after(touched, now.found[name]) for name, found in self.found.items()}
        return MetricCache(self.model, states, found)

    def within(self, narrowing: QualityFilters) -> "MetricCache":
        """What of it the narrowing leaves."""
        keys = narrowing.keys_among(self.model, self.states)
        return MetricCache(
            self.model,
            {state: having & keys for state, having in self.states.items()},
            {name: found and found.within(keys) for name, found in self.found.items()},
        )


@contextmanager
def cached_metrics(models: Collection[type[Record]]) -> Iterator[Mapping[type[Record], MetricCache]]:
    """The census of each of these kinds, at the moment that all queries inside see."""
    with ExitStack() as moment:
        with _lock:
            state = moment.enter_context(require_facet_index(Report.collection))
            known = state.memory.get(_KEY)
            # What is stale is another thing each day.
            today = timezone.localdate()
            memory = _up_to_date_tables(known, state) if known and known.day == today else _Memory(today, {})
            taken = memory.taken | {
                model: MetricCache.taken(model) for model in models if model not in memory.taken
            }
            state.memory[_KEY] = _Memory(today, taken, state.version)
        yield taken


@dataclass(frozen=True)
class _Memory:
    """What was measured on a day, as it was at a version of the log of changes."""

    day: datetime.date
    taken: dict[type[Record], MetricCache]
    version: change_log.Version = 0


_KEY = "evidence health"


def _up_to_date_tables(known: _Memory, state: IndexState) -> _Memory:
    """What was measured, brought to the moment of a state; empty where too much has changed to follow."""
    try:
        _version, changed = change_log.changes_since(state.using, known.version)
    except change_log.ChangeLogOverflow:
        return _Memory(known.day, {})
    taken = known.taken
    if changed:
        taken = {
            model: census.after(_touched(model, changed, state.using)) for model, census in taken.items()
        }
    return _Memory(known.day, taken)


def up_to_date(model: type[Record]) -> list[str]:
    """The parts of the log of changes that name the records of a kind whose values or evidence are others now."""
    to_many = [name for name in model.evidence_fields if is_relation_to_many(model, name)]
    kind = ContentType.objects.get_for_model(model).pk
    return [
        part(model, "pk"),
        *(part(rows.model, owner) for rows, owner in (stored_rows(model, name) for name in to_many)),
        *(f"{part(holder, 'object_id')}/{kind}" for holder in (Evidence, Figure)),
    ]


# The parts that name a report which may tell readers more than before, or less.
OF_REPORTS = (part(Report, "pk"), part(AddressCheck, "report"))


def _touched(model: type[Record], changed: Mapping[str, BitMap], using: str) -> BitMap:
    """The records of a kind that these changes, by part, may concern."""
    nothing = BitMap()
    keys = BitMap.union(nothing, *(changed.get(name, nothing) for name in up_to_date(model)))
    if reports := BitMap.union(nothing, *(changed.get(name, nothing) for name in OF_REPORTS)):
        keys |= citing(using, ContentType.objects.get_for_model(model).pk, reports.to_array().tolist())
        if model is Report:
            keys |= reports
    return keys
