"""The OpenAPI description of the search."""

from typing import Any

from django.utils.translation import gettext as _

from sco_cities.listings.fields import MAX_PHRASES, MAX_SEARCH_LENGTH
from sco_cities.search.searchable_lists import COLLECTIONS

from .column_schema import Schema
from .search_document import Q

SEARCH_PATH = "/api/search/"
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_URL: Schema = {"type": "string", "format": "uri"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_HITS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/SearchHit"}}


def search_operation(problems: dict[str, Any]) -> dict[str, Any]:
    """The operation; `problems` are the responses of errors by status."""
    schema = {
        "type": "array",
        "items": {
            "type": "string",
            "minLength": 2,
            "maxLength": MAX_SEARCH_LENGTH,
            # A word that every engine can search for; other scripts are accepted as well.
            "pattern": "^[A-Za-z ]*$",
        },
        "maxItems": MAX_PHRASES,
    }
    words = {
        "name": Q,
        "in": "query",
        "description": _("Words in any language and script; repeated values mean any of them."),
        "schema": schema,
        "style": "form",
        "explode": True,
    }
    results = {"schema": {"$ref": "#/components/schemas/SearchResults"}}
    return {
        "operationId": "search",
        "summary": _("Search records of every kind, grouped by kind"),
        "tags": ["search"],
        "parameters": [words],
        "responses": {
            "200": {"description": _("The results"), "content": {"application/json": results}},
            **problems,
        },
    }


def search_schemas() -> dict[str, Schema]:
    """The schemas of the results, by name."""
    kind = {"type": "string", "enum": list(COLLECTIONS)}
    hit = {
        "kind": kind,
        "slug": _TEXT,
        "url": _URL,
        "name": _TEXT,
        "names": {"type": "object", "additionalProperties": _TEXT_OR_NULL},
        "detail": _TEXT_OR_NULL,
        "excerpt": _TEXT_OR_NULL,
    }
    found = {"count": _COUNT, "url": _URL, "page_url": _URL}
    theme = _object({"slug": _TEXT, "name": _TEXT, **found})
    joint = _object({"places": _TEXTS, **found, "hits": _HITS})
    return {
        "SearchHit": _object(hit),
        "SearchGroup": _object({"kind": kind, "title": _TEXT, **found, "hits": _HITS}),
        "SearchResults": _object(
            {
                "count": _COUNT,
                "page_url": _URL,
                "did_you_mean": _TEXTS,
                "best_matches": _HITS,
                "joint_initiatives": {"oneOf": [joint, {"type": "null"}]},
                "themes": {"type": "array", "items": theme},
                "groups": {"type": "array", "items": {"$ref": "#/components/schemas/SearchGroup"}},
            }
        ),
    }


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}
