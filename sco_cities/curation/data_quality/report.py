"""The board: for each kind of record, the numbers of all measures."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst

from sco_cities.sources.base_models import Record

from .filter_form import QualityFilters
from .metric_cache import MetricCache, cached_metrics
from .metrics import METRICS, MetricResult
from .work_queue import WorkQueue


@dataclass(frozen=True)
class ReportCell:
    """A number of the board, and the queue behind it."""

    queue: WorkQueue
    found: MetricResult

    @property
    def percent(self) -> str:
        """The share in whole percents, of which only nothing is 0 and only everything is 100."""
        share = self.found.share * 100
        if 0 < share < 1:
            return "< 1"
        return "> 99" if 99 < share < 100 else f"{share:.0f}"


@dataclass(frozen=True)
class ReportRow:
    """A kind of record: how many there are, how many values they hold, and a cell for each measure.

    A cell is None where the measure is not about such records.
    """

    kind: str
    records: int
    values: int
    cells: list[ReportCell | None]


def rows(models: Iterable[type[Record]], narrowing: QualityFilters) -> list[ReportRow]:
    """The rows of the board, of the kinds of record that the narrowing is about; all of one moment."""
    counted = [model for model in models if narrowing.applies_to(model)]
    with cached_metrics(counted) as by_model:
        return [_row(model, narrowing, by_model[model].within(narrowing)) for model in counted]


def _row(model: type[Record], narrowing: QualityFilters, census: MetricCache) -> ReportRow:
    cells = [
        ReportCell(WorkQueue(model, measure, narrowing), census.found[measure.name])
        if census.found[measure.name]
        else None
        for measure in METRICS.values()
    ]
    sourced = census.found["sourced"]
    return ReportRow(
        str(capfirst(model._meta.verbose_name_plural)),
        len(census.keys),
        sourced.among if sourced else 0,
        cells,
    )
