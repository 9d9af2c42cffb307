"""The result set of a query contains the matching records in order."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.result_set import ResultSet
from tests.oracle_query import matching_keys, ordered_keys
from tests.shipped_package import number_of
from tests.sql_oracle import Oracle

NUMBER = number_of("initiatives")

QUERIES = (
    "", "status=agreed", "status=-agreed", "status=agreed&status=-agreed", "country=kz&country=-cn",
    "theme=smart-city&year_from=2020&year_to=2024&sort=-starts_on", "pillar=security&sort=status",
    "evidence=disputed&evidence=several&sort=-sources", "report=xinhua-20250710", "q=Душанбе&sort=slug",
    "city=-tianjin&kind=project&sort=-updated_at", "organisation=sco&event=-gmd-2025&sort=-title_en",
    "started=2024&started=../2010", "started=unknown", "started=-2020/..&status=agreed",
    "city=tianjin&with_city=almaty&with_city=dushanbe", "country=cn&with_country=-ru&with_city=-tianjin",
    "with_city=tianjin,almaty&with_city=bishkek", "country=cn&with_country=kz,kg&with_country=-ru,%20uz",
    "lead=tianjin&lead=moscow", "partner=-tianjin&reference=tianjin", "shares=tianjin&learns=-dushanbe",
    "learns=dushanbe&learns=moscow", "city=tianjin,tashkent", "country=cn,uz&country=-kz&status=operating",
)  # fmt: skip


@pytest.fixture
def result_set_of(loaded_package):
    """The result set of a query string."""

    def result_set(query: str) -> ResultSet:
        with facet_index("initiatives") as state:
            list_query = ListQuery(INITIATIVES, state, QueryDict(query))
        assert list_query.errors == {}
        return list_query.result_set

    return result_set


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_the_records_of_the_oracle_in_its_order(result_set_of, query):
    result_set = result_set_of(query)
    expected = ordered_keys(Oracle(), "initiatives", query, INITIATIVES.default_sort)
    assert [key for batch in result_set.key_batches() for key in batch] == expected
    assert result_set.count() == len(expected)
    assert result_set[10:20] == expected[10:20]


def test_keys_without_a_filter_equal_the_keys_of_a_query_without_the_filter(result_set_of):
    filters = ("status=stalled", "country=by", "kind=project")
    result_set, oracle = result_set_of("&".join(filters)), Oracle()
    for left_out in filters:
        others = "&".join(each for each in filters if each != left_out)
        keys = result_set.keys_without(left_out.partition("=")[0])
        assert set(keys) == matching_keys(oracle, "initiatives", others)


@pytest.mark.parametrize(
    ("size", "first", "expected"),
    [
        (50, None, [*[50] * (NUMBER // 50), NUMBER % 50]),
        (100, 40, [40, *[100] * ((NUMBER - 40) // 100), (NUMBER - 40) % 100]),
        (NUMBER, 1, [1, NUMBER - 1]),
        (NUMBER, None, [NUMBER]),
    ],
)
def test_all_batches_except_the_first_and_the_last_have_the_same_size(result_set_of, size, first, expected):
    result_set = result_set_of("sort=status")
    batches = list(result_set.key_batches(size, first))
    assert [len(batch) for batch in batches] == [length for length in expected if length]
    assert [key for batch in batches for key in batch] == result_set[0:NUMBER]


@pytest.mark.usefixtures("loaded_package")
def test_a_query_with_errors_has_no_results():
    with facet_index("initiatives") as state:
        result_set = ListQuery(INITIATIVES, state, QueryDict("status=sure")).result_set
    assert (result_set.count(), result_set[0:10], list(result_set.key_batches())) == (0, [], [])
