"""Errors in query strings. Each error has a sentence for people and a code for programs."""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import MAX_LENGTH as MAX_VALUE_LENGTH
from sco_cities.core.exceptions import shortened

from . import querystring

# With these limits, “statu” is similar to “status”, but “utm_source” is not similar to “source”.
MIN_SIMILARITY, MAX_LENGTH = 0.8, 40
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
    """An error message with its `code`, the invalid `value` (or ""), and similar existing values."""

    code: ErrorCode
    value: str
    near: tuple[str, ...]

    def __new__(cls, sentence: str, code: ErrorCode, value: str = "", near: Iterable[str] = ()):
        self = super().__new__(cls, sentence)
        self.code, self.value, self.near = code, shortened(value), tuple(near)
        return self


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """The names in `known` that are similar to a misspelt name, most similar first."""
    return get_close_matches(name[:MAX_LENGTH].lower(), sorted(known), cutoff=MIN_SIMILARITY)


def unknown_parameter(name: str, known: Iterable[str]) -> QueryError:
    """The error for a parameter that the URL does not accept."""
    near = near_names(name, known)
    sentence = _("Unknown parameter. Correct or remove it.")
    if near:
        sentence = _("Unknown parameter. Did you mean %(near)s?") % {"near": ", ".join(near)}
    return QueryError(sentence, ErrorCode.UNKNOWN_PARAMETER, near=near)


def not_a_choice(value: str, choices: Iterable[str], listed: str = "") -> QueryError:
    """The error for a value that is not a choice. `listed` is the text shown instead of `choices`."""
    sentence = _("“%(value)s” is not one of the options. Choose: %(choices)s.")
    sentence %= {"value": shortened(value), "choices": listed or ", ".join(choices)}
    return QueryError(sentence, ErrorCode.NOT_A_CHOICE, value, choices)


def not_found(
    value: str, slug: str, named: list[str], known: Iterable[str], *, is_selectable: bool = True
) -> QueryError:
    """The error for an unknown slug. Suggests the `named` records or, if there are none, similar `known` slugs."""
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
    """The parameters of a request, and errors by parameter. Parameters that are not `known` are errors."""
    params, problem = querystring.read(request)
    mistakes = {"": [QueryError(problem, ErrorCode.TOO_LONG)]} if problem else {}
    unknown = sorted(set(params).difference(known))
    return params, mistakes | {name: [unknown_parameter(name, known)] for name in unknown}
