"""The data quality pages: the report, the work queue behind a number, and the next record of a queue."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin_pages import DATA_QUALITY
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import record_model, record_models

from . import report
from .filter_form import QualityFilterForm, QualityFilters
from .metrics import METRICS
from .work_queue import QueueEntries, WorkQueue

PER_PAGE = 50


@require_safe
@admin_page_view(REVIEW_RECORDS)
def data_quality(request: HttpRequest) -> HttpResponse:
    """The report: a row for each kind of record, a number for each metric."""
    form = QualityFilterForm(request.GET)
    filters = form.filters()
    models = [model for model in record_models() if _can_view(request, model)]
    return render_admin_page(
        request,
        "admin/curation/data_quality/report.html",
        DATA_QUALITY.title,
        form=form,
        metrics=METRICS.values(),
        rows=report.rows(models, filters) if filters else (),
        excluded_kinds=comma_list(
            model._meta.verbose_name_plural for model in models if filters and not filters.applies_to(model)
        ),
    )


@require_safe
@admin_page_view(REVIEW_RECORDS)
def queue(request: HttpRequest, collection: str, metric: str) -> HttpResponse:
    """The records, with their fields, that a number of the report counts."""
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
    """Redirects to the record of a queue after `key`; after the last one, to the queue."""
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
