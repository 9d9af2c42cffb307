"""Template tags of list pages."""

from dataclasses import dataclass, replace
from functools import cache

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings import filter_html, link_html, querystring
from sco_cities.listings.empty_state import suggestions_for_empty
from sco_cities.listings.exports.attribution import attribution_lines
from sco_cities.listings.filter_options import FilterPanel
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ALL, DEFAULT_PAGE_SIZE, PAGE_SIZES, PER_PAGE, VIEW
from sco_cities.listings.listing import BRIEF

register = template.Library()
register.simple_tag(attribution_lines)
register.simple_tag(suggestions_for_empty, name="closest_matches")
for tag in (
    link_html.column_header_cells,
    link_html.page_link_items,
    link_html.size_link_items,
    link_html.sort_option_items,
    link_html.view_link_items,
):
    register.simple_tag(tag, takes_context=True)

# The URL name of the page about a list's feed ends with this suffix.
SUBSCRIPTION = "subscribe"
# The URL name of the API documentation ends with this suffix.
DOCS = "docs"
# The number of panels that are initially open.
OPEN_PANELS = 3


@dataclass(frozen=True)
class FilterGroup:
    """A group of filters under one heading in the sidebar. `kind` is "words", "years" or "options"."""

    kind: str
    panels: list[FilterPanel]
    is_open: bool = True

    @property
    def panel(self) -> FilterPanel:
        return self.panels[0]


@register.simple_tag
def filter_groups(list_query: ListPage) -> list[FilterGroup]:
    """Groups the filters of the page. Filters without options are omitted."""
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
    """Returns the options of a filter as HTML."""
    return filter_html.option_list(context["list_query"], panel, context["request"].path)


@register.simple_tag(takes_context=True)
def option_panel(context, group: FilterGroup) -> str:
    """Returns the panel of a filter as HTML."""
    return filter_html.filter_panel(
        context["list_query"], group.panel, context["request"].path, is_open=group.is_open
    )


@register.simple_tag(takes_context=True)
def year_bars(context) -> str:
    """Returns the bars of the histogram of years as HTML."""
    return filter_html.year_bars(context["list_query"], context["request"].path)


@register.filter
def hidden_parameters(list_query: ListPage) -> list[tuple[str, str]]:
    """Returns the names and values of page parameters without a field in the filter form."""
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


@register.simple_tag
def size_links(list_query: ListPage) -> list[tuple[str, str, bool]]:
    """Returns a tuple (size, query string, is current) for each page size."""
    if list_query.count <= int(PAGE_SIZES[0]):
        return []
    return [(size, list_query.size_link(size), int(size) == list_query.page_size) for size in PAGE_SIZES]


@register.simple_tag
def page_range(list_query: ListPage) -> str:
    """Returns the range of records on the page, such as "1–50 of 203"."""
    page = list_query.page
    return _("%(first)s–%(last)s of %(count)s") % {
        "first": GroupedInt(page.start_index()),
        "last": GroupedInt(page.end_index()),
        "count": GroupedInt(list_query.count),
    }


@register.simple_tag
def brief_link(list_query: ListPage) -> str:
    """Returns the query string that shows the page as a brief, or "" if the list has no brief."""
    return list_query.view_link(BRIEF) if list_query.listing.brief else ""


@dataclass(frozen=True)
class ExportLink:
    """A download of a list, with its file extension, URL, label and purpose.

    The extension is `SUBSCRIPTION` for the feed and `DOCS` for the API documentation.
    """

    extension: str
    url: str
    label: str
    purpose: str


@register.simple_tag
def export_links(list_query: ListPage) -> list[ExportLink]:
    """Returns links to the list's downloads and the page about its feed. Excel files contain slugs and names."""
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
    """Returns the URL of the list's feed."""
    return reverse(f"{list_query.listing.collection}-atom") + list_query.filter_query.removesuffix("?")


@cache
def _export_links(collection: str, language: str | None) -> tuple[ExportLink, ...]:
    # The Excel file is first, because spreadsheets in every language treat its cells as text, not formulas.
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
