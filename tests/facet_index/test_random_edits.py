"""Whatever is written in whatever way, every list finds, counts and orders what plain thinking about the rows says."""

import os
from random import Random

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.utils.http import urlencode
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from delegates.columns import DELEGATES, EVENTS, ORGANISATIONS
from initiatives.columns import INITIATIVES
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index import refresh
from sco_cities.facet_index.facet_counts import FacetCounters
from sco_cities.listings.fields import NOT
from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.columns import REPORTS
from sco_cities.themes.columns import THEMES
from tests.facet_index.test_change_log import elsewhere
from tests.random_edits import EDITS, apply
from tests.sample_records import make_world
from tests.sql_oracle import NAMED, SPANS, Oracle

LISTINGS = (INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS)

# An example of these takes as long as a hundred of others: `make test` tries few of them.
EXAMPLES = int(os.environ.get("PROPERTIES", "12"))

# So many options of a list are asked for where its page does not show all.
FEW = 2

seeds = st.integers(0, 2**20)
# Edits after which somebody looks, several times over.
rounds = st.lists(
    st.tuples(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), seeds), min_size=1, max_size=3), seeds),
    min_size=1,
    max_size=3,
)


class Question:
    """A random query of a list, and what the oracle says to it."""

    def __init__(self, listing, oracle: Oracle, random: Random):
        self.listing, self.oracle, self.random = listing, oracle, random
        self.collection = listing.collection
        names = [name for name in oracle.values[self.collection] if name in listing.filterset.base_filters]
        self.asked = {
            name: self._choice(name) for name in names if random.random() < 1 / 3
        }  # fmt: skip
        self.years = (None, None)
        if self.collection in SPANS and random.random() < 0.5:
            first, last = sorted(random.choices(range(2017, 2025), k=2))
            self.years = random.choice(((first, last), (first, None), (None, last)))

    def _choice(self, name: str) -> tuple[set, set]:
        """Some values to want and some not to, of those that readers know."""
        if name in NAMED:
            known = self.oracle.published[NAMED[name]]
        else:
            known = set(self.listing.filterset.base_filters[name].extra["choices"])
            known = {code for code, _label in known}
        picked = self.random.sample(sorted(known), min(len(known), self.random.randint(1, 3)))
        here = self.random.randint(0, len(picked))
        return set(picked[:here]), set(picked[here:])

    def query(self, sort: str = "") -> str:
        pairs = [
            (name, mark + (self.oracle.slug(NAMED[name], value) if name in NAMED else value))
            for name, (wanted, unwanted) in self.asked.items()
            for mark, values in (("", wanted), (NOT, unwanted))
            for value in values
        ]
        pairs += [
            (name, str(year)) for name, year in zip(("year_from", "year_to"), self.years, strict=True) if year
        ]
        return urlencode([*pairs, ("sort", sort)] if sort else pairs)

    def selection(self, state, sort: str = "") -> ListQuery:
        params = QueryDict(self.query(sort))
        selection = ListQuery(self.listing, state, params)
        assert selection.errors == {}, self.query(sort)
        return selection

    def found_without(self, *names: str) -> set[int]:
        asked = {name: values for name, values in self.asked.items() if name not in names}
        return self.oracle.found(self.collection, asked, (None, None) if "years" in names else self.years)


