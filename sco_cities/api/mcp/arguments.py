"""JSON-RPC 2.0 messages, arguments of tool calls (including list queries), and answers of tools."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.api.list_parameters import ListParameters
from sco_cities.api.record_markdown import escape, markdown_url
from sco_cities.core.exceptions import shortened
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.empty_state import suggestions_for_empty
from sco_cities.listings.exports.json_rows import ORJSON_OPTIONS
from sco_cities.listings.list_query import PAGE, SORT, ListQuery
from sco_cities.listings.querystring import ErrorCode, QueryError, not_a_choice
from sco_cities.search.searchable_lists import COLLECTIONS, LISTS_BY_COLLECTION, SearchableList

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
# Error codes of the Model Context Protocol since version 2026-07-28.
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022

Id = str | int | None
JsonObject = dict[str, Any]


class InvalidMessage(Exception):
    """Raised for an invalid message, with the code, text and data of the JSON-RPC error."""

    def __init__(self, code: int, sentence: str, data: Any = None):
        super().__init__(sentence)
        self.code, self.sentence, self.data = code, sentence, data

    def response(self, message_id: Id = None) -> JsonObject:
        """Returns the error as a JSON-RPC response."""
        error: JsonObject = {"code": self.code, "message": self.sentence}
        if self.data is not None:
            error["data"] = self.data
        return {"jsonrpc": "2.0", "id": message_id, "error": error}


@dataclass(frozen=True)
class Message:
    """A request or a notification. A notification has no ID and no response."""

    id: Id
    method: str
    params: JsonObject
    is_notification: bool


def parse_body(body: bytes) -> Any:
    """Parses a request body as JSON. Also rejects NaN, invalid UTF-8 and deeply nested values."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidMessage(PARSE_ERROR, f"The body is not valid JSON: {error}") from None


