"""System checks of the declarations of lists: what a page would miss in the facet index is an error at start."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.utils.module_loading import module_has_submodule

from sco_cities.facet_index import registry, sort_orders
from sco_cities.facet_index.checks import facet_errors
from sco_cities.facet_index.sorting import BY_NAME, SortKey

from .filters import RecordsFilter
from .listing import Listing


@register()
def check_listings(app_configs, **kwargs) -> list[Error]:
    """Errors of all lists."""
    return [error for listing in declared_listings() for error in listing_errors(listing)]


def declared_listings() -> list[Listing]:
    """The lists that apps declare in their `columns.py`."""
    modules = [
        import_module(f"{config.name}.columns")
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "columns")
    ]
    listings = [value for module in modules for value in vars(module).values() if isinstance(value, Listing)]
    return list({id(listing): listing for listing in listings}.values())


def listing_errors(listing: Listing) -> Iterator[Error]:
    """The errors of a list."""
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
                f"`field_order` of the filters of “{listing.collection}” has “{name}”, which is no filter.",
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
            yield from facet_errors(subject, listing.indexed_model, by.facet)
        elif by is not BY_NAME and (reason := _database_order_error(listing, by)):
            yield Error(
                f"{subject} has no column: {reason}",
                hint="Name a field of the model, an annotation of `row_queryset`, or a facet.",
                obj=listing.indexed_model.model,
                id="listings.E006",
            )


def _database_order_error(listing: Listing, by: SortKey) -> str:
    """Why the database cannot sort by a key, or ""."""
    model = listing.indexed_model.model
    try:
        if by.language:
            model._meta.get_field(sort_orders.localized_name_field(listing.indexed_model, by.language))
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
    default_sort = listing.default_sort.removeprefix("-")
    if default_sort not in listing.sorts:
        yield Error(
            f"The default sort “{default_sort}” of “{listing.collection}” is no column with a sort order.",
            hint="Give the column an `order`, or choose another `default_sort`.",
            id="listings.E007",
        )
    for name in listing.table:
        if name not in listing.column_by_name:
            yield Error(
                f"`table` of the list “{listing.collection}” has “{name}”, which is no column.",
                hint="Remove the name, or declare the column.",
                id="listings.E008",
            )
