"""What a query string finds: by the facet index, and by the database while the index is being read."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import result_set
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.result_set import DatabaseResultSet, IndexResultSet

QUERIES = (
    "", "status=agreed", "status=-agreed", "status=agreed&status=-agreed", "country=kz&country=-cn",
    "theme=smart-city&year_from=2020&year_to=2024&sort=-starts_on", "pillar=security&sort=status",
    "evidence=disputed&evidence=several&sort=-sources", "report=xinhua-20250710", "q=Душанбе&sort=slug",
    "city=-tianjin&kind=project&sort=-updated_at", "organisation=sco&event=-gmd-2025&sort=-title_en",
    "started=2024&started=../2010", "started=unknown", "started=-2020/..&status=agreed",
    "city=tianjin&with_city=almaty&with_city=dushanbe", "country=cn&with_country=-ru&with_city=-tianjin",
    "with_city=tianjin,almaty&with_city=bishkek", "country=cn&with_country=kz,kg&with_country=-ru,%20uz",
    "lead=tianjin&lead=moscow", "partner=-tianjin&reference=tianjin", "shares=tianjin&learns=-dushanbe",
    "learns=dushanbe&learns=moscow",
)  # fmt: skip


@pytest.fixture
def both(loaded):
    """The two ways to answer a query string."""

    def ask(query):
        with facet_index("initiatives") as state:
            by_index = ListQuery(INITIATIVES, state, QueryDict(query))
            by_database = ListQuery(INITIATIVES, None, QueryDict(query))
        assert (by_index.errors, by_database.errors) == ({}, {})
        return by_index.found, by_database.found

    return ask


@pytest.mark.parametrize("query", QUERIES)
def test_the_index_and_the_database_find_the_same_in_the_same_order(both, query):
    by_index, by_database = both(query)
    assert (type(by_index), type(by_database)) == (IndexResultSet, DatabaseResultSet)
    keys = [key for block in by_index.blocks() for key in block]
    assert keys == [key for block in by_database.blocks() for key in block]
    assert by_index.count() == by_database.count() == len(keys)
    assert by_index[10:20] == by_database[10:20] == keys[10:20]


def test_what_would_be_found_without_one_filter_is_counted_alike(both):
    by_index, by_database = both("status=stalled&country=by&kind=project")
    for name in ("status", "country", "kind"):
        assert by_index.count_without(name) == by_database.count_without(name)
    assert by_database.without("status") is None
    assert len(by_index.without("status")) == by_index.count_without("status")


def test_blocks_are_of_the_same_length_but_for_the_last(both, monkeypatch):
    monkeypatch.setattr(result_set, "BLOCK", 50)
    for way in both("sort=status"):
        assert [len(block) for block in way.blocks()] == [50, 50, 50, 50, 3]


def test_nothing_is_found_while_something_is_wrong(both):
    with facet_index("initiatives") as state:
        for known in (state, None):
            way = ListQuery(INITIATIVES, known, QueryDict("status=sure")).found
            assert (way.count(), way[0:10], list(way.blocks())) == (0, [], [])
