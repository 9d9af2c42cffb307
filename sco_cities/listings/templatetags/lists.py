"""What the templates of lists need beyond Django's own tags."""

from dataclasses import dataclass, replace
from functools import cache

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.i18n.numbers import GroupedInt
from sco_cities.listings import empty_state as nearest_lists
from sco_cities.listings import filter_html
from sco_cities.listings.columns import Column
from sco_cities.listings.exports import attribution
from sco_cities.listings.filter_options import FilterPanel
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ALL, PAGE_SIZE, PAGE_SIZES, PER_PAGE, VIEW
from sco_cities.listings.listing import BRIEF

register = template.Library()

# So many groups of options are open at first.
OPEN = 3
# So many pages on either side of the current one are named.
NEAR = 2


@dataclass(frozen=True)
class FilterGroup:
    """What the column of filters shows under one heading: `kind` is "words", "years" or "options"."""

    kind: str
    facets: list[FilterPanel]
    is_open: bool = True

    @property
    def facet(self) -> FilterPanel:
        return self.facets[0]


@register.simple_tag
def filter_groups(selection: ListPage) -> list[FilterGroup]:
    """The filters as the page shows them; one that has nothing to offer is left out."""
    groups, opened = [], 0
    for facet in selection.facets:
        if facet.name == "q":
            groups.append(FilterGroup("words", [facet]))
        elif facet.name.startswith("year_"):
            if groups and groups[-1].kind == "years":
                groups[-1].facets.append(facet)
            else:
                groups.append(FilterGroup("years", [facet]))
        elif facet.offered or facet.more or facet.values:
            is_open = opened < OPEN or facet.is_active or len(facet.offered) < OPEN + 1
            is_open = is_open and not facet.waits
            groups.append(FilterGroup("options", [facet], is_open))
            opened += 1
    return groups


@register.simple_tag(takes_context=True)
def options(context, facet: FilterPanel) -> str:
    """The options of a filter."""
    return filter_html.options(context["selection"], facet, context["request"].path)


@register.simple_tag(takes_context=True)
def option_panel(context, group: FilterGroup) -> str:
    """A filter with its options."""
    return filter_html.panel(
        context["selection"], group.facet, context["request"].path, is_open=group.is_open
    )


@register.simple_tag(takes_context=True)
def bars(context) -> str:
    """The bars of the histogram of years."""
    return filter_html.bars(context["selection"], context["request"].path)


@register.filter
def kept_parameters(selection: ListPage) -> list[tuple[str, str]]:
    """What the form of the filters keeps of the address without having a field for it."""
    kept = []
    if selection.page_size != int(PAGE_SIZE):
        kept.append((PER_PAGE, str(selection.page_size)))
    if selection.view != selection.listing.views[0]:
        kept.append((VIEW, selection.view))
    return kept + [(ALL, name) for name in selection.values_of(ALL) if name in selection.filterset.filters]


@register.simple_tag
def sort_options(selection: ListPage) -> list[tuple[str, str, bool]]:
    """The orders that a list can have: value, label, and whether it is the one; "" is the usual order."""
    listing = selection.listing
    columns = [column for column in listing.table_columns if column.order is not None]
    labels = {listing.in_language(column.name): column.label for column in columns}
    chosen = selection.sort.removeprefix("-")
    if chosen not in labels:
        labels[chosen] = _with_language(listing.column_by_name[chosen])
    options = []
    for name, label in labels.items():
        for value, arrow in ((name, "↑"), (f"-{name}", "↓")):
            options.append(
                (
                    "" if value == listing.usual_sort else value,
                    f"{label} {arrow}",
                    value == selection.sort,
                )
            )
    return options


def _with_language(column: Column) -> str:
    """The label of a column; of one with names that of its language too."""
    return f"{column.label} (EN)" if column.name.endswith("_en") else str(column.label)


