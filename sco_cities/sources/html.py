"""Small pieces of HTML of which a page has hundreds: made here, since templates take ten times as long for them."""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.translation import get_language, gettext

from sco_cities.core.localized_names import Localized
from sco_cities.i18n.languages import html_language
from sco_cities.listings.filter_html import lang_attribute


def with_language(text: Localized, element: str = "span") -> str:
    """`text` in an HTML element, with the lang attribute where its language is not the page's."""
    return _element(str(text), text.lang, element, get_language() or "en")


def localized_html(text: Localized) -> str:
    """`text` as HTML, in an element only where its language must be told."""
    return with_language(text) if lang_attribute(text) else escape(text)


def dispute_sign() -> str:
    """The sign that a published report tells something else than the record."""
    disputed = gettext("disputed")
    sign = '<span class="disputed" role="img" aria-label="{}" title="{}">≠</span>'
    return format_html(sign, disputed, disputed)


@lru_cache(maxsize=4096)
def _element(text: str, lang: str, element: str, active: str) -> str:
    attribute = "" if lang == html_language(active) else format_html(' lang="{}"', lang)
    return format_html("<{}{}>{}</{}>", element, attribute, text, element)
