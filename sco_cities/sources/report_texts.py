"""Titles of reports, and quotations from their passages.

A report without a title has a description by the editors in round brackets, as in "(Opening of the forum; no title in
the stored copy)". Only descriptions are translated. A headline stays in its original language.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.core.html import fill_template
from sco_cities.core.language_codes import title_language
from sco_cities.core.localized_names import Localized, best_language, texts_by_language
from sco_cities.core.translations import ENGLISH

TRANSLATED_HEADLINE = gettext_lazy(
    "Translate only a description in round brackets, not a headline. Clear this field."
)
_DESCRIPTION = re.compile(
    r"[(（](.+?)(?:; no title in the stored copy|; в сохранённой копии нет заголовка|；存档副本无标题)?[)）]",
    re.DOTALL,
)


def is_description(title: str) -> bool:
    """Returns True if a title is a description by the editors."""
    return _DESCRIPTION.fullmatch(title) is not None


def without_brackets(title: str) -> str:
    """Removes the brackets and the remark about the missing title from a description. Headlines stay unchanged."""
    found = _DESCRIPTION.fullmatch(title)
    return found[1] if found else title


def plain_title(titles: Mapping[str, str], language: str) -> Localized:
    """Returns the headline, or the editors' description in the reader's language.

    `titles` maps languages to the title and its translations. `language` is the language of the report.
    """
    if not is_description(titles[ENGLISH]):
        return Localized(titles[ENGLISH], title_language(titles[ENGLISH], language))
    description = best_language(titles)
    return Localized(without_brackets(description), description.lang)


def report_title(report) -> str:
    """Returns the title as HTML. Descriptions have a muted colour."""
    title = report.title
    if not is_description(title):
        return fill_template("{}", Localized(title, report.language))
    text = plain_title(texts_by_language(report, "title"), report.language)
    return fill_template('<span class="untitled" lang="{}">{}</span>', text.lang, text)


MAX_WORDS = 60
# Chinese and Japanese have no spaces between words, so two characters count as a word.
CHARACTERS_PER_WORD = 2
_CHARACTER = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w")


def word_count(text: str) -> int:
    """Returns the number of words in a text in any language."""
    words = sum(bool(_WORD.search(word)) for word in _CHARACTER.sub(" ", text).split())
    return words + -(-len(_CHARACTER.findall(text)) // CHARACTERS_PER_WORD)


def validate_quotation(text: str) -> None:
    """Raises ValidationError if a quotation is too long."""
    count = word_count(text)
    if count > MAX_WORDS:
        message = _(
            "A quotation can contain at most %(most)s words, or %(characters)s Chinese characters. This quotation "
            "counts as %(count)s words. Shorten it."
        )
        limits = {"most": MAX_WORDS, "characters": MAX_WORDS * CHARACTERS_PER_WORD, "count": count}
        raise ValidationError(message % limits, code="too_long")
