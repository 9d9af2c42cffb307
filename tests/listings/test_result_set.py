"""The result set of a query: from the facet index, and from the database while the index is built."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import result_set as result_set_module
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
def both(loaded_package):
    """The result sets of a query string from the index and from the database."""

    def query_both(query):
        with facet_index("initiatives") as state:
            by_index = ListQuery(INITIATIVES, state, QueryDict(query))
            by_database = ListQuery(INITIATIVES, None, QueryDict(query))
        assert (by_index.errors, by_database.errors) == ({}, {})
        return by_index.result_set, by_database.result_set

    return query_both


@pytest.mark.parametrize("query", QUERIES)
def test_the_index_and_the_database_find_the_same_records_in_the_same_order(both, query):
    by_index, by_database = both(query)
    assert (type(by_index), type(by_database)) == (IndexResultSet, DatabaseResultSet)
    keys = [key for batch in by_index.key_batches() for key in batch]
    assert keys == [key for batch in by_database.key_batches() for key in batch]
    assert by_index.count() == by_database.count() == len(keys)
    assert by_index[10:20] == by_database[10:20] == keys[10:20]


def test_counts_without_one_filter_are_the_same(both):
    by_index, by_database = both("status=stalled&country=by&kind=project")
    for name in ("status", "country", "kind"):
        assert by_index.count_without(name) == by_database.count_without(name)
    assert by_database.keys_without("status") is None
    assert len(by_index.keys_without("status")) == by_index.count_without("status")


def test_all_batches_except_the_last_have_the_same_size(both, monkeypatch):
    monkeypatch.setattr(result_set_module, "BATCH_SIZE", 50)
    for result_set in both("sort=status"):
        assert [len(batch) for batch in result_set.key_batches()] == [50, 50, 50, 50, 3]


def test_a_query_with_errors_has_no_results(both):
    with facet_index("initiatives") as state:
        for known in (state, None):
            result_set = ListQuery(INITIATIVES, known, QueryDict("status=sure")).result_set
            assert (result_set.count(), result_set[0:10], list(result_set.key_batches())) == (0, [], [])
