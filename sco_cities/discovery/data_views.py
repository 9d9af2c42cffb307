"""Serves descriptions of the data at fixed URLs below /data/, for harvesters and tools."""

import orjson
from django.db import router
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.attribution import declare_licence
from sco_cities.releases.dataset import present_coverage
from sco_cities.releases.stored_releases import newest_release, releases
from sco_cities.search.searchable_lists import COLLECTIONS, SEARCHABLE_LISTS
from sco_cities.site.origin import absolute_address

from .croissant import croissant_document
from .dcat import PREFIXES, dcat_nodes
from .sitemap import last_change
from .turtle import Node, turtle

JSON_LD = "application/ld+json"
TURTLE = "text/turtle; charset=utf-8"


@require_safe
def catalogue_turtle(request: HttpRequest) -> HttpResponse:
    """The data catalogue (DCAT-AP) as Turtle."""
    return _response(request, turtle(PREFIXES, _catalogue(request)).encode(), TURTLE)


@require_safe
def catalogue_json(request: HttpRequest) -> HttpResponse:
    """The data catalogue as JSON-LD."""
    return _json(request, {"@context": PREFIXES, "@graph": _catalogue(request)})


@require_safe
def croissant(request: HttpRequest) -> HttpResponse:
    """The newest release as Croissant. 404 if there is none."""
    release = newest_release()
    if release is None:
        raise Http404
    return _json(request, croissant_document(absolute_address(request), release))


def _catalogue(request: HttpRequest) -> list[Node]:
    with facet_index(*COLLECTIONS) as state:
        changes = [change for kind in SEARCHABLE_LISTS if (change := last_change(kind, state))]
        coverage = present_coverage(router.db_for_read(Initiative))
    return dcat_nodes(absolute_address(request), releases(), max(changes, default=None), coverage)


def _json(request: HttpRequest, document: Node) -> HttpResponse:
    return _response(request, orjson.dumps(document, option=orjson.OPT_INDENT_2), JSON_LD)


def _response(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    declare_licence(response)
    return response
