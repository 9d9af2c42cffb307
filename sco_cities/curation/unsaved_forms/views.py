"""Views that keep or discard unsaved input and track open forms."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import resolve
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from sco_cities.accounts.carried_form import carrying_page
from sco_cities.accounts.views import next_url, post_or_redirect
from sco_cities.admin_framework.admin_urls import is_key
from sco_cities.curation.comments.views import record_comments, restored_comment
from sco_cities.curation.models import EditingSession, UnsavedForm
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE
from sco_cities.sources.base_models import Record, record_model

from .kept_values import (
    CONTINUED,
    UnsavedFormMixin,
    describe_others,
    keep,
    own_forms,
    renew_session,
    unsaved_forms,
)

# Longer paths cannot belong to a form.
MAX_ADDRESS = UnsavedForm._meta.get_field("address").max_length


@post_or_redirect("admin:index")
@admin.site.admin_view
def keep_form(request: HttpRequest) -> HttpResponse:
    """Keeps the submitted input of the form at the path `form`."""
    form = _open_form(request, must_write=True)
    return _answer(request, form, kept=keep(request, form.address, form.name, form.title))


@post_or_redirect("admin:index")
@admin.site.admin_view
def ping_form(request: HttpRequest) -> HttpResponse:
    """Marks the form at the path `form` as open, or as closed if `closed` is submitted."""
    form = _open_form(request)
    if "closed" in request.POST:
        EditingSession.objects.filter(account=request.user.pk, name=form.name).delete()
        return HttpResponse(status=204)
    return _answer(request, form)


# The view is exempt from CSRF checks, because a login changes the token. Instead, `_open_form` requires a key signed
# for the account, which other sites do not have.
@post_or_redirect("admin:index")
@admin.site.admin_view
@csrf_exempt
def restore_form(request: HttpRequest) -> HttpResponse:
    """Stores input submitted after the session had ended, and shows it in its form.

    A comment is shown in its form but not kept.
    """
    address = resolve(request.GET.get("form", ""))
    if unsaved_forms(request).posted_name and address.func is record_comments:
        return restored_comment(request, **address.kwargs)
    form = _open_form(request, must_write=True)
    sentence = keep(request, form.address, form.name, form.title)
    if not own_forms(request.user).filter(name=form.name).exists():
        messages.error(request, sentence)
        return carrying_page(request)
    return HttpResponseRedirect(f"{form.address}?{urlencode({CONTINUED: form.name})}")


@post_or_redirect("admin:index")
@admin.site.admin_view
def discard_form(request: HttpRequest) -> HttpResponse:
    """Deletes the account's kept input, and redirects to the page with the discard button."""
    UnsavedForm.objects.filter(account=request.user.pk, name=request.POST.get("name", "")).delete()
    return HttpResponseRedirect(next_url(request))


def _answer(request: HttpRequest, form: "OpenForm", **more) -> JsonResponse:
    others = ""
    if form.record is not None:
        if form.is_writable:
            renew_session(request.user, form.name, form.record)
        others = describe_others(request.user, form.name, form.record)
    return JsonResponse({"others": others, **more})


@dataclass(frozen=True)
class OpenForm:
    """A form that the account has open. `record` is None on the form for a new record."""

    address: str
    name: str
    title: str
    record: Record | None
    is_writable: bool


def _open_form(request: HttpRequest, *, must_write: bool = False) -> OpenForm:
    """Returns the form at the path `form`, with the submitted key.

    Raises Http404 for other paths and keys, and PermissionDenied if the account may not see the form or, with
    `must_write`, may not save it.
    """
    address, name = request.GET.get("form", ""), unsaved_forms(request).posted_name
    if not name or len(address) > MAX_ADDRESS:
        raise Http404
    match = resolve(address)
    page = (match.url_name or "").rpartition("_")[2]
    if match.url_name == "add_evidence":
        model, key = record_model(match.kwargs["collection"]), str(match.kwargs["key"])
        model_admin = model and admin.site.get_model_admin(model)
        if not request.user.has_perm(ADD_EVIDENCE):
            raise PermissionDenied
    else:
        model_admin, key = getattr(match.func, "model_admin", None), match.kwargs.get("object_id", "")
    if page not in ("add", "change", "evidence") or not isinstance(model_admin, UnsavedFormMixin):
        raise Http404
    found = model_admin.get_queryset(request).filter(pk=key).first() if is_key(key) else None
    if page != "add" and found is None:
        raise Http404
    is_writable = model_admin.can_write(request, found)
    can_see = not must_write and found and model_admin.has_view_permission(request, found)
    if not (is_writable or can_see):
        raise PermissionDenied
    title = str(found or _("Add %s") % model_admin.opts.verbose_name)
    return OpenForm(address, name, title, found and model_admin.versioned_record(found), is_writable)
