"""The data quality report: for each kind of record, the results of all metrics."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst

from sco_cities.sources.base_models import Record

from .filter_form import QualityFilters
from .metric_cache import ModelMetrics, cached_metrics
from .metrics import METRICS, MetricResult
from .work_queue import WorkQueue


@dataclass(frozen=True)
class ReportCell:
    """A number of the report, and the work queue behind it."""

    queue: WorkQueue
    result: MetricResult

    @property
    def percent(self) -> str:
        """The share in whole percent; 0 means exactly none, and 100 exactly all."""
        share = self.result.share * 100
        if 0 < share < 1:
            return "< 1"
        return "> 99" if 99 < share < 100 else f"{share:.0f}"


@dataclass(frozen=True)
class ReportRow:
    """A kind of record: the numbers of its records and of their filled values, and a cell for each metric.

    A cell is None if the metric does not apply to the kind.
    """

    kind: str
    records: int
    values: int
    cells: list[ReportCell | None]


def rows(models: Iterable[type[Record]], filters: QualityFilters) -> list[ReportRow]:
    """The rows of the report for the kinds to which the filters apply, all from one snapshot."""
    included = [model for model in models if filters.applies_to(model)]
    with cached_metrics(included) as by_model:
        return [_row(model, filters, by_model[model].filtered(filters)) for model in included]


def _row(model: type[Record], filters: QualityFilters, metrics: ModelMetrics) -> ReportRow:
    cells = [
        ReportCell(WorkQueue(model, metric, filters), result) if (result := metrics.results[name]) else None
        for name, metric in METRICS.items()
    ]
    sourced = metrics.results["sourced"]
    return ReportRow(
        str(capfirst(model._meta.verbose_name_plural)),
        len(metrics.keys),
        sourced.total if sourced else 0,
        cells,
    )
