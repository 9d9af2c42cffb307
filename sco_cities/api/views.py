"""API views for lists, records, histories and changes, and for records as JSON-LD and Markdown."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.core.responses import add_links
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.history.as_of_view import invalid_day, respond_as_of
from sco_cities.history.models import Revision
from sco_cities.history.shown_record import InvalidDay, ShownRecord, read_as_of, shown_now
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL
from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS
from sco_cities.listings.exports.streaming_response import MAX_LINK_LENGTH
from sco_cities.listings.list_query import PAGE
from sco_cities.listings.listing import Listing
from sco_cities.listings.querystring import read_parameters
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION, SearchableList, kind_or_404
from sco_cities.site.error_pages import conditional_response
from sco_cities.site.machine_paths import invalid_parameters, missing_page
from sco_cities.sources.views import without_record

from .change_documents import ChangeParameters, changes_document, history_document
from .list_document import list_document
from .list_parameters import ListParameters
from .openapi import VERSION, openapi_document
from .record_document import record_document
from .record_jsonld import jsonld_context, record_jsonld
from .record_markdown import record_markdown
from .search_document import search_document, search_phrases
from .ties import TieParameters, ties_document

CONTENT_TYPE = "application/json"
JSON_LD = "application/ld+json"
MARKDOWN = "text/markdown; charset=utf-8"


def json_response(document: Any, links: dict[str, str | None]) -> HttpResponse:
    """Returns a JSON response with `links`, the licence and the API description in the `Link` header."""
    response = HttpResponse(orjson.dumps(document, option=ORJSON_OPTIONS), content_type=CONTENT_TYPE)
    links = {"license": LICENCE_URL, "describedby": reverse("api-openapi"), **links}
    # Long URLs are omitted from the header, because the document also contains them.
    short = {name: url for name, url in links.items() if url and len(url) < MAX_LINK_LENGTH}
    add_links(response, ((url, name, "") for name, url in short.items()))
    return response


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Returns the lists of the API, and links to its documentation."""

    def url(name: str, *args: str) -> str:
        return request.build_absolute_uri(reverse(name, args=args))

    document = {
        "version": VERSION.partition(".")[0],
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "documentation": url("api-docs"),
        "openapi": url("api-openapi"),
        "changes": url("api-changes"),
        "search": url("api-search"),
        "ties": url("api-ties"),
        "mcp": url("mcp"),
        "releases": url("releases-json"),
        "lists": {
            collection: {"title": str(kind.listing.title), "url": url("api-list", collection)}
            for collection, kind in LISTS_BY_COLLECTION.items()
        },
    }
    return json_response(document, {})


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Returns the OpenAPI description of the API."""
    return json_response(openapi_document(), {})


@require_safe
def list_view(request: HttpRequest, collection: str) -> HttpResponse:
    """Returns a page of a list. Returns 400 with all errors in the query string, and 404 after the last page."""
    return _list_response(request, kind_or_404(collection).listing, ListParameters, list_document)


@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """Returns a page of the ties of initiatives that match the query string."""
    return _list_response(request, INITIATIVES, TieParameters, ties_document)


def _list_response(
    request: HttpRequest,
    listing: Listing,
    query_class: type[ListParameters],
    make_document: Callable[[ListParameters, HttpRequest], dict[str, Any]],
) -> HttpResponse:
    with facet_index(listing.collection) as state:
        list_query = query_class.of(listing, state, request)
        # The query is checked before counting, because an invalid query selects no records.
        if list_query.errors:
            return invalid_parameters(request, list_query.errors)
        if error := list_query.missing_page_error(list_query.result_set.count(), list_query.page_size):
            return missing_page(request, PAGE, error)
        document = make_document(list_query, request)
        links = {
            name: document[name]
            for name in ("first", "previous", "next")
            if name == "first" or document[name]
        }
        # For a query with slugs, `page_url` is the page of a record, which is not an alternate form of the list.
        page = None if list_query.has_slugs else document["page_url"]
        return json_response(document, {**links, "alternate": page})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Returns search results by list. The results are empty if the query has no words."""
    phrases, errors = search_phrases(request)
    if errors:
        return invalid_parameters(request, errors)
    document = search_document(phrases, request)
    return json_response(document, {"alternate": document["page_url"]})


