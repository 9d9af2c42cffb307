"""The tools of the server, with their names, arguments and answers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.api.json_schema import Schema
from sco_cities.api.list_parameters import Parameter, filter_parameter
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.listing import Listing
from sco_cities.listings.record_filters import MATCH_CHOICES
from sco_cities.search.searchable_lists import COLLECTIONS, SEARCHABLE_LISTS

from . import tool_answers
from .arguments import INVALID_PARAMS, Answer, Arguments, InvalidArguments, InvalidMessage, JsonObject
from .tool_answers import DEFAULT_SIZE, DEFAULT_VALUES, MAX_SIZE, MAX_VALUES

# The same limit as on list pages.
MAX_PAGE = 999_999_999
_LISTINGS = [kind.listing for kind in SEARCHABLE_LISTS]


def filters_schema() -> Schema:
    """Returns the schema of an object with the filters of all lists.

    The schema is flat, because models call tools less reliably with nine alternative schemas, and some models reject
    alternatives. The description of each filter names the lists that support it.
    """
    parameters: dict[str, dict[str, Parameter]] = defaultdict(dict)
    for listing in _LISTINGS:
        for name, item in listing.filterset.base_filters.items():
            parameters[name][listing.collection] = filter_parameter(name, item)
    properties = {name: _filter_schema(by_list) for name, by_list in parameters.items()}
    for listing in _LISTINGS:
        for name, match in listing.match_parameters.items():
            properties[match] = {
                "type": "string",
                "enum": list(MATCH_CHOICES),
                "description": f"Whether records must match any or all values of {name} ({listing.collection}).",
            }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _filter_schema(by_list: dict[str, Parameter]) -> Schema:
    """Returns the schema of a filter. `by_list` contains the filter's parameter in each list."""
    first, *_others = by_list.values()
    description = f"{first['description']} ({', '.join(by_list)})"
    if first["schema"]["type"] == "integer":
        return {"type": "integer", "description": description}
    schemas = (parameter["schema"].get("items", {}) for parameter in by_list.values())
    codes = list(dict.fromkeys(code for schema in schemas for code in schema.get("enum", ())))
    items: dict[str, Any] = {"type": "string"} | ({"enum": codes} if codes else {})
    return {"type": "array", "items": items, "description": description}


def _by_list(names_of: Callable[[Listing], Iterable[str]]) -> str:
    """Formats the names that belong to each list as text."""
    return " ".join(f"{listing.collection}: {', '.join(names_of(listing))}." for listing in _LISTINGS)


# Schemas that contain names in the reader's language are functions.
SchemaOf = Schema | Callable[[], Schema]


@dataclass(frozen=True)
class Tool:
    """A tool of the server. `answer` takes the arguments and the request. The first `required` arguments are mandatory.

    The title is for people. Descriptions are not translated, because language models read them.
    """

    name: str
    title: str | Promise
    description: str
    arguments: Mapping[str, SchemaOf]
    required: int
    answer: Callable[[Arguments, HttpRequest], Answer]
    output: Schema | None = None

    @property
    def required_arguments(self) -> list[str]:
        return list(self.arguments)[: self.required]

    def document(self) -> JsonObject:
        """Returns the tool in the format of `tools/list`."""
        arguments = self.arguments.items()
        properties = {name: schema() if callable(schema) else schema for name, schema in arguments}
        document = {
            "name": self.name,
            "title": str(self.title),
            "description": self.description,
            "inputSchema": _object(properties, self.required_arguments),
            "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
        }
        return document | ({"outputSchema": self.output} if self.output else {})


def _object(properties: Mapping[str, Schema], required: Sequence[str]) -> Schema:
    schema = {"type": "object", "properties": dict(properties), "required": list(required)}
    return schema | {"additionalProperties": False}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _number(most: int, description: str) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most, "description": description}


