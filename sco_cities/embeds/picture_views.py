"""Share pictures as PNG files."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.core.refusal import mark_refusal
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.exports.params import bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.search.searchable_lists import kind_or_404

from .record_lookup import summary_of
from .share_picture import RendererBusy, SharePicture, picture_of_list, picture_of_record

RETRY_AFTER_S = 5


@require_safe
def of_record(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """The picture of a published record."""
    with summary_of(collection, slug) as (kind, state, summary):
        picture = picture_of_record(kind, summary, state)
    return _png(picture)


@require_safe
def of_list(request: HttpRequest, collection: str) -> HttpResponse:
    """The picture of a list; status 400 with the reasons if the query is invalid."""
    listing = kind_or_404(collection).listing
    with facet_index(collection) as state:
        list_query = ListQuery.of(listing, state, request)
        if list_query.errors:
            return bad_request(list_query)
        picture = picture_of_list(list_query)
    return _png(picture)


def _png(picture: SharePicture) -> HttpResponse:
    # Outside the index snapshot: rendering takes longer than all queries.
    try:
        response = HttpResponse(picture.png(), content_type="image/png")
    except RendererBusy:
        sentence = _("Too many pictures are being drawn. Try again in a few seconds.")
        response = HttpResponse(f"{sentence}\n", status=503, content_type="text/plain; charset=utf-8")
        mark_refusal(response, "busy", "many pictures are being drawn")
        response["Retry-After"] = str(RETRY_AFTER_S)
    # Pages of other sites show it.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
