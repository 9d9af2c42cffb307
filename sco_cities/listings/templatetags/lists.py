"""Template tags of list pages."""

from dataclasses import dataclass, replace
from functools import cache

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.core.html import join_html
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings import filter_html, link_html, querystring
from sco_cities.listings.columns import Column
from sco_cities.listings.empty_state import suggestions_for_empty
from sco_cities.listings.exports.attribution import attribution_lines
from sco_cities.listings.filter_options import FilterPanel
from sco_cities.listings.link_html import PageLink
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ALL, DEFAULT_PAGE_SIZE, PAGE_SIZES, PER_PAGE, VIEW
from sco_cities.listings.listing import BRIEF

register = template.Library()
register.simple_tag(attribution_lines)
register.simple_tag(suggestions_for_empty, name="closest_matches")

# The suffix of the URL name for the page about a list's feed, after the collection.
SUBSCRIPTION = "subscribe"
# The suffix of the URL name for the API documentation, after "api".
DOCS = "docs"
# The number of panels that are initially open.
OPEN_PANELS = 3
# The number of page links on each side of the current page.
ADJACENT_PAGES = 2


@dataclass(frozen=True)
class FilterGroup:
    """Filters under one heading in the sidebar. `kind` is "words", "years" or "options"."""

    kind: str
    panels: list[FilterPanel]
    is_open: bool = True

    @property
    def panel(self) -> FilterPanel:
        return self.panels[0]


@register.simple_tag
def filter_groups(list_query: ListPage) -> list[FilterGroup]:
    """Groups the filters of the page. Filters without options are left out."""
    groups, panel_count = [], 0
    for panel in list_query.filter_panels:
        if panel.name == "q":
            groups.append(FilterGroup("words", [panel]))
        elif panel.name.startswith("year_"):
            if groups and groups[-1].kind == "years":
                groups[-1].panels.append(panel)
            else:
                groups.append(FilterGroup("years", [panel]))
        elif panel.visible_options or panel.hidden_count or panel.values:
            is_short = len(panel.visible_options) < OPEN_PANELS + 1
            is_open = panel_count < OPEN_PANELS or panel.is_active or is_short
            groups.append(FilterGroup("options", [panel], is_open and not panel.is_deferred))
            panel_count += 1
    return groups


@register.simple_tag(takes_context=True)
def option_list(context, panel: FilterPanel) -> str:
    """The options of a filter as HTML."""
    return filter_html.option_list(context["list_query"], panel, context["request"].path)


@register.simple_tag(takes_context=True)
def option_panel(context, group: FilterGroup) -> str:
    """The panel of a filter as HTML."""
    return filter_html.filter_panel(
        context["list_query"], group.panel, context["request"].path, is_open=group.is_open
    )


@register.simple_tag(takes_context=True)
def year_bars(context) -> str:
    """The bars of the histogram of years as HTML."""
    return filter_html.year_bars(context["list_query"], context["request"].path)


@register.filter
def hidden_parameters(list_query: ListPage) -> list[tuple[str, str]]:
    """The names and values of page parameters that have no field in the filter form."""
    parameters = []
    if list_query.page_size != int(DEFAULT_PAGE_SIZE):
        parameters.append((PER_PAGE, str(list_query.page_size)))
    if list_query.view != list_query.listing.views[0]:
        parameters.append((VIEW, list_query.view))
    if list_query.listing.section_template:
        # The section below the list has its own filters.
        parameters += [
            (name, value)
            for name in sorted(list_query.unknown_parameters)
            for value in list_query.values_of(name)
        ]
    return parameters + [
        (ALL, name) for name in list_query.values_of(ALL) if name in list_query.filterset.filters
    ]


def sort_options(list_query: ListPage) -> list[tuple[str, str, bool]]:
    """The value and label of each sort order, and whether it is current. "" is the default order."""
    listing = list_query.listing
    labels = {header.sort: header.label for header in listing.headers if header.sort}
    current, default = list_query.sort.removeprefix("-"), listing.localized_default_sort
    if current not in labels:
        labels[current] = _label_with_language(listing.column_by_name[current])
    options = []
    for name, label in labels.items():
        for value, arrow in ((name, "↑"), (f"-{name}", "↓")):
            options.append(
                (
                    "" if value == default else value,
                    f"{label} {arrow}",
                    value == list_query.sort,
                )
            )
    return options


def _label_with_language(column: Column) -> str:
    """The label of a column. "(EN)" is appended for English names."""
    return f"{column.label} (EN)" if column.name.endswith("_en") else str(column.label)


@register.simple_tag(takes_context=True)
def sort_option_items(context) -> str:
    """The options of the sort field as HTML."""
    return link_html.select_options(sort_options(context["list_query"]))


@register.simple_tag(takes_context=True)
def column_header_cells(context) -> str:
    """The header cells of the table as HTML."""
    # If another page embeds the list, the path of the list is used.
    path = context.get("list_path") or context["request"].path
    return link_html.column_headers(context["list_query"].column_headers, path)


