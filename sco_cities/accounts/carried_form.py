"""Form keys, and the page that preserves a form submitted after its session has ended.

An anonymous request cannot store anything for an account, and the login page accepts no large request body. The page
therefore contains the submitted values. The user logs in from another tab and submits this page again. The values are
then kept as unsaved input and shown for review, but not saved. The login changes the CSRF token, so `restore_form`
checks the form key instead. The key is signed for the account, so no other site and no other account can submit a form.
"""

from django.contrib import admin
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from sco_cities.ops.request_info import is_in_admin
from sco_cities.site import error_pages

# The name of the hidden field that contains the key.
KEY_FIELD = "form_key"


def make_key(account, name: str = "") -> str:
    """Returns a key for a form that the account has opened, with this name or a new name."""
    return _signer(account).sign(name or get_random_string(16))


def name_in_key(key: str, account) -> str:
    """Returns the name in a key that was made for the account, or "" for any other text.

    Keys are signed for an account, so that the next person who logs in on a computer cannot read the previous person's
    input.
    """
    try:
        return _signer(account).unsign(key)
    except BadSignature:
        return ""


def _signer(account) -> Signer:
    return Signer(salt=f"form key of {account.pk}")


def carrying_page(request: HttpRequest) -> HttpResponse | None:
    """Returns the page with the submitted values, or None if the request does not submit a form with a key."""
    if not is_in_admin(request) or request.method != "POST" or KEY_FIELD not in request.POST:
        return None
    is_logged_in = name_in_key(request.POST[KEY_FIELD], request.user) != ""
    context = admin.site.each_context(request) | {
        "title": _("Not saved yet") if is_logged_in else _("Not saved: you were logged out"),
        "is_logged_in": is_logged_in,
        "address": request.GET.get("form", request.path),
        "fields": posted_fields(request),
    }
    # Status 403 keeps scripts from treating the page as a successful response.
    return TemplateResponse(request, "admin/accounts/carried_form.html", context, status=403)


def posted_fields(request: HttpRequest, omitted: str | None = None) -> list[tuple[str, str]]:
    """Returns the submitted values, to be submitted again, without the CSRF token and the field `omitted`."""
    left_out = ("csrfmiddlewaretoken", omitted)
    lists = request.POST.lists()
    return [(name, value) for name, values in lists if name not in left_out for value in values]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Returns the page with the submitted values if a login has changed the CSRF token, otherwise the error page."""
    return carrying_page(request) or error_pages.csrf_failure(request, reason)
