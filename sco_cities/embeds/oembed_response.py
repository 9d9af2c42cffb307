"""The oEmbed endpoint (oembed.com). Other sites use it to find the embed of a page of this site."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import resolve
from django.utils import translation
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.past_lists import AS_OF
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION

from . import share_picture
from .frame import LIST, MAP, WIDTH, Frame, list_frame, record_frame
from .record_summary import summary_of

VERSION = "1.0"
# How long other sites may cache a response, in seconds. The embed always shows current data, but a cached title may
# be outdated.
CACHE_AGE_S = 60 * 60
_MAX_PIXELS = 10_000


class InvalidParameter(Exception):
    """A request parameter that has an invalid value."""


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Returns the embed of `url` as JSON. 404 if there is none, 400 for invalid parameters, 501 for other formats."""
    params, error = querystring.read(request)
    try:
        if error:
            raise InvalidParameter(error)
        response = _response(request, params)
    except InvalidParameter as invalid:
        response = JsonResponse({"error": str(invalid)}, status=400)
    except Http404:
        response = JsonResponse({"error": "This site has no embed for that url."}, status=404)
    return response


def _response(request: HttpRequest, params: QueryDict) -> JsonResponse:
    url = params.get("url", "")
    limits = [_pixels(params, name) for name in ("maxwidth", "maxheight")]
    if not url:
        raise InvalidParameter("The parameter url is missing.")
    if (params.get("format") or "json") != "json":
        response = JsonResponse({"error": "The only format is json."}, status=501)
        # The oEmbed specification requires status 501. This flag keeps Django from logging it as a server error.
        response._has_been_logged = True
        return response
    frame = _frame(request, url)
    width, height = (min(size, limit) for size, limit in zip((WIDTH, frame.height), limits, strict=True))
    content = {
        "version": VERSION,
        "type": "rich",
        "title": frame.title,
        "provider_name": "SCO Cities",
        "provider_url": request.build_absolute_uri("/"),
        "cache_age": CACHE_AGE_S,
        "html": frame.code_within(width, height),
        "width": width,
        "height": height,
    }
    # The size limits also apply to the thumbnail.
    if all(size <= limit for size, limit in zip(share_picture.SIZE, limits, strict=True)):
        content["thumbnail_url"] = frame.picture
        content["thumbnail_width"], content["thumbnail_height"] = share_picture.SIZE
    return JsonResponse(content)


def _pixels(params: QueryDict, name: str) -> int:
    """A size limit in pixels. The default is high enough to have no effect."""
    text = params.get(name) or str(_MAX_PIXELS)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise InvalidParameter(f"{name} is not a number of pixels.")
    return int(text)


def _frame(request: HttpRequest, url: str) -> Frame:
    """The embed of a page of this site, in the page's language. Raises Http404 if the page has no embed."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidParameter("url is not an address.") from error
    if parts.scheme not in ("http", "https"):
        raise InvalidParameter("url is not an absolute address.")
    path = unquote(parts.path)
    # PostgreSQL rejects text with NUL bytes.
    if parts.netloc != request.get_host() or "\0" in path:
        raise Http404
    # Embeds show current data, so pages with a past date cannot be embedded.
    if querystring.values(querystring.parse(parts.query)[0], AS_OF):
        raise Http404
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        match = resolve(path)
        collection, _hyphen, page = (match.url_name or "").rpartition("-")
        if page == "record" and collection in LISTS_BY_COLLECTION:
            with summary_of(collection, match.kwargs["slug"]) as (_kind, _state, summary):
                return record_frame(request, summary)
        if page == "list" and collection in LISTS_BY_COLLECTION:
            return _list_frame(request, collection, parts.query, LIST)
        if match.url_name == "map":
            return _list_frame(request, INITIATIVES.collection, parts.query, MAP)
    raise Http404


def _list_frame(request: HttpRequest, collection: str, query: str, form: str) -> Frame:
    params, error = querystring.parse(query)
    with facet_index(collection) as state:
        list_query = ListQuery(LISTS_BY_COLLECTION[collection].listing, state, params, error)
        if list_query.errors:
            raise Http404
        return list_frame(request, list_query, form)
