"""Error pages, with the status, the error, and advice for the reader.

Error pages use neither the database nor context processors, so they work even if the database or a context processor
fails. `urls.py` imports the handlers by the names that Django expects.
"""

import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.core.responses import framable, mark_refusal
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error, first_line
from sco_cities.facet_index.change_log import FacetIndexNotReady, is_of_a_restore
from sco_cities.i18n.languages import LANGUAGE_PREFIX, request_language

from .machine_paths import has_json_errors, problem_response

STYLESHEET = "css/main.css"
TEMPLATE = "site/error.html"
_MAX_WORDS_LENGTH = 80
# URLs of embeds in every language. Other sites show their error pages in the same frame.
_EMBED = re.compile(rf"{LANGUAGE_PREFIX}(?:embed|reconcile/preview)/")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """The content of an error page, with a title, the error, and advice for the reader."""

    status: int
    title: str | Promise
    happened: str | Promise
    advice: str | Promise
    retry_after_s: int | None = None
    # True if the page shows links to the home page and the search. The text of the page then ends with a colon.
    has_links: bool = True
    # Labels and URLs of pages that the reader may have meant, which are listed first.
    suggestions: Sequence[tuple[str, str]] = ()
    # True if the page shows a date field, because the date in the URL is invalid.
    has_day: bool = False
    # The reason for a temporary rejection of requests, for the counters of `monitoring`.
    refusal: str = ""
    # The problem code for programs. Defaults to the status.
    code: str = ""


BAD_REQUEST = ErrorPage(
    400,
    _("This request is invalid"),
    _("The URL or the data sent with it is invalid."),
    _("Check the URL, or start again from one of these pages:"),
)
METHOD_NOT_ALLOWED = _("This method is not allowed")
FORBIDDEN = ErrorPage(
    403,
    _("You do not have access to this page"),
    _("Your account does not have permission for this page."),
    _("Ask an administrator for access, or log in with another account. Public pages:"),
)
FORM_EXPIRED = ErrorPage(
    403,
    _("This form has expired"),
    _(
        "A form must be sent from the browser that opened it. Cookies must be enabled, and you must not log in or "
        "out in between. Nothing was saved."
    ),
    _("Go back, reload the page and send the form again. Or continue here:"),
)
NOT_FOUND = ErrorPage(
    404,
    _("Page not found"),
    _("The URL may be misspelled, or the page may no longer be published."),
    _("Check the URL, use the search, or start from the home page:"),
)
PRECONDITION_FAILED = ErrorPage(
    412,
    _("A condition of the request was not met"),
    _(
        "The request contains the header If-Match or If-Unmodified-Since, but the requested content has changed."
    ),
    _("Repeat the request without this header, or start again from one of these pages:"),
)
TOO_LARGE = ErrorPage(
    413,
    _("The upload is too large"),
    _("You sent more data than this site accepts. Nothing was saved."),
    _("Split the file into smaller files and send them one by one. Or continue here:"),
)
SERVER_ERROR = ErrorPage(
    500,
    _("Something went wrong"),
    _("The error is on our side. It has been logged."),
    _("Try again later. Other pages may still work:"),
)
OUTAGES = {
    DatabaseOutage.UNAVAILABLE: ErrorPage(
        503,
        _("The database cannot be reached"),
        _("Nothing can be displayed or saved at the moment. Saved data is safe."),
        _("Reload this page in 30 seconds. Some pages may still work:"),
        retry_after_s=30,
        refusal="database",
    ),
    DatabaseOutage.TIMED_OUT: ErrorPage(
        503,
        _("The request took too long"),
        _("The database query took too long and was cancelled. Nothing was saved."),
        _("Add a filter, use a less common word, or try again in a minute. You can also continue here:"),
        retry_after_s=60,
        refusal="timeout",
    ),
    DatabaseOutage.LOCKED: ErrorPage(
        503,
        _("Someone else is saving the same data"),
        _("The database was busy for too long. Your changes were not saved."),
        _("Go back and try again in a few seconds. Your input is kept. Or continue here:"),
        retry_after_s=5,
        refusal="locked",
    ),
}
BUSY = ErrorPage(
    503,
    _("The site is busy"),
    _("The site is receiving too many requests at the moment. Nothing was saved."),
    _("Reload this page in a few seconds. Or continue here:"),
    retry_after_s=5,
    refusal="busy",
)
INDEX_NOT_READY = ErrorPage(
    503,
    _("The data is being prepared"),
    _(
        "The site has just started, or a very large number of records has changed. The site is counting its "
        "records."
    ),
    _("Reload this page in a few seconds. Some pages may still work:"),
    retry_after_s=5,
    refusal="index",
)
MAINTENANCE = ErrorPage(
    503,
    _("The site is being maintained"),
    _("Nothing can be displayed or saved until the work is done. Saved data is safe."),
    _("Reload this page in a few minutes."),
    retry_after_s=120,
    has_links=False,
    refusal="maintenance",
)


