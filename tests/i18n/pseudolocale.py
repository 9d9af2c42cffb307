"""A pseudo-locale that puts every message in brackets. Text outside the brackets is not translatable."""

import functools
import gc
import re
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.utils.translation import trans_real

OPEN, CLOSE = "⟦", "⟧"
APPS = ("sco_cities", "delegates", "initiatives")


def _clear_caches() -> None:
    """Clears the caches of all functions of the project, because these caches may contain translated text."""
    for obj in gc.get_objects():
        # isinstance() would evaluate lazy objects.
        if type(obj) is functools._lru_cache_wrapper and obj.__module__.startswith(APPS):
            obj.cache_clear()


def _in_brackets(words: str) -> str:
    return f"{OPEN}{words}{CLOSE}" if words.strip() else words


@contextmanager
def pseudolocale():
    """Within the block, all languages except English put messages in brackets instead of translating them."""

    def gettext(self, message):
        english = self.language() == "en"
        words = message.rpartition("\x04")[2]
        return words if english else _in_brackets(words)

    def ngettext(self, singular, plural, number):
        return gettext(self, singular if number == 1 else plural)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trans_real.DjangoTranslation, "gettext", gettext)
        patch.setattr(trans_real.DjangoTranslation, "ngettext", ngettext)
        _clear_caches()
        try:
            yield
        finally:
            _clear_caches()


# Names that are the same in every language.
NAMES = re.compile(r"SCO Cities|TIR|CC BY 4\.0|Natural Earth|GeoNames|Wikidata")
TEXT_ATTRIBUTES = (
    "aria-label",
    "aria-description",
    "title",
    "placeholder",
    "alt",
    "label",
    "data-copied-text",
    "data-title",
)
WORD = re.compile(r"[A-Za-z]{2,}")


def untranslated_lines(html: str) -> list[str]:
    """Returns the lines of a page with Latin words outside of brackets and outside of elements in another language."""
    page = BeautifulSoup(html, "html5lib")
    for element in page.find_all(["script", "style", "code", "kbd", "template"]):
        element.decompose()
    texts = [
        str(element[name])
        for element in page.find_all(True)
        for name in _text_attributes(element)
        if element.get(name) and not _is_foreign(element)
    ]
    texts.append("\n".join(text for text in _visible(page)))
    lines = [line.strip() for text in texts for line in text_outside_brackets(text).split("\n")]
    return [line for line in lines if WORD.search(NAMES.sub("", line))]


def _visible(page):
    for text in page.find_all(string=True):
        if type(text) is NavigableString:
            # Text in another language inside a message does not end the message.
            yield "" if _is_foreign(text.parent) else str(text)


def _text_attributes(element):
    yield from TEXT_ATTRIBUTES
    if element.name == "meta" and element.get("name") == "description":
        yield "content"
    if element.name == "input" and element.get("type") in {"submit", "button", "reset"}:
        yield "value"


def _is_foreign(element) -> bool:
    marked = element if element.get("lang") else element.find_parent(lang=True)
    return marked is not None and marked.name != "html"


def text_outside_brackets(text: str) -> str:
    """Returns `text` without its bracketed parts, which may be nested."""
    rest, depth = [], 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        if not depth and char != CLOSE:
            rest.append(char)
    return "".join(rest)
