"""Embeds, pages with their HTML code, share pictures, and charts as SVG and PNG files."""

import datetime
from contextlib import AbstractContextManager
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.core.html import without_links
from sco_cities.core.responses import framable, mark_refusal
from sco_cities.dashboard.charts.drawings import DRAWINGS, Drawing, drawing
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.status_table import status_counts, status_table
from sco_cities.dashboard.map.figure import MapFigure
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.exports import attribution
from sco_cities.listings.exports.params import ExportParams, bad_request
from sco_cities.listings.exports.streaming_response import declare_file_name, file_stem
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.registered_functions import AS_OF, with_past_lists
from sco_cities.releases.released_index import embedded_state, offered_release
from sco_cities.releases.stored_releases import Release
from sco_cities.search.best_matches import CARD_COLLECTIONS, RecordCard, record_card
from sco_cities.search.result_item import ResultItem
from sco_cities.search.searchable_lists import SearchableList, kind_or_404

from .frame import (
    FORM_LABELS,
    LIST,
    MAP,
    RECORD,
    STATUS,
    WIDTH,
    Frame,
    RecordSummary,
    ShownSummary,
    frame_title,
    list_frame,
    record_frame,
    record_summaries,
    summary_of,
    with_release,
)
from .past_embeds import with_past_page, with_releases
from .share_picture import (
    RendererBusy,
    picture_of_list,
    picture_of_record,
    placed,
    png_of,
    text_lines,
    valid_xml,
)

RETRY_AFTER_S = 5
# The header allows other sites to display the pictures.
_RESOURCE_POLICY = "Cross-Origin-Resource-Policy"


