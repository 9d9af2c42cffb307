"""Review pages for the queue, for a record and its changes, and for a contributor's own records."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.curation.comments.views import RecordComments, visible_record
from sco_cities.curation.models import SeenRevision
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE, object_permissions
from sco_cities.curation.unsaved_forms.kept_values import own_forms
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.history.versions import changes_since, version_of
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.querysets import of_records

from . import publish_checks, queue
from .admin_mixin import ReasonForm, transition_records
from .joint_review import WAITING, by_report, record_warnings
from .publish_checks import reviewed_values, without_state
from .queue import QueueFilters, QueuePosition, mark_all_seen, review_entries, senders
from .transitions import (
    Transition,
    available_transitions,
    format_transition,
    last_send_back,
    last_transitions,
)


class QueueFilterForm(forms.Form):
    """Filters the queue by kind of record and by sender. An invalid value results in an empty queue."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("sent by"), required=False)

    def __init__(self, params):
        super().__init__(params)
        kinds = [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]
        self.fields["by"].choices = [("", _("all users")), *((name, name) for name in self._names())]

    def _names(self) -> list[str]:
        """Returns the senders of waiting records, and the requested account even if it has no waiting records."""
        names, name = senders(), self.data.get("by", "")
        if name and name not in names and get_user_model().objects.filter(username=name).exists():
            names.append(name)
        return names

    def filters(self) -> QueueFilters | None:
        """Returns the requested filters, or None if a value is invalid."""
        return QueueFilters(**self.cleaned_data) if self.is_valid() else None


PER_PAGE = 50
# The form field with the displayed version, and the decision that only marks this version as seen.
SEEN = "seen"


@admin_page_view(REVIEW_RECORDS)
def review(request: HttpRequest) -> HttpResponse:
    """Shows the review queue, oldest record first."""
    form = QueueFilterForm(request.GET)
    filters = form.filters()
    positions = queue.waiting(filters) if filters else []
    page = Paginator(positions, PER_PAGE).get_page(request.GET.get("page"))
    entries = review_entries(((kind, key) for _sent, kind, key in page), request.user)
    return render_admin_page(
        request,
        "admin/curation/review/queue.html",
        form=form,
        page=page,
        groups=by_report(entries),
        query=_query(filters),
    )


