"""Embeds, pages with their HTML code, share pictures, and charts as SVG and PNG files."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.core.refusal import mark_refusal
from sco_cities.dashboard.charts.drawings import DRAWINGS, drawing
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.status_table import status_counts, status_table
from sco_cities.dashboard.map.figure import MapFigure
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.history.as_of import InvalidDay, as_of_in
from sco_cities.listings import querystring
from sco_cities.listings.exports import attribution
from sco_cities.listings.exports.file_names import declare_file_name, file_stem
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.past_lists import AS_OF, past_response, with_past_lists
from sco_cities.releases.chart_file import newest_release_with_chart, requested_chart
from sco_cities.releases.stored_releases import from_files
from sco_cities.search.record_card import CARD_COLLECTIONS, RecordCard, record_card
from sco_cities.search.result_item import ResultItem
from sco_cities.search.searchable_lists import SearchableList, kind_or_404

from .chart_picture import ChartPicture
from .frame import FORM_LABELS, LIST, MAP, STATUS, WIDTH, Frame, frame_title, list_frame, record_frame
from .record_summary import RecordSummary, record_summaries, summary_of
from .share_picture import RendererBusy, SharePicture, picture_of_list, picture_of_record

RETRY_AFTER_S = 5
# The header allows other sites to display the pictures.
_RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


def _with_past_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view of current data. Requests for a past day are redirected to the page of the record.

    Requests for today are redirected to the view without a day, because other sites cannot show the page in a frame.
    """

    @wraps(view)
    def with_redirect(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
        params, _error = querystring.read(request)
        days = params.getlist(AS_OF)
        if not days:
            return view(request, collection, slug)
        kind_or_404(collection)
        with suppress(InvalidDay):
            if as_of_in(params).is_today:
                return redirect(request.path)
        return redirect(reverse(f"{collection}-record", args=[slug], query={AS_OF: days}))

    return with_redirect


@require_safe
@_with_past_page
def record_picture(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """The share picture of a published record."""
    with summary_of(collection, slug) as (kind, state, summary):
        picture = picture_of_record(kind, summary, state)
    return _png(picture)


@require_safe
@with_past_lists
def list_picture(request: HttpRequest, collection: str) -> HttpResponse:
    """The share picture of a list. Status 400 with the errors if the query is invalid."""
    listing = kind_or_404(collection).listing
    with facet_index(collection) as state:
        list_query = ListQuery.of(listing, state, request)
        if list_query.errors:
            return bad_request(list_query)
        picture = picture_of_list(list_query)
    return _png(picture)


def _png(picture: SharePicture | ChartPicture) -> HttpResponse:
    # The picture is rendered outside the index snapshot, because rendering takes longer than all queries.
    try:
        response = HttpResponse(picture.png(), content_type="image/png")
    except RendererBusy:
        sentence = _("Too many images are being generated. Try again in a few seconds.")
        response = HttpResponse(f"{sentence}\n", status=503, content_type="text/plain; charset=utf-8")
        mark_refusal(response, "busy", "many pictures are being drawn")
        response["Retry-After"] = str(RETRY_AFTER_S)
    response[_RESOURCE_POLICY] = "cross-origin"
    return response


# Maximum number of rows in an embedded list.
MAX_ROWS = 10


@require_safe
@_with_past_page
def record(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """The embedded card of a published record."""
    with summary_of(collection, slug) as (kind, state, summary):
        context = {"summary": summary, "kind": kind, "card": _related_numbers(kind, summary, state)}
        return _embed(request, "embeds/record.html", record_frame(request, summary), context)


@require_safe
@with_past_lists
def list_rows(request: HttpRequest, collection: str) -> HttpResponse:
    """Embeds the first rows of a list. Status 400 with the errors if the query is invalid."""
    kind = kind_or_404(collection)
    with facet_index(collection) as state:
        list_query = ListQuery.of(kind.listing, state, request)
        keys = list_query.result_set[0:MAX_ROWS]
        return _embed_of_list(request, list_query, LIST, {"summaries": record_summaries(kind, keys, state)})


@require_safe
@with_past_lists
def initiatives_map(request: HttpRequest) -> HttpResponse:
    """Embeds the map of a list of initiatives. Status 400 with the errors if the query is invalid."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListQuery.of(INITIATIVES, state, request)
        # The marks of the embedded map link to the map page.
        figure = MapFigure(list_query, reverse("map"), list_query.params)
        scope = None if list_query.errors else ChartScope.from_list(list_query)
        statuses = scope and status_counts(scope, scope.keys)
        return _embed_of_list(request, list_query, MAP, {"figure": figure, "statuses": statuses})


@require_safe
@with_past_lists
def statuses(request: HttpRequest) -> HttpResponse:
    """Embeds the status table of a list of initiatives. Status 400 with the errors if the query is invalid."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListQuery.of(INITIATIVES, state, request)
        table = None if list_query.errors else status_table(ChartScope.from_list(list_query))
        return _embed_of_list(request, list_query, STATUS, {"table": table, "statuses": table and table.all})


@require_safe
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """Embeds a chart of a release or of a list of initiatives. Status 400 with the errors if the query is invalid."""
    if released := requested_chart(querystring.read(request)[0], name):
        frame = Frame.of_release(request, released, name)
        context = {"drawing": released.drawing, "initiatives": released.heading, "day": released.release.day}
        return _embed(request, "embeds/chart.html", frame, context)
    if response := past_response(request):
        return response
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListQuery.of(INITIATIVES, state, request)
        context = {"initiatives": list_query.heading}
        if not list_query.errors:
            context["drawing"] = drawing(ChartScope.from_list(list_query), name)
        return _embed_of_list(request, list_query, name, context, "embeds/chart.html")


@require_safe
def chart_file(request: HttpRequest, name: str, extension: str) -> HttpResponse:
    """Downloads a chart as an SVG or PNG file. Status 400 with the errors if the query is invalid."""
    if name not in DRAWINGS:
        raise Http404
    if released := requested_chart(querystring.read(request)[0], name):
        picture = ChartPicture(released.drawing, released.heading, released.release.day)
        return _picture_file(picture, f"{name}-{released.release.date}", extension)
    if response := past_response(request):
        return response
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListQuery.of(INITIATIVES, state, request)
        ExportParams.read(list_query)
        if list_query.errors:
            return bad_request(list_query)
        picture = ChartPicture(drawing(ChartScope.from_list(list_query), name), list_query.heading, today())
    return _picture_file(picture, file_stem(list_query, name), extension)


def _picture_file(picture: ChartPicture, stem: str, extension: str) -> HttpResponse:
    is_svg = extension == "svg"
    response = HttpResponse(picture.svg, content_type="image/svg+xml") if is_svg else _png(picture)
    response[_RESOURCE_POLICY] = "cross-origin"
    if response.status_code == 200:
        attribution.declare_licence(response)
        declare_file_name(response, stem, extension)
    return response


@require_safe
@_with_past_page
def record_code(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """A page with the HTML code for the card of a record, and a preview."""
    with summary_of(collection, slug) as (_kind_of_record, _state, summary):
        return _code_page(request, record_frame(request, summary), {"heading": summary.title})


@require_safe
def list_code(request: HttpRequest, collection: str, form: str = LIST) -> HttpResponse:
    """A page with the HTML code for a list as rows, map, statuses or chart, and a preview."""
    released = requested_chart(querystring.read(request)[0], form)
    if released is None and (response := past_response(request)):
        return response
    listing = kind_or_404(collection).listing
    with facet_index(collection) as state:
        list_query = ListQuery.of(listing, state, request)
        context = {"list_query": list_query, "heading": list_query.heading, "forms": _forms(list_query, form)}
        frame = list_frame(request, list_query, form)
        context["newest_release"] = newest_release_with_chart(list_query, form)
    if released:
        context |= {"release": released.release, "heading": released.heading}
        frame = Frame.of_release(request, released, form)
    response = _code_page(request, frame, context)
    # Only the page of a chart depends on the releases.
    return from_files(response) if form in DRAWINGS else response


def _forms(list_query: ListQuery, current: str) -> list[tuple[str, str, bool]]:
    """The label and URL of the code page for each form of the embed, and whether it is the current form."""
    if list_query.listing is not INITIATIVES:
        return []
    addresses = {form: reverse(f"embed-code-{form}") for form in FORM_LABELS if form != LIST}
    addresses[LIST] = reverse("embed-code-list", args=[INITIATIVES.collection])
    query = list_query.export_query
    return [(label, addresses[form] + query, form == current) for form, label in FORM_LABELS.items()]


def _related_numbers(kind: SearchableList, summary: RecordSummary, state: IndexState) -> RecordCard | None:
    if kind.collection not in CARD_COLLECTIONS:
        return None
    return record_card(kind, ResultItem(summary.record, summary.title, summary.title.lang), state)


def _embed_of_list(
    request: HttpRequest, list_query: ListQuery, form: str, context: dict, template: str = ""
) -> HttpResponse:
    context |= {"list_query": list_query, "heading": frame_title(list_query, form)}
    frame = list_frame(request, list_query, form)
    status = 400 if list_query.errors else 200
    return _embed(request, template or f"embeds/{form}.html", frame, context, status)


def _embed(
    request: HttpRequest, template: str, frame: Frame, context: dict, status: int = 200
) -> HttpResponse:
    licence = {"licence": attribution.LICENCE, "licence_url": attribution.LICENCE_URL}
    return render(request, template, {"frame": frame, **licence, **context}, status=status)


def _code_page(request: HttpRequest, frame: Frame, context: dict) -> HttpResponse:
    return render(request, "embeds/code.html", {"frame": frame, "width": WIDTH, **context})
