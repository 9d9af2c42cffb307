"""Template tags for the header and footer, and general tags and filters."""

from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.translation import get_language, gettext_lazy

from sco_cities.core.html import fill_template, join_html, lang_attribute, typeset_html
from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES, html_language
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import brackets, colon, comma, join_sentences, pause, semicolon_list
from sco_cities.listings import querystring
from sco_cities.site.citation import publisher

register = template.Library()

register.filter("lang", lang_attribute)
register.filter(semicolon_list)
# Usage: `{% filter join_sentences %}…{% endfilter %}` around sentences separated by spaces.
register.filter("join_sentences", join_sentences, is_safe=True)

register.filter("typeset", typeset_html, is_safe=True)
# Usage: `{% if not forloop.last %}{% comma %}{% endif %}`, `{{ name }}{% pause %}{{ role }}`, and
# `{{ label }}{% colon %}{{ value }}`.
for separator in (comma, pause, colon):
    register.simple_tag(separator)

# The labels of the main navigation, by URL name.
_NAVIGATION = {
    "initiatives-list": gettext_lazy("Initiatives"),
    "cities-list": gettext_lazy("Cities"),
    "delegates-list": gettext_lazy("Delegates"),
    "events-list": gettext_lazy("Events"),
    "themes-list": gettext_lazy("Themes"),
    "map": gettext_lazy("Map"),
    "reports-list": gettext_lazy("Sources"),
}
# Groups of lists that are shown as tabs, by URL name. The navigation or the footer links to each group's first list.
_TABS = (
    (("delegates-list", gettext_lazy("Delegates")), ("organisations-list", gettext_lazy("Organisations"))),
    (("events-list", gettext_lazy("Events")), ("statements-list", gettext_lazy("Statements"))),
    (("matrix", gettext_lazy("Who works with whom")), ("countries-list", gettext_lazy("Countries"))),
)


@dataclass(frozen=True)
class LanguageLink:
    """A link to the same page in another language, with the same query string."""

    short: str
    name: str
    language_tag: str
    url: str
    absolute_url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_links(context, path: str = "") -> list[LanguageLink]:
    """Returns links to this page, or to `path`, in every language of the site."""
    request, active = context["request"], get_language()
    _params, error = querystring.read(request)
    path = path or (request.path if error else request.get_full_path())
    path, question_mark, query = path.partition("?")
    origin = f"{request.scheme}://{request.get_host()}"
    links = []
    for code, _name in settings.LANGUAGES:
        short, name = SITE_LANGUAGE_NAMES[code]
        url = f"{_translate_path(path, code, active)}{question_mark}{query}"
        links.append(LanguageLink(short, name, html_language(code), url, origin + url, code == active))
    return links


@register.simple_tag(takes_context=True)
def robots_directive(context) -> str:
    """Excludes pages with a query string from search engines, because their content repeats other pages."""
    if not context["request"].META.get("QUERY_STRING"):
        return ""
    return fill_template('<meta name="robots" content="noindex">')


@register.simple_tag(takes_context=True)
def canonical_link(context) -> str:
    """Returns the canonical link for search engines, in the page's language, or "" if the page has a query string."""
    request = context["request"]
    if request.META.get("QUERY_STRING"):
        return ""
    return fill_template(
        '<link rel="canonical" href="{}">', request.build_absolute_uri(request.get_full_path())
    )


@register.simple_tag
def citation_tags(title: str, url: str, date: str = "", doi: str = "") -> str:
    """Metadata tags with the citation of a page for reference managers such as Zotero."""
    values = {"title": title, "author": publisher(), "publication_date": date, "doi": doi, "public_url": url}
    pattern = '<meta name="citation_{}" content="{}">'
    return join_html("\n  ", [fill_template(pattern, name, value) for name, value in values.items() if value])


_LANGUAGE_ITEM = """
  <li><a href="{}" lang="{}" hreflang="{}" aria-label="{}"{}>{}</a></li>"""


@register.simple_tag
def language_list(links: list[LanguageLink]) -> str:
    """Returns the language links as HTML. Every page contains them twice."""
    items = [
        fill_template(
            _LANGUAGE_ITEM,
            link.url,
            link.language_tag,
            link.language_tag,
            link.name,
            fill_template(' aria-current="true"') if link.is_current else "",
            link.short,
        )
        for link in links
    ]
    return fill_template("<ul>{}\n</ul>", join_html("", items))


