"""Empty lists suggest corrected search words and fewer filters."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.empty_state import suggestions_for_empty
from sco_cities.listings.list_page import ListPage
from tests import factories as make

pytestmark = pytest.mark.django_db


def alternatives(query: str) -> list[tuple[str, str, int]]:
    with facet_index("initiatives") as state:
        list_query = ListPage(INITIATIVES, state, QueryDict(query))
        return [(each.query, each.label, each.count) for each in suggestions_for_empty(list_query)]


@pytest.fixture(autouse=True)
def lamps():
    alpha, beta = make.make_city("alpha", "xa"), make.make_city("beta", "xb")
    make.make_initiative("one", lead=[alpha], status="agreed", kind="plan")
    make.make_initiative("two", lead=[alpha], status="agreed")
    make.make_initiative("three", lead=[beta], status="stalled")


def test_each_suggestion_omits_one_filter_and_the_shortest_list_is_first():
    assert alternatives("country=xa&status=stalled") == [
        ("?status=stalled", "1 initiative, stalled", 1),
        ("?country=xa", "2 initiatives with Country XA", 2),
    ]


def test_empty_lists_are_not_suggested():
    assert alternatives("country=xa&status=stalled&kind=route") == []
    assert alternatives("country=xb&status=stalled&kind=plan") == [
        ("?country=xb&status=stalled", "1 initiative, stalled, with Country XB", 1)
    ]


def test_a_suggestion_keeps_the_sort_order_and_starts_on_the_first_page():
    assert [
        query for query, _label, _count in alternatives("status=unknown&country=xa&sort=status&page=1")
    ] == ["?country=xa&sort=status"]


def test_a_corrected_name_with_matches_is_the_first_suggestion():
    make.make_delegate("nematova", name_en="Zukhra Nematova")
    make.make_initiative("tower", title_en="Tower for Nematova", status="agreed")
    assert alternatives("q=Nematowa&status=agreed") == [
        ("?status=agreed&q=Nematova", "1 initiative matching “Nematova”, agreed", 1),
        ("?status=agreed", "3 initiatives, agreed", 3),
    ]
    assert alternatives("q=Nematowa&status=stalled") == [("?status=stalled", "1 initiative, stalled", 1)]


def test_removing_the_only_filter_suggests_the_complete_list():
    assert alternatives("q=atlantis") == [("?", "3 initiatives", 3)]


@pytest.mark.parametrize("query", ["country=xa", "country=nowhere", "status=certain&country=xa", ""])
def test_a_list_with_records_or_errors_has_no_suggestions(query):
    assert alternatives(query) == []


def test_contradicting_values_of_a_filter_are_removed_together():
    assert alternatives("status=agreed&status=-agreed&country=xa") == [
        ("?country=xa", "2 initiatives with Country XA", 2)
    ]


def test_at_most_three_suggestions_are_counted_with_one_query(
    django_assert_num_queries,
):
    query = (
        "q=xy&status=stalled&kind=plan&country=xa&city=alpha&pillar=security&year_from=2020&evidence=single"
    )
    with facet_index("initiatives") as state:
        list_query = ListPage(INITIATIVES, state, QueryDict(query))
        assert (list_query.count, bool(list_query.filter_panels), list_query.errors) == (0, True, {})
        # The query checks whether the names cached for spelling correction are up to date.
        with django_assert_num_queries(1):
            assert len(suggestions_for_empty(list_query)) <= 3
