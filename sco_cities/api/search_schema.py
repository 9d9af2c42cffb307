"""The OpenAPI description of the search."""

from typing import Any

from django.utils.translation import gettext as _

from sco_cities.search.searchable_lists import LIST_TITLES

from .json_schema import TEXT, TEXT_OR_NULL, URL, Schema, enum_of, object_of
from .parameter_schema import PHRASES
from .search_document import Q

SEARCH_PATH = "/api/search/"
_COUNT: Schema = {"type": "integer", "minimum": 0}
_HITS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/SearchHit"}}


def search_operation(problems: dict[str, Any]) -> dict[str, Any]:
    """The operation; `problems` are the responses of errors by status."""
    words = {
        "name": Q,
        "in": "query",
        "description": _("Words in any language and script; repeated values mean any of them."),
        "schema": PHRASES,
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
    hit = {
        "kind": enum_of(LIST_TITLES) | _note(_("The list of the record")),
        "slug": TEXT | _note(_("The slug of the record")),
        "url": URL | _note(_("The page of the record")),
        "name": TEXT | _note(_("The name in the language of the address")),
        "names": {"type": "object", "additionalProperties": TEXT_OR_NULL}
        | _note(_("The name in each language")),
        "detail": TEXT_OR_NULL | _note(_("The role of a delegate, the publisher of a report")),
        "excerpt": TEXT_OR_NULL | _note(_("The text that matches, if the name does not")),
    }
    theme = object_of({"slug": TEXT, "name": TEXT, **_found()})
    joint = object_of({"places": {"type": "array", "items": TEXT}, **_found(), "hits": _HITS})
    return {
        "SearchHit": object_of(hit),
        "SearchGroup": object_of(
            {
                "kind": enum_of(LIST_TITLES) | _note(_("The list")),
                "title": TEXT | _note(_("The title of the list")),
                **_found(),
                "hits": _HITS | _note(_("The first matches, the best first")),
            }
        ),
        "SearchResults": object_of(
            {
                "count": _COUNT | _note(_("The number of matches of all kinds")),
                "page_url": URL | _note(_("The search page with the same words, for people")),
                "did_you_mean": {"type": "array", "items": TEXT}
                | _note(_("The corrected words, if a name seems misspelt")),
                "best_matches": _HITS | _note(_("The records that have the name")),
                "joint_initiatives": {"oneOf": [joint, {"type": "null"}]}
                | _note(_("The initiatives with all places, if the words name several")),
                "themes": {"type": "array", "items": theme}
                | _note(
                    _("Themes that the words name, if more initiatives have them than contain the words")
                ),
                "groups": {"type": "array", "items": {"$ref": "#/components/schemas/SearchGroup"}}
                | _note(_("The matches by kind of record")),
            }
        ),
    }


def _found() -> dict[str, Schema]:
    return {
        "count": _COUNT | _note(_("The number of matches")),
        "url": URL | _note(_("The list of all in the API")),
        "page_url": URL | _note(_("The list of all on the site, for people")),
    }


def _note(description: str) -> Schema:
    return {"description": description}
