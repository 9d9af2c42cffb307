"""List queries of the API, and the OpenAPI parameters of API lists, list pages and exports."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.core.cursor import decode_cursor
from sco_cities.core.exceptions import shortened
from sco_cities.listings.exports.params import COLUMNS, LABELS, ExportParams, switch
from sco_cities.listings.fields import MAX_PHRASES, MAX_SEARCH_LENGTH, NOT
from sco_cities.listings.filters import ChoicesFilter, ListFilter, SearchFilter
from sco_cities.listings.list_query import ALL, NOTES, PAGE, PER_PAGE, SORT, VIEW, ListQuery, excluded_label
from sco_cities.listings.listing import Listing
from sco_cities.listings.querystring import ErrorCode, QueryError, not_a_choice
from sco_cities.listings.record_filters import MATCH_CHOICES, AllOfFilter, RelatedRecordsFilter
from sco_cities.listings.result_set import ResultSet
from sco_cities.listings.year_filters import MAX_RANGES, StartFilter, YearFilter
from sco_cities.sources.base_models import SLUG_PATTERN

from .json_schema import Schema, array_of, enum_of

SLUG, FACETS, FACETS_ALL, AFTER = "slug", "facets", "facets_all", "after"
# The name "evidence" is already the name of a filter.
FOOTNOTES = "footnotes"
API_PARAMETERS = (COLUMNS, LABELS, SLUG, FACETS, FACETS_ALL, AFTER)
MAX_PAGE_SIZE = 1_000
DEFAULT_PAGE_SIZE = 50
# Maximum number of slugs per request, which limits the length of URLs.
MAX_SLUGS = 200
# The highest valid primary keys. Record keys must fit into 32-bit bitmaps. Change keys are 64-bit integers.
MAX_RECORD, MAX_CHANGE = 2**32 - 1, 2**63 - 1
# Maximum number of options of a facet, unless `facets_all` requests all options.
MAX_VALUES = 10


def read_cursor(value: str, most: int = MAX_CHANGE) -> int | QueryError:
    """Returns the primary key in a cursor, or an error. `most` is the highest valid key."""
    key = decode_cursor(value)
    if key is not None and key <= most:
        return key
    sentence = _("“%(value)s” is not a valid cursor. Use the cursor exactly as the API returned it.")
    return QueryError(sentence % {"value": shortened(value)}, ErrorCode.UNKNOWN_VALUE, value)


def read_page_size(value: str) -> int | QueryError:
    """Parses the number of records per page. Returns the number or an error."""
    is_number = value.isascii() and value.isdigit() and len(value) <= 4
    if is_number and 1 <= int(value) <= MAX_PAGE_SIZE:
        return int(value)
    sentence = _("“%(value)s” is not a valid number of records. Enter a number from 1 to %(most)s.")
    sentence %= {"value": shortened(value), "most": MAX_PAGE_SIZE}
    return QueryError(sentence, ErrorCode.NOT_A_NUMBER, value)


def has_footnotes(listing: Listing) -> bool:
    """Returns True if records of this list can have evidence. Reports have no evidence, because they are its source."""
    return bool(listing.indexed_model.model.evidence_fields)


class ListParameters(ListQuery):
    """The validated query of a list in the API. `errors` contains all errors.

    A query with neither `sort` nor `page` sorts records by primary key and uses cursors for pagination. If records are
    added or removed during a crawl, other records are never skipped or repeated.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        accepted = self.api_parameters
        self.export = ExportParams.read(self, *accepted)
        self.with_footnotes = FOOTNOTES in accepted and switch(self, FOOTNOTES)
        self.facets = self._read_facets(FACETS)
        self.complete_facets = self._read_facets(FACETS_ALL)
        self.slugs = self._read_slugs()
        self.after = self._read_after()

    @property
    def api_parameters(self) -> tuple[str, ...]:
        """The parameters that only the API accepts."""
        return (*API_PARAMETERS, FOOTNOTES) if has_footnotes(self.listing) else API_PARAMETERS

    @property
    def path(self) -> str:
        """The API path of the query."""
        return reverse("api-list", args=[self.listing.collection])

    @property
    def parameters(self):
        return super().parameters - {VIEW, ALL, NOTES}

    def _read_page_size(self):
        value = self._one_value(PER_PAGE)
        size = read_page_size(value) if value else DEFAULT_PAGE_SIZE
        if isinstance(size, QueryError):
            self.errors[PER_PAGE] = [size]
            return DEFAULT_PAGE_SIZE
        return size

    def _read_facets(self, parameter: str) -> list[str]:
        countable = self.listing.countable_filters
        names = [name.strip() for value in self.values_of(parameter) for name in value.split(",")]
        if unknown := [name for name in names if name not in countable]:
            error = not_a_choice(", ".join(unknown), countable)
            self.errors[parameter] = [QueryError(error, error.code, unknown[0], countable)]
            return []
        return list(dict.fromkeys(names))

    def _read_slugs(self) -> dict[str, int]:
        """Maps each requested slug to its record's primary key. Adds an error for each unknown slug."""
        slugs = list(dict.fromkeys(value.lower() for value in self.values_of(SLUG)))
        if len(slugs) > MAX_SLUGS:
            sentence = _("Enter at most %(most)s values, not %(count)s.")
            sentence %= {"most": MAX_SLUGS, "count": len(slugs)}
            self.errors[SLUG] = [QueryError(sentence, ErrorCode.TOO_MANY)]
            return {}
        model: type[Model] = self.listing.indexed_model.model
        valid = [slug for slug in slugs if "\0" not in slug]
        records = model.objects.using(self.state.using).published().filter(slug__in=valid)
        found = dict(records.order_by().values_list("slug", "pk")) if valid else {}
        sentence = _("“%(value)s” was not found.")
        if unknown := [slug for slug in slugs if slug not in found]:
            self.errors[SLUG] = [
                QueryError(sentence % {"value": shortened(slug)}, ErrorCode.UNKNOWN_VALUE, slug)
                for slug in unknown
            ]
        return found

    def _read_after(self) -> int | None:
        value = self._one_value(AFTER)
        if not value:
            return None
        key = read_cursor(value, MAX_RECORD)
        if isinstance(key, QueryError):
            self.errors[AFTER] = [key]
            return None
        if self.is_sorted:
            sentence = _("A cursor cannot be combined with a sort order or a page number.")
            self.errors[AFTER] = [QueryError(sentence, ErrorCode.CONTRADICTION, value)]
        return key

    @property
    def is_sorted(self) -> bool:
        """True if the query contains a sort order or a page number, so that pages are numbered."""
        return bool(self.values_of(SORT) or self.values_of(PAGE))

    @property
    def has_slugs(self) -> bool:
        """True if the query selects records by slug."""
        return bool(self.values_of(SLUG))

    @cached_property
    def result_set(self) -> ResultSet:
        """The matching records. If the query contains slugs, only records with these slugs."""
        within = BitMap(self.slugs.values()) if self.has_slugs else None
        return ResultSet(self.listing, self.filterset, self.sort, has_errors=bool(self.errors), within=within)


