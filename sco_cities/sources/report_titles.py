"""The titles of reports. A page without a title is called by our description of it, which is in round brackets.

"(Opening of the forum; no title in the stored copy)" is a description. Only descriptions are translated: a headline
stays as its page has it.
"""

import re
from collections.abc import Mapping

from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template
from sco_cities.core.language_codes import title_language
from sco_cities.core.localized_names import Localized, best_language, texts_by_language
from sco_cities.core.translations import ENGLISH
from sco_cities.i18n.languages import html_language

TRANSLATED_HEADLINE = gettext_lazy(
    "Only a description in round brackets is translated; a headline stays as its page has it. Clear this field."
)
_DESCRIPTION = re.compile(
    r"[(（](.+?)(?:; no title in the stored copy|; в сохранённой копии нет заголовка|；存档副本无标题)?[)）]",
    re.DOTALL,
)


def is_description(title: str) -> bool:
    """Whether a title is our own description of the page."""
    return _DESCRIPTION.fullmatch(title) is not None


def without_brackets(title: str) -> str:
    """A description without brackets and without the remark that the copy has no title; a headline unchanged."""
    found = _DESCRIPTION.fullmatch(title)
    return found[1] if found else title


def plain_title(titles: Mapping[str, str], language: str) -> Localized:
    """The headline, or "Untitled report: …" with our description in the reader's language.

    `titles` has the title and its translations by language, `language` is the language of the report.
    """
    if not is_description(titles[ENGLISH]):
        return Localized(titles[ENGLISH], title_language(titles[ENGLISH], language))
    description = best_language(titles)
    text = _("Untitled report: %(description)s") % {"description": without_brackets(description)}
    return Localized(text, description.lang)


def report_title(report) -> str:
    """The same as HTML; what we say of a page without a title is in second ink."""
    titles = texts_by_language(report, "title")
    if not is_description(titles[ENGLISH]):
        return escape(titles[ENGLISH])
    description = best_language(titles)
    before, _placeholder, after = _("Untitled report: %(description)s").partition("%(description)s")
    html = '<span class="untitled" lang="{}">{}<span lang="{}">{}</span>{}</span>'
    page_language = html_language(get_language() or "en")
    return fill_template(html, page_language, before, description.lang, without_brackets(description), after)