def check(question: Question, state) -> None:
    """Total, every count of every facet, the years, and pages in every order."""
    oracle, listing, random = question.oracle, question.listing, question.random
    asked = f"/{listing.collection}/?{question.query()}"
    found = question.found_without()
    selection = question.selection(state)
    assert selection.found.count() == len(found), asked
    for name, item in selection.filterset.filters.items():
        # Reports are not on offer, and so not counted.
        if item.has_options and getattr(item, "is_offered", True):
            others, values = selection.found.without(name), selection.values_of(name)
            offered = item.options(state, others, values).shown
            expected = oracle.counts(listing.collection, name, question.found_without(name))
            if name in NAMED:
                expected = {oracle.slug(NAMED[name], key): count for key, count in expected.items()}
            counted = {option.value: option.count for option in offered if option.count}
            assert counted == expected, f"{name} at {asked}"
            if name in NAMED:
                choices = oracle.published[NAMED[name]]
                assert {option.value for option in offered} == {
                    oracle.slug(NAMED[name], key) for key in choices
                }, f"{name} at {asked}"
            few = item.options(state, others, values, FEW)
            frequent = {option.value: option.count for option in few.shown if option.count}
            rest = expected.keys() - frequent
            assert frequent == {value: expected[value] for value in frequent}, f"{name} at {asked}"
            assert few.more == len(offered) - len(few.shown), f"{name} at {asked}"
            least = min(sorted(frequent.values(), reverse=True)[:FEW], default=0)
            assert all(expected[value] <= least for value in rest), f"{name} at {asked}"
    if listing.collection in SPANS:
        years = listing.kind.facets["years"]
        others = selection.found.without("year_from", "year_to")
        counted = years.counted(state, listing.collection, others, FacetCounters())
        assert counted == oracle.years(listing.collection, question.found_without("years")), asked
    for column in listing.sorts:
        for sort in (column, f"-{column}"):
            expected = oracle.ordered(listing.collection, sort, found)
            # The same filters in another order: to read them anew each time took a quarter of all.
            ordered = type(selection.found)(listing, selection.filterset, sort, is_nothing=False)
            assert [key for block in ordered.blocks() for key in block] == expected, f"{sort} of {asked}"
            start = random.randint(0, len(expected))
            stop = start + random.randint(0, 7)
            assert list(ordered[start:stop]) == expected[start:stop], f"{sort} of {asked} from {start} on"


def check_the_database(question: Question) -> None:
    """What lists show while the index is being read: the same, in the same order."""
    sort = question.random.choice(["", "-"]) + question.random.choice(list(question.listing.sorts))
    expected = question.oracle.ordered(question.collection, sort, question.found_without())
    found = question.selection(None, sort).found
    asked = f"{sort} of /{question.collection}/?{question.query()}"
    assert found.count() == len(expected), asked
    assert [key for block in found.blocks() for key in block] == expected, asked
    assert list(found[1:4]) == expected[1:4], asked
    for name in question.asked:
        assert found.count_without(name) == len(question.found_without(name)), f"without {name}: {asked}"


def look(seed: int) -> None:
    oracle, random = Oracle(), Random(seed)
    for listing in LISTINGS:
        with refresh.facet_index(listing.collection, patience_s=10) as state:
            check(Question(listing, oracle, random), state)
    # One of them each time: its statements take as long as all that the index is asked.
    check_the_database(Question(random.choice(LISTINGS), oracle, random))


class TestWithinATransaction(TestCase):
    """In a test case's transaction the index is shared as it is between requests, and follows each edit."""

    @classmethod
    def setUpTestData(cls):
        make_world()

    @settings(max_examples=EXAMPLES)
    @given(rounds)
    def test_after_any_edits_every_list_is_what_the_rows_say(self, rounds):
        refresh.clear()
        look(0)
        for edits, seed in rounds:
            for edit in edits:
                apply(*edit)
            look(seed)


def empty() -> None:
    """Takes away all records, as nobody does but a test: whatever refers to whatever."""
    rooms = ("initiatives", "delegates", "cities", "themes", "sources")
    tables = [
        model._meta.db_table
        for room in rooms
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    ]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are the models' own


@pytest.mark.django_db(transaction=True)
@settings(max_examples=EXAMPLES)
@given(rounds)
def test_what_other_connections_commit_is_in_every_list_of_the_next_reader(rounds):
    elsewhere(lambda: (empty(), make_world()))
    for edits, seed in rounds:
        elsewhere(lambda edits=edits: [apply(*edit) for edit in edits])
        look(seed)
