"""The oEmbed endpoint (oembed.com). Other sites use it to find the embed of a page of this site."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.utils import ConnectionDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import ResolverMatch, resolve
from django.utils import translation
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.charts.drawings import DRAWINGS
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.releases.released_index import NotInRelease, embedded_state, requested_release
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION

from . import share_picture
from .frame import LIST, MAP, RECORD, WIDTH, Frame, list_frame, record_frame, summary_of

VERSION = "1.0"
# The time in seconds that other sites may cache a response. The embed always shows current data, but a cached title may
# be outdated.
CACHE_AGE_S = 60 * 60
_MAX_PIXELS = 10_000


class InvalidParameter(Exception):
    """Raised if a request parameter has an invalid value."""


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Returns the embed of `url` as JSON. 404 if it has none, 400 for invalid parameters, 501 for other formats."""
    params, error = querystring.read(request)
    try:
        if error:
            raise InvalidParameter(error)
        response = _response(request, params)
    except InvalidParameter as invalid:
        response = JsonResponse({"error": str(invalid)}, status=400)
    except Http404:
        response = JsonResponse({"error": "This site has no embed for this URL."}, status=404)
    return response


def _response(request: HttpRequest, params: QueryDict) -> JsonResponse:
    url = params.get("url", "")
    limits = [_pixels(params, name) for name in ("maxwidth", "maxheight")]
    if not url:
        raise InvalidParameter("The parameter url is missing.")
    if (params.get("format") or "json") != "json":
        response = JsonResponse({"error": "The only format is json."}, status=501)
        # The oEmbed specification requires status 501. This flag prevents Django from logging a server error.
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
    if frame.picture and all(size <= limit for size, limit in zip(share_picture.SIZE, limits, strict=True)):
        content["thumbnail_url"] = frame.picture
        content["thumbnail_width"], content["thumbnail_height"] = share_picture.SIZE
    return JsonResponse(content)


def _pixels(params: QueryDict, name: str) -> int:
    """Returns a size limit in pixels. The default is so high that it has no effect."""
    text = params.get(name) or str(_MAX_PIXELS)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise InvalidParameter(f"{name} is not a number of pixels.")
    return int(text)


def _frame(request: HttpRequest, url: str) -> Frame:
    """Returns the embed of a page of this site, in the page's language. Raises Http404 if the page has no embed."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidParameter("url is not a URL.") from error
    if parts.scheme not in ("http", "https"):
        raise InvalidParameter("url is not an absolute URL.")
    path = unquote(parts.path)
    # PostgreSQL rejects text with NUL bytes.
    if parts.netloc != request.get_host() or "\0" in path:
        raise Http404
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        match = resolve(path)
        collection, form = _embedded(match, parts.fragment)
        params, error = querystring.parse(parts.query)
        if collection not in LISTS_BY_COLLECTION or (AS_OF in params and not requested_release(params)):
            raise Http404
        try:
            if form == RECORD:
                with summary_of(collection, match.kwargs["slug"], params) as (
                    _kind,
                    _state,
                    summary,
                    release,
                ):
                    return record_frame(request, summary, release)
            with embedded_state(params, collection) as (state, release):
                list_query = ListQuery(LISTS_BY_COLLECTION[collection].listing, state, params, error)
                if list_query.errors:
                    raise Http404
                return list_frame(request, list_query, form, release)
        except (NotInRelease, ConnectionDoesNotExist):
            raise Http404 from None


def _embedded(match: ResolverMatch, section: str) -> tuple[str, str]:
    """Returns the collection and form of the embed for a page with this section. The form is "" without an embed."""
    name = match.url_name or ""
    of_embed = re.fullmatch("embed(?:-code)?-(.+)", name)
    if of_embed or name == MAP:
        form = of_embed[1] if of_embed else MAP
        return match.kwargs.get("collection", INITIATIVES.collection), form
    collection, _hyphen, form = name.rpartition("-")
    if name == "themes-list" and section in DRAWINGS:
        return INITIATIVES.collection, section
    return (collection, form) if form in (RECORD, LIST) else ("", "")
