"""The titles of reports. A report without a title has a description by the editors in round brackets.

"(Opening of the forum; no title in the stored copy)" is a description. Only descriptions are translated. A headline is
shown in its original language.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from sco_cities.core.html import fill_template
from sco_cities.core.language_codes import title_language
from sco_cities.core.localized_names import Localized, best_language, texts_by_language
from sco_cities.core.translations import ENGLISH

TRANSLATED_HEADLINE = gettext_lazy(
    "Only a description in round brackets is translated. A headline stays as it is on its page. Clear this field."
)
_DESCRIPTION = re.compile(
    r"[(（](.+?)(?:; no title in the stored copy|; в сохранённой копии нет заголовка|；存档副本无标题)?[)）]",
    re.DOTALL,
)


def is_description(title: str) -> bool:
    """True if a title is a description by the editors."""
    return _DESCRIPTION.fullmatch(title) is not None


def without_brackets(title: str) -> str:
    """Removes the brackets and the remark on the missing title from a description. A headline is unchanged."""
    found = _DESCRIPTION.fullmatch(title)
    return found[1] if found else title


def plain_title(titles: Mapping[str, str], language: str) -> Localized:
    """The headline, or the editors' description in the reader's language.

    `titles` maps languages to the title and its translations. `language` is the language of the report.
    """
    if not is_description(titles[ENGLISH]):
        return Localized(titles[ENGLISH], title_language(titles[ENGLISH], language))
    description = best_language(titles)
    return Localized(without_brackets(description), description.lang)


def report_title(report) -> str:
    """The title as HTML, with descriptions in a weaker colour."""
    title = report.title
    if not is_description(title):
        return fill_template("{}", Localized(title, report.language))
    text = plain_title(texts_by_language(report, "title"), report.language)
    return fill_template('<span class="untitled" lang="{}">{}</span>', text.lang, text)
