"""The pages with the comments on one record, and with the comments that wait for the user's reply."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sco_cities.admin_framework.admin_urls import change_url, is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.changes.locking import lock
from sco_cities.curation.admin_pages import COMMENTS, SEES_RECORDS
from sco_cities.sources.base_models import Record, record_model

from .record_comments import RecordComments
from .threads import waiting_for

PER_PAGE = 50


@require_safe
@admin_page_view(SEES_RECORDS)
def comments(request: HttpRequest) -> HttpResponse:
    """Lists the comments that wait for the user's reply, oldest first."""
    page = Paginator(waiting_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render_admin_page(
        request, "admin/curation/comments/waiting.html", COMMENTS.title, page=page, query=""
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def record_comments(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Shows the comments on one record. The comment forms of other pages also submit to this view."""
    if request.method != "POST":
        return _page(request, RecordComments(request, _record(request, collection, key)))
    with transaction.atomic():
        section = RecordComments(request, _record(request, collection, key, is_locked=True))
        posted = section.post()
    if posted is None:
        return _page(request, section)
    return HttpResponseRedirect(f"{section.url}?posted={posted}#comment-{posted}" if posted else section.url)


def restored_comment(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Shows the comments on a record, with an unsaved text that was kept when the session ended."""
    section = RecordComments(request, _record(request, collection, key))
    section.restore()
    return _page(request, section)


def _page(request: HttpRequest, section: RecordComments) -> HttpResponse:
    return render_admin_page(
        request,
        "admin/curation/comments/record.html",
        _("Comments: %(record)s") % {"record": section.record},
        record=section.record,
        change_url=change_url(section.record),
        comments=section,
    )


def _record(request: HttpRequest, collection: str, key: int, *, is_locked: bool = False) -> Record:
    """Returns the record if the user may see its form. If `is_locked`, locks it until the transaction ends."""
    model = record_model(collection)
    model_admin = admin.site.get_model_admin(model) if model else None
    if model_admin is None or not is_key(str(key)):
        raise Http404(_("There is no such kind of record."))
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if is_locked:
        lock(model, [key])
    record = model_admin.get_queryset(request).filter(pk=key).first()
    if record is None:
        raise Http404(_("This record no longer exists."))
    return record