def error_page(
    request: HttpRequest, page: ErrorPage, words: str | None = None, *, cause: BaseException | None = None
) -> HttpResponse:
    """Returns a response with an error page, in the language of the requested URL.

    If `words` is given, the page has the header and footer of the site, and a search field with these words. For the
    API and for JSON files, the content is JSON. `cause` is the exception to log if the page rejects requests.
    """
    # The error may have occurred before the language of the request was activated.
    language = request_language(request)
    with translation.override(language):
        if has_json_errors(request):
            code = page.code or f"status-{page.status}"
            response = problem_response(request, page.status, code, str(page.title), str(page.happened))
        else:
            is_embed = _EMBED.match(request.path_info) is not None
            context = {
                "page": page, "language": language, "stylesheet": _stylesheet(), "words": words,
                "home": _url("home", "/"), "search": _url("search", "/search/"),
                "is_embed": is_embed,
            }  # fmt: skip
            respond = framable(_response) if is_embed else _response
            response = respond(request, context)
    if page.retry_after_s:
        response["Retry-After"] = str(page.retry_after_s)
    response["Cache-Control"] = "no-store"
    if page.refusal:
        mark_refusal(response, page.refusal, f"{type(cause).__name__}: {first_line(cause)}" if cause else "")
    return response


def _response(request: HttpRequest, context: dict) -> HttpResponse:
    return HttpResponse(_render(request, context), status=context["page"].status)


def _render(request: HttpRequest, context: dict) -> str:
    if context["words"] is not None:
        try:
            return render_to_string(TEMPLATE, context | {"request": request, "has_navigation": True})
        except DisallowedHost:
            # Omits the header, because its links would contain the invalid host name that the client sent.
            pass
        except Exception:
            # The error page must not fail if the header fails.
            logger.exception("The header of an error page failed")
    return render_to_string(TEMPLATE, context)


def _stylesheet() -> str:
    try:
        return static(STYLESHEET)
    except ValueError:
        # An error page must also work if static files have not been collected.
        return ""


def _url(name: str, fallback: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return fallback


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Returns the page for a malformed request. Returns status 503 if the database failed while saving a session."""
    outage = classify_database_error(exception)
    response = error_page(request, OUTAGES[outage] if outage else BAD_REQUEST, cause=exception)
    # SecurityMiddleware sets no headers if it rejects the host itself when it redirects an unencrypted request.
    return SecurityMiddleware(lambda _request: response).process_response(request, response)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, FORM_EXPIRED)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, NOT_FOUND, words=words_of_path(request.path_info))


def words_of_path(path: str) -> str:
    """Returns search words from the last part of a path, such as "astana lrt" for "/initiatives/astana-lrt.html"."""
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return " ".join(re.findall(r"[^\W_]+", last))[:_MAX_WORDS_LENGTH]


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """Returns the page for a method that is not allowed."""
    methods = ", ".join(allowed)
    happened = str(_("Use one of these methods: %s.")) % methods
    response = error_page(
        request, replace(BAD_REQUEST, status=405, title=METHOD_NOT_ALLOWED, happened=happened)
    )
    response["Allow"] = methods
    return response


def handler500(request: HttpRequest) -> HttpResponse:
    """Returns the page for an uncaught exception (status 503 if the database or the index is unavailable, or 500).

    Django calls this handler for exceptions in views, templates and middleware. Database failures are therefore
    detected here and not in a middleware.
    """
    error = sys.exc_info()[1]
    if isinstance(error, FacetIndexNotReady) or is_of_a_restore(error):
        return error_page(request, INDEX_NOT_READY, cause=error)
    outage = classify_database_error(error)
    return error_page(request, OUTAGES[outage] if outage else SERVER_ERROR, cause=error)


def conditional_response(
    request: HttpRequest, etag: str, response: HttpResponse | None = None
) -> HttpResponse | None:
    """Returns status 304 if the client has this ETag, 412 if it requires another ETag, and otherwise `response`."""
    found = get_conditional_response(request, etag=etag, response=response)
    if found is not None and found.status_code == PRECONDITION_FAILED.status:
        return error_page(request, PRECONDITION_FAILED)
    return found
