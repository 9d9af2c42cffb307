"""The page of a list, for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from sco_cities.facet_index.refresh import facet_index

from .list_page import ListPage
from .listing import BRIEF, Listing

PAGE_TEMPLATE = "listings/list.html"
# The same for paper.
BRIEF_TEMPLATE = "listings/brief.html"
# What htmx swaps in after a click on a filter: the heading, the chips, the facets and the rows.
RESULTS_TEMPLATE = "listings/_results.html"
# And when a reader looks for something in a long list of options: all of these.
OPTIONS_TEMPLATE = "listings/_all_options.html"
# The id of the element that these are swapped into; it ends in the name of the filter.
LIST = "list-"
# Names the filters that are open in the browser, by commas: of others no options need be sent.
OPENED = "Open-Filters"
VARIES_BY = ("HX-Request", "HX-Target", "HX-History-Restore-Request", OPENED)


def list_page(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The list that the query string asks for, page by page, with its filters and their counts, chips and exports.

    Its brief has no filters to click on, but every record with its notes.

    A wrong value shows its error beside its filter and no rows.
    """
    with facet_index(listing.collection) as state:
        selection = ListPage.of(listing, state, request)
        if selection.view == BRIEF:
            return list_page_context(request, selection, BRIEF_TEMPLATE, BRIEF_TEMPLATE)
        return list_page_context(request, selection)


def list_page_context(
    request: HttpRequest,
    selection: ListPage,
    page_template: str = PAGE_TEMPLATE,
    results_template: str = RESULTS_TEMPLATE,
) -> HttpResponse:
    """The page of a selection, or the part of it that htmx asks for."""
    is_part = _is_partial(request)
    context = {"selection": selection, "listing": selection.listing, "is_part": is_part}
    target = request.htmx.target or ""
    name = target.removeprefix(LIST)
    if not is_part:
        template = page_template
    elif target.startswith(LIST) and name in selection.filterset.filters:
        template = OPTIONS_TEMPLATE
        context["facet"] = selection.facet(name)
    else:
        template = results_template
        selection.opened = _opened_filter(request)
    response = render(request, template, context)
    patch_vary_headers(response, VARIES_BY)
    return response


def _opened_filter(request: HttpRequest) -> frozenset[str] | None:
    """The filters that are open in the browser, where it says so."""
    said = request.headers.get(OPENED)
    return None if said is None else frozenset(said.split(","))


def _is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: for the way back it gets the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request
