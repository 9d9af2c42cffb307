"""Punctuation of names, labels, remarks, quotations and sentences in the reader's language."""

import csv
import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, gettext, gettext_noop, pgettext

# Django appends the first message to form labels, unless they end with a character of the second message. Django's
# Chinese catalogue translates both with half-width marks, which the site's catalogue replaces.
gettext_noop(":")
gettext_noop(":?.!")

# Chinese punctuation marks are not followed by a space. An HTML tag may follow the mark.
_SPACE_AFTER_A_MARK = re.compile(r"(?<=[。：，；！？）])((?:<[^>]*>)*)\s+")
# Replacements for quotation marks inside other quotation marks of the same shape.
_INNER_MARKS = str.maketrans("«»《》", "„“〈〉")
# Escaped quotation marks around words, and escaped single quotation marks.
_QUOTATION = re.compile(r"(?<![0-9A-Za-zА-я])&quot;(?=\S)(.+?)(?<=\S)&quot;(?![0-9A-Za-zА-я])")
_BEGINS_CYRILLIC = re.compile(r"(?:<mark>)?[А-яЁё]")
_SINGLE_OPENING = re.compile(r"(?<![^\s(\[“])&#x27;(?=[^\W\d])(?=.*?\w[,.!?]?&#x27;(?!\w))")
# An escaped apostrophe after a letter or number (perhaps highlighted), and the hyphen in a span of years.
_APOSTROPHE = re.compile(r"(?<=[\w,.!?])(</mark>)?&#x27;")
_YEARS = re.compile(r"(?<![\d-])((?:1[5-9]|20)\d\d)-((?:1[5-9]|20)\d\d)(?![\d-])")
# Names joined by hyphens, perhaps highlighted. The next word may be part of the last place name (Tianjin-Central Asia).
_NAME = r"(?:<mark>)?[A-Z][A-Za-z’]+(?:</mark>)?"
_JOINED_NAMES = re.compile(rf"(?<![\w’-]){_NAME}(?:-{_NAME})+(?: {_NAME})?(?![\w-])")
_MARK = re.compile("</?mark>")


class Typeset(str):
    """A string that is rendered as HTML with typographic punctuation. Exported files keep the stored punctuation."""

    __slots__ = ()

    def __html__(self) -> str:
        return typeset(html.escape(self))


def typeset(content: str) -> str:
    """Sets typographic quotation marks, apostrophes and dashes in HTML without attributes."""
    if "&quot;" in content:
        content = _QUOTATION.sub(_quotation, content)
    if "&#x27;" in content:
        content = _APOSTROPHE.sub(r"\1’", _SINGLE_OPENING.sub("‘", content))
    # The space before the dash is non-breaking, because a dash must not begin a line.
    content = content.replace(" — ", "\u00a0— ")
    return _JOINED_NAMES.sub(_route, _YEARS.sub(r"\1–\2", content)) if "-" in content else content


def _quotation(match: re.Match) -> str:
    opening, closing = "«»" if _BEGINS_CYRILLIC.match(match[1]) else "“”"
    return f"{opening}{match[1]}{closing}"


def _route(match: re.Match) -> str:
    """Sets a dash in a route such as Xi’an–Almaty. Names such as Ulan-Ude keep the hyphen."""
    *others, last = _MARK.sub("", match[0]).removesuffix("’s").split("-")
    last_names = {last, last.split()[0].removesuffix("’s")}
    are_places = _places().issuperset(others) and last_names & _places()
    return match[0].replace("-", "–") if are_places else match[0]


@cache
def _places() -> frozenset[str]:
    """Returns English names of countries, continents, the SCO and gazetteer cities. City names have no diacritics."""
    with Path(settings.BASE_DIR, "data", "gazetteer", "cities.csv").open(
        encoding="utf-8", newline=""
    ) as rows:
        cities = [normalize("NFD", row["name_en"].replace("'", "’")) for row in csv.DictReader(rows)]
    plain = ("".join(letter for letter in city if not combining(letter)) for city in cities)
    return frozenset(("SCO", *plain, *Locale.parse("en").territories.values()))


def comma() -> str:
    """Returns the separator between two names."""
    return pgettext("between names", ", ")


def pause() -> str:
    """Returns the separator between a name and a following remark."""
    return pgettext("after a word", ", ")


def semicolon() -> str:
    """Returns the separator between two items that contain commas or brackets."""
    return pgettext("between names", "; ")


def colon() -> str:
    """Returns the separator between a label and its value."""
    return pgettext("after a word", ": ")


def brackets() -> tuple[str, str]:
    """Returns the brackets around a remark, " (" and ")"."""
    return pgettext("around a remark", " ("), pgettext("around a remark", ")")


def sentence_end() -> str:
    """Returns the mark after a sentence."""
    return pgettext("end of a sentence", ".")


def quoted(text: object) -> str:
    """Puts a text in quotation marks. Russian and Chinese quotation marks inside the text become inner marks."""
    opening, closing = pgettext("opening quotation mark", "“"), pgettext("closing quotation mark", "”")
    inner = str(text).translate(_INNER_MARKS) if opening in "«《" else text
    return Typeset(f"{opening}{inner}{closing}")


def with_remark(text: object, remark: object) -> str:
    """Adds a remark to a text, as in "Almaty (Kazakhstan)"."""
    opening, closing = brackets()
    return Typeset(f"{text}{opening}{remark}{closing}")


def join_sentences(sentences: str) -> str:
    """Removes the spaces between sentences from HTML if the reader's language uses none."""
    if (get_language() or "").startswith("zh"):
        return _SPACE_AFTER_A_MARK.sub(r"\1", sentences)
    return sentences


def with_label(label: object, value: object) -> str:
    """Adds a label to a value, as in "City: Almaty"."""
    return Typeset(f"{label}{colon()}{value}")


def comma_list(names: Iterable[object]) -> str:
    """Joins names with commas, as in "Almaty, Osh, Kazan"."""
    return Typeset(comma().join(map(str, names)))


def and_list(names: Iterable[object]) -> str:
    """Joins one or more names, as in "Almaty, Osh and Kazan"."""
    *others, last = map(str, names)
    if others:
        last = gettext("%(first)s and %(last)s") % {"first": comma_list(others), "last": last}
    return Typeset(last)


def semicolon_list(items: Iterable[object]) -> str:
    """Joins items that contain commas or brackets with semicolons."""
    return Typeset(semicolon().join(map(str, items)))
