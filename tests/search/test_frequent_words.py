"""Cached frequent words give the same results as the database, and need no queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.facet_index import refresh
from sco_cities.listings import registered_functions
from sco_cities.search import frequent_words
from tests import factories as make
from tests.facet_index.test_change_log import run_in_thread

PHRASES = [
    ["lanterns"], ["lantern"], ["lanternsmiths"], ["LANTERNS, archives"], ["archives lanterns zeppelin"],
    ["lanterns", "zeppelin"], ["lanterns archives", "zeppelin lanterns"], ["路灯"], ["灯"], ["ludeng"],
    ["路灯 lanterns"], ["Alphaville"], ["Альфавиль"], ["lanterns Alphaville"], ["светильники"], ["a"], ["no such word"],
    ["?"], [],
    ["lanterns"] * 3, [f"lanterns {number}" for number in range(frequent_words.MAX_PHRASES + 1)],
]  # fmt: skip


@pytest.fixture(autouse=True)
def any_list_is_long(monkeypatch):
    monkeypatch.setattr(frequent_words, "LONG_LIST", 0)
    refresh.clear()


def make_initiatives() -> None:
    make.make_city("alpha", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城")
    make.make_initiative("lanterns", title_en="Lanterns", title_zh="路灯", title_ru="Светильники")
    make.make_initiative("draft", title_en="Lanterns", state="draft")
    make.make_initiative("archives", title_en="Lanterns and archives in Alphaville", title_zh="灯")
    make.make_initiative("longer", title_en="Lanternsmiths", title_zh="访问阿尔法城", title_ru="路灯")
    make.make_initiative("zeppelins", title_en="Zeppelins with lanterns 7")


def search(*phrases: str) -> list[str]:
    """Returns the slugs of the initiatives that a search in a request finds, including drafts."""
    with refresh.facet_index("initiatives") as state:
        keys = registered_functions.find("initiatives", list(phrases), "default", state)
    return sorted(Initiative.objects.filter(pk__in=list(keys)).values_list("slug", flat=True))


def wait_until_read() -> None:
    """Waits for the background work in progress, if any."""
    event = refresh.build_in_background("default", ("initiatives", "frequent words"), lambda state: None)
    event.wait(10)


def read_words() -> None:
    with refresh.facet_index("initiatives") as state:
        frequent_words.read(state, "initiatives")


@pytest.mark.django_db
@pytest.mark.parametrize("phrases", PHRASES, ids=str)
def test_any_search_finds_what_the_database_finds(phrases):
    make_initiatives()
    with refresh.facet_index("initiatives") as state:
        frequent_words.read(state, "initiatives")
        found = frequent_words.find("initiatives", phrases, "default", state)
    assert found == frequent_words.find("initiatives", phrases, "default")


@pytest.mark.django_db
def test_only_longer_words_are_queried_in_the_database():
    make_initiatives()
    read_words()
    with CaptureQueriesContext(connection) as queries:
        assert search("lanterns") == ["archives", "draft", "lanterns", "longer", "zeppelins"]
    [sql] = [query["sql"] for query in queries if "lanterns" in query["sql"]]
    assert "lanternsz" in sql
    assert '"lanterns"' not in sql
    assert "'lanterns'" not in sql


@pytest.mark.django_db
def test_only_words_of_a_tenth_of_the_records_are_kept(monkeypatch):
    for number in range(30):
        words = ["common"] * (number < 6) + ["rare"] * (number < 2)
        make.make_initiative(
            f"n-{number}", title_en=" ".join([f"Number{number}", *words]), summary_en="Same."
        )
    read_words()
    with refresh.facet_index("initiatives") as state:
        words = frequent_words.current(state, "initiatives")
        assert {word: len(keys) for word, keys in words.items()} == {"same": 30, "common": 6}
        monkeypatch.setattr(frequent_words, "LONG_LIST", 31)
        assert frequent_words.current(state, "initiatives") == {}


@pytest.mark.django_db(transaction=True)
def test_the_words_are_read_in_the_background_and_again_after_very_many_changes():
    def words():
        with refresh.facet_index("initiatives") as state:
            return frequent_words.current(state, "initiatives")

    make_initiatives()
    assert words() == {}
    wait_until_read()
    assert len(words()["lanterns"]) == 4
    run_in_thread(lambda: make.make_initiative("new", title_en="New lanterns"))
    assert len(words()["lanterns"]) == 5
    run_in_thread(lambda: Initiative.objects.filter(slug="new").delete())
    assert len(words()["lanterns"]) == 4
    run_in_thread(lambda: refresh.change_log.reset("default"))
    assert search("lanterns") == ["archives", "draft", "lanterns", "longer", "zeppelins"]
    wait_until_read()
    assert len(words()["lanterns"]) == 4


@pytest.mark.django_db(transaction=True)
def test_a_starting_process_reads_the_words_of_its_long_lists():
    make_initiatives()
    frequent_words.warm_up()
    wait_until_read()
    with refresh.facet_index("initiatives") as state:
        assert "lanterns" in frequent_words.cached(state, "initiatives")
