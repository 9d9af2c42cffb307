"""After random edits, every list has the same records, counts and order as the SQL oracle."""

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
from initiatives.columns import INITIATIVES, STATEMENTS
from sco_cities.cities.columns import CITIES, COUNTRIES
from sco_cities.facet_index import refresh
from sco_cities.facet_index.facet_counts import FacetCounters
from sco_cities.listings.fields import NOT
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.result_set import ResultSet
from sco_cities.search import frequent_words
from sco_cities.sources.columns import REPORTS
from sco_cities.themes.columns import THEMES
from tests.extent import sample
from tests.facet_index.test_change_log import run_in_thread
from tests.random_edits import EDITS, apply
from tests.sample_records import make_sample_records
from tests.sql_oracle import NAMED, SPANS, Oracle

LISTINGS = (INITIATIVES, CITIES, COUNTRIES, DELEGATES, ORGANISATIONS, EVENTS, THEMES, REPORTS, STATEMENTS)

# Each of these examples takes as long as a hundred other tests. The first example is the simplest.
EXAMPLES = max(3, sample(5))

# The number of options to request if a page does not show all options.
FEW = 2

seeds = st.integers(0, 2**20)
# Several rounds of edits, each followed by a check of all lists.
rounds = st.lists(
    st.tuples(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), seeds), min_size=1, max_size=3), seeds),
    min_size=1,
    max_size=3,
)


class RandomQuery:
    """A random query of a list, and the oracle's result."""

    def __init__(self, listing, oracle: Oracle, random: Random):
        self.listing, self.oracle, self.random = listing, oracle, random
        self.collection = listing.collection
        names = [name for name in oracle.values[self.collection] if name in listing.filterset.base_filters]
        self.filters = {
            name: self._choice(name) for name in names if random.random() < 1 / 3
        }  # fmt: skip
        self.years = (None, None)
        if self.collection in SPANS and random.random() < 0.5:
            first, last = sorted(random.choices(range(2017, 2025), k=2))
            self.years = random.choice(((first, last), (first, None), (None, last)))

    def _choice(self, name: str) -> tuple[set, set]:
        """Selects some values to include and some to exclude. Readers can select all these values."""
        if name in NAMED:
            known = self.oracle.published[NAMED[name]]
        else:
            known = set(self.listing.filterset.base_filters[name].extra["choices"])
            known = {code for code, _label in known}
        sample = self.random.sample(sorted(known), min(len(known), self.random.randint(1, 3)))
        place = self.random.randint(0, len(sample))
        return set(sample[:place]), set(sample[place:])

    def querystring(self, sort: str = "") -> str:
        pairs = [
            (name, mark + (self.oracle.slug(NAMED[name], value) if name in NAMED else value))
            for name, (wanted, unwanted) in self.filters.items()
            for mark, values in (("", wanted), (NOT, unwanted))
            for value in values
        ]
        pairs += [
            (name, str(year)) for name, year in zip(("year_from", "year_to"), self.years, strict=True) if year
        ]
        return urlencode([*pairs, ("sort", sort)] if sort else pairs)

    def list_query(self, state, sort: str = "") -> ListQuery:
        params = QueryDict(self.querystring(sort))
        list_query = ListQuery(self.listing, state, params)
        assert list_query.errors == {}, self.querystring(sort)
        return list_query

    def keys_without(self, *names: str) -> set[int]:
        filters = {name: values for name, values in self.filters.items() if name not in names}
        return self.oracle.matching_keys(
            self.collection, filters, (None, None) if "years" in names else self.years
        )

    def option_counts(self, name: str) -> dict:
        """Returns the number of records that selecting the option keeps, or that excluding it removes."""
        others, (included, excluded) = self.keys_without(name), self.filters.get(name, (set(), set()))
        value_of = self.oracle.values[self.collection][name]
        left = {key for key in others if not excluded & value_of(key)}
        selected = {key for key in others if not included or included & value_of(key)}
        counts = self.oracle.counts(self.collection, name, left)
        taken = self.oracle.counts(self.collection, name, selected)
        return counts | {value: count for value, count in taken.items() if value in excluded}


