"""Lists in the alphabet of the reader's language."""

import re
import threading

import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City
from sco_cities.facet_index import name_order, refresh
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.collation import collation_key
from sco_cities.listings import result_set
from sco_cities.listings.list_page import ListPage
from tests.factories import make_city, make_country, make_initiative

CITY_NAMES = {
    "astana": ("Astana", "Астана", "阿斯塔纳"),
    "yerevan": ("Yerevan", "Ереван", "埃里温"),
    "orel": ("Oryol", "Орёл", "奥廖尔"),
    "orenburg": ("Orenburg", "Оренбург", "奥伦堡"),
    "chongqing": ("Chongqing", "Чунцин", "重庆"),
    "changsha": ("Changsha", "Чанша", "长沙"),
    "only-english": ("Only English", "", ""),
}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["agra", "Bishkek", "Zhuhai"]),
        ("ru", ["BRICS", "БРИКС-форум", "«Бухара» и другие", "елка", "ёлки", "Ельня", "Яровое"]),
        (
            "zh",
            ["阿斯塔纳", "埃里温", "北京", "长沙", "重庆", "《杜尚别》", "Dushanbe", "西安", "先锋", "中亚"],
        ),
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(language, names):
    mixed = sorted(names, key=lambda name: name[::-1])
    assert sorted(mixed, key=lambda name: collation_key(name, language)) == names


@pytest.fixture
def cities(db):
    for slug, (english, russian, chinese) in CITY_NAMES.items():
        make_city(slug, name_en=english, name_ru=russian, name_zh=chinese)


ORDERS = {
    "en": ["astana", "changsha", "chongqing", "only-english", "orenburg", "orel", "yerevan"],
    # What has no Russian name is shown, and sorted, by its English one.
    "ru": ["only-english", "astana", "yerevan", "orel", "orenburg", "changsha", "chongqing"],
    "zh-hans": ["astana", "yerevan", "orel", "orenburg", "changsha", "chongqing", "only-english"],
}


def slugs(listing, query="", *, with_index=True):
    def shown(state):
        keys = ListPage(listing, state, QueryDict(query)).found
        known = dict(listing.kind.model.objects.values_list("pk", "slug"))
        return [known[key] for key in keys[0 : keys.count()]]

    if not with_index:
        return shown(None)
    with facet_index(listing.collection) as state:
        return shown(state)


@pytest.mark.usefixtures("cities")
@pytest.mark.parametrize("with_index", [True, False])
@pytest.mark.parametrize("language", ORDERS)
def test_a_list_is_sorted_by_the_names_that_the_reader_sees(language, with_index):
    with translation.override(language):
        assert slugs(CITIES, with_index=with_index) == ORDERS[language]
        assert slugs(CITIES, "sort=name_en", with_index=with_index) == ORDERS["en"]
        assert slugs(CITIES, "sort=-name_ru", with_index=with_index) == ORDERS["ru"][::-1]
    assert slugs(CITIES, "sort=name_zh", with_index=with_index) == ORDERS["zh-hans"]


@pytest.mark.usefixtures("cities")
def test_what_shares_a_value_comes_in_the_order_of_the_readers_names():
    with translation.override("ru"):
        assert slugs(CITIES, "sort=lead") == ORDERS["ru"]


def test_records_of_others_are_sorted_by_the_names_that_the_reader_sees(db):
    make_city("first", country=make_country("xa", name_en="Alpha", name_ru="Ямайка"))
    make_city("second", country=make_country("xb", name_en="Beta", name_ru="Абхазия"))
    assert slugs(CITIES, "sort=country") == ["first", "second"]
    with translation.override("ru"):
        assert slugs(CITIES, "sort=country") == ["second", "first"]


def test_an_edit_moves_a_record_in_the_order_of_a_language(db):
    for slug, name in {"one": "Альфа", "two": "Бета", "three": "Гамма"}.items():
        make_initiative(slug, title_en=slug, title_ru=name)
    with translation.override("ru"):
        assert slugs(INITIATIVES) == ["one", "two", "three"]
        Initiative.objects.filter(slug="one").update(title_ru="Яхта")
        assert slugs(INITIATIVES) == ["two", "three", "one"]
        make_initiative("four", title_en="four", title_ru="Водоём")
        Initiative.objects.get(slug="two").delete()
        assert slugs(INITIATIVES) == ["four", "three", "one"]


