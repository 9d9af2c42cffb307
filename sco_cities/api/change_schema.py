"""The OpenAPI description of the changes of all records, and of the history of one."""

from typing import Any

from django.utils.translation import gettext as _

from sco_cities.history.public_changes import ChangeKind
from sco_cities.i18n.numbers import format_grouped
from sco_cities.search.searchable_lists import LIST_TITLES

from .change_documents import AFTER, KIND, MAX_HISTORY, PER_PAGE, SINCE
from .json_schema import TEXT, TEXT_OR_NULL, URL, URL_OR_NULL, Schema, array_of, enum_of, object_of
from .list_parameters import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

CHANGES_PATH = "/api/changes/"
_CHANGES: Schema = array_of({"$ref": "#/components/schemas/Change"})


def changes_operation(problems: dict[str, Any]) -> dict[str, Any]:
    """The operation of the changes; `problems` are the responses of errors by status."""
    moment = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    kinds = {"type": "array", "items": enum_of(LIST_TITLES)}
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE}
    parameters = [
        _query(SINCE, moment, _("Only changes from this day or moment on; UTC without a time zone.")),
        _query(KIND, kinds, _("Only changes of these kinds of records."))
        | {"style": "form", "explode": True},
        _query(PER_PAGE, size, _("The number of changes of a page.")),
        _query(AFTER, TEXT, _("The cursor of the next page: pass it back as you got it.")),
    ]
    return _operation(
        "list_changes", _("Changes of all records, oldest first"), parameters, "Changes", problems
    )


def history_operation(collection: str, title: str, slug: Schema, problems: dict[str, Any]) -> dict[str, Any]:
    """The operation of the changes of a record of a list."""
    summary = _("%(list)s: the newest %(most)s changes of one record, oldest first")
    summary %= {"list": title, "most": format_grouped(MAX_HISTORY)}
    return _operation(f"get_{collection}_history", summary, [slug], "History", problems)


def change_schemas() -> dict[str, Schema]:
    """The schemas of changes, by name."""
    change = {
        "id": TEXT,
        "at": {"type": "string", "format": "date-time"},
        "kind": enum_of(LIST_TITLES),
        "slug": TEXT,
        "former_slug": TEXT_OR_NULL,
        "what": {"type": "string", "enum": list(ChangeKind)},
        "into": TEXT_OR_NULL,
        "fields": {"type": "object"},
        "reason": TEXT_OR_NULL,
        "url": URL_OR_NULL,
    }
    return {
        "Change": object_of(change),
        "Changes": object_of({"results": _CHANGES, "next": URL_OR_NULL, "later": URL}),
        "History": object_of({"slug": TEXT, "results": _CHANGES}),
    }


def _operation(
    name: str, summary: str, parameters: list[Schema], schema: str, problems: dict[str, Any]
) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["changes"],
        "parameters": parameters,
        "responses": {"200": {"description": summary, "content": content}, **problems},
    }


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}