@require_safe
@with_past_page
def record_picture(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Returns the share picture of a published record."""
    with summary_of(collection, slug) as (kind, state, summary, _release):
        picture = picture_of_record(kind, summary, state)
    return _png(picture.svg)


@require_safe
@with_past_lists
def list_picture(request: HttpRequest, collection: str) -> HttpResponse:
    """Returns the share picture of a list. Returns status 400 with the errors if the query is invalid."""
    listing = kind_or_404(collection).listing
    with facet_index(collection) as state:
        list_query = ListQuery.of(listing, state, request)
        if list_query.errors:
            return bad_request(list_query)
        picture = picture_of_list(list_query)
    return _png(picture.svg)


def _png(svg: str, zoom: int = 1) -> HttpResponse:
    # The picture is rendered outside the index snapshot, because rendering takes longer than all queries.
    try:
        response = HttpResponse(png_of(svg, zoom), content_type="image/png")
    except RendererBusy:
        sentence = _("Too many images are being generated. Try again in a few seconds.")
        response = HttpResponse(f"{sentence}\n", status=503, content_type="text/plain; charset=utf-8")
        mark_refusal(response, "busy", "many pictures are being drawn")
        response["Retry-After"] = str(RETRY_AFTER_S)
    response[_RESOURCE_POLICY] = "cross-origin"
    return response


# Maximum number of rows in an embedded list. A list in a release has a higher limit, because it has no full page that a
# citation could refer to.
MAX_ROWS, MAX_ROWS_IN_RELEASE = 10, 1_000
# Decorates pages that contain an embed in a frame.
previewing = csp_update({"frame-src": [SELF]})


@require_safe
@framable
@with_releases
def record(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Returns the embedded card of a published record."""
    with _summary(request, collection, slug) as (kind, state, summary, release):
        frame = record_frame(request, summary, release)
        context = {"summary": summary, "kind": kind, "card": _related_numbers(kind, summary, state)}
        return _embed(request, frame, context)


@require_safe
@framable
@with_releases
def embedded_list(request: HttpRequest, collection: str, form: str = LIST) -> HttpResponse:
    """Embeds the first rows of a list, or the map, the status table or a chart of initiatives.

    Returns status 400 with the errors if the query is invalid.
    """
    kind = kind_or_404(collection)
    with _state(request, collection) as (state, release):
        list_query = ListQuery.of(kind.listing, state, request)
        context = {"list_query": list_query, "heading": frame_title(list_query, form)}
        if not list_query.errors:
            context |= _list_content(kind, list_query, form, release)
        frame = list_frame(request, list_query, form, release)
        return _embed(request, frame, context, 400 if list_query.errors else 200)


def _list_content(
    kind: SearchableList, list_query: ListQuery, form: str, release: Release | None
) -> dict[str, Any]:
    """Returns the template context for the form of an embed of a list."""
    if form == LIST:
        keys = list_query.result_set[0 : MAX_ROWS_IN_RELEASE if release else MAX_ROWS]
        summaries = record_summaries(kind, keys, list_query.state)
        return {"summaries": summaries, "query": with_release("", release)}
    scope = ChartScope.from_list(list_query)
    if form == MAP:
        # The marks of the embedded map link to the map page.
        figure = MapFigure(list_query, reverse("map"), list_query.params)
        return {"figure": figure, "statuses": status_counts(scope, scope.keys)}
    if form == STATUS:
        table = status_table(scope)
        return {"table": table, "statuses": table.all}
    return {"initiatives": list_query.heading, "drawing": drawing(scope, form)}


@require_safe
@with_releases
def chart_file(request: HttpRequest, name: str, extension: str) -> HttpResponse:
    """Downloads a chart as an SVG or PNG file. Returns status 400 with the errors if the query is invalid."""
    if name not in DRAWINGS:
        raise Http404
    with _state(request, INITIATIVES.collection) as (state, release):
        list_query = ListQuery.of(INITIATIVES, state, request)
        ExportParams.read(list_query, AS_OF)
        if list_query.errors:
            return bad_request(list_query)
        svg = chart_svg(drawing(ChartScope.from_list(list_query), name), list_query.heading, today())
        stem = file_stem(list_query, name)
    is_svg = extension == "svg"
    response = HttpResponse(svg, content_type="image/svg+xml") if is_svg else _png(svg, ZOOM)
    response[_RESOURCE_POLICY] = "cross-origin"
    if response.status_code == 200:
        attribution.declare_licence(response)
        declare_file_name(response, f"{stem}-{release.date}" if release else stem, extension)
    return response


# Sizes of charts in pixels. The PNG has twice this resolution.
CHART_WIDTH, MARGIN, ZOOM = 800, 40, 2
_TITLE_SIZE, _SIZE = 28, 13
_TITLE_LINE, _LINE = 36, 20


def chart_svg(drawing: Drawing, heading: str, day: datetime.date) -> str:
    """Returns a chart as SVG, with the heading of its list and the date.

    It has no links, because relative links do not work in a file.
    """
    width = CHART_WIDTH - 2 * MARGIN
    title = text_lines(drawing.title, width / _TITLE_SIZE, 4)
    notes = [
        line for note in (heading, drawing.source) for line in text_lines(note, width / _SIZE, 4) if line
    ]
    top = MARGIN + len(title) * _TITLE_LINE
    bottom = top + drawing.height + _TITLE_LINE
    context = {
        "width": CHART_WIDTH,
        "height": bottom + (len(notes) + 1) * _LINE + MARGIN - _LINE,
        "margin": MARGIN,
        "inner_width": width,
        "title_size": _TITLE_SIZE,
        "title": placed(title, MARGIN + _TITLE_SIZE - 8, _TITLE_LINE),
        "top": top,
        "drawing": drawing,
        "marks": without_links(drawing.marks),
        "notes": placed(notes, bottom, _LINE),
        "credit_y": bottom + len(notes) * _LINE,
        "day": date_format(day, "DATE_FORMAT"),
    }
    return valid_xml(render_to_string("embeds/chart.svg", context))


@require_safe
@previewing
@with_releases
def record_code(request: HttpRequest, collection: str, slug: str) -> HttpResponse:
    """Returns a page with the HTML code for the card of a record, and a preview."""
    with _summary(request, collection, slug) as (_kind_of_record, _state_of_record, summary, release):
        return _code_page(request, record_frame(request, summary, release), {"heading": summary.title})


@require_safe
@previewing
@with_releases
def list_code(request: HttpRequest, collection: str, form: str = LIST) -> HttpResponse:
    """Returns a page with the HTML code for a list as rows, map, statuses or chart, and a preview."""
    listing = kind_or_404(collection).listing
    with _state(request, collection) as (state, release):
        list_query = ListQuery.of(listing, state, request)
        context = {"list_query": list_query, "heading": list_query.heading}
        if listing is INITIATIVES:
            context["forms"] = _forms(with_release(list_query.export_query, release), form)
        frame = list_frame(request, list_query, form, release)
        return _code_page(request, frame, context, list_query.export_query)


def _forms(query: str, current: str) -> list[tuple[str, str, bool]]:
    """Returns the label and URL of the code page for each form of the embed, and a flag that marks the current form."""
    urls = {form: reverse(f"embed-code-{form}") for form in FORM_LABELS if form != LIST}
    urls[LIST] = reverse("embed-code-list", args=[INITIATIVES.collection])
    return [(label, urls[form] + query, form == current) for form, label in FORM_LABELS.items()]


def _state(
    request: HttpRequest, collection: str
) -> AbstractContextManager[tuple[IndexState, Release | None]]:
    return embedded_state(querystring.read(request)[0], collection)


def _summary(request: HttpRequest, collection: str, slug: str) -> AbstractContextManager[ShownSummary]:
    return summary_of(collection, slug, querystring.read(request)[0])


def _related_numbers(kind: SearchableList, summary: RecordSummary, state: IndexState) -> RecordCard | None:
    if kind.collection not in CARD_COLLECTIONS:
        return None
    return record_card(kind, ResultItem(summary.record, summary.title, summary.title.lang), state)


def _embed(request: HttpRequest, frame: Frame, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = "chart" if frame.kind in DRAWINGS else frame.kind
    context |= {"frame": frame, "licence": attribution.LICENCE, "licence_url": attribution.LICENCE_URL}
    response = render(request, f"embeds/{template}.html", context, status=status)
    if frame.release and frame.kind not in (RECORD, LIST):
        # Removes links from maps, tables and charts, because the linked lists show current data with other numbers.
        main, end, footer = response.content.decode().partition("</main>")
        response.content = without_links(main) + end + footer
    return response


def _code_page(request: HttpRequest, frame: Frame, context: dict, query: str = "") -> HttpResponse:
    """Returns the page with the code of a frame. `query` is the query string of the page without the date."""
    release = frame.release or offered_release()
    context |= {
        "frame": frame,
        "width": WIDTH,
        "release": release,
        "current_url": request.path + query,
        "release_url": request.path + with_release(query, release),
    }
    return render(request, "embeds/code.html", context)
