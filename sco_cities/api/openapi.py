"""The OpenAPI 3.1 description of the API, from the declarations of the lists: nothing is declared twice."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.listings.exports.attribution import FOOTNOTE_RULE, LICENCE, LICENCE_ADDRESS
from sco_cities.listings.listing import Listing
from sco_cities.listings.past_lists import AS_OF
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from sco_cities.site.problem import CONTENT_TYPE as PROBLEM_TYPE
from sco_cities.sources.base_models import SLUG_PATTERN
from sco_cities.sources.models import Qualifier, Stance

from .change_schema import CHANGES_PATH, change_schemas, changes_operation, history_operation
from .column_schema import column_schemas
from .json_schema import TEXT, TEXT_OR_NULL, URL, URL_OR_NULL, Schema, array_of, enum_of, object_of
from .list_parameters import has_footnotes
from .parameter_schema import list_parameters
from .problem_types import CODE_MEANINGS
from .schema_notes import describe
from .search_schema import SEARCH_PATH, search_operation, search_schemas
from .ties import TIES_PATH, tie_schema, ties_operation

OPENAPI = "3.1.1"
VERSION = "1.0.0"
JSON = "application/json"
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def openapi_document() -> dict[str, Any]:
    """The description, with texts in the active language."""
    listings = [kind.listing for kind in SEARCHABLE_LISTS]
    schemas = _shared_schemas() | dict(map(_row_schema, listings)) | change_schemas() | search_schemas()
    schemas["Tie"] = tie_schema()
    describe(schemas)
    paths = {
        CHANGES_PATH: {"get": changes_operation(_invalid_query() | _errors(503))},
        SEARCH_PATH: {"get": search_operation(_invalid_query() | _errors(503))},
        TIES_PATH: {"get": ties_operation(_page_of("Tie"), _invalid_query() | _no_page() | _errors(503))},
        **{path: item for listing in listings for path, item in _paths(listing)},
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
            "license": {"name": LICENCE, "url": LICENCE_ADDRESS},
        },
        "servers": _servers(),
        "paths": paths,
        "components": {"schemas": schemas, "headers": headers},
    }


def _end_of_version() -> dict[str, Any]:
    """The headers of a version that is going to be switched off; no response has them now."""
    since = _(
        "Only of a version that has a successor: since when, as “@” and the seconds since 1970 (RFC 9745)"
    )
    until = _("Only together with Deprecation: when the version is switched off (RFC 8594)")
    return {
        "Deprecation": {
            "description": since,
            "schema": {"type": "string", "pattern": r"^@\d+$"},
            "example": "@1767225600",
        },
        "Sunset": {"description": until, "schema": TEXT, "example": "Fri, 01 Jan 2027 00:00:00 GMT"},
    }


def _servers() -> list[dict[str, str]]:
    """The API in each language, the active one first. English has no prefix."""
    codes = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != get_language())
    return [
        {
            "url": "/" if code == settings.LANGUAGE_CODE else f"/{code}",
            "description": SITE_LANGUAGE_NAMES[code][1],
        }
        for code in codes
    ]


def schema_name(listing: Listing) -> str:
    """The name of the schema of a record of a list: "initiatives" gives "Initiative"."""
    return listing.indexed_model.model.__name__


def _paths(listing: Listing) -> Sequence[tuple[str, dict[str, Any]]]:
    name = schema_name(listing)
    title = str(listing.title)
    page = _page_of(name)
    slug = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": _("The last part of the record's address"),
        "schema": {"type": "string", "pattern": f"^{SLUG_PATTERN}$"},
    }
    as_of = {
        "name": AS_OF,
        "in": "query",
        "description": _(
            "A day: the record as it was published at its end, in UTC, without what other records say of it. Names of "
            "other records are those of today."
        ),
        "schema": {"type": "string", "format": "date"},
    }
    record = _response(_("The record"), _ref(f"{name}Record"))
    moved = {"301": {"description": _("The record has another slug now")}}
    problems = moved | _errors(404, 410, 503)
    return (
        (
            f"/api/{listing.collection}/",
            {
                "get": {
                    "operationId": f"list_{listing.collection}",
                    "summary": title,
                    "tags": [listing.collection],
                    "parameters": list(list_parameters(listing)),
                    "responses": {"200": page} | _invalid_query() | _no_page() | _errors(503),
                }
            },
        ),
        (
            f"/api/{listing.collection}/{{slug}}/",
            {
                "get": {
                    "operationId": f"get_{listing.collection}",
                    "summary": _("%(list)s: one record, with the footnotes of every value") % {"list": title},
                    "tags": [listing.collection],
                    "parameters": [slug, as_of],
                    "responses": {"200": record} | _invalid_query() | problems,
                }
            },
        ),
        (
            f"/api/{listing.collection}/{{slug}}/history/",
            {"get": history_operation(listing.collection, title, slug, _invalid_query() | problems)},
        ),
    )


def _page_of(name: str) -> dict[str, Any]:
    return _response(
        _("A page of the list"),
        {"allOf": [_ref("Page"), object_of({"results": array_of(_ref(name))}, ["results"])]},
    )


def _no_page() -> dict[str, Any]:
    return {"404": _problem(_("The list has no page with this number"))}


def _invalid_query() -> dict[str, Any]:
    return {"400": _problem(_("The query is not valid"))}


def _errors(*statuses: int) -> dict[str, Any]:
    descriptions = {
        404: _("There is no such published record"),
        410: _("The editors have withdrawn the record"),
        503: _("The site is busy or being prepared; Retry-After says when to try again"),
    }
    return {str(status): _problem(descriptions[status]) for status in statuses}


def _response(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": _ref("Problem")}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _row_schema(listing: Listing) -> tuple[str, Schema]:
    properties = {"slug": TEXT, "url": URL}
    for column in listing.columns:
        properties |= column_schemas(listing, column)
    if has_footnotes(listing):
        properties["footnotes"] = array_of(_ref("Footnote"))
    return schema_name(listing), object_of(properties, ["slug", "url"])


def _record_schemas() -> dict[str, Schema]:
    added = object_of(
        {
            "figures": array_of(_ref("Figure")),
            "values": {"type": "object", "additionalProperties": _ref("Value")},
            "same_as": array_of(URL),
            "published_at": _TIME,
            "changed_at": _TIME,
            "history": URL_OR_NULL,
            "cite_as": TEXT,
        }
    )
    # With a day only.
    added["properties"] |= {AS_OF: _DAY, "merged_into": TEXT_OR_NULL}
    return {
        f"{schema_name(kind.listing)}Record": {"allOf": [_ref(schema_name(kind.listing)), added]}
        for kind in SEARCHABLE_LISTS
    }


def _shared_schemas() -> dict[str, Schema]:
    report = {
        "slug": TEXT, "title": TEXT, "publisher": TEXT, "published_on": TEXT_OR_NULL, "published_first": _DAY,
        "published_last": _DAY, "language": TEXT, "address": TEXT, "title_ru": TEXT_OR_NULL, "title_zh": TEXT_OR_NULL,
    }  # fmt: skip
    passage = {
        "passage": TEXT, "url": URL, "summary": TEXT, "summary_ru": TEXT_OR_NULL, "summary_zh": TEXT_OR_NULL,
        "quotation": TEXT_OR_NULL, "archive_address": TEXT_OR_NULL, "report": _ref("PassageReport"),
    }  # fmt: skip
    reported = {
        "text": TEXT_OR_NULL, "choice": TEXT_OR_NULL, "as_of": TEXT_OR_NULL, "as_of_edtf": TEXT_OR_NULL,
        "as_of_first": _DAY, "as_of_last": _DAY,
    }  # fmt: skip
    reading = {
        "reported_value": {"oneOf": [_ref("ReportedValue"), {"type": "null"}]},
        "passages": array_of(_ref("Passage")),
    }
    support = object_of({"about": {"type": "string", "enum": ["value", "record"]}})
    return {
        "Page": object_of(
            {
                "count": {"type": "integer"},
                "page_url": URL_OR_NULL,
                "first": URL,
                "previous": TEXT_OR_NULL,
                "next": TEXT_OR_NULL,
                "facets": {"type": "object", "additionalProperties": _ref("Facet")},
            },
            ["count", "page_url", "first", "previous", "next"],
        ),
        "Facet": object_of(
            {
                "values": array_of(object_of({"value": TEXT, "label": TEXT, "count": {"type": "integer"}})),
                "more": {"type": "integer"},
            }
        ),
        "Footnote": object_of(
            {
                "field": TEXT,
                "stance": enum_of(dict(Stance.choices)),
                "reported_value": TEXT_OR_NULL,
                **passage,
            }
        ),
        "PassageReport": object_of(report),
        "Passage": object_of(passage),
        "ReportedValue": object_of(reported),
        "Reading": object_of(reading),
        "Value": object_of(
            {
                # Without the type of the items, generators of clients leave out every record.
                "value": {"type": ["string", "number", "boolean", "array", "null"], "items": TEXT},
                "supports": array_of({"allOf": [_ref("Passage"), support]}),
                "differs": array_of(_ref("Reading")),
                "earlier": array_of(_ref("Reading")),
                "ruling": TEXT_OR_NULL,
            }
        ),
        "Figure": object_of(
            dict.fromkeys(
                ("label", "label_ru", "label_zh", "unit", "unit_ru", "unit_zh", "period"), TEXT_OR_NULL
            )
            | {
                "value": {"type": "number"},
                "qualifier": enum_of(dict(Qualifier.choices)),
                "period_first": _DAY,
                "period_last": _DAY,
            }
        ),
        "Problem": object_of(
            {
                "type": TEXT,
                "title": TEXT,
                "status": {"type": "integer"},
                "detail": TEXT,
                "instance": TEXT,
                "errors": array_of(_ref("QueryError")),
            },
            ["type", "title", "status", "detail", "instance"],
        ),
        "QueryError": object_of(
            {
                "parameter": TEXT_OR_NULL,
                "value": TEXT_OR_NULL,
                "code": enum_of(CODE_MEANINGS),
                "detail": TEXT,
                "near": array_of(TEXT),
            }
        ),
    } | _record_schemas()
