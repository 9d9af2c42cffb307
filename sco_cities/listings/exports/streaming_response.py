"""Streams exported files and names them after their filters, as in "cities-china.csv"."""

import datetime
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from anyascii import anyascii
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from sco_cities.core.responses import add_links, mark_refusal, stream
from sco_cities.facet_index import change_log
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring, record_filters
from sco_cities.listings.fields import NOT
from sco_cities.listings.filters import ListFilter
from sco_cities.listings.list_query import PAGE_PARAMETERS, ListQuery
from sco_cities.listings.listing import Listing
from sco_cities.listings.querystring import ErrorCode, QueryError
from sco_cities.listings.record_filters import RecordsFilter

from .attribution import declare_licence
from .params import ExportParams, bad_request

# The first batch is small so that the response starts early. A first batch of 40 records would increase the CPU time
# before a workbook's first byte by a fifth. Fewer records would result in worse column widths, because the widths
# depend on the first batch.
FIRST_BATCH_SIZE, BATCH_SIZE = 20, 1_000
# A file with up to this many records is completed before it is sent. It can then be cached and revalidated.
SHORT_LIST = 1_000
# If an export contains more than this share of all records, loading lazy dimensions into the index is faster than
# querying by key. Loading the cities of all records takes an eighth of the time.
BULK_SHARE = 1 / 8
# A process writes only one file above this number of records at a time. A format can set another limit. Writing 100,000
# records takes seconds of CPU time and delays pages.
LONG_LIST = 5_000
_long_export = threading.Lock()
RETRY_AFTER_S = 30
# Maximum length of each URL in the `Link` header, because the header can contain several URLs. Proxies reject long
# headers (by default, nginx rejects headers over 4 kB).
MAX_LINK_LENGTH = 800


@dataclass(frozen=True)
class Export:
    """An export in progress, with its list query, parameters and URLs."""

    list_query: ListQuery
    params: ExportParams
    request: HttpRequest
    exported_at: datetime.datetime

    @property
    def listing(self) -> Listing:
        return self.list_query.listing

    @cached_property
    def count(self) -> int:
        """The number of records in the file."""
        return self.list_query.result_set.count()

    @cached_property
    def is_bulk(self) -> bool:
        """True if loading more of the index saves time, because the export has many records."""
        published = self.list_query.state.published(self.listing.collection)
        return self.count > len(published) * BULK_SHARE

    @property
    def entity_tag(self) -> str:
        """The ETag of a file that is sent while it is written. Every database commit changes the ETag. It cannot depend
        on the content, which is complete only after the last row.
        """
        params, version = self.params, change_log.fingerprint(self.list_query.state.using)
        parts = (version, today(), self.file_url, params.header, params.bom, get_language())
        return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'

    @property
    def file_url(self) -> str:
        """The absolute URL of the file."""
        return self._absolute(
            self.request.path, querystring.without(self.list_query.params, *PAGE_PARAMETERS)
        )

    @property
    def metadata_url(self) -> str:
        """The URL of the file's metadata."""
        query = querystring.without(self.list_query.params, *PAGE_PARAMETERS)
        return reverse("list-metadata", args=[self.listing.collection]) + query.removesuffix("?")

    @property
    def page_url(self) -> str:
        """The absolute URL of the page with the same filters and order."""
        return self._absolute(reverse(f"{self.listing.collection}-list"), self.list_query.export_query)

    def record_url(self, slug: str) -> str:
        """Returns the absolute URL of a record."""
        return f"{self._records_url}{slug}/"

    @cached_property
    def _records_url(self) -> str:
        # Resolved once, because an export can have a million records.
        return self._absolute(reverse(f"{self.listing.collection}-list"))

    def _absolute(self, path: str, query: str = "") -> str:
        return self.request.build_absolute_uri(path) + query.removesuffix("?")

    def key_batches(self, size: int = BATCH_SIZE) -> Iterator[list[int]]:
        """Yields the keys of all records in order. The first batch is small, and later batches have `size` keys."""
        return self.list_query.result_set.key_batches(size, FIRST_BATCH_SIZE)


def refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """Returns a plain-text response with the reason why there is no file."""
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


@dataclass(frozen=True)
class ExportFormat:
    """A file format of exports.

    `params` are the additional query parameters. `supports` returns True if a list can be exported in the format.
    `error` returns the reason why the selected records do not fit the format, or "". `is_deterministic` is True if the
    file does not contain the time of the export. `long_list` replaces LONG_LIST. `name` is the file name for formats
    that lack metadata and whose rows differ from the list's rows. `query_class` parses the query. `bad_request` creates
    the response to an invalid query. `refusal` creates the response to a valid query that has no file.
    """

    extension: str
    content_type: str
    write: Callable[[Export], Iterator[bytes]]
    params: tuple[str, ...] = ()
    supports: Callable[[Listing], bool] = lambda listing: True
    error: Callable[[Export], str] = lambda export: ""
    is_deterministic: bool = False
    long_list: int | None = None
    name: str = ""
    query_class: type[ListQuery] = ListQuery
    bad_request: Callable[[HttpRequest, ListQuery], HttpResponse] = lambda request, list_query: bad_request(
        list_query
    )
    refusal: Callable[[HttpRequest, int, str], HttpResponse] = refusal

    def unchanged(self, request: HttpRequest, tag: str) -> HttpResponse | None:
        """Returns status 304 if the client has this ETag, 412 if the client requires a different ETag, or None."""
        response = get_conditional_response(request, etag=tag)
        if response is not None and response.status_code == HTTPStatus.PRECONDITION_FAILED:
            sentence = _(
                "The request contains the header If-Match or If-Unmodified-Since, but the requested content has "
                "changed."
            )
            return self.refusal(request, response.status_code, sentence)
        if response is not None:
            response["ETag"] = tag
            if "charset" in self.content_type:
                # 304 responses need the same header as the file, because the file is compressed for some clients.
                response["Vary"] = "Accept-Encoding"
        return response