Parameter = dict[str, Any]
_SWITCH: Schema = {"type": "string", "enum": ["0", "1"], "default": "0"}
# Example values that are valid on every site. Slugs would not be.
_EXAMPLES = {YearFilter: 2024, StartFilter: ["2020/2024"], SearchFilter: ["city"]}
# Columns contain upper-case country codes, URLs contain lower-case country codes.
_COUNTRY_CODE = "[A-Za-z]{2}"
_START = r"^-?(?:unknown|\d{1,4}|(?:\d{1,4}|\.\.)/(?:\d{1,4}|\.\.))$"

# Search phrases in any script. Phrases without letters or digits are rejected.
PHRASES = array_of({"type": "string", "maxLength": MAX_SEARCH_LENGTH}, MAX_PHRASES)


def list_parameters(listing: Listing) -> Iterator[Parameter]:
    """Yields the API parameters of a list, with filters first."""
    filters = listing.filterset.base_filters
    for name in dict.fromkeys([*listing.filterset.field_order, *filters]):
        yield filter_parameter(name, filters[name])
        if match := filters[name].match_parameter:
            description = _("Whether records must match any or all values of %s.") % name
            yield _query(match, {"type": "string", "enum": list(MATCH_CHOICES)}, description)
    yield from _api_parameters(listing)


def filter_parameter(name: str, item: ListFilter) -> Parameter:
    """Returns the parameter of a filter. Repeated values are alternatives, and a "-" prefix excludes a value."""
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
            return array_of(enum_of(labels | excluded))
        case AllOfFilter():
            slug = _slug_pattern(item)
            return array_of({"type": "string", "pattern": f"^-?{slug}(?:,{slug})*$"})
        case RelatedRecordsFilter():
            return array_of({"type": "string", "pattern": f"^-?{_slug_pattern(item)}$"})
        case YearFilter():
            return {"type": "integer", "minimum": 1, "maximum": 9999}
        case StartFilter():
            return array_of({"type": "string", "pattern": _START}, MAX_RANGES)
        case SearchFilter():
            return PHRASES
    return array_of({"type": "string"})


def _slug_pattern(item: RelatedRecordsFilter) -> str:
    return _COUNTRY_CODE if item.of == "countries" else SLUG_PATTERN


def _api_parameters(listing: Listing) -> Iterator[Parameter]:
    sorts = [sort for name in listing.sorts for sort in (name, f"-{name}")]
    yield _query(
        SORT,
        {"type": "string", "enum": sorts},
        _("The column to sort by. A leading “-” sorts in descending order."),
    )
    columns = array_of({"type": "string", "enum": list(listing.column_by_name)})
    yield _query(
        COLUMNS, columns, _("The columns of each record. The default is the usual columns."), explode=False
    )
    yield _query(LABELS, _SWITCH, _("If 1, also returns the names of the records that slugs refer to."))
    slugs = array_of({"type": "string", "pattern": f"^{SLUG_PATTERN}$"}, MAX_SLUGS)
    yield _query(SLUG, slugs, _("Only records with these slugs. An unknown slug is an error."), explode=True)
    of_facets = array_of({"type": "string", "enum": listing.countable_filters})
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


def _query(name: str, schema: Schema, description: str, *, explode: bool | None = None) -> Parameter:
    parameter: Parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    if explode is not None:
        parameter |= {"style": "form", "explode": explode}
    codes = schema.get("enum") or schema.get("items", {}).get("enum")
    if codes:
        # The example for a switch is its non-default value.
        example = codes[-1] if "default" in schema else codes[0]
        parameter["example"] = [example] if schema["type"] == "array" else example
    return parameter
