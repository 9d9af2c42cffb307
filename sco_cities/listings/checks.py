"""System checks that report invalid list declarations, such as missing facets, at startup."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.module_loading import module_has_submodule

from sco_cities.facet_index import registry, sorting
from sco_cities.facet_index.checks import read_errors
from sco_cities.facet_index.sorting import BY_NAME, SortKey

from .columns import Column, RelatedColumn, RelatedListColumn
from .listing import Listing
from .record_filters import RecordsFilter

# Matches the cells of a row. A cell that spans two columns matches twice.
_CELL = re.compile(r'<t[dh]\b|\bcolspan="2"')


@register()
def check_listings(app_configs, **kwargs) -> list[Error]:
    """Checks all lists."""
    return [error for listing in declared_listings() for error in listing_errors(listing)]


def declared_listings() -> list[Listing]:
    """Returns the lists that apps declare in `columns.py`."""
    modules = [
        import_module(f"{config.name}.columns")
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "columns")
    ]
    listings = [value for module in modules for value in vars(module).values() if isinstance(value, Listing)]
    return list({id(listing): listing for listing in listings}.values())


def listing_errors(listing: Listing) -> Iterator[Error]:
    """Yields the errors in a list declaration."""
    if not registry.is_registered(listing.collection):
        yield Error(
            f"The list “{listing.collection}” has no facet index.",
            hint="Register an IndexedModel of this name in the `facets.py` of its app.",
            id="listings.E001",
        )
        return
    yield from _filter_errors(listing)
    yield from _sort_errors(listing)
    yield from _column_errors(listing)
    yield from _table_errors(listing)


def _filter_errors(listing: Listing) -> Iterator[Error]:
    model = listing.indexed_model
    for name, item in listing.filterset.base_filters.items():
        if item.facet_name and item.facet_name not in model.facets:
            yield Error(
                f"The filter “{name}” of “{listing.collection}” has no facet “{item.facet_name}”.",
                hint=f"Add this facet to the IndexedModel “{listing.collection}”, or set the filter's `field_name`.",
                obj=listing.filterset,
                id="listings.E002",
            )
        if isinstance(item, RecordsFilter) and not _is_at_hand(listing, item.of):
            yield Error(
                f"The filter “{name}” of “{listing.collection}” selects records of “{item.of}”, which are not in "
                "memory.",
                hint=f"Add “{item.of}” to `needs` of the IndexedModel “{listing.collection}”, and let it keep records.",
                obj=listing.filterset,
                id="listings.E003",
            )
    for name in listing.filterset.field_order:
        if name not in listing.filterset.base_filters:
            yield Error(
                f"`field_order` of the filters of “{listing.collection}” has “{name}”, which is not a filter.",
                hint="Remove the name, or declare the filter.",
                obj=listing.filterset,
                id="listings.E004",
            )


def _is_at_hand(listing: Listing, collection: str) -> bool:
    if collection not in registry.required_collections(listing.collection):
        return False
    return registry.indexed_model(collection).keeps_records


def _sort_errors(listing: Listing) -> Iterator[Error]:
    for name, by in listing.sorts.items():
        subject = f"The sort “{name}” of “{listing.collection}”"
        if isinstance(by.facet, str):
            if by.facet not in listing.indexed_model.facets:
                yield Error(
                    f"{subject} has no facet “{by.facet}”.",
                    hint=f"Add this facet to the IndexedModel “{listing.collection}”, or correct the name.",
                    obj=listing.indexed_model.model,
                    id="listings.E005",
                )
        elif by.facet is not None:
            yield from read_errors(subject, listing.indexed_model, by.facet.reads(listing.collection))
        elif by is not BY_NAME and (reason := _database_order_error(listing, by)):
            yield Error(
                f"{subject} has no column: {reason}",
                hint="Name a field of the model, an annotation of `row_queryset`, or a facet.",
                obj=listing.indexed_model.model,
                id="listings.E006",
            )


def _database_order_error(listing: Listing, by: SortKey) -> str:
    """Returns the reason why the database cannot sort by a key, or ""."""
    model = listing.indexed_model.model
    try:
        if by.language:
            model._meta.get_field(sorting.localized_name_field(listing.indexed_model, by.language))
        elif by.is_own_column:
            str(model._base_manager.order_by(by.term(descending=False)).query)
        elif listing.row_queryset is None:
            return "the list has no `row_queryset`."
        else:
            str(listing.row_records().order_by(by.term(descending=False)).query)
    except (FieldError, FieldDoesNotExist) as error:
        return f"{error}."
    return ""


def _column_errors(listing: Listing) -> Iterator[Error]:
    for column in listing.columns:
        subject = f"The column “{column.name}” of “{listing.collection}”"
        if listing.column_by_name[column.name] is not column:
            yield Error(
                f"{subject} is declared twice.", hint="Remove or rename one of the two.", id="listings.E009"
            )
        if reason := _unknown_field(listing, column.fields):
            yield Error(
                f"{subject} has no field: {reason}",
                hint="Name a field of the model or an annotation of `row_queryset`, or override `fields` and `values`.",
                obj=listing.indexed_model.model,
                id="listings.E010",
            )
        yield from read_errors(subject, listing.indexed_model, column.reads(listing.collection))
        if missing := _missing_attributes(column):
            yield Error(
                f"{subject} shows {missing} of “{column.of}”, which these records do not have.",
                hint="Correct `key`, or remove `has_points`.",
                id="listings.E011",
            )


def _unknown_field(listing: Listing, names: Iterable[str]) -> str:
    """Returns the reason why rows cannot include one of `fields`, or ""."""
    try:
        if {field.attname for field in listing.indexed_model.model._meta.concrete_fields}.issuperset(names):
            return ""
        if listing.row_queryset is None:
            return f"{', '.join(names)} are not all in the model, and the list has no `row_queryset`."
        str(listing.row_records().order_by().values_list(*names).query)
    except FieldError as error:
        return f"{error}."
    return ""


def _missing_attributes(column: Column) -> str:
    """Returns the attributes that a column reads but its related model lacks."""
    if not isinstance(column, RelatedColumn | RelatedListColumn) or not registry.is_registered(column.of):
        return ""
    model = registry.indexed_model(column.of).model
    names = (column.key, "longitude", "latitude") if column.has_points else (column.key,)
    return ", ".join(f"“{name}”" for name in names if not hasattr(model, name))


def _table_errors(listing: Listing) -> Iterator[Error]:
    default_sort = listing.default_sort.removeprefix("-")
    if default_sort not in listing.sorts:
        yield Error(
            f"The default sort “{default_sort}” of “{listing.collection}” is not a column with a sort order.",
            hint="Give the column an `order`, or choose another `default_sort`.",
            id="listings.E007",
        )
    for name in listing.table:
        if name not in listing.column_by_name:
            yield Error(
                f"`table` of the list “{listing.collection}” has “{name}”, which is not a column.",
                hint="Remove the name, or declare the column.",
                id="listings.E008",
            )
    brief_fields = listing.brief.fields if listing.brief is not None else ()
    for name, fields in (("row_fields", listing.row_fields), ("brief", brief_fields)):
        if reason := _unknown_field(listing, fields):
            yield Error(
                f"`{name}` of the list “{listing.collection}” has no field: {reason}",
                hint="Name fields of the model, or annotations of `row_queryset`.",
                obj=listing.indexed_model.model,
                id="listings.E010",
            )
    try:
        row = listing.row_html or get_template(listing.rows_template).template.source
    except TemplateDoesNotExist as error:
        yield Error(
            f"`rows_template` of the list “{listing.collection}” does not exist: {error}.",
            hint="Create the template, or correct the name.",
            id="listings.E012",
        )
        return
    if (cells := len(_CELL.findall(row))) != len(listing.table):
        yield Error(
            f"A row of the list “{listing.collection}” has {cells} cells, and its table {len(listing.table)} heads.",
            hint=f"Write one <th> or <td> for each name in `table`, in this order: {', '.join(listing.table)}.",
            id="listings.E013",
        )
