"""The OpenAPI 3.1 description of the API, based on the declarations of the lists."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES
from sco_cities.i18n.numbers import format_grouped
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_URL
from sco_cities.listings.listing import Listing
from sco_cities.listings.registered_functions import AS_OF
from sco_cities.search.searchable_lists import LIST_TITLES, SEARCHABLE_LISTS
from sco_cities.site.machine_paths import CONTENT_TYPE as PROBLEM_TYPE
from sco_cities.sources.base_models import SLUG_PATTERN

from .change_documents import AFTER, COLLECTION, MAX_HISTORY, PER_PAGE, SINCE
from .json_schema import TEXT, URL, Schema, array_of, column_schemas, enum_of, object_of, reference
from .list_parameters import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PHRASES, has_footnotes, list_parameters
from .object_schemas import change_schemas, object_schemas, record_schema, search_schemas
from .search_document import Q
from .ties import TIES_PATH, tie_schema, ties_operation

OPENAPI = "3.1.1"
VERSION = "1.0.0"
JSON = "application/json"
CHANGES_PATH, SEARCH_PATH = "/api/changes/", "/api/search/"
_REPEATED = {"style": "form", "explode": True}


def openapi_document() -> dict[str, Any]:
    """Returns the OpenAPI document, with texts in the active language."""
    listings = [kind.listing for kind in SEARCHABLE_LISTS]
    schemas, added = object_schemas(), record_schema()
    for name in map(schema_name, listings):
        schemas[f"{name}Record"] = {"allOf": [reference(name), added]}
    schemas |= dict(map(_row_schema, listings))
    schemas |= change_schemas() | search_schemas() | {"Tie": tie_schema()}
    paths = {
        CHANGES_PATH: {"get": _changes_operation()},
        SEARCH_PATH: {"get": _search_operation()},
        TIES_PATH: {"get": ties_operation(_page_of("Tie"), _invalid_query() | _no_page() | _errors(503))},
        **{path: item for listing in listings for path, item in _paths(listing).items()},
    }
    headers = _end_of_version()
    for item in paths.values():
        item["get"]["responses"]["200"]["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"} for name in headers
        }
    return {
        "openapi": OPENAPI,
        "info": {
            "title": _("SCO Cities API"),
            "version": VERSION,
            "description": join_sentences(
                _(
                    "Cities, delegates, initiatives and security themes of the Shanghai Cooperation Organization."
                )
                + f" {_(FOOTNOTE_RULE)}"
            ),
            "license": {"name": LICENCE, "url": LICENCE_URL},
        },
        "servers": _servers(),
        "paths": paths,
        "components": {"schemas": schemas, "headers": headers},
    }


def _search_operation() -> dict[str, Any]:
    words = _query(
        Q,
        PHRASES,
        _(
            "Search terms in any language and script; if the parameter is repeated, records match any of the values."
        ),
    )
    summary = _("Search records of every kind, grouped by kind")
    results = _response(_("The results"), reference("SearchResults"))
    return _operation(
        "search", summary, "search", [words | _REPEATED], results, _invalid_query() | _errors(503)
    )


def _changes_operation() -> dict[str, Any]:
    moment = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    collections = array_of(enum_of(LIST_TITLES))
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE}
    parameters = [
        _query(
            SINCE, moment, _("Only changes from this date or time on. Times without a time zone are in UTC.")
        ),
        _query(COLLECTION, collections, _("Only changes to records in these lists.")) | _REPEATED,
        _query(PER_PAGE, size, _("The number of changes per page.")),
        _query(AFTER, TEXT, _("The cursor of the next page, exactly as the API returned it.")),
    ]
    summary = _("Changes to all records, oldest first")
    page = _response(summary, reference("Changes"))
    return _operation("list_changes", summary, "changes", parameters, page, _invalid_query() | _errors(503))


def _operation(
    name: str,
    summary: str,
    tag: str,
    parameters: Sequence[Schema],
    response: dict[str, Any],
    problems: dict[str, Any],
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": list(parameters),
        "responses": {"200": response} | problems,
    }


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _end_of_version() -> dict[str, Any]:
    """Returns response headers that announce the end of an API version. Responses do not contain them yet."""
    since = _(
        "Sent only if the version has a successor: the deprecation time as “@” and the seconds since 1970 (RFC "
        "9745)"
    )
    until = _("Sent only with Deprecation: the time when the version is switched off (RFC 8594)")
    return {
        "Deprecation": {
            "description": since,
            "schema": {"type": "string", "pattern": r"^@\d+$"},
            "example": "@1767225600",
        },
        "Sunset": {"description": until, "schema": TEXT, "example": "Fri, 01 Jan 2027 00:00:00 GMT"},
    }


def _servers() -> list[dict[str, str]]:
    """Returns the API's base URL in each language, with the active language first. English has no prefix."""
    codes = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != get_language())
    return [
        {
            "url": "/" if code == settings.LANGUAGE_CODE else f"/{code}",
            "description": SITE_LANGUAGE_NAMES[code][1],
        }
        for code in codes
    ]