def check_list(query: RandomQuery, state) -> None:
    """Checks the total, all facet counts, the years, and pages in every order."""
    oracle, listing, random = query.oracle, query.listing, query.random
    url = f"/{listing.collection}/?{query.querystring()}"
    keys = query.keys_without()
    list_query = query.list_query(state)
    assert list_query.result_set.count() == len(keys), url
    for name, item in list_query.filterset.filters.items():
        # Reports are not offered as options, so they have no counts.
        if item.has_options and item.is_selectable:
            others, values = list_query.result_set.keys_without(name), list_query.values_of(name)
            options = item.options(state, others, values).visible
            expected = query.option_counts(name)
            if name in NAMED:
                expected = {oracle.slug(NAMED[name], key): count for key, count in expected.items()}
            counts = {option.value: option.count for option in options if option.count}
            assert counts == expected, f"{name} at {url}"
            if name in NAMED:
                choices = oracle.published[NAMED[name]]
                assert {option.value for option in options} == {
                    oracle.slug(NAMED[name], key) for key in choices
                }, f"{name} at {url}"
            some = item.options(state, others, values, FEW)
            frequent = {option.value: option.count for option in some.visible if option.count}
            rest = expected.keys() - frequent
            assert frequent == {value: expected[value] for value in frequent}, f"{name} at {url}"
            assert some.hidden_count == len(options) - len(some.visible), f"{name} at {url}"
            least = min(sorted(frequent.values(), reverse=True)[:FEW], default=0)
            assert all(expected[value] <= least for value in rest), f"{name} at {url}"
    if listing.collection in SPANS:
        years = listing.indexed_model.facets["years"]
        others = list_query.result_set.keys_without("year_from", "year_to")
        counts = years.counts(state, listing.collection, others, FacetCounters())
        assert counts == oracle.years(listing.collection, query.keys_without("years")), url
    for column in listing.sorts:
        for sort in (column, f"-{column}"):
            expected = oracle.ordered(listing.collection, sort, keys)
            # Reuses the parsed filters, because parsing them again for each order took a quarter of the time.
            ordered = ResultSet(listing, list_query.filterset, sort, has_errors=False)
            assert [key for batch in ordered.key_batches() for key in batch] == expected, f"{sort} of {url}"
            start = random.randint(0, len(expected))
            stop = start + random.randint(0, 7)
            assert list(ordered[start:stop]) == expected[start:stop], f"{sort} of {url} from {start} on"


@pytest.fixture(autouse=True, scope="module")
def any_list_is_long():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequent_words, "LONG_LIST", 0)
        yield


def check_words(listing, state, random: Random) -> None:
    """Checks the cached records of frequent words, and a search for some words."""
    collection, model = listing.collection, listing.indexed_model.model
    words = frequent_words.cached(state, collection)
    if words is None:
        frequent_words.read(state, collection)
        words = frequent_words.cached(state, collection)
    texts = {key: set(text.split()) for key, text in model._base_manager.values_list("pk", "search_text")}
    stored = {word: {key for key, text in texts.items() if word in text} for word in words}
    assert {word: set(keys) for word, keys in words.items()} == stored, collection
    known = sorted(set().union(words, *texts.values()))
    phrases = (
        [" ".join(random.choices(known, k=random.randint(1, 2))) for _phrase in range(2)] if known else []
    )
    found = frequent_words.find(collection, phrases, state.using, state)
    assert found == frequent_words.find(collection, phrases, state.using), phrases


def check_all_lists(seed: int) -> None:
    oracle, random = Oracle(), Random(seed)
    for listing in LISTINGS:
        with refresh.facet_index(listing.collection) as state:
            check_list(RandomQuery(listing, oracle, random), state)
            check_words(listing, state, random)


class TestWithinATransaction(TestCase):
    """In the transaction of a test case, the index is shared between requests and updated after each edit."""

    @classmethod
    def setUpTestData(cls):
        make_sample_records()

    @settings(max_examples=EXAMPLES)
    @given(rounds)
    def test_after_any_edits_every_list_equals_the_oracle(self, rounds):
        refresh.clear()
        check_all_lists(0)
        for edits, seed in rounds:
            for edit in edits:
                apply(*edit)
            check_all_lists(seed)


def delete_all_records() -> None:
    """Deletes all records, ignoring references between them."""
    # The tables of intakes refer to reports.
    app_labels = ("intake", "initiatives", "delegates", "cities", "themes", "sources")
    tables = [
        model._meta.db_table
        for app_label in app_labels
        for model in apps.get_app_config(app_label).get_models(include_auto_created=True)
    ]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


@pytest.mark.django_db(transaction=True)
@settings(max_examples=EXAMPLES)
@given(rounds)
def test_commits_of_other_connections_are_in_every_list_of_the_next_reader(rounds):
    run_in_thread(lambda: (delete_all_records(), make_sample_records()))
    for edits, seed in rounds:
        run_in_thread(lambda edits=edits: [apply(*edit) for edit in edits])
        check_all_lists(seed)
