"""The tools of the server: what they are called, what they take, and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.api.column_schema import Schema
from sco_cities.facet_index.refresh import facet_index
from sco_cities.search.searchable_lists import COLLECTIONS

from .answer import Answer, InvalidArguments
from .argument_schema import countable_filters, filters_schema, sort_names
from .arguments import Arguments
from .count_answer import MAX_VALUES, count_by
from .json_rpc import INVALID_PARAMS, InvalidMessage, JsonObject
from .record_answers import DEFAULT_SIZE, MAX_SIZE, fetch, get_record, list_records
from .search_answer import search

_TEXT: Schema = {"type": "string"}
_URL: Schema = {"type": "string", "format": "uri"}
_ID: Schema = {"type": "string", "description": 'The list and the slug of a record: "cities:dushanbe".'}


@dataclass(frozen=True)
class Tool:
    """A tool: `answer` gets the arguments and the request.

    The title is for people. Descriptions are for language models, hence not translated.
    """

    name: str
    title: str | Promise
    description: str
    properties: Callable[[], Mapping[str, Schema]]
    required: tuple[str, ...]
    answer: Callable[[Arguments, HttpRequest], Answer]
    output: Schema | None = None

    def document(self) -> JsonObject:
        """The tool as `tools/list` has it."""
        document = {
            "name": self.name,
            "title": str(self.title),
            "description": self.description,
            "inputSchema": _object(self.properties(), self.required),
            "annotations": {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False},
        }
        return document | ({"outputSchema": self.output} if self.output else {})


def _object(properties: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    schema = {"type": "object", "properties": dict(properties), "required": list(required)}
    return schema | {"additionalProperties": False}


def _list_schema() -> Schema:
    return {"type": "string", "enum": list(COLLECTIONS), "description": "The list."}


def _whole(least: int, most: int, description: str) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


_FOUND = _object({"id": _TEXT, "title": _TEXT, "url": _URL}, ("id", "title", "url"))
TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            _("Search"),
            "Find records of any kind by words in English, Russian or Chinese: names, titles, summaries, themes. "
            "Gives ids for fetch and get_record. A place, person or theme with that name comes first; two places "
            "give their joint initiatives. For all records with something, or for numbers, use list_records or "
            "count_by.",
            lambda: {"query": {"type": "string", "description": "A few words or a name, not a question."}},
            ("query",),
            search,
            {
                "type": "object",
                "properties": {
                    "results": {"type": "array", "items": _FOUND},
                    "did_you_mean": {"type": "array", "items": _TEXT},
                },
                "required": ["results"],
            },
        ),
        Tool(
            "fetch",
            _("Read a record"),
            "Read a record as Markdown: its values, each with numbered notes, and the passages and reports of the "
            "notes with their addresses.",
            lambda: {"id": _ID},
            ("id",),
            fetch,
            _object(
                {"id": _TEXT, "title": _TEXT, "text": _TEXT, "url": _URL, "metadata": {"type": "object"}},
                ("id", "title", "text", "url"),
            ),
        ),
        Tool(
            "list_records",
            _("List records"),
            f"List the records of one list that match filters, with their number, values and notes; at most "
            f"{MAX_SIZE} at a time, the next ones with page. Several values of a filter mean any of them; “-” before a "
            "value excludes it. Filters by records take slugs: find them with search or count_by.",
            lambda: {
                "list": _list_schema(),
                "filters": filters_schema(),
                "sort": {
                    "type": "string",
                    "description": f"A column, “-” before it for descending order. {sort_names()}",
                },
                "page": _whole(1, 999_999_999, "The number of the page."),
                "per_page": _whole(1, MAX_SIZE, f"Records of a page; without it, {DEFAULT_SIZE}."),
            },
            ("list",),
            list_records,
        ),
        Tool(
            "get_record",
            _("Read a record with its data"),
            "Read one record: the same text as fetch, and all columns as data with the numbers of the notes on each "
            "value.",
            lambda: {"list": _list_schema(), "slug": _TEXT},
            ("list", "slug"),
            get_record,
        ),
        Tool(
            "count_by",
            _("Count records"),
            "Count the records of a list that match filters, by the values of one more filter: initiatives by status, "
            "theme or country. Exact numbers. A record with several values counts for each of them.",
            lambda: {
                "list": _list_schema(),
                "by": {
                    "type": "string",
                    "description": f"The filter whose values are counted. {countable_filters()}",
                },
                "filters": filters_schema(),
                "limit": _whole(1, MAX_VALUES, "The most frequent values; without it, 25."),
            },
            ("list", "by"),
            count_by,
        ),
    )
}


def call_tool(params: JsonObject, request: HttpRequest) -> JsonObject:
    """The result of a tool call. Mistakes in arguments are results too, which a model can correct."""
    name, arguments = params.get("name"), params.get("arguments")
    tool = TOOLS.get(name) if isinstance(name, str) else None
    if tool is None:
        raise InvalidMessage(INVALID_PARAMS, f"There is no such tool. There are: {', '.join(TOOLS)}.")
    if arguments is not None and not isinstance(arguments, dict):
        raise InvalidMessage(INVALID_PARAMS, "params.arguments are a JSON object.")
    try:
        # All that an answer says is of one state of the data.
        with facet_index(*COLLECTIONS) as state:
            valid = Arguments(arguments or {}, tool.properties().keys(), tool.required, state)
            answer = tool.answer(valid, request)
    except InvalidArguments as invalid:
        answer = invalid.answer()
    return answer.result()
