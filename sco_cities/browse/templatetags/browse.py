"""What the templates of lists, and the header and footer of every page, need beyond Django's own tags."""

from dataclasses import dataclass
from itertools import accumulate

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.browse import nearest as nearest_lists
from sco_cities.browse import querystring
from sco_cities.browse.counting import Grouped
from sco_cities.browse.selection import Facet, Selection

register = template.Library()

# What the switch shows, what it is called in its own language, and what HTML's lang attribute takes.
_LANGUAGES = {
    "en": ("EN", "English", "en"),
    "ru": ("РУ", "Русский", "ru"),
    "zh-hans": ("中文", "中文", "zh-Hans"),
}

# A list of options up to this length shows all of them; a longer one scrolls and can be searched.
SHORT = 10
# So many groups of options are open at first.
OPEN = 3


@dataclass(frozen=True)
class LanguageLink:
    """The way to the same page, with the same query string, in another language."""

    short: str
    name: str
    html: str
    address: str
    absolute: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_links(context) -> list[LanguageLink]:
    """A link for every language of the site."""
    request = context["request"]
    _params, problem = querystring.read(request)
    here = request.path if problem else request.get_full_path()
    links = []
    for code, _name in settings.LANGUAGES:
        short, name, html = _LANGUAGES[code]
        address = translate_url(here, code)
        absolute = request.build_absolute_uri(address)
        links.append(LanguageLink(short, name, html, address, absolute, code == get_language()))
    return links


@register.simple_tag(takes_context=True)
def current(context, collection: str):
    """The aria-current attribute of a link to a list: "page" on the list itself, "true" on a page below it."""
    match = context["request"].resolver_match
    name = (match and match.url_name) or ""
    here = name.removesuffix("-list").removesuffix("-record")
    if here != collection:
        return ""
    return format_html(' aria-current="{}"', "true" if name.endswith("-record") else "page")


@register.filter
def lang(text):
    """The lang attribute of a text that knows its language, where that is not the page's."""
    language = getattr(text, "lang", "")
    if not language or language == _LANGUAGES.get(get_language() or "en", ("", "", ""))[2]:
        return ""
    return format_html(' lang="{}"', language)


@register.filter
def percent(share: float) -> str:
    """A share of 1 as the width of a bar: "37.5%", in the form that SVG reads, whatever the language."""
    return f"{share * 100:.4g}%"


@register.filter
def stacked(bars) -> list[tuple]:
    """Bars end to end: each with the share of all that lies before it."""
    ends = list(accumulate((bar.share for bar in bars), initial=0))
    return list(zip(bars, ends, strict=False))


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands set apart: "1,390"."""
    return str(Grouped(number))


@register.simple_tag(takes_context=True)
def address(context, query: str) -> str:
    """The address of this page with another query string."""
    return context["request"].path + query.removesuffix("?")


@dataclass(frozen=True)
class FilterGroup:
    """What the column of filters shows under one heading: `kind` is "words", "years" or "options"."""

    kind: str
    facets: list[Facet]
    is_open: bool = True

    @property
    def facet(self) -> Facet:
        return self.facets[0]

    @property
    def is_long(self) -> bool:
        return len(self.facet.options) > SHORT

    @property
    def unknown(self) -> list[str]:
        """Values that were asked for and are not on offer: they stay until the reader takes them off."""
        offered = {option.value for option in self.facet.options}
        return [value for value in self.facet.values if value.lower() not in offered]

    @property
    def options(self) -> list:
        """In a list that scrolls the chosen ones come first."""
        options = self.facet.options
        return sorted(options, key=lambda option: not option.selected) if self.is_long else options


@register.simple_tag
def filter_groups(selection: Selection) -> list[FilterGroup]:
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
        elif facet.options or facet.values:
            is_open = opened < OPEN or facet.is_active or len(facet.options) < OPEN + 1
            groups.append(FilterGroup("options", [facet], is_open))
            opened += 1
    return groups


@register.simple_tag
def sort_options(selection: Selection) -> list[tuple[str, str, bool]]:
    """The orders that a list can have: value, label, and whether it is the one; "" is the usual order."""
    listing = selection.listing
    columns = [column for column in listing.table_columns if column.order is not None]
    chosen = selection.sort.removeprefix("-")
    if chosen not in [column.name for column in columns]:
        columns.append(listing.column_by_name[chosen])
    options = []
    for column in columns:
        for value, arrow in ((column.name, "↑"), (f"-{column.name}", "↓")):
            options.append(
                (
                    "" if value == listing.default_sort else value,
                    f"{column.label} {arrow}",
                    value == selection.sort,
                )
            )
    return options


@register.simple_tag
def page_links(selection: Selection) -> list[tuple[str, str, str]]:
    """The ways to other pages: label, query string, and what HTML's rel attribute takes."""
    page = selection.page
    links = []
    if page.has_previous():
        links.append((_("First"), selection.page_link(1), ""))
        links.append((_("Previous"), selection.page_link(page.number - 1), "prev"))
    if page.has_next():
        links.append((_("Next"), selection.page_link(page.number + 1), "next"))
        links.append((_("Last"), selection.page_link(page.paginator.num_pages), ""))
    return links


@register.simple_tag
def nearest(selection: Selection) -> list[nearest_lists.Alternative]:
    """What an empty list offers instead."""
    return nearest_lists.nearest(selection)
