"""The page of a list, for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from sco_cities.facet_index.refresh import facet_index

from .list_page import ListPage
from .listing import BRIEF, Listing

PAGE_TEMPLATE = "listings/list.html"
# The page for print.
BRIEF_TEMPLATE = "listings/brief.html"
# The part that htmx swaps in after a click on a filter, with heading, chips, filters and rows.
RESULTS_TEMPLATE = "listings/_results.html"
# The part that htmx swaps in when a reader searches a long list of options, with all options.
OPTIONS_TEMPLATE = "listings/_all_options.html"
# The prefix of the id of the element with the options; the name of the filter follows.
OPTIONS_ID_PREFIX = "list-"
# The names of the panels open in the browser, separated by commas. Options of others need not be sent.
OPEN_FILTERS_HEADER = "Open-Filters"
VARY_HEADERS = ("HX-Request", "HX-Target", "HX-History-Restore-Request", OPEN_FILTERS_HEADER)


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The page of a list with filters, counts, chips and exports, or its brief with notes.

    An invalid value shows an error at its filter and no rows.
    """
    with facet_index(listing.collection) as state:
        list_query = ListPage.of(listing, state, request)
        if list_query.view == BRIEF:
            return list_page_response(request, list_query, BRIEF_TEMPLATE, BRIEF_TEMPLATE)
        return list_page_response(request, list_query)


def list_page_response(
    request: HttpRequest,
    list_query: ListPage,
    page_template: str = PAGE_TEMPLATE,
    results_template: str = RESULTS_TEMPLATE,
) -> HttpResponse:
    """The page of a list, or the part requested by htmx."""
    is_part = _is_partial(request)
    context = {"list_query": list_query, "listing": list_query.listing, "is_part": is_part}
    target = request.htmx.target or ""
    name = target.removeprefix(OPTIONS_ID_PREFIX)
    if not is_part:
        template = page_template
    elif target.startswith(OPTIONS_ID_PREFIX) and name in list_query.filterset.filters:
        template = OPTIONS_TEMPLATE
        context["panel"] = list_query.filter_panel(name)
    else:
        template = results_template
        list_query.open_filters = _open_filters(request)
    response = render(request, template, context)
    patch_vary_headers(response, VARY_HEADERS)
    return response


def _open_filters(request: HttpRequest) -> frozenset[str] | None:
    """The names of the panels open in the browser, if it has sent them."""
    names = request.headers.get(OPEN_FILTERS_HEADER)
    return None if names is None else frozenset(names.split(","))


def _is_partial(request: HttpRequest) -> bool:
    """Whether htmx requests a part of the page. To restore its history it gets the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request
