"""The page for a form that is sent after its session has ended.

An anonymous request writes nothing for an account, and a login takes no large body. So the page carries what was
typed: its reader logs in in another tab and sends it from here. It is then kept as all that is typed, and shown for
review, not saved. A login changes the CSRF token; in its place `restore_form` takes the key of the form, which is
signed for the account, so that no other site and no other account can send one.
"""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from sco_cities.ops.request_info import is_in_admin
from sco_cities.site import error_pages

from .form_keys import KEY_FIELD, name_in_key


def carrying_page(request: HttpRequest) -> HttpResponse | None:
    """The page that carries the form of the request. None for requests without a form that has a key."""
    if not is_in_admin(request) or request.method != "POST" or KEY_FIELD not in request.POST:
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    is_logged_in = name_in_key(request.POST[KEY_FIELD], request.user) != ""
    context = admin.site.each_context(request) | {
        "title": _("Not saved yet") if is_logged_in else _("Not saved: you were logged out"),
        "is_logged_in": is_logged_in,
        "address": request.GET.get("form", request.path),
        "fields": fields,
    }
    # 403, so that a script does not take the page for an answer.
    return TemplateResponse(request, "admin/accounts/carried_form.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page that carries a form from before another login, or else the error page."""
    return carrying_page(request) or error_pages.csrf_failure(request, reason)