# `active` is part of the cache key, because paths are resolved in the active language.
@lru_cache(maxsize=1024)
def _translate_path(path: str, code: str, active: str | None) -> str:
    return translate_url(path, code)


@register.simple_tag(takes_context=True)
def cached_include(context, template_name: str) -> str:
    """Includes a template and caches its HTML by URL name and language.

    The context contains only `url_name`, for the tag `current`. Rendering header and footer took a seventh of a page's
    time.
    """
    match = context["request"].resolver_match
    # During development, nothing is cached, so that an edited template takes effect immediately.
    render = _cached_include.__wrapped__ if settings.DEBUG else _cached_include
    return render(template_name, (match and match.url_name) or "", get_language())


@lru_cache(maxsize=1024)
def _cached_include(template_name: str, url_name: str, language: str | None) -> str:
    return render_to_string(template_name, {"url_name": url_name})


@register.simple_tag
def font_preloads() -> str:
    """Returns preload links for the language's fonts. Otherwise, a reader's first page would show fallback fonts.

    Chinese pages use system fonts, and the sans font for names and texts in other languages.
    """
    names, language = getattr(staticfiles_storage, "hashed_files", ()), (get_language() or "")[:2]
    scripts = ("-latin.woff2", "-cyrillic.woff2") if language == "ru" else ("-latin.woff2",)
    fonts = [each for each in names if each.endswith(scripts) and not (language == "zh" and "serif" in each)]
    link = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>\n  '
    return format_html_join("", link, ((staticfiles_storage.url(name),) for name in fonts))


@register.simple_tag(takes_context=True)
def current(context, collection: str) -> str:
    """Returns a link's aria-current attribute, "page" on the list itself and "true" on its records' pages."""
    name = context["url_name"]
    if name.removesuffix("-list").removesuffix("-record") != collection:
        return ""
    return format_html(' aria-current="{}"', "true" if name.endswith("-record") else "page")


@register.simple_tag(takes_context=True)
def tab_items(context) -> str:
    """Returns the tabs of a list as HTML list items. Returns "" if the list has no tab."""
    own = f"{context['listing'].collection}-list"
    tabs = next((tabs for tabs in _TABS if own in dict(tabs)), ())
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}</a></li>',
        (
            (
                reverse(name),
                format_html(' aria-current="{}"', "page") if name == own else "",
                label,
            )
            for name, label in tabs
        ),
    )


@register.simple_tag(takes_context=True)
def navigation(context) -> str:
    """Returns the HTML list items of the main navigation."""
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}</a></li>',
        (
            (reverse(name), current(context, name.removesuffix("-list")), label)
            for name, label in _NAVIGATION.items()
        ),
    )


@register.simple_block_tag
def page_title(content: str) -> str:
    """Returns the title tags of a page for browsers and link previews."""
    title = plain_text(content)
    return format_html('<title>{0} · SCO Cities</title>\n  <meta property="og:title" content="{0}">', title)


@register.simple_block_tag
def page_description(content: str) -> str:
    """Returns the description tags of a page for search results and link previews, or ""."""
    if not (text := plain_text(content)):
        return ""
    return format_html(
        '<meta name="description" content="{0}">\n  <meta property="og:description" content="{0}">', text
    )


def plain_text(content: str) -> str:
    """Removes the tags from HTML and decodes its entities."""
    return " ".join(unescape(strip_tags(content)).split())


@register.filter
def percent(share: float) -> str:
    """Returns a share from 0 to 1 as an SVG length such as "37.5%". It is not localised."""
    return f"{share * 100:.4g}%"


@register.filter
def grouped(number: int) -> str:
    """Returns a number with thousands separators, such as "1,390"."""
    return str(GroupedInt(number))


@register.simple_tag
def open_bracket() -> str:
    """Returns the opening bracket of a remark, preceded by a space in languages that use a space."""
    return brackets()[0]


@register.simple_tag
def close_bracket() -> str:
    """Returns the closing bracket of a remark."""
    return brackets()[1]


@register.simple_tag(takes_context=True)
def page_path(context, query: str) -> str:
    """Returns the path of this page with another query string."""
    return context["request"].path + query.removesuffix("?")


@register.simple_tag(takes_context=True)
def absolute_url(context, query: str) -> str:
    """Returns the absolute URL of this page with another query string, for printed pages."""
    request = context["request"]
    return request.build_absolute_uri(request.path) + query.removesuffix("?")
