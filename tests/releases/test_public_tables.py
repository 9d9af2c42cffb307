"""In every output, each field of a record is explicitly public or withheld."""

import pytest
from django.core.exceptions import FieldDoesNotExist

from sco_cities.datapackage.tables import TABLES
from sco_cities.history.public_changes import INTERNAL_COLUMNS
from sco_cities.listings.checks import declared_listings
from sco_cities.releases.public_tables import PUBLIC_TABLES
from sco_cities.releases.released_index import public_fields

# Columns of the data package that only curators can see, with the reason.
WITHHELD = {
    "translated_from": "a list of work for editors",
    "former_slugs": "some are of the time before a record was published",
}
# Fields that have no column in the data package, with the reason.
NO_COLUMNS = {
    **dict.fromkeys(("id", "content_type", "object_id", "figure"), "natural keys stand for them"),
    **dict.fromkeys(("created_at", "updated_at"), "set when a record is saved"),
    **dict.fromkeys(
        ("search_text", "published_first", "published_last", "starts_first", "ends_last", "runs_until"),
        "computed from other fields",
    ),
    **dict.fromkeys(("passages", "cities"), "rows of another table"),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_each_field_is_public_or_withheld_on_purpose(table):
    columns = {column.attribute or column.name: column for column in table.columns}
    fields = [*table.model._meta.concrete_fields, *table.model._meta.many_to_many]
    assert {field.name for field in fields} - columns.keys() <= NO_COLUMNS.keys()
    withheld = {name for name, column in columns.items() if not column.is_public}
    assert withheld == (columns.keys() if table.name in WITHHELD else columns.keys() & WITHHELD.keys())
    assert (table.name in PUBLIC_TABLES) != (table.name in WITHHELD)


def test_changes_omit_hidden_data():
    assert WITHHELD.keys() - TABLES.keys() == INTERNAL_COLUMNS


@pytest.mark.parametrize("listing", declared_listings(), ids=lambda listing: listing.collection)
def test_lists_show_public_fields_only(listing):
    model = listing.indexed_model.model
    shown = {column.source for column in listing.columns}
    public = {column.attribute or column.name for column in PUBLIC_TABLES[listing.collection].columns}
    assert {name for name in shown if is_field(model, name)} <= public | {"updated_at"}


@pytest.mark.parametrize("listing", declared_listings(), ids=lambda listing: listing.collection)
def test_the_filter_index_of_a_release_has_public_fields_only(listing):
    names = {field.name for field in public_fields(listing.indexed_model.model)}
    public = {column.attribute or column.name for column in PUBLIC_TABLES[listing.collection].columns}
    days = {f"{name}_{which}" for name in ("starts", "ends", "published") for which in ("first", "last")}
    assert names - public <= {"id", "runs_until"} | days
    assert {"id", "slug", "state"} <= names


def is_field(model, name: str) -> bool:
    try:
        return model._meta.get_field(name).concrete
    except FieldDoesNotExist:
        return False