def message_id(document: Any) -> Id:
    """Returns the message's ID for the response, or None. Also accepts invalid messages."""
    found = document.get("id") if isinstance(document, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def parse_message(document: Any) -> Message:
    """Converts a JSON value to a message. Raises InvalidMessage if the value is invalid."""
    if not isinstance(document, dict):
        raise InvalidMessage(INVALID_REQUEST, "A message must be a JSON object.")
    if document.get("jsonrpc") != "2.0":
        raise InvalidMessage(INVALID_REQUEST, 'A message must contain "jsonrpc": "2.0".')
    method, params = document.get("method"), document.get("params", {})
    if not isinstance(method, str):
        raise InvalidMessage(INVALID_REQUEST, "A message must have a method, which is a string.")
    is_notification = "id" not in document
    if not is_notification and message_id(document) is None:
        raise InvalidMessage(INVALID_REQUEST, "An id must be a string or an integer.")
    if not isinstance(params, dict):
        raise InvalidMessage(INVALID_PARAMS, "params must be a JSON object.")
    return Message(message_id(document), method, params, is_notification)


def encoded(document: Any) -> bytes:
    """Encodes a response as JSON."""
    return orjson.dumps(document, option=ORJSON_OPTIONS)


@dataclass(frozen=True)
class Answer:
    """The answer of a tool, as text and as structured data."""

    text: str
    data: JsonObject
    is_error: bool = False

    @classmethod
    def of_document(cls, document: JsonObject) -> "Answer":
        """Returns an answer with the document as JSON text, because connectors parse the text."""
        return cls(encoded(document).decode(), document)

    def result(self) -> JsonObject:
        """Returns the answer in the result format of `tools/call`."""
        return {
            "content": [{"type": "text", "text": self.text}],
            "structuredContent": self.data,
            "isError": self.is_error,
        }


class InvalidArguments(Exception):
    """Raised for invalid tool arguments. `errors` maps arguments to errors, which may list valid values in `near`."""

    def __init__(self, errors: Mapping[str, Iterable[str]]):
        super().__init__()
        self.errors = errors

    def answer(self) -> Answer:
        """Returns an answer that contains all errors."""
        errors = [
            {"argument": name, "detail": str(each), "near": list(getattr(each, "near", ()))}
            for name, found in self.errors.items()
            for each in found
        ]
        return Answer("\n".join(map(_line, errors)), {"errors": errors}, is_error=True)


def _line(error: JsonObject) -> str:
    # The values are added, because error messages contain only the labels of options, but clients must send values.
    near = ", ".join(error["near"])
    return f"{error['argument']}: {error['detail']}" + (f" ({near})" if near not in error["detail"] else "")


def empty_list_advice(list_query: ListQuery, request: HttpRequest) -> tuple[list[str], JsonObject]:
    """Returns advice for an empty filtered list, as lines of text and as data. Both are empty for other lists."""
    if not list_query.active_filters or list_query.result_set.count():
        return [], {}
    advice = _(
        "No record matches all filters. Remove a filter, search for fewer words, or use count_by with fewer filters "
        "to see which values exist."
    )
    list_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    alternatives = [
        {"title": each.label, "count": each.count, "url": list_url + each.query.removesuffix("?")}
        for each in suggestions_for_empty(list_query)
    ]
    links = [f"- {escape(each['title'])} {markdown_url(each['url'])}" for each in alternatives]
    return [advice, *links], {"advice": advice, "closest": alternatives}


LIST, FILTERS = "list", "filters"
# Maximum number of valid values in an error message. For filters with more values, it refers to `count_by`.
MAX_VALID_VALUES = 30


class Arguments:
    """Validates the arguments of a tool call. Unknown, missing and invalid arguments raise InvalidArguments."""

    def __init__(
        self, values: dict[str, Any], known: Collection[str], required: Collection[str], state: IndexState
    ):
        self.values = {name: value for name, value in values.items() if value is not None}
        self.state = state
        errors = {
            name: _("Unknown parameter. Correct or remove it.") for name in self.values if name not in known
        }
        errors |= {name: _("This argument is required.") for name in required if name not in self.values}
        if errors:
            raise InvalidArguments({shortened(name): [error] for name, error in errors.items()})

    def text(self, name: str) -> str:
        """Reads a text."""
        value = self.values[name]
        if not isinstance(value, str):
            raise InvalidArguments({name: [_("Enter a string.")]})
        return querystring.tidy(value)

    def number(self, name: str, default: int, most: int) -> int:
        """Reads an integer from 1 to `most`."""
        value = str(self.values.get(name, default))
        if not (value.isascii() and value.isdigit() and len(value) <= 9 and 1 <= int(value) <= most):
            sentence = _("“%(value)s” is not a number from 1 to %(most)s.")
            raise InvalidArguments({name: [sentence % {"value": shortened(value), "most": most}]})
        return int(value)

    def searchable_list(self) -> SearchableList:
        """Returns the list named by the argument."""
        return LISTS_BY_COLLECTION[self.choice(LIST, COLLECTIONS)]

    def choice(self, name: str, choices: Collection[str]) -> str:
        """Reads a text that must be one of `choices`."""
        value = self.text(name)
        if value not in choices:
            raise InvalidArguments({name: [str(not_a_choice(value, choices))]})
        return value

    def list_query(self) -> ListParameters:
        """Returns a list query with filters, sort order and page. Raises InvalidArguments with all errors."""
        listing = self.searchable_list().listing
        filters = self.values.get(FILTERS, {})
        if not isinstance(filters, dict):
            raise InvalidArguments({FILTERS: [_("Enter the filters as an object.")]})
        known = {*listing.filterset.base_filters, *listing.match_parameters.values()}
        pairs = [
            (name, text) for name, value in filters.items() if name in known for text in _texts(name, value)
        ]
        pairs += [(name, str(self.values[name])) for name in (SORT, PAGE) if name in self.values]
        # The arguments are converted to a query string, so that the limits and errors of list pages apply.
        list_query = ListParameters(listing, self.state, *querystring.parse(urlencode(pairs)))
        errors = {
            _argument_of(name): [_with_valid_values(list_query, name, each) for each in found]
            for name, found in list_query.errors.items()
        }
        errors |= {
            _argument_of(name): [_unknown_filter(name, known)] for name in filters if name not in known
        }
        if errors:
            raise InvalidArguments(errors)
        return list_query


def _texts(name: str, value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, bool) or not isinstance(each, str | int):
            raise InvalidArguments({_argument_of(name): [_("Enter a string, a number or a list of them.")]})
        yield str(each)


def _argument_of(parameter: str) -> str:
    if parameter in (SORT, PAGE):
        return parameter
    return f"{FILTERS}.{shortened(parameter)}" if parameter else FILTERS


def _unknown_filter(name: str, known: Collection[str]) -> QueryError:
    sentence = _("Unknown parameter. Correct or remove it.")
    return QueryError(sentence, ErrorCode.UNKNOWN_PARAMETER, name, sorted(known))


def _with_valid_values(list_query: ListParameters, name: str, error: QueryError) -> QueryError:
    """Adds the most frequent valid values to an error about an unknown value without similar valid values."""
    item = list_query.filterset.filters.get(name)
    if item is None or error.code != ErrorCode.UNKNOWN_VALUE or error.near:
        return error
    state = list_query.state
    published = state.published(list_query.listing.collection)
    # One additional option is requested to detect if the list of values is incomplete.
    options = item.options(state, published, [], MAX_VALID_VALUES + 1)
    values = [each.value for each in options.visible if each.count]
    advice = ""
    if not values:
        advice = _("Use search to find its slug.")
    elif len(values) > MAX_VALID_VALUES:
        advice = _(
            "These are the most frequent values. Use count_by to list the others, and search to find a slug by "
            "name."
        )
    sentences = " ".join(filter(None, [error, advice]))
    return QueryError(sentences, error.code, error.value, values[:MAX_VALID_VALUES])