@dataclass(frozen=True)
class PageLink:
    """The way to a page of a list: `rel` is what HTML's attribute takes; the page itself is `here` and no way."""

    label: str
    query: str
    rel: str = ""
    is_number: bool = False
    is_here: bool = False


@register.simple_tag
def page_links(selection: ListPage) -> list[PageLink]:
    """The first page, the one before, some around by their numbers, the one after, the last."""
    page = selection.page
    here, last = page.number, page.paginator.num_pages
    links = []
    if page.has_previous():
        links.append(PageLink(_("First"), selection.page_link(1)))
        links.append(PageLink(_("Previous"), selection.page_link(here - 1), "prev"))
    for number in range(max(here - NEAR, 1), min(here + NEAR, last) + 1):
        links.append(
            PageLink(str(number), selection.page_link(number), is_number=True, is_here=number == here)
        )
    if page.has_next():
        links.append(PageLink(_("Next"), selection.page_link(here + 1), "next"))
        links.append(PageLink(_("Last"), selection.page_link(last)))
    return links


@register.simple_tag
def size_links(selection: ListPage) -> list[tuple[str, str, bool]]:
    """Pages of other sizes: size, query string, and whether it is the current one."""
    if selection.count <= int(PAGE_SIZES[0]):
        return []
    return [(size, selection.size_link(size), int(size) == selection.page_size) for size in PAGE_SIZES]


@register.simple_tag
def view_links(selection: ListPage) -> list[tuple[str, str, str, bool]]:
    """The views of a list on the screen: name, label, query string, and whether it is the current one."""
    labels = {"table": _("Table"), "cards": _("Cards"), "map": _("Map")}
    return [
        (view, labels[view], selection.view_link(view), view == selection.view)
        for view in selection.listing.views
        if view in labels
    ]


@register.simple_tag
def page_of(selection: ListPage) -> str:
    """Which of the records the page shows: "1–50 of 203"."""
    page = selection.page
    return _("%(first)s–%(last)s of %(count)s") % {
        "first": GroupedInt(page.start_index()),
        "last": GroupedInt(page.end_index()),
        "count": GroupedInt(selection.count),
    }


@register.simple_tag
def brief_credits() -> list[str]:
    """Under which licence a brief may be used, and whose data it holds besides."""
    return attribution.attribution_lines()


@register.simple_tag
def brief_link(selection: ListPage) -> str:
    """The query string of the same page of the list for paper; "" where there is no such form."""
    return selection.view_link(BRIEF) if selection.listing.brief else ""


@dataclass(frozen=True)
class ExportLink:
    """Another form of a list: the ending of its address, that address, and what readers call it."""

    ending: str
    address: str
    label: str


@register.simple_tag
def export_links(selection: ListPage) -> list[ExportLink]:
    """The other forms of exactly this list; Excel, which is for people to read, with names beside slugs."""
    query = selection.export_query
    with_names = f"{query}{'' if query == '?' else '&'}labels=1"
    return [
        replace(
            form, address=form.address + (with_names if form.ending == "xlsx" else query.removesuffix("?"))
        )
        for form in _export_links(selection.listing.collection, get_language())
    ]


@register.simple_tag
def feed(selection: ListPage) -> str:
    """The address of the feed of exactly this list; "" where there is none."""
    return next((form.address for form in export_links(selection) if form.ending == "atom"), "")


@cache
def _export_links(collection: str, language: str | None) -> tuple[ExportLink, ...]:
    labels = {"csv": _("CSV"), "xlsx": _("Excel"), "geojson": _("GeoJSON"), "atom": _("Feed")}
    found = []
    for ending, label in labels.items():
        try:
            found.append(ExportLink(ending, reverse(f"{collection}-{ending}"), label))
        except NoReverseMatch:
            continue
    return tuple(found)


@register.simple_tag
def closest_matches(selection: ListPage) -> list[nearest_lists.Alternative]:
    """What an empty list offers instead."""
    return nearest_lists.suggestions_for_empty(selection)
