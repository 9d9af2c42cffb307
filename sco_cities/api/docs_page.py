"""The API documentation page, which is generated from the OpenAPI description and requires no JavaScript."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.i18n.languages import active_language, preference_order
from sco_cities.i18n.numbers import format_grouped
from sco_cities.listings import querystring
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL
from sco_cities.listings.fields import NOT
from sco_cities.listings.listing import Listing
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION, SEARCHABLE_LISTS

from .json_schema import ENUM_LABELS
from .list_document import list_document
from .list_parameters import MAX_PAGE_SIZE, MAX_SLUGS, MAX_VALUES, ListParameters
from .openapi import openapi_document, schema_name
from .problem_types import CODE_MEANINGS, PROBLEM_TYPES

# The page collapses longer lists of codes.
MAX_CODES = 8
EXAMPLE_LIST = "initiatives"
ACCURACY_FILE = Path(settings.BASE_DIR) / "data" / "reconciliation" / "accuracy.json"


@dataclass(frozen=True)
class DocumentedValue:
    """A parameter or property in the documentation. `type` is a programming notation, such as "string[]"."""

    name: str
    type: str
    description: str
    # Pairs of code and label. The label is "" if it only repeats the code.
    codes: tuple[tuple[str, str], ...] = ()
    # True if commas separate several values. Otherwise, the parameter is repeated for each value.
    is_joined: bool = False
    default: str = ""

    @property
    def has_many_codes(self) -> bool:
        return len(self.codes) > MAX_CODES


@dataclass(frozen=True)
class DocumentedRequest:
    """An API request in the documentation, with its parameters.

    A list request also has an example and the columns of the records.
    """

    path: str
    title: str
    parameters: tuple[DocumentedValue, ...]
    collection: str = ""
    page: str = ""
    example: str = ""
    columns: tuple[DocumentedValue, ...] = ()

    @property
    def anchor(self) -> str:
        return self.path.strip("/").replace("/", "-")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Renders the documentation page with example requests, the stability promise, and all lists, errors and limits."""
    with facet_index(*LISTS_BY_COLLECTION) as state:
        examples = _Examples(request, state)
        url, response = examples.first()
    context = {
        "documentation": _documentation(get_language() or "en"),
        "example_url": request.build_absolute_uri(url),
        "example_response": json.dumps(response, ensure_ascii=False, indent=2),
        "examples": examples.others([record["slug"] for record in response["results"]]),
        "problem_types": PROBLEM_TYPES,
        "error_codes": CODE_MEANINGS.items(),
        "limits": {
            "page_size": MAX_PAGE_SIZE, "slugs": MAX_SLUGS, "facet": MAX_VALUES, "query": querystring.MAX_LENGTH,
        },
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "mcp_url": request.build_absolute_uri(reverse("mcp")),
        "reconciliation_url": request.build_absolute_uri(reverse("reconcile")),
        "accuracy": _reconciliation_accuracy(),
    }  # fmt: skip
    return render(request, "api/docs.html", context)


def _reconciliation_accuracy() -> dict[str, Any]:
    """Returns the accuracy of name matching from `make reconciliation`, with shares as percentages."""
    return {
        name: value
        if isinstance(value, int)
        else _("%(number)s%%") % {"number": format_grouped(Decimal(f"{value * 100:.2f}"))}
        for name, value in json.loads(ACCURACY_FILE.read_text(encoding="utf-8")).items()
    }


class _Examples:
    """Example requests. They always return records, because they filter by the most frequent country or theme."""

    def __init__(self, request: HttpRequest, state: IndexState):
        self.listing, self.state = LISTS_BY_COLLECTION[EXAMPLE_LIST].listing, state
        self.path = reverse("api-list", args=[EXAMPLE_LIST])
        self.request = request
        facets = self._respond({"facets": "country,theme", "per_page": "1"})["facets"]
        self.frequent = {
            name: facet["values"][0]["value"] for name, facet in facets.items() if facet["values"]
        }

    def first(self) -> tuple[str, dict[str, Any]]:
        """Returns the URL and the response of a request with a country filter."""
        columns = f"title_{preference_order(active_language())[0]},status,starts_on,lead_cities"
        params = self._filter("country") | {"columns": columns, "per_page": "1"}
        return self._url(params), self._respond(params)

    def others(self, slugs: list[str]) -> dict[str, str]:
        """Maps the purposes of further examples to URLs. Some examples use the first record in `slugs`."""
        examples = {
            "theme": self._url(self._filter("theme") | {"sort": "-status_reported_on"}),
            "facets": self._url({"facets": "status,country", "per_page": "1"}),
            "footnotes": self._url({"footnotes": "1", "per_page": "5"}),
            "all": self._url({"per_page": str(MAX_PAGE_SIZE)}),
            "changed": self._url({"sort": "-updated_at", "per_page": "10"}),
            "lines": reverse(f"{EXAMPLE_LIST}-jsonl"),
            "metadata": reverse("list-metadata", args=[EXAMPLE_LIST]),
        }
        if slugs:
            names = {"record": "api-record", "jsonld": "record-jsonld", "markdown": "record-markdown"}
            examples |= {key: reverse(name, args=[EXAMPLE_LIST, slugs[0]]) for key, name in names.items()}
        return examples

    def _filter(self, name: str) -> dict[str, str]:
        return {name: self.frequent[name]} if name in self.frequent else {}

    def _url(self, params: dict[str, str]) -> str:
        # Commas between values are not percent-encoded.
        return f"{self.path}?{urlencode(params, safe=',')}"

    def _respond(self, params: dict[str, str]) -> dict[str, Any]:
        list_query = ListParameters(self.listing, self.state, QueryDict(urlencode(params)))
        return list_document(list_query, self.request)


