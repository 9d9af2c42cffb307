"""Small HTML elements that a page contains hundreds of; templates take ten times as long to render them."""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.translation import get_language, gettext

from sco_cities.core.edtf import format_date
from sco_cities.core.html import fill_template, lang_attribute
from sco_cities.core.localized_names import Localized, foreign_language_note
from sco_cities.facet_index.facets import today
from sco_cities.i18n.languages import html_language

from .newest_report import is_old


def with_language(text: Localized, element: str = "span") -> str:
    """`text` in an HTML element, with a lang attribute if its language is not that of the page."""
    return _element(str(text), text.lang, element, get_language() or "en")


def localized_html(text: Localized) -> str:
    """`text` as HTML, in an element only if it needs a lang attribute."""
    return with_language(text) if lang_attribute(text) else escape(text)


def prose_html(text: Localized) -> str:
    """`text` as HTML; if it is in another language than the page, with one quiet word that says so."""
    html = localized_html(text)
    note = language_note(text)
    return fill_template("{}{}", html, note) if note else html


def language_note(text: Localized) -> str:
    """The word after a text that is in another language than the page; "" if it is not."""
    note = foreign_language_note(text)
    return fill_template(' <span class="language-note">{}</span>', note) if note else ""


def reported_html(date: str) -> str:
    """ "reported May 2021" for the date of a report, in second ink if it is old; "" without a date."""
    if not date:
        return ""
    text = gettext("reported %(date)s") % {"date": format_date(date)}
    return format_html('<span class="secondary">{}</span>', text) if is_old(date, today()) else escape(text)


def dispute_sign() -> str:
    """The sign for a record from which a published report differs."""
    disputed = gettext("disputed")
    sign = '<span class="disputed" role="img" aria-label="{}" title="{}">≠</span>'
    return format_html(sign, disputed, disputed)


@lru_cache(maxsize=4096)
def _element(text: str, lang: str, element: str, active: str) -> str:
    attribute = "" if lang == html_language(active) else format_html(' lang="{}"', lang)
    return format_html("<{}{}>{}</{}>", element, attribute, text, element)
