"""Parses query strings, and builds query strings with one parameter changed."""

import unicodedata
from functools import lru_cache
from urllib.parse import quote_plus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

# Longer than any realistic query string. Parsing an even longer one would slow a page down.
MAX_LENGTH = 8_000


def read(request: HttpRequest) -> tuple[QueryDict, str]:
    """Returns the parameters of `request` and "". If they are invalid, returns no parameters and an error message."""
    return parse(request.META.get("QUERY_STRING", ""))


def parse(raw: str) -> tuple[QueryDict, str]:
    """Parses a query string. Returns the same as `read`."""
    if len(raw) > MAX_LENGTH:
        return QueryDict(), _("The URL of this page is too long. Remove some filters.")
    try:
        return QueryDict(raw, encoding="utf-8"), ""
    except SuspiciousOperation:
        return QueryDict(), _("The URL of this page has too many parameters. Remove some filters.")


def tidy(value: str) -> str:
    """Removes leading and trailing white space, repeated spaces and invisible characters.

    Copied text can contain soft hyphens, joiners and direction marks.
    """
    if not value.isprintable():
        value = "".join(char for char in value if unicodedata.category(char) != "Cf")
    return " ".join(value.split())


def values(params: QueryDict, name: str) -> list[str]:
    """The tidied values of a parameter, without empty values and duplicates."""
    # A fast path, because a page makes two hundred calls, usually for absent parameters.
    if name not in params:
        return []
    return list(dict.fromkeys(value for raw in params.getlist(name) if (value := tidy(raw))))


# The links of a page repeat the same values. Without a cache, `urlencode` would quote each of them again, which took 3
# % of a page's time. Longer values are not cached, because four thousand values of maximum length would take 100 MB.
_MAX_CACHED = 100
_cached_quoted = lru_cache(maxsize=4096)(quote_plus)


def _quoted(text: str) -> str:
    return _cached_quoted(text) if len(text) <= _MAX_CACHED else quote_plus(text)


def _encode(pairs: list[tuple[str, str]]) -> str:
    return "?" + "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _pairs(params: QueryDict, *omitted: str) -> list[tuple[str, str]]:
    # Duplicate values are removed, because each of a page's hundreds of links contains the whole query.
    return [
        (name, value)
        for name, values in params.lists()
        if name not in omitted
        for value in dict.fromkeys(values)
        if value
    ]


def without_value(params: QueryDict, name: str, value: str) -> str:
    """The query string without one tidied value of a parameter. Links to the first page."""
    return _encode([pair for pair in _pairs(params, "page") if (pair[0], tidy(pair[1])) != (name, value)])


def replacing(params: QueryDict, *changes: tuple[str, str]) -> str:
    """The query string with new values for these parameters. "" removes one. Links to the first page."""
    pairs = _pairs(params, "page", *(name for name, _value in changes))
    return _encode(pairs + [(name, value) for name, value in changes if value])


def with_value(params: QueryDict, name: str, value: str) -> str:
    """The query string with a new value for this parameter. "" removes it. The page stays the same."""
    return _encode(_pairs(params, name) + ([(name, value)] if value else []))


def extended(query: str, pair: str) -> str:
    """Appends a pair to a query string. Encoding all of it again for each of a hundred links would be slow."""
    return f"{query}&{pair}" if len(query) > 1 else f"?{pair}"


def without(params: QueryDict, *names: str) -> str:
    """The query string without these parameters."""
    return _encode(_pairs(params, *names))