@admin_page_view(ADD_EVIDENCE)
def my_records(request: HttpRequest) -> HttpResponse:
    """Shows a contributor's drafts and records in review, including records sent back with a reason."""
    own = queue.own_records(request.user.pk, *WAITING)
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    entries = review_entries(((kind, key) for kind, key, _changed in page), request.user)
    return render_admin_page(
        request,
        "admin/curation/review/my_records.html",
        page=page,
        entries=entries,
        unsaved_forms=own_forms(request.user),
        query="",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def review_record(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Shows a record with its changes since the user last saw it, missing evidence and available transitions."""
    record = visible_record(request, collection, key)
    model_admin = admin.site.get_model_admin(type(record))
    filters = QueueFilterForm(request.GET).filters() or QueueFilters()
    reason_forms = {}
    if request.method == "POST":
        position = queue.position_of(record)
        next_position = (
            queue.next_after(position, filters) if object_permissions(request).can_review else None
        )
        is_done, reason_forms = _decide(request, model_admin, record)
        if is_done:
            return HttpResponseRedirect(_redirect_url(next_position, filters, request))
        record = visible_record(request, collection, key)
    return _record_page(request, model_admin, record, filters, reason_forms)


def _transitions(request, model_admin, record: Record) -> dict[str, Transition]:
    """Returns the transitions that the user may perform, if the user may change records of this kind."""
    return (
        available_transitions(object_permissions(request), record)
        if model_admin.has_change_permission(request)
        else {}
    )


def _decide(request, model_admin, record: Record) -> tuple[bool, dict[str, ReasonForm]]:
    """Applies the submitted decision. Returns whether it succeeded, and the reason forms with errors."""
    decision = request.POST.get("decision", "")
    with transaction.atomic():
        record = visible_record(request, record.collection, record.pk, is_locked=True)
        version = version_of(record)
        if request.POST.get(SEEN) != str(version):
            messages.error(request, _("The record has changed since you opened this page. Check it again."))
            return False, {}
        if decision == SEEN:
            mark_all_seen(type(record), [record.pk], request.user)
            return True, {}
        transition = _transitions(request, model_admin, record).get(decision)
        if transition is None:
            messages.error(
                request, _("This action is not available for this record, or you do not have permission.")
            )
            return False, {}
        reason = ""
        if transition.requires_reason:
            form = ReasonForm(decision, request.POST, prefix=decision)
            if not form.is_valid():
                return False, {decision: form}
            reason = form.cleaned_data["reason"]
        outcome = transition_records(request, {model_admin: {record.pk: None}}, transition, reason)
        if not outcome.refused:
            mark_all_seen(type(record), [record.pk], request.user)
        return not outcome.refused, {}


def _record_page(request, model_admin, record: Record, filters: QueueFilters, reason_forms) -> HttpResponse:
    permissions = object_permissions(request)
    viewed = SeenRevision.objects.filter(of_records([record]), seen_by=request.user.pk)
    # None if the user has not seen the record, so that its entire content is shown as changed.
    seen = viewed.values_list("revision", flat=True).first()
    changes = changes_since(type(record), {record.pk: seen})[record.pk]
    transitions = _transitions(request, model_admin, record)
    next_position = queue.next_after(queue.position_of(record), filters) if permissions.can_review else None
    publish_error = publish_checks.publish_errors([record]).get(record.pk, "")
    titles, similar = record_warnings(type(record), [record]) if record.state in WAITING else ({}, {})
    return render_admin_page(
        request,
        "admin/curation/review/record.html",
        str(record),
        subtitle=capfirst(record._meta.verbose_name),
        record=record,
        is_new=seen is None,
        values=reviewed_values(record, without_state(changes), is_new=seen is None),
        send_back=last_send_back(record),
        version=version_of(record),
        last_transition=format_transition(last_transitions(type(record), [record.pk]).get(record.pk)),
        publish_error=publish_error,
        title_warnings=titles.get(record.pk, ()),
        similar=similar.get(record.pk, ()),
        unpublished_reports=publish_checks.unpublished_reports(type(record), [record.pk]).get(record.pk, ()),
        can_add_evidence=model_admin.has_change_permission(request, record)
        and request.user.has_perm("sources.add_evidence"),
        transitions={
            name: transition for name, transition in transitions.items() if not transition.requires_reason
        },
        transitions_with_reason={
            name: (transition, reason_forms.get(name) or ReasonForm(name, prefix=name))
            for name, transition in transitions.items()
            if transition.requires_reason
        },
        change_url=change_url(record),
        next_url=_record_url(next_position, filters) if next_position else "",
        query=_query(filters),
        can_review=permissions.can_review,
        comments=RecordComments(request, record),
    )


def _query(filters: QueueFilters | None) -> str:
    params = {"kind": filters.kind, "by": filters.by} if filters else {}
    return urlencode({name: value for name, value in params.items() if value})


def _record_url(position: QueuePosition, filters: QueueFilters) -> str:
    _sent, kind, key = position
    return _with_query(reverse("admin:review_record", args=[record_models()[kind].collection, key]), filters)


def _redirect_url(next_position: QueuePosition | None, filters: QueueFilters, request) -> str:
    """Returns the URL to open after a decision (the next record, the queue or the user's records)."""
    if next_position:
        return _record_url(next_position, filters)
    if object_permissions(request).can_review:
        return _with_query(reverse("admin:review"), filters)
    return reverse("admin:my_records")


def _with_query(url: str, filters: QueueFilters) -> str:
    return f"{url}?{query}" if (query := _query(filters)) else url
