"""The documented types of request errors. The `type` of a problem links to its section in the documentation."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.history.as_of_view import NOT_PUBLISHED_TITLE, NOT_YET
from sco_cities.listings.querystring import ErrorCode
from sco_cities.site import error_pages
from sco_cities.site.error_pages import ErrorPage
from sco_cities.sources.views import GONE


@dataclass(frozen=True)
class ProblemType:
    """A documented type of problem. `anchor` is the fragment of its `type` URL. `sentences` explain the problem."""

    anchor: str
    status: int
    title: str | Promise
    sentences: Sequence[str | Promise]


def _of_page(page: ErrorPage, *sentences: str | Promise) -> ProblemType:
    return ProblemType(f"status-{page.status}", page.status, page.title, (page.happened, *sentences))


_UNAVAILABLE = (*error_pages.OUTAGES.values(), error_pages.BUSY, error_pages.INDEX_NOT_READY)
PROBLEM_TYPES = (
    ProblemType(
        "invalid-parameter",
        400,
        _("The query is invalid"),
        (
            _(
                "Nothing is returned, because ignoring an invalid value would widen the list. “errors” contains "
                "every error: the parameter, its value, a code, a description in the language of the URL, and "
                "similar valid values."
            ),
        ),
    ),
    _of_page(error_pages.BAD_REQUEST),
    _of_page(
        error_pages.NOT_FOUND,
        _("The list, the page of the list, or the published record does not exist."),
    ),
    ProblemType(
        NOT_YET,
        404,
        NOT_PUBLISHED_TITLE,
        (
            _(
                "At the end of the day in “as_of”, the record had not been published, or it had been withdrawn."
            ),
        ),
    ),
    ProblemType(
        "status-405",
        405,
        _("This method is not allowed"),
        (_("The API is read-only. The header “Allow” lists the allowed methods."),),
    ),
    ProblemType("gone", GONE.status, GONE.title, (GONE.happened, _("Delete your copy."))),
    _of_page(error_pages.PRECONDITION_FAILED),
    _of_page(error_pages.TOO_LARGE, _("Requests must not have a body.")),
    _of_page(error_pages.SERVER_ERROR, _("Try again later.")),
    ProblemType(
        "status-503",
        503,
        _("The site cannot respond at the moment"),
        (
            _(
                "Try again after the number of seconds in the header “Retry-After”. The title contains the reason:"
            ),
            *(page.title for page in _UNAVAILABLE),
        ),
    ),
)
# The meanings of error codes for query strings.
CODE_MEANINGS: dict[ErrorCode, str | Promise] = {
    ErrorCode.UNKNOWN_PARAMETER: _(
        "The list does not accept this parameter. Web pages ignore unknown parameters, but the API does not."
    ),
    ErrorCode.UNKNOWN_VALUE: _("No record has this slug or code, or the API did not create this cursor."),
    ErrorCode.NOT_A_CHOICE: _(
        "The value is not a valid code for the parameter. “near” lists the valid codes."
    ),
    ErrorCode.NOT_A_NUMBER: _("The value is not a number, or it is out of range."),
    ErrorCode.NOT_A_YEAR: _("The value is not a year or a range of years."),
    ErrorCode.NOT_A_TIME: _("The value is not a date or a time."),
    ErrorCode.TOO_MANY: _(
        "The parameter has too many values, or the list has too many records for the format."
    ),
    ErrorCode.TOO_LONG: _("The query string or a search is too long."),
    ErrorCode.UNSEARCHABLE: _("The search contains no letters or digits."),
    ErrorCode.CONTRADICTION: _("Two parameters cannot be combined, such as a cursor and a sort order."),
}
