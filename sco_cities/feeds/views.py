"""Views for the feeds of lists and records."""

from collections.abc import Callable

from django.db import router
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import first_unsettled
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import kind_or_404
from sco_cities.site.machine_paths import has_json_errors, invalid_parameters
from sco_cities.sources.base_models import Record
from sco_cities.sources.views import for_record

from .changes import archive, newest_page
from .documents import FeedDocument
from .entries import feed_entries
from .subject import FeedSubject

Writer = Callable[[FeedDocument], bytes]

# The query parameter that selects an archive by the number of its block of changes.
ARCHIVE = "archive"


def feed_view(listing: Listing, url_name: str, content_type: str, write: Writer) -> Callable:
    """Returns the view for the feed of a list in one format."""

    @require_safe
    def feed(request: HttpRequest) -> HttpResponse:
        with facet_index(listing.collection) as state:
            list_query = ListQuery.of(listing, state, request)
            ExportParams.read(list_query, ARCHIVE)
            if list_query.errors:
                return _bad_request(request, list_query)
            block = list_query.params.get(ARCHIVE, "")
            return _response(request, FeedSubject.of_list(list_query), block, url_name, content_type, write)

    return feed


def record_feed_view(url_name: str, content_type: str, write: Writer) -> Callable:
    """Returns the view for the feed of a record in one format."""

    @require_safe
    def feed(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
        @for_record(kind_or_404(collection).model, has_mementos=False, with_relations=False)
        def of_record(request: HttpRequest, record: Record) -> HttpResponse:
            subject = FeedSubject.of_record(record, router.db_for_read(Revision))
            return _response(request, subject, request.GET.get(ARCHIVE, ""), url_name, content_type, write)

        return of_record(request, slug)

    return feed


def _bad_request(request: HttpRequest, list_query: ListQuery) -> HttpResponse:
    if has_json_errors(request):
        return invalid_parameters(request, list_query.errors)
    return bad_request(list_query)


def _response(
    request: HttpRequest, subject: FeedSubject, block: str, url_name: str, content_type: str, write: Writer
) -> HttpResponse:
    unsettled = first_unsettled(subject.using)
    document = _document(request, subject, block, url_name, unsettled)
    response = HttpResponse(write(document), content_type=f"{content_type}; charset=utf-8")
    declare_licence(response)
    if unsettled is not None:
        # This response is not stored in the page cache, because a held-back change may become visible without a new
        # change that clears the cache.
        response["Cache-Control"] = "private, no-cache"
    return response


def _document(
    request: HttpRequest, subject: FeedSubject, block: str, url_name: str, unsettled: int | None
) -> FeedDocument:
    is_archive = bool(block)
    if not is_archive:
        page = newest_page(subject, unsettled)
    elif not (block.isascii() and block.isdigit() and len(block) <= 15) or not (
        page := archive(subject, int(block), unsettled)
    ):
        raise Http404
    # The order of a feed is fixed, so the path needs no sort parameter.
    path = subject.path(url_name)

    def archive_path(number: int) -> str:
        return f"{path}{'&' if '?' in path else '?'}{ARCHIVE}={number}"

    return FeedDocument(
        request,
        title=_("Changes: %(list)s") % {"list": subject.title},
        subtitle=subject.subtitle,
        self_path=archive_path(int(block)) if is_archive else path,
        newest_path=path,
        list_path=subject.page_path,
        previous_path=archive_path(page.previous) if page.previous is not None else "",
        is_archive=is_archive,
        entries=feed_entries(page.changes, subject.using),
    )
