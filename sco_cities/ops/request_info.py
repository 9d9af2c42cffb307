"""Derives properties of a request without a view or the database."""

import re

from django.conf import settings
from django.http import HttpRequest
from django.middleware.gzip import re_accepts_gzip

from sco_cities.i18n.languages import LANGUAGE_PREFIX

# The path of the admin in urls.py, in every language.
ADMIN_PATH = "/admin/"
# The URLs of reader forms, in every language. Other public pages do not accept data.
_READER_FORM = re.compile(rf"{LANGUAGE_PREFIX}(?:correction-requests|subscribe|subscriptions)/")
# Maximum size of a reader form and of a message, in bytes. This limit allows a few thousand characters of any script,
# but not files.
MAX_SMALL_BODY_SIZE = 64 * 1024
# Matches a header that rejects gzip, which Django ignores.
_REFUSES_GZIP = re.compile(r"\bgzip\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


def is_in_admin(request: HttpRequest) -> bool:
    """Returns True if the URL belongs to the admin."""
    return request.path_info.startswith(ADMIN_PATH)


def is_reader_form(request: HttpRequest) -> bool:
    """Returns True if the URL belongs to the forms for readers."""
    return _READER_FORM.match(request.path_info) is not None


def body_size(request: HttpRequest) -> int:
    """Returns the Content-Length of a request. An invalid value is removed and treated as 0, as in Django."""
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if not (length.isascii() and length.isdigit()):
        # Views that read the body would fail on the invalid number.
        request.META["CONTENT_LENGTH"] = ""
        return 0
    # Python does not parse numbers with thousands of digits.
    return int(length[:19])


def accepts_gzip(request: HttpRequest) -> bool:
    """Returns True if the client accepts gzip. "gzip;q=0" rejects gzip."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return bool(re_accepts_gzip.search(accepted)) and not _REFUSES_GZIP.search(accepted)


def is_personal(request: HttpRequest) -> bool:
    """Returns True if the response may depend on the user.

    If so, it must not be cached, and its data must not be read from the replica. An invalid session cookie has the same
    effect, because validating the cookie would need a query per request.
    """
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
        or is_in_admin(request)
        or is_reader_form(request)
    )