@pytest.mark.usefixtures("cities")
def test_without_the_index_too_many_names_are_sorted_by_the_database(monkeypatch):
    monkeypatch.setattr(result_set, "MAX_COLLATED", 3)
    with translation.override("ru"):
        by_code_point = slugs(CITIES, with_index=False)
    assert by_code_point == ["only-english", "astana", "yerevan", "orenburg", "orel", "changsha", "chongqing"]


@pytest.mark.usefixtures("cities")
def test_the_page_offers_the_order_of_its_language_and_keeps_the_others(client):
    page = client.get("/ru/cities/?sort=-name_ru").content.decode()
    assert '<option value="-name_ru" selected>' in page and '<option value="">' in page
    assert "sort=name_ru" in page and "sort=name_en" not in page
    asked = client.get("/ru/cities/?sort=name_en").content.decode()
    assert '<option value="name_en" selected>' in asked
    csv = client.get("/ru/cities.csv?columns=slug").getvalue().decode()
    assert csv.split() == ["slug", *ORDERS["ru"]]


@pytest.mark.usefixtures("cities")
@pytest.mark.parametrize("with_index", [True, False])
def test_options_of_the_same_number_stand_in_the_alphabet_of_the_reader(with_index):
    def offered(state):
        item = ListPage(INITIATIVES, state, QueryDict("all=city")).filterset.filters["city"]
        others = state and state.published("initiatives")
        return [option.value for option in item.options(state, others, []).shown]

    for city in City.objects.all():
        make_initiative(lead=[city])
    with translation.override("ru"):
        if not with_index:
            assert offered(None) == ORDERS["ru"]
            return
        with facet_index("initiatives") as state:
            assert offered(state) == ORDERS["ru"]


@pytest.fixture
def long_list(transactional_db, monkeypatch):
    """A list that is long enough for its order to be put together in the background, once `may_begin` is set."""
    for slug, (english, russian, chinese) in CITY_NAMES.items():
        make_city(slug, name_en=english, name_ru=russian, name_zh=chinese)
    may_begin, at_once = threading.Event(), name_order.sorted_keys

    def ordered(*arguments, **options):
        if threading.current_thread() is not threading.main_thread():
            assert may_begin.wait(20)
        return at_once(*arguments, **options)

    monkeypatch.setattr(name_order, "sorted_keys", ordered)
    monkeypatch.setattr(name_order, "MAX_SYNCHRONOUS", 3)
    with facet_index("cities") as state:
        assert state is not None
    monkeypatch.setattr(refresh, "WAIT_S", 0.01)
    yield may_begin
    go_on(may_begin)


def go_on(may_begin):
    """Lets the background work finish."""
    with refresh._shared["default"].lock:
        waited_for = list(refresh._shared["default"].being_read.values())
    may_begin.set()
    assert all(event.wait(20) for event in waited_for)


def linked(client, address):
    """The slugs of the cities of a page of the list, in order."""
    page = client.get(address).content.decode()
    return re.findall(r'<a class="title" href="/ru/cities/([a-z-]+)/"', page)


def test_until_a_long_order_is_there_pages_have_the_english_one(long_list, client):
    assert linked(client, "/ru/cities/") == ORDERS["en"]
    assert linked(client, "/ru/cities/?sort=-name_ru") == ORDERS["en"][::-1]
    go_on(long_list)
    # The page that was remembered is old, though nothing has been committed.
    assert linked(client, "/ru/cities/") == ORDERS["ru"]
    assert linked(client, "/ru/cities/?sort=-name_ru") == ORDERS["ru"][::-1]


def test_what_changes_while_a_long_order_is_put_together_stands_in_its_place(long_list, client):
    assert linked(client, "/ru/cities/") == ORDERS["en"]
    City.objects.filter(slug="astana").update(name_ru="Яшкино")
    go_on(long_list)
    assert linked(client, "/ru/cities/") == [slug for slug in ORDERS["ru"] if slug != "astana"] + ["astana"]


@pytest.mark.usefixtures("long_list")
def test_a_file_waits_for_its_order(client):
    assert linked(client, "/ru/cities/") == ORDERS["en"]
    csv = client.get("/ru/cities.csv?columns=slug").getvalue().decode()
    assert csv.split() == ["slug", *ORDERS["ru"]]


def test_an_order_that_cannot_be_put_together_is_tried_again(long_list, monkeypatch, client, caplog):
    def fail(*_arguments, **_options):
        raise InterruptedError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(name_order, "sorted_keys", fail)
        assert linked(client, "/ru/cities/") == ORDERS["en"]
        go_on(long_list)
    assert "no room" in caplog.text
    monkeypatch.setattr(refresh, "WAIT_S", 15)
    assert linked(client, "/ru/cities/?again") == ORDERS["ru"]
