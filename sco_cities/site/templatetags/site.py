"""What the header and footer of every page need beyond Django's own tags, and small filters for any page."""

from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import accumulate

from django import template
from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.translation import get_language, gettext_lazy

from sco_cities.i18n.languages import LANGUAGE_NAMES, html_language
from sco_cities.i18n.numbers import GroupedInt
from sco_cities.i18n.punctuation import brackets, colon, comma, join_sentences, pause, semicolon_list
from sco_cities.listings import querystring
from sco_cities.listings.filter_html import lang_attribute, long_attribute

register = template.Library()

register.filter("lang", lang_attribute)
register.filter("long", long_attribute)
register.filter(semicolon_list)
# `{% filter join_sentences %}…{% endfilter %}` around sentences that have spaces between them.
register.filter("in_a_row", join_sentences, is_safe=True)

# The six words of the navigation, by the lists that they lead to.
_NAVIGATION = {
    "initiatives": gettext_lazy("Initiatives"),
    "cities": gettext_lazy("Cities"),
    "delegates": gettext_lazy("Delegates"),
    "events": gettext_lazy("Events"),
    "themes": gettext_lazy("Themes"),
    "reports": gettext_lazy("Reports"),
}


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
    request, active = context["request"], get_language()
    _params, problem = querystring.read(request)
    path, mark, query = (request.path if problem else request.get_full_path()).partition("?")
    origin = f"{request.scheme}://{request.get_host()}"
    links = []
    for code, _name in settings.LANGUAGES:
        short, name = LANGUAGE_NAMES[code]
        address = f"{_translated(path, code, active)}{mark}{query}"
        html = html_language(code)
        links.append(LanguageLink(short, name, html, address, origin + address, code == active))
    return links


# `active`: addresses are read in the language of the request.
@lru_cache(maxsize=1024)
def _translated(path: str, code: str, active: str | None) -> str:
    return translate_url(path, code)


def _here(context) -> tuple[str, str]:
    """The collection that the page belongs to, and the aria-current of a link to its list."""
    match = context["request"].resolver_match
    name = (match and match.url_name) or ""
    return name.removesuffix("-list").removesuffix("-record"), "true" if name.endswith("-record") else "page"


@register.simple_tag(takes_context=True)
def current(context, collection: str):
    """The aria-current attribute of a link to a list: "page" on the list itself, "true" on a page below it."""
    here, degree = _here(context)
    return format_html(' aria-current="{}"', degree) if here == collection else ""


@register.simple_tag(takes_context=True)
def navigation(context) -> str:
    """The links to the lists, as items of a list of their own."""
    here, degree = _here(context)
    return _navigation(here if here in _NAVIGATION else "", degree, get_language())


# Every page has it twice, and there are few of them.
@lru_cache(maxsize=64)
def _navigation(here: str, degree: str, language: str | None) -> str:
    marked = format_html(' aria-current="{}"', degree)
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}</a></li>',
        (
            (reverse(f"{name}-list"), marked if name == here else "", label)
            for name, label in _NAVIGATION.items()
        ),
    )


@register.simple_block_tag
def page_title(content: str) -> str:
    """The title of a page, in the window and where others link to it."""
    title = plain(content)
    return format_html('<title>{0} · SCO Cities</title>\n  <meta property="og:title" content="{0}">', title)


@register.simple_block_tag
def page_description(content: str) -> str:
    """What a page says of itself where others link to it; nothing where it says nothing."""
    if not (text := plain(content)):
        return ""
    return format_html(
        '<meta name="description" content="{0}">\n  <meta property="og:description" content="{0}">', text
    )


def plain(content: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(unescape(strip_tags(content)).split())


@register.filter
def percent(share: float) -> str:
    """A share of 1 as the width of a bar: "37.5%", in the form that SVG reads, whatever the language."""
    return f"{share * 100:.4g}%"


@register.filter
def stack_widths(bars) -> list[tuple]:
    """Bars end to end: each with the share of all that lies before it."""
    ends = list(accumulate((bar.share for bar in bars), initial=0))
    return list(zip(bars, ends, strict=False))


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands set apart: "1,390"."""
    return str(GroupedInt(number))


@register.simple_tag(name="comma")
def _comma() -> str:
    """What stands between two names: `{% if not forloop.last %}{% comma %}{% endif %}`."""
    return comma()


@register.simple_tag(name="pause")
def _pause() -> str:
    """What stands between a name and what else is said of it: `{{ name }}{% pause %}{{ role }}`."""
    return pause()


@register.simple_tag(name="colon")
def _colon() -> str:
    """What stands between a word and what is said of it: `{{ word }}{% colon %}{{ said }}`."""
    return colon()


@register.simple_tag
def open_bracket() -> str:
    """The bracket before a remark, with the space before it where a language has one: `{% opening %}…{% closing %}`."""
    return brackets()[0]


@register.simple_tag
def close_bracket() -> str:
    """The bracket after a remark."""
    return brackets()[1]


@register.simple_tag(takes_context=True)
def page_path(context, query: str) -> str:
    """The address of this page with another query string."""
    return context["request"].path + query.removesuffix("?")


@register.simple_tag(takes_context=True)
def absolute_url(context, query: str) -> str:
    """The same with the site's name, as it can be typed from paper."""
    request = context["request"]
    return request.build_absolute_uri(request.path) + query.removesuffix("?")
