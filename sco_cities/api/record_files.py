"""Records by the ending of their address: JSON-LD and Markdown; `.json` is the record of the API."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.state import IndexState
from sco_cities.history.shown_record import ShownRecord
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.search.searchable_lists import SearchableList
from sco_cities.sources.base_models import Record

from .record_jsonld import jsonld_context, record_jsonld
from .record_markdown import record_markdown
from .views import record_response

JSON_LD = "application/ld+json"
MARKDOWN = "text/markdown; charset=utf-8"


@require_safe
def jsonld(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """A record as linked data."""

    def respond(kind: SearchableList, state: IndexState, shown: ShownRecord) -> HttpResponse:
        response = HttpResponse(orjson.dumps(record_jsonld(shown, request)), content_type=JSON_LD)
        return _linked(response, request, shown.record)

    return record_response(request, collection, slug, respond)


@require_safe
def markdown(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """A record as Markdown; search engines have its page."""

    def respond(kind: SearchableList, state: IndexState, shown: ShownRecord) -> HttpResponse:
        response = HttpResponse(record_markdown(shown, request), content_type=MARKDOWN)
        response["X-Robots-Tag"] = "noindex"
        return _linked(response, request, shown.record)

    return record_response(request, collection, slug, respond)


@require_safe
def context(request: HttpRequest) -> HttpResponse:
    """The words of the JSON-LD documents."""
    document = jsonld_context(request.build_absolute_uri(reverse("jsonld-context")))
    return HttpResponse(orjson.dumps(document, option=orjson.OPT_INDENT_2), content_type=JSON_LD)


def _linked(response: HttpResponse, request: HttpRequest, record: Record) -> HttpResponse:
    page = request.build_absolute_uri(record.get_absolute_url())
    response["Link"] = f'<{LICENCE_URL}>; rel="license", <{page}>; rel="canonical"'
    return response