@require_safe
def record_view(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Returns a published record, current or as of a day. Redirects former slugs. Returns 410 for withdrawn records."""

    def respond(kind: SearchableList, state: IndexState, shown: ShownRecord) -> HttpResponse:
        document = record_document(kind.listing, state, shown, request)
        return json_response(document, {"alternate": document["url"]})

    # Other formats ignore unknown parameters, because page requests may be redirected to these formats.
    _params, mistakes = read_parameters(request, AS_OF)
    return (
        invalid_parameters(request, mistakes)
        if mistakes
        else record_response(request, collection, slug, respond)
    )


def record_response(
    request: HttpRequest,
    collection: str,
    slug: str,
    respond: Callable[[SearchableList, IndexState, ShownRecord], HttpResponse],
) -> HttpResponse:
    """Calls `respond` with a published record, current or as of the requested day.

    Returns 301 for a former slug, 410 for a withdrawn record, 404 for an unknown record, and 400 for an invalid day.
    """
    kind = kind_or_404(collection)
    try:
        as_of = read_as_of(request)
    except InvalidDay as mistake:
        return invalid_day(request, mistake)
    with facet_index(*COLLECTIONS) as state:
        if as_of:
            return respond_as_of(request, kind.model, slug, as_of, lambda shown: respond(kind, state, shown))
        record = kind.model.objects.using(state.using).for_record_page().filter(slug=slug).first()
        if record is None or not record.is_published:
            return without_record(request, kind.model, slug)
        return respond(kind, state, shown_now(record))


@require_safe
def history_view(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Returns the public changes to a published record."""
    kind = kind_or_404(collection)
    _params, mistakes = read_parameters(request)
    if mistakes:
        return invalid_parameters(request, mistakes)
    record = kind.model.objects.filter(slug=slug).first()
    if record is None or not record.is_published:
        return without_record(request, kind.model, slug)
    return json_response(history_document(record, request), {})


@require_safe
def changes_view(request: HttpRequest) -> HttpResponse:
    """Returns changes to all published records, oldest first."""
    query = ChangeParameters(request)
    if query.errors:
        return invalid_parameters(request, query.errors)
    document = changes_document(query, request, router.db_for_read(Revision))
    response = json_response(document, {"next": document["next"]})
    # The page cache does not store the response. A held-back change becomes visible when another transaction ends, but
    # this does not invalidate the cache.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return conditional_response(request, response["ETag"], response)


def _file_view(write: Callable[[ShownRecord, HttpRequest], str | bytes], content_type: str) -> Callable:
    """Returns a view that serves records in a file format."""

    @require_safe
    def record_file(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
        def respond(kind: SearchableList, state: IndexState, shown: ShownRecord) -> HttpResponse:
            response = HttpResponse(write(shown, request), content_type=content_type)
            page = request.build_absolute_uri(shown.record.get_absolute_url())
            add_links(response, [(LICENCE_URL, "license", ""), (page, "canonical", "")])
            if content_type == MARKDOWN:
                # Search engines should index only the HTML page.
                response["X-Robots-Tag"] = "noindex"
            return response

        return record_response(request, collection, slug, respond)

    return record_file


jsonld = _file_view(lambda shown, request: orjson.dumps(record_jsonld(shown, request)), JSON_LD)
markdown = _file_view(record_markdown, MARKDOWN)


@require_safe
def context(request: HttpRequest) -> HttpResponse:
    """Returns the JSON-LD context, which defines the terms of JSON-LD documents."""
    document = jsonld_context(request.build_absolute_uri(reverse("jsonld-context")))
    return HttpResponse(orjson.dumps(document, option=orjson.OPT_INDENT_2), content_type=JSON_LD)