@lru_cache(maxsize=8)
def _documentation(language: str) -> dict[str, Any]:
    """Returns the parts of the page that depend only on the code and the language."""
    document = openapi_document()
    paths, schemas = document["paths"], document["components"]["schemas"]
    prefix = document["servers"][0]["url"].rstrip("/")
    listings = [kind.listing for kind in SEARCHABLE_LISTS]
    described = {f"/api/{listing.collection}/" for listing in listings}
    requests = [
        _documented_request(f"{prefix}{path}", item["get"])
        for path, item in paths.items()
        # The page describes the parameters of record requests once, above the lists.
        if path not in described and "{" not in path
    ]
    own = set(map(schema_name, listings))
    shared = {name: schema for name, schema in schemas.items() if name not in own and "allOf" not in schema}
    objects = {"Record": schemas[f"{schema_name(listings[0])}Record"]["allOf"][-1]} | shared
    return {
        "lists": [_documented_list(listing, paths, schemas, prefix) for listing in listings],
        "requests": requests,
        "objects": {name: tuple(_properties(schema)) for name, schema in objects.items()},
    }


def _documented_list(
    listing: Listing, paths: dict[str, Any], schemas: dict[str, Any], prefix: str
) -> DocumentedRequest:
    collection = listing.collection
    operation, path = paths[f"/api/{collection}/"]["get"], f"{prefix}/api/{collection}/"
    example = f"{path}?{_example_query(operation['parameters'])}"
    columns = tuple(_properties(schemas[schema_name(listing)]))
    return _documented_request(path, operation, collection, reverse(f"{collection}-list"), example, columns)


def _documented_request(path: str, operation: dict[str, Any], *more) -> DocumentedRequest:
    parameters = tuple(map(_parameter, operation["parameters"]))
    return DocumentedRequest(path, operation["summary"], parameters, *more)


def _example_query(parameters: list[dict[str, Any]]) -> str:
    """Returns the query string of an example request, with a filter and, if available, facet counts."""
    facets = next((each["example"][0] for each in parameters if each["name"] == "facets"), None)
    coded = (each for each in parameters if each["schema"].get("type") == "array" and "example" in each)
    name, value = next((each["name"], each["example"][0]) for each in coded)
    pairs = {"per_page": "10"} if name in ("columns", "facets") else {name: value, "per_page": "10"}
    return urlencode(pairs | ({"facets": facets} if facets else {}))


def _parameter(parameter: dict[str, Any]) -> DocumentedValue:
    schema = parameter["schema"]
    is_list = schema.get("type") == "array"
    return DocumentedValue(
        parameter["name"],
        type_name(schema),
        parameter["description"],
        tuple(_codes(schema.get("items", schema))),
        is_list and not parameter["explode"],
        str(schema.get("default", "")),
    )


def _properties(schema: dict[str, Any]) -> Iterator[DocumentedValue]:
    for name, value in schema["properties"].items():
        yield DocumentedValue(name, type_name(value), value.get("description", ""), tuple(_codes(value)))


def _codes(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    codes = schema.get("enum", ())
    for code, label in zip(codes, schema.get(ENUM_LABELS) or [""] * len(codes), strict=True):
        # Codes that exclude a value are omitted, because the page explains exclusion once. Labels that are sentences
        # are also omitted, because a separate section explains these codes.
        if not (code.startswith(NOT) and code[1:] in codes):
            is_label = label.lower() != code.replace("_", " ") and not label.endswith((".", "。"))
            yield code, label if is_label else ""


def type_name(schema: dict[str, Any]) -> str:
    """Returns the type of a JSON schema in programming notation, such as "string[]", "date | null" or "Passage[]"."""
    if reference := schema.get("$ref"):
        return reference.rpartition("/")[2]
    if parts := schema.get("oneOf") or schema.get("anyOf"):
        return " | ".join(map(type_name, parts))
    if parts := schema.get("allOf"):
        return type_name(parts[0])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " | ".join(_plain_type(schema, each) for each in types)


def _plain_type(schema: dict[str, Any], name: str) -> str:
    if name == "array" and "items" in schema:
        return f"{type_name(schema['items'])}[]"
    if name == "object" and "additionalProperties" in schema:
        return f"{{name: {type_name(schema['additionalProperties'])}}}"
    return schema.get("format", name) if name == "string" else name
