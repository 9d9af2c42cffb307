"""The data quality report, its work queues, and the redirect to a queue's next record."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.admin_framework.admin_urls import add_evidence_url, change_url_by_pk
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.permissions.object_permissions import model_or_404, visible_models
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record

from .field_coverage import confirmed_values
from .filter_form import QualityFilterForm, QualityFilters
from .metrics import METRICS, Metric, MetricResult, cached_metrics

# The query parameter with a queue's metric, in the URLs of change forms opened from the queue.
QUEUE = "queue"
# The highest key that fits into a bitmap.
MAX_KEY = 2**32 - 1


@dataclass(frozen=True)
class WorkQueue:
    """The records of a kind that a metric counts, in order of primary key.

    After a correction, the curator continues at the next key, even if the corrected record is no longer in the queue.
    """

    model: type[Record]
    metric: Metric
    filters: QualityFilters

    @cached_property
    def result(self) -> MetricResult:
        with cached_metrics([self.model]) as by_model:
            results = by_model[self.model].filtered(self.filters).results
        return results[self.metric.name] or MetricResult({}, {})

    @cached_property
    def keys(self) -> BitMap:
        return self.result.records

    def next_key(self, key: int) -> int | None:
        """Returns the key of the record after `key`, or None after the last record."""
        index = self.keys.rank(min(key, MAX_KEY))
        return self.keys[index] if index < len(self.keys) else None

    @property
    def url(self) -> str:
        """The URL of the queue."""
        return self._filtered_url("admin:data_quality_queue", self.model.collection, self.metric.name)

    @property
    def query(self) -> str:
        """The query string for change forms opened from the queue."""
        return "&".join(filter(None, (urlencode({QUEUE: self.metric.name}), self.filters.query)))

    def next_url(self, key: int) -> str:
        """Returns the URL that redirects to the record after `key`."""
        return self._filtered_url("admin:data_quality_next", self.model.collection, self.metric.name, key)

    def _filtered_url(self, name: str, *arguments) -> str:
        url = reverse(name, args=arguments)
        return f"{url}?{self.filters.query}" if self.filters.query else url

    def form_url(self, key: int) -> str:
        """Returns the URL of a record's change form, as opened from the queue."""
        return f"{change_url_by_pk(self.model, key)}?{self.query}"


def queue_entries(queue: WorkQueue, keys: BitMap) -> list[tuple[Record, str, str, list]]:
    """Returns records with the labels of their counted fields, their form URLs and their confirmed values.

    A confirmed value is a value that a curator confirmed without adding evidence. Each confirmed value has its label,
    the confirming change set, and the URL for adding evidence.
    """
    records = queue.model._default_manager.defer("search_text").filter(pk_in(keys))
    confirmed = confirmed_values(queue.model, keys) if queue.metric is METRICS["on_word"] else {}
    return [
        (
            record,
            evidence_coverage.field_list(queue.model, queue.result.fields_of(record.pk)),
            queue.form_url(record.pk),
            [
                (
                    evidence_coverage.field_label(queue.model, name),
                    revision.change_set,
                    add_evidence_url(record, [name]),
                )
                for name, revision in confirmed.get(record.pk, {}).items()
            ],
        )
        for record in records.order_by("pk")
    ]


def work_queue(request: HttpRequest, model: type[Record]) -> WorkQueue | None:
    """Returns the queue from which a change form was opened, or None if it was opened elsewhere."""
    metric = METRICS.get(request.GET.get(QUEUE, ""))
    if metric is None or not request.user.has_perm(REVIEW_RECORDS):
        return None
    filters = QualityFilterForm(request.GET).filters()
    if filters is None or not filters.applies_to(model):
        return None
    return WorkQueue(model, metric, filters)


@dataclass(frozen=True)
class ReportCell:
    """A number in the report, with its work queue."""

    queue: WorkQueue
    result: MetricResult

    @property
    def percent(self) -> str:
        """The percentage as a whole number. "0" and "100" are exact, not rounded."""
        share = self.result.share * 100
        if 0 < share < 1:
            return "< 1"
        return "> 99" if 99 < share < 100 else f"{share:.0f}"


def rows(models: Iterable[type[Record]], filters: QualityFilters) -> list[tuple]:
    """Returns a row for each kind that the filters apply to, from one database snapshot.

    A row contains the name of the kind, its numbers of records and filled values, and a cell for each metric. A cell is
    None if the metric does not apply to the kind.
    """
    included, found = [model for model in models if filters.applies_to(model)], []
    with cached_metrics(included) as by_model:
        for model in included:
            metrics = by_model[model].filtered(filters)
            cells = [
                ReportCell(WorkQueue(model, metric, filters), result)
                if (result := metrics.results[name])
                else None
                for name, metric in METRICS.items()
            ]
            sourced = metrics.results["sourced"]
            records = sum(map(len, metrics.states.values()))
            kinds = str(capfirst(model._meta.verbose_name_plural))
            found.append((kinds, records, sourced.total if sourced else 0, cells))
    return found


PER_PAGE = 50


@admin_page_view(REVIEW_RECORDS)
def data_quality(request: HttpRequest) -> HttpResponse:
    """Shows the report, with a row for each kind of record and a column for each metric."""
    form = QualityFilterForm(request.GET)
    filters = form.filters()
    models = visible_models(request)
    return render_admin_page(
        request,
        "admin/curation/data_quality/report.html",
        form=form,
        metrics=METRICS.values(),
        rows=rows(models, filters) if filters else (),
        excluded_kinds=comma_list(
            model._meta.verbose_name_plural for model in models if filters and not filters.applies_to(model)
        ),
    )


@admin_page_view(REVIEW_RECORDS)
def queue(request: HttpRequest, collection: str, metric: str) -> HttpResponse:
    """Lists the records behind a number in the report, with their counted fields."""
    form = QualityFilterForm(request.GET)
    filters = form.filters()
    work_queue = _work_queue(request, collection, metric, filters or QualityFilters())
    kinds = capfirst(work_queue.model._meta.verbose_name_plural)
    page = Paginator(work_queue.keys, PER_PAGE).get_page(request.GET.get("page")) if filters else None
    return render_admin_page(
        request,
        "admin/curation/data_quality/queue.html",
        _("%(kinds)s: %(counted)s") % {"kinds": kinds, "counted": work_queue.metric.description},
        form=form,
        queue=work_queue,
        page=page,
        entries=queue_entries(work_queue, page.object_list) if page else (),
        query=work_queue.filters.query,
    )


@admin_page_view(REVIEW_RECORDS)
def next_in_queue(request: HttpRequest, collection: str, metric: str, key: int) -> HttpResponse:
    """Redirects to the next record in a queue after `key`. After the last record, redirects to the queue."""
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
    if metric not in METRICS:
        raise Http404(_("There is no such queue."))
    return WorkQueue(model_or_404(request, collection, "view"), METRICS[metric], filters)