def streaming_response(request: HttpRequest, listing: Listing, export_format: ExportFormat) -> HttpResponse:
    """Returns the list in this format, all errors with status 400, or status 503 while another long file is written."""
    content = _content(request, listing, export_format)
    first = next(content)
    if isinstance(first, HttpResponse):
        return first
    export, is_complete, entity_tag = first
    if is_complete:
        response = HttpResponse(content, content_type=export_format.content_type)
    else:
        response = stream(request, content, export_format.content_type)
    if entity_tag:
        response["ETag"] = entity_tag
    declare_licence(response)
    metadata_url = export.metadata_url
    if not export_format.name and len(metadata_url) < MAX_LINK_LENGTH:
        add_links(response, [(metadata_url, "describedby", "application/json")])
    declare_file_name(response, file_stem(export.list_query, export_format.name), export_format.extension)
    return response


def _content(request: HttpRequest, listing: Listing, export_format: ExportFormat) -> Iterator:
    """Yields a tuple (export, is_complete, ETag) and then the file.

    `is_complete` is True if the file is written before it is sent. If there is no file, a response is yielded instead.
    All rows are read from the same state of the index. The page cache sets the ETag of complete files.
    """
    with facet_index(listing.collection) as state:
        list_query = export_format.query_class.of(listing, state, request)
        params = ExportParams.read(list_query, *export_format.params)
        export = Export(list_query, params, request, datetime.datetime.now(datetime.UTC))
        if not list_query.errors and (error := export_format.error(export)):
            list_query.errors[""] = [QueryError(error, ErrorCode.TOO_MANY)]
        if list_query.errors:
            yield export_format.bad_request(request, list_query)
            return
        is_short, is_long = export.count <= SHORT_LIST, export.count > (export_format.long_list or LONG_LIST)
        tag = "" if is_short or not export_format.is_deterministic else export.entity_tag
        if tag and (unchanged := export_format.unchanged(request, tag)):
            yield unchanged
            return
        if is_long and not _long_export.acquire(blocking=False):
            yield _busy(request, export_format)
            return
        try:
            yield export, export_format.is_deterministic and is_short, tag
            yield from export_format.write(export)
        finally:
            if is_long:
                _long_export.release()


def _busy(request: HttpRequest, export_format: ExportFormat) -> HttpResponse:
    sentence = _("Another large file is being exported. Try again in 30 seconds, or add a filter.")
    response = export_format.refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, sentence)
    mark_refusal(response, "busy", "a large file is being exported")
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


# Maximum length of a file name, because old archive programs and shared folders limit the length of paths.
MAX_LENGTH = 80
# Maximum length of each part of a file name, so that a long search phrase leaves space for other filters.
_MAX_PART = 30


def declare_file_name(response: HttpResponse, stem: str, extension: str) -> None:
    """Sets the file name for saving the response in a browser. The name must be ASCII."""
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}.{extension}")


def file_stem(list_query: ListQuery, name: str = "") -> str:
    """Returns the file name without its extension. It combines `name` (or the list's name) with the filter values.

    Filters that would make the name too long are omitted. A query's file name is the same in every language and format.
    """
    stem = name or list_query.listing.collection
    # Begins with names of places and other records, as in "kazakhstan-agreed".
    filters = sorted(list_query.active_filters, key=lambda each: not isinstance(each[1], RecordsFilter))
    for parameter, item, values in filters:
        for part in _parts(parameter, item, values):
            if len(stem) + 1 + len(part) <= MAX_LENGTH:
                stem = f"{stem}-{part}"
    return stem


def _parts(parameter: str, item: ListFilter, values: list[str]) -> Iterator[str]:
    # Some values have a prefix, such as "from-2020". For example, "lead-tianjin" has a prefix, because "tianjin" alone
    # stands for the filter by city.
    is_named = parameter.startswith("year_") or not getattr(item, "is_selectable", True)
    prefix = f"{parameter.removeprefix('year_')}-" if is_named else ""
    for value in values:
        plain = value.removeprefix(NOT) if item.has_options else value
        all_of = isinstance(item, record_filters.AllOfFilter)
        words = [_word(item, each) for each in (record_filters.split(plain) if all_of else [plain])]
        if text := "-".join(filter(None, words)):
            yield f"{'not-' if plain != value else ''}{prefix.replace('_', '-')}{text}"


def _word(item: ListFilter, value: str) -> str:
    """Returns a slug or code as part of a file name. Two-letter country codes become English names."""
    text = value
    if len(value) <= 2 and isinstance(item, RecordsFilter):
        with override("en"):
            text = item.label_of(value)
    return slugify(anyascii(text).replace("_", "-"))[:_MAX_PART].strip("-")
