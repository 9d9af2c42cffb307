"""Feeds of the changes of a list."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.public_changes import first_unsettled
from sco_cities.listings import querystring
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.site.machine_paths import has_json_errors
from sco_cities.site.problem import invalid_parameters

from .documents import FeedDocument
from .entries import feed_entries
from .feed_page import archive, newest_page

# The parameter of archives: the number of the block of changes.
ARCHIVE = "archive"


def feed_view(
    listing: Listing, url_name: str, content_type: str, write: Callable[[FeedDocument], bytes]
) -> Callable:
    """The view of a feed in one format."""

    @require_safe
    def feed(request: HttpRequest) -> HttpResponse:
        with facet_index(listing.collection) as state:
            list_query = ListQuery.of(listing, state, request)
            ExportParams.read(list_query, ARCHIVE)
            if list_query.errors:
                return _bad_request(request, list_query)
            unsettled = first_unsettled(state.using)
            document = _document(list_query, request, url_name, unsettled)
        response = HttpResponse(write(document), content_type=f"{content_type}; charset=utf-8")
        declare_licence(response)
        if unsettled is not None:
            # Not for the page cache: what is held back may appear without a new change.
            response["Cache-Control"] = "private, no-cache"
        return response

    return feed


def _bad_request(request: HttpRequest, list_query: ListQuery) -> HttpResponse:
    if has_json_errors(request):
        return invalid_parameters(request, list_query.errors)
    return bad_request(list_query)


def _document(
    list_query: ListQuery, request: HttpRequest, url_name: str, unsettled: int | None
) -> FeedDocument:
    block = list_query.params.get(ARCHIVE, "")
    is_archive = bool(block)
    if not is_archive:
        page = newest_page(list_query, unsettled)
    elif not (block.isascii() and block.isdigit() and len(block) <= 15) or not (
        page := archive(list_query, int(block), unsettled)
    ):
        raise Http404
    path = reverse(url_name)
    # Feeds have an order of their own.
    filters = querystring.without(list_query.params, ARCHIVE, SORT, *PAGE_PARAMETERS).removesuffix("?")

    def archive_path(number: int) -> str:
        return path + querystring.extended(filters or "?", f"{ARCHIVE}={number}")

    return FeedDocument(
        request,
        title=_("Changes: %(list)s") % {"list": list_query.heading},
        subtitle=_(
            "What is new or corrected among these records, and how their status moved; without filters, also what "
            "was withdrawn. Records that a change takes out of the filters are not mentioned."
        ),
        self_path=archive_path(int(block)) if is_archive else path + filters,
        newest_path=path + filters,
        list_path=reverse(f"{list_query.listing.collection}-list") + filters,
        previous_path=archive_path(page.previous) if page.previous is not None else "",
        is_archive=is_archive,
        entries=feed_entries(page.changes, list_query.state.using),
    )
