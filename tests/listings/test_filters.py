"""Lists have a filter for every relation and choice of a record.

Fields without a filter are listed here with the reason.
"""

import pytest
from django.db import models
from django.http import QueryDict
from django.urls import reverse

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES, STATEMENTS
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.sources.columns import REPORTS
from sco_cities.themes.columns import THEMES
from tests.sql_oracle import Oracle

LISTINGS = (INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS, STATEMENTS)

# Fields with a different filter name, and the reasons for fields without a filter.
OTHER_NAMES = {
    ("events", "host_city"): "city",
    ("events", "parent"): "event",
}
WITHOUT_FILTER = {
    ("delegates", "passages"): "the filter by report covers them",
    **{(listing.collection, "state"): "readers see published records only" for listing in LISTINGS},
}
# The filters of each list are part of the public API.
CONTRACT = {
    "initiatives": (
        "q city with_city lead partner reference shares learns country with_country theme pillar kind status reported "
        "event since_event since_first organisation report evidence year_from year_to started"
    ),
    "cities": "q country theme pillar sco_role report evidence",
    "countries": "q sco_role report evidence",
    "delegates": "q city country theme pillar event organisation report evidence",
    "organisations": "q city country kind report evidence",
    "events": "q city country theme pillar kind event report evidence year_from year_to",
    "themes": "q pillar report evidence",
    "reports": "q language year_from year_to",
    "statements": (
        "q delegate city country organisation event theme pillar initiative initiative_status language report evidence"
    ),
}


def model_of(listing):
    return listing.indexed_model.model


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.collection)
def test_every_relation_and_every_choice_of_a_record_has_a_filter(listing):
    fields = model_of(listing)._meta.fields + model_of(listing)._meta.many_to_many
    missing = [
        field.name
        for field in fields
        if (field.choices or isinstance(field, models.ForeignKey | models.ManyToManyField))
        and (listing.collection, field.name) not in WITHOUT_FILTER
        and not {"city" if field.name == "cities" else "country" if field.name == "countries" else "",
                 field.name, field.name.removesuffix("s"), OTHER_NAMES.get((listing.collection, field.name))}
        & set(listing.filterset.base_filters)
    ]  # fmt: skip
    assert missing == [], f"{listing.collection}: add a filter for these, or the reason why there is none"


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.collection)
def test_a_list_has_the_filters_of_the_public_contract(listing):
    assert set(listing.filterset.base_filters) == set(CONTRACT[listing.collection].split())


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.collection)
def test_the_page_has_a_control_for_every_filter_of_a_list(listing, client):
    page = client.get(reverse(f"{listing.collection}-list")).content.decode()
    missing = [name for name in listing.filterset.base_filters if f'name="{name}"' not in page]
    # There are too many reports and initiatives for options, so their pages link to filtered lists. The matrix and the
    # map link to lists by joint participation, pages of cities by role, and charts by start year.
    set_by_links = {
        "report", "initiative", "started", "since_first", "with_city", "with_country", "lead", "partner",
        "reference", "shares", "learns",
    }  # fmt: skip
    assert set(missing) == set_by_links & set(listing.filterset.base_filters)


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.collection)
def test_a_list_can_be_sorted_by_every_sortable_column_in_both_directions(listing):
    oracle = Oracle()
    with facet_index(listing.collection) as state:
        for sort in (f"{sign}{column}" for column in listing.sorts for sign in ("", "-")):
            result_set = ListPage(listing, state, QueryDict(f"sort={sort}")).result_set
            assert result_set.count() > 20
            keys = list(result_set[0 : result_set.count()])
            assert keys == oracle.ordered(listing.collection, sort, oracle.published[listing.collection]), (
                sort
            )
