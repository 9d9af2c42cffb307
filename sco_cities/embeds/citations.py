"""Citation pages of records, lists, charts and place comparisons, and citation files for reference managers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.cities.models import segment
from sco_cities.dashboard.dossier.page import Dossier
from sco_cities.dashboard.dossier.views import COLLECTIONS as COLLECTIONS_OF_PLACES
from sco_cities.dashboard.dossier.views import has_dossier, places_of
from sco_cities.facet_index.refresh import facet_index
from sco_cities.history.as_of_view import invalid_day, respond_as_of
from sco_cities.history.shown_record import AsOf, InvalidDay, ShownRecord, read_as_of, today
from sco_cities.i18n.languages import html_language
from sco_cities.listings import querystring
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.exports.streaming_response import declare_file_name, file_stem
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.registered_functions import AS_OF, with_past_lists
from sco_cities.releases.released_index import embedded_state, offered_release
from sco_cities.releases.stored_releases import kept_releases
from sco_cities.search.searchable_lists import kind_or_404
from sco_cities.site.citation import CITATION_FORMATS, Citation

from .frame import LIST, list_frame, with_release
from .past_embeds import with_releases

TEMPLATE = "embeds/citation.html"


@require_safe
def record(request: HttpRequest, collection: str, slug: str, extension: str = "") -> HttpResponse:
    """Cites a record as of the date in the query, or as of today. The cited URL shows the record as of that date."""
    kind = kind_or_404(collection)
    try:
        as_of = read_as_of(request) or AsOf(today())
    except InvalidDay as error:
        return invalid_day(request, error)

    def respond(shown: ShownRecord) -> HttpResponse:
        name = shown.record.name
        citation = Citation(
            f"{collection}-{shown.slug}",
            str(name),
            request.build_absolute_uri(shown.path),
            today(),
            name.lang,
            tuple(shown.citation_details),
            changed.year if (changed := shown.changed_at) else None,
        )
        return _respond(request, citation, extension, as_of.query)

    with facet_index(collection):
        return respond_as_of(request, kind.model, slug, as_of, respond)


@require_safe
@with_releases
def list_or_chart(
    request: HttpRequest, collection: str, form: str = LIST, extension: str = ""
) -> HttpResponse:
    """Cites a filtered list, its map, its statuses or a chart, or its embed as of the date in the query."""
    listing = kind_or_404(collection).listing
    with embedded_state(querystring.read(request)[0], collection) as (state, release):
        list_query = ListQuery.of(listing, state, request)
        if extension:
            ExportParams.read(list_query, AS_OF)
        if list_query.errors:
            if extension:
                return bad_request(list_query)
            return render(request, TEMPLATE, {"list_query": list_query})
        frame = list_frame(request, list_query, form, release)
        stem, url, details = file_stem(list_query, "" if form == LIST else form), frame.page, ()
    query = list_query.export_query
    if release:
        stem, url = f"{stem}-{release.date}", frame.url
        details = (_("as of %(date)s") % {"date": release.date},)
    citation = _citation(request, stem, frame.title, url, details)
    context: dict[str, Any] = {}
    if not extension and (shown := release or offered_release()):
        context = {"release": shown, "release_url": with_release(query, shown)}
    return _respond(request, citation, extension, with_release(query, release), **context)


@require_safe
@with_past_lists
def together(request: HttpRequest, places: str, extension: str = "") -> HttpResponse:
    """Cites the page about several places."""
    with facet_index(*COLLECTIONS_OF_PLACES) as state:
        chosen = places_of(state, places.split("/"))
        if chosen is None or not has_dossier(state, chosen):
            raise Http404
        dossier = Dossier(state, chosen)
        stem = "-".join(["together", *map(segment, dossier.places)])
        citation = _citation(request, stem, dossier.title, dossier.url)
    return _respond(request, citation, extension)


def _citation(
    request: HttpRequest, stem: str, title: str, url: str, details: tuple[str, ...] = ()
) -> Citation:
    language = html_language(get_language() or "en")
    return Citation(
        stem, " ".join(title.split()), request.build_absolute_uri(url), today(), language, details
    )


def _respond(
    request: HttpRequest, citation: Citation, extension: str, query: str = "", **context: Any
) -> HttpResponse:
    """Returns the page with all formats, or the file for `extension`. `query` is the query string of the file links."""
    if extension:
        file_format = CITATION_FORMATS[extension]
        content_type = f"{file_format.content_type}; charset=utf-8"
        response = HttpResponse(file_format.content(citation), content_type=content_type)
        declare_file_name(response, citation.stem, extension)
        return response
    formats = [
        (each, each.content(citation), f"{request.path.removesuffix('/')}.{each.extension}{query}")
        for each in CITATION_FORMATS.values()
    ]
    kept = next(iter(kept_releases()), None)
    return render(request, TEMPLATE, {"release": kept, "citation": citation, "formats": formats} | context)
