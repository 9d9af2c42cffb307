"""Builds the HTML of the links and options around a list's rows in Python.

A page has fifty of these links. Rendering them with templates took a fifth of the page's time.
"""

from collections.abc import Iterable

from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html

from . import querystring
from .columns import Column
from .list_page import ListPage
from .list_query import PAGE, SORT
from .listing import Header

_CURRENT = fill_template(' aria-current="true"')
_SELECTED = fill_template(" selected")
_NUMBER = fill_template(' class="n"')
# Arrows by sort direction. Sortable columns have an arrow even if the list is not sorted by them.
_ARROWS = {"": "↕", "ascending": "↑", "descending": "↓"}
# Makes the browser load the complete page, because map scripts start only when a page loads.
_WHOLE_PAGE = fill_template(' data-boost="false"')
# The number of page links on each side of the current page.
ADJACENT_PAGES = 2


def path_with(path: str, query: str) -> str:
    """Appends a query string to a path. The query string "?" is omitted, because it contains no parameters."""
    return path if query == "?" else path + query


def column_header_cells(context: Context) -> str:
    """Returns the header cells of the table, each with a link that sorts by its column."""
    page = context["list_query"]
    # Uses the path of the list if another page embeds the list.
    path = context.get("list_path") or context["request"].path
    base = querystring.without(page.params, PAGE, SORT)
    cells = [
        _column_header(number, header, page.sort, path, base)
        for number, header in enumerate(page.listing.headers, start=1)
    ]
    return join_html("", cells)


def _column_header(number: int, header: Header, current: str, path: str, base: str) -> str:
    label, sort, is_number = header
    attribute = _NUMBER if is_number else ""
    if not sort:
        return fill_template('\n<th scope="col"{}>{}</th>', attribute, label)
    direction = {sort: "ascending", f"-{sort}": "descending"}.get(current, "")
    by = f"-{sort}" if direction == "ascending" else sort
    return fill_template(
        f'\n<th scope="col"{{}}{{}}><a href="{{}}" id="column-{number}" rel="nofollow">{{}}'
        '<span aria-hidden="true">&nbsp;{}</span></a></th>',
        attribute,
        fill_template(' aria-sort="{}"', direction) if direction else "",
        path_with(path, querystring.extended(base, f"{SORT}={by}")),
        label,
        _ARROWS[direction],
    )


def select_options(options: Iterable[tuple[str, str, bool]]) -> str:
    """Returns the HTML of a select field's options. Each option has a value, a label and a flag if it is current."""
    return join_html(
        "",
        [
            fill_template('\n<option value="{}"{}>{}</option>', value, _SELECTED if is_current else "", label)
            for value, label, is_current in options
        ],
    )


def sort_option_items(context: Context) -> str:
    """Returns the options of the sort field. The value "" means the default order."""
    list_query = context["list_query"]
    listing = list_query.listing
    labels = {header.sort: header.label for header in listing.headers if header.sort}
    current, default = list_query.sort.removeprefix("-"), listing.localized_default_sort
    if current not in labels:
        labels[current] = _label_with_language(listing.column_by_name[current])
    return select_options(
        ("" if value == default else value, f"{label} {arrow}", value == list_query.sort)
        for name, label in labels.items()
        for value, arrow in ((name, "↑"), (f"-{name}", "↓"))
    )


def _label_with_language(column: Column) -> str:
    """Returns the label of a column, followed by "(EN)" for English names."""
    return f"{column.label} (EN)" if column.name.endswith("_en") else str(column.label)


def page_link_items(context: Context) -> str:
    """Returns links to the first, previous, next and last page, and numbered links to adjacent pages."""
    list_query, path = context["list_query"], context["request"].path
    page = list_query.page
    current, last = page.number, page.paginator.num_pages

    def link(label: str, number: int, attribute: str = "") -> str:
        url = path_with(path, list_query.page_link(number))
        return fill_template('\n<li><a href="{}"{}>{}</a></li>', url, attribute, label)

    items = []
    if page.has_previous():
        items.append(link(_("First"), 1))
        items.append(link(_("Previous"), current - 1, fill_template(' rel="prev"')))
    for number in range(max(current - ADJACENT_PAGES, 1), min(current + ADJACENT_PAGES, last) + 1):
        if number == current:
            items.append(
                fill_template('\n<li><span class="n" aria-current="page">{}</span></li>', str(number))
            )
        else:
            items.append(link(str(number), number, _NUMBER))
    if page.has_next():
        items.append(link(_("Next"), current + 1, fill_template(' rel="next"')))
        items.append(link(_("Last"), last))
    return join_html("", items)


def size_link_items(context: Context, links: Iterable[tuple[str, str, bool]]) -> str:
    """Returns links that change the page size. Each link has a size, a query string and a flag for the current size."""
    path = context["request"].path
    return join_html(
        "",
        [
            fill_template(
                '\n<li><a class="n" href="{}" id="size-{}"{} rel="nofollow">{}</a></li>',
                path_with(path, query),
                size,
                _CURRENT if is_current else "",
                size,
            )
            for size, query, is_current in links
        ],
    )


def view_link_items(context: Context) -> str:
    """Returns links to screen views and other pages with the same filters, or "" if there are none."""
    page, path = context["list_query"], context["request"].path
    labels = {"table": _("List"), "map": _("Map")}
    # Cards have no separate link, because they are the table's phone layout.
    current = "table" if page.view == "cards" else page.view
    views = [view for view in page.listing.views if view in labels]
    links = [
        fill_template(
            f'\n<li><a href="{{}}" id="view-{number}"{{}}{{}} rel="nofollow">{{}}</a></li>',
            path_with(path, page.view_link(view)),
            _CURRENT if view == current else "",
            _WHOLE_PAGE if view == "map" else "",
            labels[view],
        )
        for number, view in enumerate(views, start=1)
    ]
    others = _other_pages(page)
    return join_html("", [*links, *others]) if others or views[1:] else ""


def _other_pages(page: ListPage) -> list[str]:
    """Returns links to other pages that accept the same filters, and to the summary page for the filtered records."""
    query, listing = page.filter_query, page.listing
    links = [(path_with(reverse(name), query), str(label)) for name, label in listing.other_pages]
    if summary := listing.summary_page and listing.summary_page(page):
        links.append(summary)
    return [
        fill_template('\n<li><a href="{}"{}>{}</a></li>', url, _WHOLE_PAGE, label) for url, label in links
    ]
