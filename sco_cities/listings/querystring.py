"""Parses query strings, changes one of their parameters, and describes errors in query strings."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote_plus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import MAX_LENGTH as MAX_VALUE_LENGTH
from sco_cities.core.exceptions import shortened

# Maximum length of a query string. Realistic query strings are shorter. Longer query strings would slow down pages.
MAX_LENGTH = 8_000


def read(request: HttpRequest) -> tuple[QueryDict, str]:
    """Returns the parameters of `request` and "". If they are invalid, returns no parameters and an error message."""
    return parse(request.META.get("QUERY_STRING", ""))


def parse(raw: str) -> tuple[QueryDict, str]:
    """Parses a query string. The return values have the same form as in `read`."""
    if len(raw) > MAX_LENGTH:
        return QueryDict(), _("The URL of this page is too long. Remove some filters.")
    try:
        return QueryDict(raw, encoding="utf-8"), ""
    except SuspiciousOperation:
        return QueryDict(), _("The URL of this page has too many parameters. Remove some filters.")


def tidy(value: str) -> str:
    """Removes leading and trailing white space, repeated spaces and invisible characters.

    Invisible characters, such as soft hyphens, joiners and direction marks, are common in copied text.
    """
    if not value.isprintable():
        value = "".join(char for char in value if unicodedata.category(char) != "Cf")
    return " ".join(value.split())


def values(params: QueryDict, name: str) -> list[str]:
    """Returns the tidied values of a parameter, without empty values and duplicates."""
    # A fast path, because a page calls this function two hundred times, usually for absent parameters.
    if name not in params:
        return []
    return list(dict.fromkeys(value for raw in params.getlist(name) if (value := tidy(raw))))


# A page's links repeat the same values. Quoting each value again with `urlencode` took 3 % of a page's time. Longer
# values are not cached, because four thousand values of the maximum length would take 100 MB.
_MAX_CACHED = 100
_cached_quoted = lru_cache(maxsize=4096)(quote_plus)


def _quoted(text: str) -> str:
    return _cached_quoted(text) if len(text) <= _MAX_CACHED else quote_plus(text)


def _encode(pairs: list[tuple[str, str]]) -> str:
    return "?" + "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _pairs(params: QueryDict, *omitted: str) -> list[tuple[str, str]]:
    # Duplicate values are removed, because hundreds of links on a page contain the complete query.
    return [
        (name, value)
        for name, values in params.lists()
        if name not in omitted
        for value in dict.fromkeys(values)
        if value
    ]


def without_value(params: QueryDict, name: str, value: str) -> str:
    """Returns the query string without one tidied value of a parameter and without the page number."""
    return _encode([pair for pair in _pairs(params, "page") if (pair[0], tidy(pair[1])) != (name, value)])


def replacing(params: QueryDict, *changes: tuple[str, str]) -> str:
    """Returns the query string with new values for these parameters.

    The value "" removes a parameter. The page number is removed.
    """
    pairs = _pairs(params, "page", *(name for name, _value in changes))
    return _encode(pairs + [(name, value) for name, value in changes if value])


def with_value(params: QueryDict, name: str, value: str) -> str:
    """Returns the query string with a new value for this parameter.

    The value "" removes the parameter. The page number is kept.
    """
    return _encode(_pairs(params, name) + ([(name, value)] if value else []))


def extended(query: str, pair: str) -> str:
    """Appends a parameter to a query string. Encoding the complete query strings of a hundred links would be slow."""
    return f"{query}&{pair}" if len(query) > 1 else f"?{pair}"


def without(params: QueryDict, *names: str) -> str:
    """Returns the query string without these parameters."""
    return _encode(_pairs(params, *names))


# These limits make “statu” similar to “status”, but not “utm_source” similar to “source”.
MIN_SIMILARITY, MAX_COMPARED = 0.8, 40
# Maximum number of existing values suggested for an unknown value.
MAX_NEAR = 3


class ErrorCode(StrEnum):
    """The type of an error in a query string. The codes are part of the stable API."""

    UNKNOWN_PARAMETER = "unknown-parameter"
    UNKNOWN_VALUE = "unknown-value"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_YEAR = "not-a-year"
    NOT_A_TIME = "not-a-time"
    TOO_MANY = "too-many"
    TOO_LONG = "too-long"
    UNSEARCHABLE = "unsearchable"
    CONTRADICTION = "contradiction"


class QueryError(str):
    """An error message with its `code`, the invalid `value` (or ""), and `near`, the similar existing values."""

    code: ErrorCode
    value: str
    near: tuple[str, ...]

    def __new__(cls, sentence: str, code: ErrorCode, value: str = "", near: Iterable[str] = ()):
        self = super().__new__(cls, sentence)
        self.code, self.value, self.near = code, shortened(value), tuple(near)
        return self


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Returns the names in `known` that are similar to a misspelt name, most similar first."""
    return get_close_matches(name[:MAX_COMPARED].lower(), sorted(known), cutoff=MIN_SIMILARITY)


def unknown_parameter(name: str, known: Iterable[str]) -> QueryError:
    """Returns the error for a parameter that the URL does not accept."""
    near = near_names(name, known)
    sentence = _("Unknown parameter. Correct or remove it.")
    if near:
        sentence = _("Unknown parameter. Did you mean %(near)s?") % {"near": ", ".join(near)}
    return QueryError(sentence, ErrorCode.UNKNOWN_PARAMETER, near=near)


def not_a_choice(value: str, choices: Iterable[str], listed: str = "") -> QueryError:
    """Returns the error for a value that is not a choice. A `listed` text replaces the list of `choices`."""
    sentence = _("“%(value)s” is not one of the options. Choose: %(choices)s.")
    sentence %= {"value": shortened(value), "choices": listed or ", ".join(choices)}
    return QueryError(sentence, ErrorCode.NOT_A_CHOICE, value, choices)


def not_found(
    value: str, slug: str, named: list[str], known: Iterable[str], *, is_selectable: bool = True
) -> QueryError:
    """Returns the error for an unknown slug. It suggests the `named` records, or otherwise similar `known` slugs."""
    near = named[:MAX_NEAR] or get_close_matches(slug[:MAX_VALUE_LENGTH], known, n=MAX_NEAR, cutoff=0.7)
    if near:
        sentence = _("“%(value)s” was not found. Did you mean %(near)s?")
    elif is_selectable:
        sentence = _("“%(value)s” was not found. Choose from the list.")
    else:
        sentence = _("“%(value)s” was not found.")
    sentence %= {"value": shortened(value), "near": ", ".join(near)}
    return QueryError(sentence, ErrorCode.UNKNOWN_VALUE, value, near)


def read_parameters(request: HttpRequest, *known: str) -> tuple[QueryDict, dict[str, list[QueryError]]]:
    """Returns a request's parameters, and errors by parameter. A parameter that is not `known` is an error."""
    params, problem = read(request)
    mistakes = {"": [QueryError(problem, ErrorCode.TOO_LONG)]} if problem else {}
    unknown = sorted(set(params).difference(known))
    return params, mistakes | {name: [unknown_parameter(name, known)] for name in unknown}
