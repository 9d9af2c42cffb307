"""The OpenAPI parameters of a list, which include its filters and the API-only parameters."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from sco_cities.listings.all_of_filter import MATCH_CHOICES, AllOfFilter
from sco_cities.listings.exports.params import COLUMNS, LABELS
from sco_cities.listings.fields import MAX_PHRASES, MAX_SEARCH_LENGTH, NOT
from sco_cities.listings.filters import ChoicesFilter, ListFilter, RelatedRecordsFilter, SearchFilter
from sco_cities.listings.list_query import PAGE, PER_PAGE, SORT, excluded_label
from sco_cities.listings.listing import Listing
from sco_cities.listings.year_filters import MAX_RANGES, StartFilter, YearFilter
from sco_cities.sources.base_models import SLUG_PATTERN

from .json_schema import Schema, enum_of
from .list_parameters import (
    AFTER,
    DEFAULT_PAGE_SIZE,
    FACETS,
    FACETS_ALL,
    FOOTNOTES,
    MAX_PAGE_SIZE,
    MAX_SLUGS,
    SLUG,
    has_footnotes,
)

Parameter = dict[str, Any]
_SWITCH: Schema = {"type": "string", "enum": ["0", "1"], "default": "0"}
# Example values that are valid on any site, unlike slugs.
_EXAMPLES = {YearFilter: 2024, StartFilter: ["2020/2024"], SearchFilter: ["city"]}
# Country codes are upper-case in columns and lower-case in URLs.
_COUNTRY_CODE = "[A-Za-z]{2}"
_START = r"^-?(?:unknown|\d{1,4}|(?:\d{1,4}|\.\.)/(?:\d{1,4}|\.\.))$"

# Words in any script. A phrase without a letter or a digit is rejected.
PHRASES: Schema = {
    "type": "array",
    "items": {"type": "string", "maxLength": MAX_SEARCH_LENGTH},
    "maxItems": MAX_PHRASES,
}


def list_parameters(listing: Listing) -> Iterator[Parameter]:
    """Yields the API parameters of a list, filters first."""
    filters = listing.filterset.base_filters
    for name in dict.fromkeys([*listing.filterset.field_order, *filters]):
        yield filter_parameter(name, filters[name])
        if match := filters[name].match_parameter:
            description = _("Whether records must match any or all values of %s.") % name
            yield _query(match, {"type": "string", "enum": list(MATCH_CHOICES)}, description)
    yield from _api_parameters(listing)


def filter_parameter(name: str, item: ListFilter) -> Parameter:
    """The parameter of a filter. Repeated values are alternatives, and a "-" prefix excludes a value."""
    schema = _filter_schema(item)
    parameter = _query(name, schema, str(item.label))
    for kind, example in _EXAMPLES.items():
        if isinstance(item, kind):
            parameter["example"] = example
    if schema["type"] == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _filter_schema(item: ListFilter) -> Schema:
    match item:
        case ChoicesFilter():
            labels = {code: str(label) for code, label in item.extra["choices"]}
            excluded = {NOT + code: excluded_label(label) for code, label in labels.items()}
            return _array(enum_of(labels | excluded))
        case AllOfFilter():
            slug = _slug_pattern(item)
            return _array({"type": "string", "pattern": f"^-?{slug}(?:,{slug})*$"})
        case RelatedRecordsFilter():
            return _array({"type": "string", "pattern": f"^-?{_slug_pattern(item)}$"})
        case YearFilter():
            return {"type": "integer", "minimum": 1, "maximum": 9999}
        case StartFilter():
            return _array({"type": "string", "pattern": _START}, MAX_RANGES)
        case SearchFilter():
            return PHRASES
    return _array({"type": "string"})


def _slug_pattern(item: RelatedRecordsFilter) -> str:
    return _COUNTRY_CODE if item.of == "countries" else SLUG_PATTERN


def _api_parameters(listing: Listing) -> Iterator[Parameter]:
    sorts = [sort for name in listing.sorts for sort in (name, f"-{name}")]
    yield _query(
        SORT,
        {"type": "string", "enum": sorts},
        _("The column to sort by. A leading “-” sorts in descending order."),
    )
    columns = _array({"type": "string", "enum": list(listing.column_by_name)})
    yield _query(
        COLUMNS, columns, _("The columns of each record. The default is the usual columns."), explode=False
    )
    yield _query(LABELS, _SWITCH, _("If 1, also returns the names of the records to which slugs refer."))
    slugs = _array({"type": "string", "pattern": f"^{SLUG_PATTERN}$"}, MAX_SLUGS)
    yield _query(SLUG, slugs, _("Only records with these slugs. An unknown slug is an error."), explode=True)
    of_facets = _array({"type": "string", "enum": listing.countable_filters})
    sentence = _(
        "Returns the ten most frequent options of these filters. Options are counted among the records that match "
        "all other filters."
    )
    yield _query(FACETS, of_facets, sentence, explode=False)
    yield _query(FACETS_ALL, of_facets, _("Like “facets”, but with all options."), explode=False)
    if has_footnotes(listing):
        yield _query(
            FOOTNOTES,
            _SWITCH,
            _("If 1, also returns the passages that support each value or differ from it."),
        )
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE}
    yield _query(PER_PAGE, size, _("The number of records per page."))
    yield _query(PAGE, {"type": "integer", "minimum": 1, "maximum": 999_999_999}, _("The page number."))
    yield _query(AFTER, {"type": "string"}, _("The cursor of the next page, exactly as the API returned it."))


def _array(items: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": items} | ({"maxItems": most} if most else {})


def _query(name: str, schema: Schema, description: str, *, explode: bool | None = None) -> Parameter:
    parameter: Parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    if explode is not None:
        parameter |= {"style": "form", "explode": explode}
    codes = schema.get("enum") or schema.get("items", {}).get("enum")
    if codes:
        # The example of a switch is the value that is not the default.
        example = codes[-1] if "default" in schema else codes[0]
        parameter["example"] = [example] if schema["type"] == "array" else example
    return parameter
