"""Reading a query string, and writing the ones that differ from it in one thing."""

import unicodedata
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

# Longer than any filter that a person or a link of ours makes, shorter than what slows a page down.
MAX_LENGTH = 8_000


def read(request: HttpRequest) -> tuple[QueryDict, str]:
    """The parameters of `request`, and "" or the reason why they are not read (they are empty then)."""
    raw = request.META.get("QUERY_STRING", "")
    if len(raw) > MAX_LENGTH:
        return QueryDict(), _("The address of this page is too long. Remove some filters.")
    try:
        return QueryDict(raw, encoding="utf-8"), ""
    except SuspiciousOperation:
        return QueryDict(), _("The address of this page has too many parameters. Remove some filters.")


def tidy(value: str) -> str:
    """A value as it is meant: without white space around it, with single spaces inside, and without what is unseen.

    Texts that are copied bring soft hyphens, joiners and marks of direction with them.
    """
    if not value.isprintable():
        value = "".join(char for char in value if unicodedata.category(char) != "Cf")
    return " ".join(value.split())


def values(params: QueryDict, name: str) -> list[str]:
    """The values of a parameter, tidied, without empty ones and repetitions."""
    return list(dict.fromkeys(value for given in params.getlist(name) if (value := tidy(given))))


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else "?"


def _pairs(params: QueryDict, *leave_out: str) -> list[tuple[str, str]]:
    # Without repetitions: a page has hundreds of links, each with all of it.
    return [
        (name, value)
        for name, values in params.lists()
        if name not in leave_out
        for value in dict.fromkeys(values)
        if value
    ]


def without_value(params: QueryDict, name: str, value: str) -> str:
    """The query string without one value of one parameter, however it is spaced, on the first page."""
    return _encoded([pair for pair in _pairs(params, "page") if (pair[0], tidy(pair[1])) != (name, value)])


def replacing(params: QueryDict, *changes: tuple[str, str]) -> str:
    """The query string in which these parameters have these values alone, or none; on the first page."""
    kept = _pairs(params, "page", *(name for name, _value in changes))
    return _encoded(kept + [(name, value) for name, value in changes if value])


def with_value(params: QueryDict, name: str, value: str) -> str:
    """The query string in which a parameter has this value alone, or none; on the same page."""
    return _encoded(_pairs(params, name) + ([(name, value)] if value else []))


def without(params: QueryDict, *names: str) -> str:
    """The query string without these parameters."""
    return _encoded(_pairs(params, *names))
