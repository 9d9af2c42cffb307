"""Lists sorted by a column are updated without sorting all records again."""

import threading
from random import Random

import pytest
from django.db import connection, connections
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.facet_index import refresh
from sco_cities.listings.list_query import ListQuery
from tests import factories as make
from tests.oracle_query import ordered_keys
from tests.sql_oracle import Oracle

SORTS = [f"{minus}{name}" for name in ("slug", "starts_on", "ends_on", "updated_at") for minus in ("", "-")]


def slugs(sort: str) -> list[str]:
    with refresh.facet_index("initiatives") as state:
        list_query = ListQuery(INITIATIVES, state, QueryDict(f"sort={sort}"))
        keys = [key for batch in list_query.result_set.key_batches() for key in batch]
    by_key = Initiative.objects.in_bulk(keys)
    return [by_key[key].slug for key in keys]


def expected_slugs(sort: str) -> list[str]:
    oracle = Oracle()
    keys = oracle.ordered("initiatives", sort, oracle.published["initiatives"])
    return [oracle.slug("initiatives", key) for key in keys]


def edit_records(records: list[Initiative]) -> None:
    """Changes records in all ways that affect an order.

    It changes a value, empties a value, changes a slug and a state, deletes a record and adds a record.
    """
    first, second, third, fourth, fifth = records
    first.starts_on = first.ends_on = "2020"
    first.title_en = "Z"
    first.save()
    second.starts_on = second.ends_on = ""
    second.save()
    third.slug = "zzz"
    third.save()
    fourth.delete()
    Initiative.objects.filter(pk=fifth.pk).update(state="draft")
    make.make_initiative("new", title_en="A", starts_on="2020", ends_on="2021")


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
def test_a_change_moves_its_records_without_sorting_all_again(sort):
    years = ("2019", "2020", "2020", "", "2021")
    records = [
        make.make_initiative(f"i-{place}", title_en=f"T{place % 2}", starts_on=year, ends_on=year)
        for place, year in enumerate(years)
    ]
    assert slugs(sort) == expected_slugs(sort)
    edit_records(records)
    with CaptureQueriesContext(connection) as queries:
        after = slugs(sort)
    assert after == expected_slugs(sort)
    assert set(after) == {"i-0", "i-1", "zzz", "new"}
    assert [query["sql"] for query in queries if "ordered (key)" in query["sql"]] == []


def find_contradictions(random: Random, done: threading.Event) -> list[str]:
    """Runs queries until `done` is set, and one more query. Returns the queries whose result contradicts the oracle."""
    found = []
    while True:
        is_last = done.is_set()
        with refresh.facet_index("initiatives") as state:
            oracle = Oracle()
            for sort in random.sample(SORTS, 3):
                query = f"sort={sort}{random.choice(('', '&lead=alpha', '&lead=-alpha'))}"
                keys = ListQuery(INITIATIVES, state, QueryDict(query)).result_set[0:99]
                if keys != ordered_keys(oracle, "initiatives", query, INITIATIVES.default_sort)[:99]:
                    found.append(query)
        if is_last:
            return found


@pytest.mark.django_db(transaction=True)
def test_readers_with_different_snapshots_share_cached_orders_and_see_their_own():
    def run(seed: int):
        try:
            answers.append(find_contradictions(Random(seed), done))
        finally:
            connections.close_all()

    alpha, answers, done, random = make.make_city("alpha"), [], threading.Event(), Random(0)
    for place in range(9):
        make.make_initiative(f"i-{place}", title_en=f"T{place % 2}", lead=[alpha])
    readers = [threading.Thread(target=run, args=(seed,)) for seed in range(3)]
    for reader in readers:
        reader.start()
    for number in range(40):
        one = random.choice(Initiative.objects.all())
        one.slug, one.starts_on, one.ends_on = f"s-{random.random()}", str(random.randint(2015, 2025)), ""
        one.save()
        one.city_roles.update(role=random.choice(("lead", "partner")))
        if number % 8 == 0:
            one.delete()
    done.set()
    for reader in readers:
        reader.join(60)
    assert answers == [[], [], []]
