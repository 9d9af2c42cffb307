"""Checks a catalogue for missing and inconsistent translations."""

import re
from collections.abc import Iterator
from unicodedata import east_asian_width

from babel.messages.catalog import Catalog, Message

from .po_update import entries, is_translated

# "%(name)s", "%s", "%%"; and "{name}" of str.format.
_PLACEHOLDER = re.compile(r"%\([^)]*\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdifr%]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][^>]*>")


def placeholders(text: str) -> list[str]:
    """The placeholders of a text: named ones sorted, because their order does not matter, then the others in order."""
    all_placeholders = _PLACEHOLDER.findall(text)
    named = sorted(each for each in all_placeholders if each.startswith(("%(", "{")))
    return named + [each for each in all_placeholders if not each.startswith(("%(", "{"))]


def tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def _outer_whitespace(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _have_same_whitespace(form: str, original: str) -> bool:
    """Whether leading and trailing white space is the same; full-width punctuation needs none."""
    ends = form.strip()[:1], form.strip()[-1:]
    return all(
        own == other or east_asian_width(end or " ") in {"W", "F"}
        for own, other, end in zip(_outer_whitespace(form), _outer_whitespace(original), ends, strict=True)
    )


def _translation_errors(message: Message) -> Iterator[str]:
    # Compare with the plural: the first form of "one city" and "%(count)s cities" may also be used for 21 in another
    # language, so it must contain the number.
    is_plural = isinstance(message.id, (list, tuple))
    original = message.id[-1] if is_plural else message.id
    forms = message.string if is_plural else (message.string,)
    for form in forms:
        if placeholders(form) != placeholders(original):
            expected, actual = placeholders(original), placeholders(form)
            yield f"has {', '.join(actual) or 'no placeholder'} instead of {', '.join(expected) or 'none'}"
        if tags(form) != tags(original):
            yield "has different tags"
        if not _have_same_whitespace(form, original):
            yield "begins or ends with different white space"


def quoted_message(message: Message) -> str:
    words = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    where = f" ({message.context})" if message.context else ""
    return f"“{words}”{where}"


def po_errors(catalogue: Catalog) -> list[str]:
    """One line for each error; empty for a complete and correct catalogue."""
    errors = []
    for message in entries(catalogue):
        if not is_translated(message):
            errors.append(f"{quoted_message(message)} is not translated")
            continue
        if message.fuzzy:
            errors.append(f"{quoted_message(message)} is marked as fuzzy")
        errors += [
            f"the translation of {quoted_message(message)} {error}" for error in _translation_errors(message)
        ]
    errors += [f"{quoted_message(message)} is no longer used" for message in catalogue.obsolete.values()]
    return errors
