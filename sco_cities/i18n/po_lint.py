"""What is wrong with a catalogue, message by message."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from babel.messages.catalog import Catalog, Message

from .po_update import entries, is_translated

# "%(name)s", "%s", "%%"; and "{name}" of str.format.
_PLACEHOLDER = re.compile(r"%\([^)]*\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdifr%]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][^>]*>")


def placeholders(text: str) -> list[str]:
    """What a text leaves to be filled in: by name in any order, and otherwise in this one."""
    found = _PLACEHOLDER.findall(text)
    named = sorted(each for each in found if each.startswith(("%(", "{")))
    return named + [each for each in found if not each.startswith(("%(", "{"))]


def tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def _outer_whitespace(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _have_same_whitespace(form: str, original: str) -> bool:
    """Whether white space around is the same; Chinese commas and brackets need none."""
    ends = form.strip()[:1], form.strip()[-1:]
    return all(
        own == other or east_asian_width(end or " ") in {"W", "F"}
        for own, other, end in zip(_outer_whitespace(form), _outer_whitespace(original), ends, strict=True)
    )


def _of_translation(message: Message) -> Iterator[str]:
    # Of "one city" and "%(count)s cities" the first translation may be of 21, so each has to hold the number.
    is_plural = isinstance(message.id, (list, tuple))
    original = message.id[-1] if is_plural else message.id
    forms = message.string if is_plural else (message.string,)
    for form in forms:
        if placeholders(form) != placeholders(original):
            wanted, given = placeholders(original), placeholders(form)
            yield f"holds {', '.join(given) or 'no placeholder'} instead of {', '.join(wanted) or 'none'}"
        if tags(form) != tags(original):
            yield "has other tags"
        if not _have_same_whitespace(form, original):
            yield "begins or ends with other white space"


def name_of(message: Message) -> str:
    words = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    where = f" ({message.context})" if message.context else ""
    return f"“{words}”{where}"


def po_errors(catalogue: Catalog) -> list[str]:
    """A line for everything that keeps a catalogue from being complete and right."""
    found = []
    for message in entries(catalogue):
        if not is_translated(message):
            found.append(f"{name_of(message)} is not translated")
            continue
        if message.fuzzy:
            found.append(f"{name_of(message)} is marked as fuzzy")
        found += [f"the translation of {name_of(message)} {fault}" for fault in _of_translation(message)]
    found += [f"{name_of(message)} is used no longer" for message in catalogue.obsolete.values()]
    return found
