"""The original wording of a passage. Quotations are short, so that the site never contains the text of a report."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_WORDS = 60
# Chinese and Japanese do not separate words by spaces, so two characters count as a word.
CHARACTERS_PER_WORD = 2
_CHARACTER = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w")


def word_count(text: str) -> int:
    """The number of words in a text of any language."""
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
