"""Feeds of the changes of a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from sco_cities.db.columnar_query import InKeys
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.models import Revision
from sco_cities.history.public_changes import PublicChange, before, first_unsettled, public_changes
from sco_cities.listings import querystring
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.list_query import PAGE_PARAMETERS, SORT, ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.site.machine_paths import has_json_errors
from sco_cities.site.problem import invalid_parameters

from .documents import FeedDocument
from .entries import feed_entries

# The changes of an archive never change, but the names of their records and the passage of their newest status are
# current ones. Changes from the number `unsettled` on come later, because a published archive must not get new changes.

# The parameter of archives, which is the number of the block of changes.
ARCHIVE = "archive"
# The newest document has at least this many changes, if they exist.
MIN_CHANGES = 50
# An archive has the changes in one block of numbers. The newest, incomplete block is in the newest document.
BLOCK_SIZE = 500
# For up to this many records, changes are found by key. For more, the newest changes of all records are searched.
MAX_KEYS = 1_000
# Maximum changes searched for the newest document. If only old records match, their changes are in the archives.
MAX_SCANNED = 20_000


@dataclass(frozen=True)
class FeedPage:
    """The changes of a document, newest first, and the number of the previous archive. None for the oldest."""

    changes: list[PublicChange]
    previous: int | None


def matching_keys(list_query: ListQuery) -> BitMap | None:
    """The records that match a valid query. None for all records, including withdrawn ones.

    Filters must not reveal texts that are not published.
    """
    found: BitMap | None = None
    for name, value in list_query.result_set.filter_values.items():
        keys = list_query.filterset.filters[name].matching_keys(list_query.state, value)
        found = keys if found is None else found & keys
    return None if found is None else found & list_query.state.published(list_query.listing.collection)


def newest_page(list_query: ListQuery, unsettled: int | None) -> FeedPage:
    """The document that feed readers fetch again and again."""
    keys, revisions = matching_keys(list_query), _revisions(list_query, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None:
        return FeedPage([], None)
    block = last // BLOCK_SIZE
    newest: list[int] = []
    for key in _matching(revisions, keys):
        if len(newest) >= MIN_CHANGES and key < block * BLOCK_SIZE:
            break
        newest.append(key)
    older = min(block - 1, (newest[-1] if newest else last) // BLOCK_SIZE)
    return _page(list_query, newest, _block_with_changes(revisions, keys, older))


def archive(list_query: ListQuery, block: int, unsettled: int | None) -> FeedPage | None:
    """The changes with the numbers of a complete block. None if there is no such archive."""
    revisions = _revisions(list_query, unsettled)
    last = revisions.values_list("pk", flat=True).first()
    if last is None or not 0 <= block < last // BLOCK_SIZE:
        return None
    keys = matching_keys(list_query)
    of_block = revisions.filter(pk__gte=block * BLOCK_SIZE, pk__lt=(block + 1) * BLOCK_SIZE)
    rows = of_block.values_list("pk", "object_id")
    numbers = [number for number, key in rows if keys is None or key in keys]
    return _page(list_query, numbers, _block_with_changes(revisions, keys, block - 1))


def _revisions(list_query: ListQuery, unsettled: int | None) -> QuerySet[Revision]:
    """The changes of this kind of record that readers could see, newest first."""
    revisions = Revision.objects.using(list_query.state.using).seen_by_readers()
    model = list_query.listing.indexed_model.model
    revisions = revisions.filter(content_type=ContentType.objects.get_for_model(model))
    return before(revisions, unsettled).order_by("-pk")


def _matching(revisions: QuerySet[Revision], keys: BitMap | None) -> Iterator[int]:
    """The numbers of the changes of these records, newest first."""
    if keys is None:
        yield from revisions.values_list("pk", flat=True)[:MAX_SCANNED].iterator(chunk_size=BLOCK_SIZE)
    elif len(keys) <= MAX_KEYS:
        yield from revisions.filter(InKeys.of("object_id", keys)).values_list("pk", flat=True)[:MAX_SCANNED]
    else:
        rows = revisions.values_list("pk", "object_id")[:MAX_SCANNED].iterator(chunk_size=BLOCK_SIZE)
        yield from (number for number, key in rows if key in keys)


def _block_with_changes(revisions: QuerySet[Revision], keys: BitMap | None, block: int) -> int | None:
    """The newest block up to this one with changes. For many records, none of the changes may match."""
    if block < 0:
        return None
    earlier = revisions.filter(pk__lt=(block + 1) * BLOCK_SIZE)
    if keys is not None and len(keys) <= MAX_KEYS:
        earlier = earlier.filter(InKeys.of("object_id", keys))
    number = earlier.values_list("pk", flat=True).first()
    return None if number is None else number // BLOCK_SIZE


def _page(list_query: ListQuery, numbers: list[int], previous: int | None) -> FeedPage:
    revisions = (
        Revision.objects.using(list_query.state.using).filter(InKeys.of("pk", numbers)).order_by("-pk")
    )
    return FeedPage(public_changes(list(revisions.select_related("change_set", "content_type"))), previous)


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
            # Not in the page cache, because a held-back change may appear without a new change.
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
    # Feeds have a fixed order.
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
