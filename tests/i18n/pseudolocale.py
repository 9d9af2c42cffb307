"""A language in which every message is said in brackets: what is outside of them was never wrapped."""

import functools
import gc
import re
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.utils.translation import trans_real

OPEN, CLOSE = "⟦", "⟧"
ROOMS = ("sco_cities", "delegates", "initiatives")


def _forget() -> None:
    """Empties what is kept of a language: every function of ours with a cache of its own."""
    for thing in gc.get_objects():
        # Asked for its class, a lazy object would come to life.
        if type(thing) is functools._lru_cache_wrapper and thing.__module__.startswith(ROOMS):
            thing.cache_clear()


def _bracketed(words: str) -> str:
    return f"{OPEN}{words}{CLOSE}" if words.strip() else words


@contextmanager
def brackets():
    """While it lasts, every language but English brackets its messages instead of translating them."""

    def gettext(self, message):
        english = self.language() == "en"
        words = message.rpartition("\x04")[2]
        return words if english else _bracketed(words)

    def ngettext(self, singular, plural, number):
        return gettext(self, singular if number == 1 else plural)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trans_real.DjangoTranslation, "gettext", gettext)
        patch.setattr(trans_real.DjangoTranslation, "ngettext", ngettext)
        _forget()
        try:
            yield
        finally:
            _forget()


# Names that are the same in every language.
NAMES = re.compile(r"SCO Cities|CC BY 4\.0|Natural Earth|GeoNames|Wikidata")
SPOKEN = ("aria-label", "aria-description", "title", "placeholder", "alt", "label", "data-done", "data-title")
WORD = re.compile(r"[A-Za-z]{2,}")


def unwrapped(html: str) -> list[str]:
    """What a page says in Latin letters outside of brackets and of what is marked as being in another language."""
    page = BeautifulSoup(html, "html5lib")
    for silent in page.find_all(["script", "style", "code", "kbd", "template"]):
        silent.decompose()
    texts = [
        str(element[name])
        for element in page.find_all(True)
        for name in _spoken(element)
        if element.get(name) and not _is_foreign(element)
    ]
    texts.append("\n".join(text for text in _visible(page)))
    lines = [line.strip() for text in texts for line in outside(text).split("\n")]
    return [line for line in lines if WORD.search(NAMES.sub("", line))]


def _visible(page):
    for text in page.find_all(string=True):
        if type(text) is NavigableString:
            # What others say in between does not end a message that has begun.
            yield "" if _is_foreign(text.parent) else str(text)


def _spoken(element):
    yield from SPOKEN
    if element.name == "meta" and element.get("name") == "description":
        yield "content"
    if element.name == "input" and element.get("type") in {"submit", "button", "reset"}:
        yield "value"


def _is_foreign(element) -> bool:
    marked = element if element.get("lang") else element.find_parent(lang=True)
    return marked is not None and marked.name != "html"


def outside(text: str) -> str:
    """What is left of a text without what is in brackets, also in brackets within brackets."""
    left, depth = [], 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        if not depth and char != CLOSE:
            left.append(char)
    return "".join(left)
