"""The pages of the board: its table, the queue behind a number, and the way to the next record of a queue."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.curation.admin.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin_pages import DATA_QUALITY
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.sources.base_models import record_model, record_models

from . import report
from .filter_form import QualityFilterForm, QualityFilters
from .metrics import METRICS
from .work_queue import QueueEntries, WorkQueue

PER_PAGE = 50


@require_safe
@admin_page_view(REVIEW_RECORDS)
def data_quality(request: HttpRequest) -> HttpResponse:
    """The board: a row for each kind of record, a number for each measure."""
    form = QualityFilterForm(request.GET)
    narrowing = form.narrowing()
    seen = [model for model in record_models() if _may_see(request, model)]
    return render_admin_page(
        request,
        "admin/curation/data_quality/report.html",
        DATA_QUALITY.title,
        form=form,
        measures=METRICS.values(),
        rows=report.rows(seen, narrowing) if narrowing else (),
        left_out=[
            model._meta.verbose_name_plural for model in seen if narrowing and not narrowing.applies_to(model)
        ],
    )


@require_safe
@admin_page_view(REVIEW_RECORDS)
def queue(request: HttpRequest, collection: str, measure: str) -> HttpResponse:
    """The records, or the values, that a number of the board counts."""
    form = QualityFilterForm(request.GET)
    narrowing = form.narrowing()
    found = _queue(request, collection, measure, narrowing or QualityFilters())
    kinds = capfirst(found.model._meta.verbose_name_plural)
    return render_admin_page(
        request,
        "admin/curation/data_quality/queue.html",
        _("%(kinds)s: %(counted)s") % {"kinds": kinds, "counted": found.measure.counts},
        form=form,
        queue=found,
        page=Paginator(QueueEntries(found), PER_PAGE).get_page(request.GET.get("page"))
        if narrowing
        else None,
        query=found.narrowing.query,
    )


@require_safe
@admin_page_view(REVIEW_RECORDS)
def next_in_queue(request: HttpRequest, collection: str, measure: str, key: int) -> HttpResponse:
    """Leads to the record of a queue that comes after another; after the last, back to the queue."""
    narrowing = QualityFilterForm(request.GET).narrowing()
    found = _queue(request, collection, measure, narrowing or QualityFilters())
    if narrowing and (after := found.following(key)):
        return HttpResponseRedirect(found.form_address(after))
    messages.info(
        request, _("That was the last record in this queue. The remaining records are listed below.")
    )
    return HttpResponseRedirect(found.address)


def _queue(request: HttpRequest, collection: str, measure: str, narrowing: QualityFilters) -> WorkQueue:
    model = record_model(collection)
    if model is None or measure not in METRICS:
        raise Http404(_("There is no such queue."))
    if not _may_see(request, model):
        raise PermissionDenied
    return WorkQueue(model, METRICS[measure], narrowing)


def _may_see(request: HttpRequest, model) -> bool:
    return admin.site.get_model_admin(model).has_view_permission(request)
