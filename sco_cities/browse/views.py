"""The page of a list, for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import reswap, retarget

from .index.current import reading
from .list_page import ListPage
from .listing import BRIEF, Listing
from .offered import Facet

PAGE_TEMPLATE = "browse/list.html"
# The same for paper.
BRIEF_TEMPLATE = "browse/brief.html"
# What htmx swaps in after a click on a filter: the heading, the chips, the facets and the rows.
RESULTS_TEMPLATE = "browse/_results.html"
# And when a reader looks for something in a long list of options: all of these.
OPTIONS_TEMPLATE = "browse/_all_options.html"
# And when a reader opens a filter that has waited for that: what is inside of it.
PANEL_TEMPLATE = "browse/_panel.html"
# The ids of the elements that the results and a filter's options are swapped into, and of the filter that is opened:
# those of a filter end in its name.
RESULTS, LIST, PANEL = "results", "list-", "filter-"
# Names the filters that are open in the browser, by commas: of others no options need be sent.
OPENED = "Open-Filters"
# What the results are made of that a part of a filter is asked for beside.
VERSION = "Data-Version"
VARIES_BY = ("HX-Request", "HX-Target", "HX-Trigger", "HX-History-Restore-Request", OPENED, VERSION)


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The list that the query string asks for, page by page, with its filters and their counts, chips and exports.

    Its brief has no filters to click on, but every record with its notes.

    A wrong value shows its error beside its filter and no rows.
    """
    with reading(listing.collection) as state:
        selection = ListPage.of(listing, state, request)
        if selection.view == BRIEF:
            return selected_page(request, selection, BRIEF_TEMPLATE, BRIEF_TEMPLATE)
        return selected_page(request, selection)


def selected_page(
    request: HttpRequest,
    selection: ListPage,
    page_template: str = PAGE_TEMPLATE,
    results_template: str = RESULTS_TEMPLATE,
) -> HttpResponse:
    """The page of a selection, or the part of it that htmx asks for.

    For a part of a filter it gets all results where these have changed meanwhile: numbers must not contradict the rows
    beside them.
    """
    is_part = _is_for_part(request)
    context = {"selection": selection, "listing": selection.listing, "is_part": is_part}
    template, is_stale = page_template, False
    if is_part:
        selection.opened = _opened(request)
        is_stale = request.headers.get(VERSION, selection.version) != selection.version
        part = None if is_stale else _part_of_filter(request, selection)
        template, context["facet"] = part or (results_template, None)
    response = render(request, template, context)
    if is_stale:
        retarget(reswap(response, "innerHTML settle:0ms"), f"#{RESULTS}")
    patch_vary_headers(response, VARIES_BY)
    return response


def _part_of_filter(request: HttpRequest, selection: ListPage) -> tuple[str, Facet] | None:
    """The filter of which a part is asked for, with the template of that; None for all results."""
    asked = {LIST: (request.htmx.target, OPTIONS_TEMPLATE), PANEL: (request.htmx.trigger, PANEL_TEMPLATE)}
    for start, (element, template) in asked.items():
        name = (element or "").removeprefix(start)
        if element == f"{start}{name}" and name in selection.filterset.filters:
            return template, selection.facet(name)
    return None


def _opened(request: HttpRequest) -> frozenset[str] | None:
    """The filters that are open in the browser, where it says so."""
    said = request.headers.get(OPENED)
    return None if said is None else frozenset(said.split(","))


def _is_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: for the way back it gets the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request
