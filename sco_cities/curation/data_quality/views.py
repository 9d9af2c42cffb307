"""The data quality pages, with the report, the work queue behind each number, and links to a queue's next record."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin_pages import DATA_QUALITY
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import Record, record_model, record_models

from .filter_form import QualityFilterForm, QualityFilters
from .metrics import METRICS, MetricResult, ModelMetrics, cached_metrics
from .work_queue import QueueEntries, WorkQueue


@dataclass(frozen=True)
class ReportCell:
    """A number in the report, with its work queue."""

    queue: WorkQueue
    result: MetricResult

    @property
    def percent(self) -> str:
        """The share as a whole percentage. "0" and "100" mean exactly none and exactly all."""
        share = self.result.share * 100
        if 0 < share < 1:
            return "< 1"
        return "> 99" if 99 < share < 100 else f"{share:.0f}"


@dataclass(frozen=True)
class ReportRow:
    """A row of the report, with the numbers of records and filled values of a kind, and a cell for each metric.

    A cell is None if the metric does not apply to the kind.
    """

    kind: str
    records: int
    values: int
    cells: list[ReportCell | None]


def rows(models: Iterable[type[Record]], filters: QualityFilters) -> list[ReportRow]:
    """Returns a report row for each kind that the filters apply to. All rows come from one snapshot."""
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


PER_PAGE = 50


@require_safe
@admin_page_view(REVIEW_RECORDS)
def data_quality(request: HttpRequest) -> HttpResponse:
    """Shows the report, with a row for each kind of record and a column for each metric."""
    form = QualityFilterForm(request.GET)
    filters = form.filters()
    models = [model for model in record_models() if _can_view(request, model)]
    return render_admin_page(
        request,
        "admin/curation/data_quality/report.html",
        DATA_QUALITY.title,
        form=form,
        metrics=METRICS.values(),
        rows=rows(models, filters) if filters else (),
        excluded_kinds=comma_list(
            model._meta.verbose_name_plural for model in models if filters and not filters.applies_to(model)
        ),
    )


@require_safe
@admin_page_view(REVIEW_RECORDS)
def queue(request: HttpRequest, collection: str, metric: str) -> HttpResponse:
    """Lists the records behind a number of the report, with the fields that are counted."""
    form = QualityFilterForm(request.GET)
    filters = form.filters()
    work_queue = _work_queue(request, collection, metric, filters or QualityFilters())
    kinds = capfirst(work_queue.model._meta.verbose_name_plural)
    return render_admin_page(
        request,
        "admin/curation/data_quality/queue.html",
        _("%(kinds)s: %(counted)s") % {"kinds": kinds, "counted": work_queue.metric.description},
        form=form,
        queue=work_queue,
        page=Paginator(QueueEntries(work_queue), PER_PAGE).get_page(request.GET.get("page"))
        if filters
        else None,
        query=work_queue.filters.query,
    )


@require_safe
@admin_page_view(REVIEW_RECORDS)
def next_in_queue(request: HttpRequest, collection: str, metric: str, key: int) -> HttpResponse:
    """Redirects to the next record in a queue after `key`, or to the queue itself if there is none."""
    filters = QualityFilterForm(request.GET).filters()
    work_queue = _work_queue(request, collection, metric, filters or QualityFilters())
    if filters and (next_key := work_queue.next_key(key)):
        return HttpResponseRedirect(work_queue.form_url(next_key))
    if work_queue.keys:
        text = _("That was the last record in this queue. The remaining records are listed below.")
    else:
        text = _("That was the last record in this queue.")
    messages.info(request, text)
    return HttpResponseRedirect(work_queue.url)


def _work_queue(request: HttpRequest, collection: str, metric: str, filters: QualityFilters) -> WorkQueue:
    model = record_model(collection)
    if model is None or metric not in METRICS:
        raise Http404(_("There is no such queue."))
    if not _can_view(request, model):
        raise PermissionDenied
    return WorkQueue(model, METRICS[metric], filters)


def _can_view(request: HttpRequest, model) -> bool:
    return admin.site.get_model_admin(model).has_view_permission(request)