def schema_name(listing: Listing) -> str:
    """Returns the name of a list's record schema, such as "Initiative" for "initiatives"."""
    return listing.indexed_model.model.__name__


def _paths(listing: Listing) -> dict[str, dict[str, Any]]:
    name, title, collection = schema_name(listing), str(listing.title), listing.collection
    slug = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": _("The last part of the record's URL"),
        "schema": {"type": "string", "pattern": f"^{SLUG_PATTERN}$"},
    }
    of_day = _(
        "A date. The record is returned as it was published at the end of that day, in UTC, without related data "
        "from other records. Names of other records are the current names."
    )
    as_of = _query(AS_OF, {"type": "string", "format": "date"}, of_day)
    record = _response(_("The record"), reference(f"{name}Record"))
    record_summary = _("%(list)s: one record, with the footnotes of every value") % {"list": title}
    history_summary = _("%(list)s: the newest %(most)s changes to one record, oldest first")
    history_summary %= {"list": title, "most": format_grouped(MAX_HISTORY)}
    history = _response(history_summary, reference("History"))
    moved = {"301": {"description": _("The record has a new slug")}}
    problems = _invalid_query() | moved | _errors(404, 410, 503)
    of_list = _invalid_query() | _no_page() | _errors(503)
    parameters = list_parameters(listing)
    operations = {
        "": _operation(f"list_{collection}", title, collection, parameters, _page_of(name), of_list),
        "{slug}/": _operation(
            f"get_{collection}", record_summary, collection, [slug, as_of], record, problems
        ),
        "{slug}/history/": _operation(
            f"get_{collection}_history", history_summary, "changes", [slug], history, problems
        ),
    }
    return {f"/api/{collection}/{path}": {"get": operation} for path, operation in operations.items()}


def _page_of(name: str) -> dict[str, Any]:
    return _response(
        _("A page of the list"),
        {"allOf": [reference("Page"), object_of({"results": array_of(reference(name))}, ["results"])]},
    )


def _no_page() -> dict[str, Any]:
    return {"404": _problem(_("The list has no page with this number"))}


def _invalid_query() -> dict[str, Any]:
    return {"400": _problem(_("The query is invalid"))}


def _errors(*statuses: int) -> dict[str, Any]:
    descriptions = {
        404: _("No published record has this slug"),
        410: _("The editors have withdrawn the record"),
        503: _("The site is busy or is being prepared; Retry-After contains the number of seconds to wait"),
    }
    return {str(status): _problem(descriptions[status]) for status in statuses}


def _response(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": reference("Problem")}}}


def _row_schema(listing: Listing) -> tuple[str, Schema]:
    properties = {"slug": TEXT, "url": URL}
    for column in listing.columns:
        properties |= column_schemas(listing, column)
    if has_footnotes(listing):
        properties["footnotes"] = array_of(reference("Footnote"))
    return schema_name(listing), object_of(properties, ["slug", "url"])