_LIST: Schema = {"type": "string", "enum": list(COLLECTIONS), "description": "The list."}
_SORT = _text(
    f"The column to sort by. “-” before it sorts in descending order. {_by_list(lambda listing: listing.sorts)}"
)
_BY = _text(f"The filter whose values are counted. {_by_list(lambda listing: listing.countable_filters)}")
_ANY_TEXT: Schema = {"type": "string"}
_FOUND = _object(dict.fromkeys(("id", "title", "url"), _ANY_TEXT), ("id", "title", "url"))
TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            _("Search"),
            "Find records of any kind by words in English, Russian or Chinese. Searches names, titles, summaries and "
            "themes. Returns ids for fetch. A place, person or theme with the searched name comes first. For two "
            "places, their joint initiatives come first. Every word must occur. If nothing is found, search for fewer "
            "words. To get all matching records or their number, use list_records or count_by.",
            {"query": _text("A few words or a name, not a question.")},
            1,
            tool_answers.search,
            {
                "type": "object",
                "properties": {
                    "results": {"type": "array", "items": _FOUND},
                    "did_you_mean": {"type": "array", "items": _ANY_TEXT},
                    "advice": _ANY_TEXT,
                },
                "required": ["results"],
            },
        ),
        Tool(
            "fetch",
            _("Read a record"),
            "Read a record as Markdown: its values with numbered notes, and the passages and reports of the "
            "notes with their URLs.",
            {"id": _text('The list and the slug of a record: "cities:dushanbe".')},
            1,
            tool_answers.fetch,
            _object(
                dict.fromkeys(("id", "title", "text", "url"), _ANY_TEXT) | {"metadata": {"type": "object"}},
                ("id", "title", "text", "url"),
            ),
        ),
        Tool(
            "list_records",
            _("List records"),
            "List the records of one list that match filters, and their number. Returns at most "
            f"{MAX_SIZE} records per page. The text contains each record as returned by fetch, and the data contains "
            "its columns. If a filter has several values, records match any of them. “-” before a value excludes it. "
            "Filters by record accept slugs, and filters by country accept codes such as cn. Find slugs and codes with "
            "search or count_by.",
            {
                "list": _LIST,
                "filters": filters_schema,
                "sort": _SORT,
                "page": _number(MAX_PAGE, "The page number."),
                "per_page": _number(MAX_SIZE, f"Records per page (default: {DEFAULT_SIZE})."),
            },
            1,
            tool_answers.list_records,
        ),
        Tool(
            "get_record",
            _("Read a record with its data"),
            "Read one record as data: all columns, and for each value the passages and reports that support it, differ "
            "from it or give an earlier state.",
            {"list": _LIST, "slug": _text("The last part of the record's URL.")},
            2,
            tool_answers.get_record,
        ),
        Tool(
            "count_by",
            _("Count records"),
            "Count the matching records of a list by the values of another filter, such as initiatives by status, "
            "theme or country. The numbers are exact. A record with several values is counted once for each value.",
            {
                "list": _LIST,
                "by": _BY,
                "filters": filters_schema,
                "limit": _number(
                    MAX_VALUES,
                    f"The number of values, most frequent first (default: {DEFAULT_VALUES}).",
                ),
            },
            2,
            tool_answers.count_by,
        ),
    )
}


def call_tool(params: JsonObject, request: HttpRequest) -> JsonObject:
    """Calls a tool and returns its result. Errors in arguments are also returned, so that models can correct them."""
    name, arguments = params.get("name"), params.get("arguments")
    tool = TOOLS.get(name) if isinstance(name, str) else None
    if tool is None:
        raise InvalidMessage(INVALID_PARAMS, f"There is no such tool. Available tools: {', '.join(TOOLS)}.")
    if arguments is not None and not isinstance(arguments, dict):
        raise InvalidMessage(INVALID_PARAMS, "params.arguments must be a JSON object.")
    try:
        # All queries of a tool call use the same state of the data.
        with facet_index(*COLLECTIONS) as state:
            valid = Arguments(arguments or {}, tool.arguments, tool.required_arguments, state)
            answer = tool.answer(valid, request)
    except InvalidArguments as invalid:
        answer = invalid.answer()
    return answer.result()
