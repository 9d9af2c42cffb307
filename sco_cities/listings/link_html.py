"""HTML of the links and options around the rows of a list, built in Python.

A page has fifty of them. Rendering them with templates took a fifth of the page's time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from sco_cities.core.html import fill_template, join_html

from .list_page import ColumnHeader, ListPage

_CURRENT = fill_template(' aria-current="true"')
_SELECTED = fill_template(" selected")
_NUMBER = fill_template(' class="n"')
# Arrows by sort direction. Sortable columns that are not sorted also have an arrow.
_ARROWS = {"": "↕", "ascending": "↑", "descending": "↓"}
# Makes the browser load the whole page, because the scripts of a map start only when a page loads.
_WHOLE_PAGE = fill_template(' data-boost="false"')


def path_with(path: str, query: str) -> str:
    """Appends a query string to a path. "?" stands for an empty query string."""
    return path if query == "?" else path + query


def column_headers(headers: Iterable[ColumnHeader], path: str) -> str:
    """The header cells of the table, each with a link that sorts by its column."""
    return join_html(
        "", [_column_header(number, header, path) for number, header in enumerate(headers, start=1)]
    )


def _column_header(number: int, header: ColumnHeader, path: str) -> str:
    label, attribute = header.label, _NUMBER if header.is_number else ""
    if not header.link:
        return fill_template('\n<th scope="col"{}>{}</th>', attribute, label)
    return fill_template(
        f'\n<th scope="col"{{}}{{}}><a href="{{}}" id="column-{number}" rel="nofollow">{{}}'
        '<span aria-hidden="true">&nbsp;{}</span></a></th>',
        attribute,
        fill_template(' aria-sort="{}"', header.direction) if header.direction else "",
        path_with(path, header.link),
        label,
        _ARROWS[header.direction],
    )


def select_options(options: Iterable[tuple[str, str, bool]]) -> str:
    """The options of a select field. Each is given as value, label and whether it is current."""
    return join_html(
        "",
        [
            fill_template('\n<option value="{}"{}>{}</option>', value, _SELECTED if is_current else "", label)
            for value, label, is_current in options
        ],
    )


def view_links(links: Iterable[tuple[str, str, str, bool]], path: str) -> str:
    """The links to the views. Each is given as name, label, query string and whether it is current."""
    return join_html(
        "",
        [
            fill_template(
                f'\n<li><a href="{{}}" id="view-{number}"{{}}{{}} rel="nofollow">{{}}</a></li>',
                path_with(path, query),
                _CURRENT if is_current else "",
                _WHOLE_PAGE if name == "map" else "",
                label,
            )
            for number, (name, label, query, is_current) in enumerate(links, start=1)
        ],
    )


@dataclass(frozen=True)
class PageLink:
    """A link to a page of a list. `rel` is the HTML attribute. If `is_current` is set, it is text instead of a link."""

    label: str
    query: str
    rel: str = ""
    is_number: bool = False
    is_current: bool = False


def page_links(links: Iterable[PageLink], path: str) -> str:
    """The links to other pages of the list."""
    return join_html("", [_page_link(link, path) for link in links])


def _page_link(link: PageLink, path: str) -> str:
    if link.is_current:
        return fill_template('\n<li><span class="n" aria-current="page">{}</span></li>', link.label)
    return fill_template(
        '\n<li><a href="{}"{}{}>{}</a></li>',
        path_with(path, link.query),
        _NUMBER if link.is_number else "",
        fill_template(' rel="{}"', link.rel) if link.rel else "",
        link.label,
    )


def size_links(links: Iterable[tuple[str, str, bool]], path: str) -> str:
    """The links to page sizes. Each is given as size, query string and whether it is current."""
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


def other_pages(page: ListPage) -> str:
    """Links to other pages that accept the same filters, and to the summary page for the filtered records."""
    query, listing = page.filter_query, page.listing
    links = [(path_with(reverse(name), query), str(label)) for name, label in listing.other_pages]
    if summary := listing.summary_page and listing.summary_page(page):
        links.append(summary)
    return join_html(
        "",
        [fill_template('\n<li><a href="{}"{}>{}</a></li>', url, _WHOLE_PAGE, label) for url, label in links],
    )