def page_links(list_query: ListPage) -> list[PageLink]:
    """Links to the first and the previous page, adjacent pages by number, the next and the last page."""
    page = list_query.page
    current, last = page.number, page.paginator.num_pages
    links = []
    if page.has_previous():
        links.append(PageLink(_("First"), list_query.page_link(1)))
        links.append(PageLink(_("Previous"), list_query.page_link(current - 1), "prev"))
    for number in range(max(current - ADJACENT_PAGES, 1), min(current + ADJACENT_PAGES, last) + 1):
        links.append(
            PageLink(str(number), list_query.page_link(number), is_number=True, is_current=number == current)
        )
    if page.has_next():
        links.append(PageLink(_("Next"), list_query.page_link(current + 1), "next"))
        links.append(PageLink(_("Last"), list_query.page_link(last)))
    return links


@register.simple_tag(takes_context=True)
def page_link_items(context) -> str:
    """The page links as HTML list items."""
    return link_html.page_links(page_links(context["list_query"]), context["request"].path)


@register.simple_tag
def size_links(list_query: ListPage) -> list[tuple[str, str, bool]]:
    """The size and query string of each page size, and whether it is current."""
    if list_query.count <= int(PAGE_SIZES[0]):
        return []
    return [(size, list_query.size_link(size), int(size) == list_query.page_size) for size in PAGE_SIZES]


@register.simple_tag(takes_context=True)
def size_link_items(context, links: list[tuple[str, str, bool]]) -> str:
    """The links to page sizes as HTML list items."""
    return link_html.size_links(links, context["request"].path)


@register.simple_tag(takes_context=True)
def view_link_items(context) -> str:
    """HTML list items with links to screen views and other pages with the same filters. "" for a single view."""
    page = context["list_query"]
    views, others = view_links(page), link_html.other_pages(page)
    return (
        join_html("", [link_html.view_links(views, context["request"].path), others])
        if others or views[1:]
        else ""
    )


def view_links(list_query: ListPage) -> list[tuple[str, str, str, bool]]:
    """The name, label and query string of each screen view, and whether it is current."""
    labels = {"table": _("List"), "map": _("Map")}
    # Cards are the phone layout of the table, so they have no separate link.
    current = "table" if list_query.view == "cards" else list_query.view
    return [
        (view, labels[view], list_query.view_link(view), view == current)
        for view in list_query.listing.views
        if view in labels
    ]


@register.simple_tag
def page_range(list_query: ListPage) -> str:
    """The range of records on the page, such as "1–50 of 203"."""
    page = list_query.page
    return _("%(first)s–%(last)s of %(count)s") % {
        "first": GroupedInt(page.start_index()),
        "last": GroupedInt(page.end_index()),
        "count": GroupedInt(list_query.count),
    }


@register.simple_tag
def brief_link(list_query: ListPage) -> str:
    """The query string that shows the same page as a brief. "" if the list has no brief."""
    return list_query.view_link(BRIEF) if list_query.listing.brief else ""


@dataclass(frozen=True)
class ExportLink:
    """A download of a list, with its file extension, URL, label and purpose.

    Instead of an extension, the feed has `SUBSCRIPTION`, and the link to the API documentation has `DOCS`.
    """

    extension: str
    url: str
    label: str
    purpose: str


@register.simple_tag
def export_links(list_query: ListPage) -> list[ExportLink]:
    """The downloads of this list, and the page about its feed. Excel files contain names in addition to slugs."""
    query = list_query.export_query
    queries = {
        "xlsx": querystring.extended(query, "labels=1"),
        SUBSCRIPTION: list_query.filter_query,
        DOCS: f"#{list_query.listing.collection}",
    }
    return [
        replace(link, url=link.url + queries.get(link.extension, query).removesuffix("?"))
        for link in _export_links(list_query.listing.collection, get_language())
    ]


@register.simple_tag
def feed_url(list_query: ListPage) -> str:
    """The URL of the feed of this list."""
    return reverse(f"{list_query.listing.collection}-atom") + list_query.filter_query.removesuffix("?")


@cache
def _export_links(collection: str, language: str | None) -> tuple[ExportLink, ...]:
    # The Excel file comes first, because its cells are never interpreted as formulas, whatever the language.
    formats = {
        "xlsx": (_("Excel"), _("for reading and sorting")),
        "csv": (_("CSV"), _("for spreadsheets and scripts")),
        "geojson": (_("GeoJSON"), _("for maps")),
        "jsonl": (_("JSON Lines"), _("for programs")),
        "zip": (_("Data package"), _("with all sources")),
        "ics": (_("Calendar"), _("with the dates of events")),
        SUBSCRIPTION: (_("Subscribe"), _("to changes, in a feed reader")),
    }
    links = []
    for extension, labels in formats.items():
        try:
            links.append(ExportLink(extension, reverse(f"{collection}-{extension}"), *labels))
        except NoReverseMatch:
            continue
    links.append(ExportLink(DOCS, reverse(f"api-{DOCS}"), _("API"), _("for websites and programs")))
    return tuple(links)
