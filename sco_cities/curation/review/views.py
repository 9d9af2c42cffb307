"""The pages of review: the queue, one record with what has changed in it, and a contributor's own records."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.curation.admin import state_actions
from sco_cities.curation.admin.admin_urls import change_url
from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.curation.admin.pages import admin_page_view, render_admin_page
from sco_cities.curation.admin_pages import MY_RECORDS, REVIEW
from sco_cities.curation.models import SeenRevision
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE, object_permissions
from sco_cities.history import diff_display
from sco_cities.history.locking import lock
from sco_cities.history.permissions import REVIEW_RECORDS
from sco_cities.history.versions import version_of
from sco_cities.sources.base_models import Record, record_model, record_models

from . import last_seen, last_transitions, publish_checks, queue
from .forms import QueueFilterForm
from .queue import QueueFilters, QueuePosition
from .queue_entries import review_entries
from .reason_form import ReasonForm
from .transitions import Transition, available_transitions

PER_PAGE = 50
SEEN = "seen"


@require_safe
@admin_page_view(REVIEW_RECORDS)
def review(request: HttpRequest) -> HttpResponse:
    """The queue: what waits for review, oldest first."""
    form = QueueFilterForm(request.GET)
    narrowing = form.narrowing()
    places = queue.QueuePositions(narrowing) if narrowing else []
    page = Paginator(places, PER_PAGE).get_page(request.GET.get("page"))
    shown = review_entries(((place.kind, place.key) for place in page), request.user)
    return render_admin_page(
        request,
        "admin/curation/review/queue.html",
        REVIEW.title,
        form=form,
        page=page,
        entries=shown,
        query=_query(narrowing),
    )


@require_safe
@admin_page_view(ADD_EVIDENCE)
def my_records(request: HttpRequest) -> HttpResponse:
    """The drafts of a contributor, what waits for review, and what was sent back and why."""
    page = Paginator(queue.own_unpublished(request.user), PER_PAGE).get_page(request.GET.get("page"))
    shown = review_entries(((number, key) for number, key, _changed in page), request.user)
    return render_admin_page(
        request, "admin/curation/review/my_records.html", MY_RECORDS.title, page=page, entries=shown, query=""
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def review_record(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """One record: what has changed since it was last looked at, what it lacks, and what can be done with it."""
    model_admin = _admin_of(collection)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    record = _record(model_admin, key)
    narrowing = QueueFilterForm(request.GET).narrowing() or QueueFilters()
    reason_forms = {}
    if request.method == "POST":
        place = queue.position_of(record)
        following = queue.next_after(place, narrowing) if object_permissions(request).reviews else None
        done, reason_forms = _decide(request, model_admin, record)
        if done:
            return HttpResponseRedirect(_address_after(following, narrowing, request))
        record = _record(model_admin, key)
    return _record_page(request, model_admin, record, narrowing, reason_forms)


def _admin_of(collection: str):
    model = record_model(collection)
    if model is None:
        raise Http404(_("There is no such kind of record."))
    return admin.site.get_model_admin(model)


def _record(model_admin, key: int) -> Record:
    record = model_admin.model._default_manager.filter(pk=key).first() if is_key(str(key)) else None
    if record is None:
        raise Http404(_("This record no longer exists."))
    return record


def _transitions(request, model_admin, record: Record) -> dict[str, Transition]:
    """The moves that the reader may make with the record: none without the permission to change such records."""
    return (
        available_transitions(object_permissions(request), record)
        if model_admin.has_change_permission(request)
        else {}
    )


def _decide(request, model_admin, record: Record) -> tuple[bool, dict[str, ReasonForm]]:
    """Does what was decided about a record; whether it is done, and the forms that have errors."""
    decision = request.POST.get("decision", "")
    with transaction.atomic():
        lock(model_admin.model, [record.pk])
        record = _record(model_admin, record.pk)
        newest = version_of(record)
        if request.POST.get(SEEN) != str(newest):
            messages.error(request, _("The record has changed since you opened this page. Check it again."))
            return False, {}
        if decision == SEEN:
            last_seen.mark_seen(record, request.user, newest)
            return True, {}
        move = _transitions(request, model_admin, record).get(decision)
        if move is None:
            messages.error(
                request, _("This action is not available for this record, or you do not have permission.")
            )
            return False, {}
        return _transition(request, model_admin, record, decision, move)


def _transition(
    request, model_admin, record: Record, name: str, move: Transition
) -> tuple[bool, dict[str, ReasonForm]]:
    why = ""
    if move.asks_why:
        form = ReasonForm(name, request.POST, prefix=name)
        if not form.is_valid():
            return False, {name: form}
        why = form.cleaned_data["reason"]
    outcome = state_actions.transition_records(model_admin, request, [record.pk], move, why)
    state_actions.report_outcome(request, move, outcome)
    if outcome.refused:
        return False, {}
    last_seen.mark_seen(record, request.user, version_of(record))
    return True, {}


def _record_page(request, model_admin, record: Record, narrowing: QueueFilters, reason_forms) -> HttpResponse:
    rights, look = object_permissions(request), last_seen.last_seen(record, request.user)
    moves = _transitions(request, model_admin, record)
    following = queue.next_after(queue.position_of(record), narrowing) if rights.reviews else None
    against = publish_checks.publish_errors([record]).get(record.pk, "")
    return render_admin_page(
        request,
        "admin/curation/review/record.html",
        str(record),
        subtitle=record._meta.verbose_name,
        record=record,
        look=look,
        lines=_lines(record, look),
        newest=version_of(record),
        said=last_transitions.format_transition(
            last_transitions.last_transitions(type(record), [record.pk]).get(record.pk)
        ),
        against=against,
        vain=publish_checks.unpublished_reports(record) if against else [],
        adds_evidence=model_admin.has_change_permission(request, record)
        and request.user.has_perm("sources.add_evidence"),
        moves={name: move for name, move in moves.items() if not move.asks_why},
        reasoned={
            name: (move, reason_forms.get(name) or ReasonForm(name, prefix=name))
            for name, move in moves.items()
            if move.asks_why
        },
        edit_address=change_url(record),
        following=_address_of(following, narrowing) if following else "",
        query=_query(narrowing),
        reviews=rights.reviews,
    )


def _lines(record: Record, look: SeenRevision | None) -> list[diff_display.DiffLine]:
    """What has changed since a look, without fields that were empty and still are."""
    [found] = diff_display.revision_lines([(type(record), last_seen.changes_since(record, look))])
    return [line for line in found if line.parts or line.gone or line.come or line.changed]


def _query(narrowing: QueueFilters | None) -> str:
    asked = {"kind": narrowing.kind, "by": narrowing.by} if narrowing else {}
    return urlencode({name: value for name, value in asked.items() if value})


def _address_of(place: QueuePosition, narrowing: QueueFilters) -> str:
    model = record_models()[place.kind]
    address = reverse("admin:review_record", args=[model.collection, place.key])
    return f"{address}?{query}" if (query := _query(narrowing)) else address


def _address_after(following: QueuePosition | None, narrowing: QueueFilters, request) -> str:
    """Where one goes on: at the next record, else at the desk."""
    if following:
        return _address_of(following, narrowing)
    if object_permissions(request).reviews:
        address = reverse("admin:review")
        return f"{address}?{query}" if (query := _query(narrowing)) else address
    return reverse("admin:my_records")
