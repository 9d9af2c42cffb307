"""The page of a list, for any kind of record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from .index.current import reading
from .list_page import ListPage
from .listing import BRIEF, Listing

PAGE_TEMPLATE = "browse/list.html"
# The same for paper.
BRIEF_TEMPLATE = "browse/brief.html"
# What htmx swaps in after a click on a filter: the heading, the chips, the facets and the rows.
RESULTS_TEMPLATE = "browse/_results.html"
# And when a reader looks for something in a long list of options: all of these.
OPTIONS_TEMPLATE = "browse/_all_options.html"
# The ids of the elements that they are swapped into.
RESULTS, LIST = "results", "list-"


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
    """The page of a selection, or the part of it that htmx asks for."""
    context = {"selection": selection, "listing": selection.listing, "is_part": _is_for_part(request)}
    name = (request.htmx.target or "").removeprefix(LIST)
    if not context["is_part"]:
        template = page_template
    elif request.htmx.target == f"{LIST}{name}" and name in selection.filterset.filters:
        template = OPTIONS_TEMPLATE
        context["facet"] = selection.facet(name)
    else:
        template = results_template
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    return response


def _is_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: the whole one for any other element, and for the way back."""
    htmx = request.htmx
    if not htmx or htmx.history_restore_request:
        return False
    return not htmx.boosted or htmx.target == RESULTS
