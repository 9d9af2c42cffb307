"""Lists in the order of a column of their own: a change moves its records, and the others are not sorted again."""

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

SORTS = [f"{minus}{name}" for name in ("slug", "starts_on", "ends_on", "updated_at") for minus in ("", "-")]


def slugs(sort: str, *, from_database: bool = False) -> list[str]:
    with refresh.facet_index("initiatives", patience_s=10) as state:
        selection = ListQuery(INITIATIVES, None if from_database else state, QueryDict(f"sort={sort}"))
        keys = [key for block in selection.found.blocks() for key in block]
    by_key = Initiative.objects.in_bulk(keys)
    return [by_key[key].slug for key in keys]


def edit(made: list[Initiative]) -> None:
    """What may happen to a record: another place, none, another name among ties, a new one, one less."""
    first, second, third, fourth, fifth = made
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
def test_a_change_moves_its_records_and_no_others_are_sorted_again(sort):
    years = ("2019", "2020", "2020", "", "2021")
    made = [
        make.make_initiative(f"i-{place}", title_en=f"T{place % 2}", starts_on=year, ends_on=year)
        for place, year in enumerate(years)
    ]
    assert slugs(sort) == slugs(sort, from_database=True)
    edit(made)
    with CaptureQueriesContext(connection) as queries:
        after = slugs(sort)
    assert after == slugs(sort, from_database=True)
    assert set(after) == {"i-0", "i-1", "zzz", "new"}
    assert [query["sql"] for query in queries if "ordered (key)" in query["sql"]] == []


def contradictions(random: Random, done: threading.Event) -> list[str]:
    """What lists of one moment say differently from their rows, asked until it is `done` and once more."""
    found = []
    while True:
        is_last = done.is_set()
        with refresh.facet_index("initiatives", patience_s=10) as state:
            for sort in random.sample(SORTS, 3):
                query = QueryDict(f"sort={sort}{random.choice(('', '&lead=alpha', '&lead=-alpha'))}")
                indexed, asked = (ListQuery(INITIATIVES, each, query).found for each in (state, None))
                if indexed[0:99] != asked[0:99]:
                    found.append(query.urlencode())
        if is_last:
            return found


@pytest.mark.django_db(transaction=True)
def test_readers_of_different_moments_share_what_they_keep_and_each_sees_its_own():
    def ask(seed: int):
        try:
            answers.append(contradictions(Random(seed), done))
        finally:
            connections.close_all()

    alpha, answers, done, random = make.make_city("alpha"), [], threading.Event(), Random(0)
    for place in range(9):
        make.make_initiative(f"i-{place}", title_en=f"T{place % 2}", lead=[alpha])
    readers = [threading.Thread(target=ask, args=(seed,)) for seed in range(3)]
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
