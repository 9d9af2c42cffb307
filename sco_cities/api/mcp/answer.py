"""What a tool answers: a text for the model, and the same as data; or all mistakes in its arguments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sco_cities.api.record_markdown import address, escape
from sco_cities.listings.empty_state import suggestions_for_empty
from sco_cities.listings.list_query import ListQuery

from .json_rpc import JsonObject, encoded


@dataclass(frozen=True)
class Answer:
    """A text and the data."""

    text: str
    data: JsonObject
    is_error: bool = False

    @classmethod
    def of_document(cls, document: JsonObject) -> "Answer":
        """A document that is text and data alike: connectors read the text as JSON."""
        return cls(encoded(document).decode(), document)

    def result(self) -> JsonObject:
        """The answer as the result of `tools/call`."""
        return {
            "content": [{"type": "text", "text": self.text}],
            "structuredContent": self.data,
            "isError": self.is_error,
        }


class InvalidArguments(Exception):
    """Mistakes in the arguments of a tool: sentences by argument, maybe with the values that are valid (`near`)."""

    def __init__(self, errors: Mapping[str, Iterable[str]]):
        super().__init__()
        self.errors = errors

    def answer(self) -> Answer:
        """All reasons."""
        errors = [
            {"argument": name, "detail": str(each), "near": list(getattr(each, "near", ()))}
            for name, found in self.errors.items()
            for each in found
        ]
        return Answer("\n".join(map(_line, errors)), {"errors": errors}, is_error=True)


def _line(error: JsonObject) -> str:
    # Sentences list the labels of options; a call needs their values.
    near = ", ".join(error["near"])
    return f"{error['argument']}: {error['detail']}" + (f" ({near})" if near not in error["detail"] else "")


def empty_list_advice(list_query: ListQuery, request: HttpRequest) -> tuple[list[str], JsonObject]:
    """What to do with a list that has no records, as lines and as data; nothing for other lists."""
    if not list_query.active_filters or list_query.result_set.count():
        return [], {}
    advice = _(
        "No record matches all filters. Leave out a filter, search for fewer words, or use count_by with fewer filters "
        "to see the values that occur."
    )
    list_url = request.build_absolute_uri(reverse(f"{list_query.listing.collection}-list"))
    alternatives = [
        {"title": each.label, "count": each.count, "url": list_url + each.query.removesuffix("?")}
        for each in suggestions_for_empty(list_query)
    ]
    links = [f"- {escape(each['title'])} {address(each['url'])}" for each in alternatives]
    return [advice, *links], {"advice": advice, "closest": alternatives}
