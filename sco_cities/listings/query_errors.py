"""What is wrong with a query string: a sentence for people, with a code for programs."""

from collections.abc import Iterable
from enum import StrEnum

from sco_cities.core.user_input import shortened


class ErrorCode(StrEnum):
    """The kind of a mistake in a query string; part of the promise of the API."""

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
    """A sentence with the `code` of the mistake, the wrong `value` or "", and similar values that exist."""

    code: ErrorCode
    value: str
    near: tuple[str, ...]

    def __new__(cls, sentence: str, code: ErrorCode, value: str = "", near: Iterable[str] = ()):
        self = super().__new__(cls, sentence)
        self.code, self.value, self.near = code, shortened(value), tuple(near)
        return self
