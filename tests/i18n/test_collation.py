"""Lists sorted by the alphabet of the reader's language."""

import re
import threading

import pytest
from django.http import QueryDict
from django.utils import translation

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.cities.columns import CITIES
from sco_cities.cities.models import City
from sco_cities.facet_index import refresh, sorting
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.collation import collation_key
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
def test_names_are_sorted_alphabetically(language, names):
    mixed = sorted(names, key=lambda name: name[::-1])
    assert sorted(mixed, key=lambda name: collation_key(name, language)) == names


@pytest.fixture
def cities(db):
    for slug, (english, russian, chinese) in CITY_NAMES.items():
        make_city(slug, name_en=english, name_ru=russian, name_zh=chinese)


ORDERS = {
    "en": ["astana", "changsha", "chongqing", "only-english", "orenburg", "orel", "yerevan"],
    # If there is no Russian name, the English name is shown and used for sorting.
    "ru": ["only-english", "astana", "yerevan", "orel", "orenburg", "changsha", "chongqing"],
    "zh-hans": ["astana", "yerevan", "orel", "orenburg", "changsha", "chongqing", "only-english"],
}


def slugs(listing, query=""):
    with facet_index(listing.collection) as state:
        keys = ListPage(listing, state, QueryDict(query)).result_set
        known = dict(listing.indexed_model.model.objects.values_list("pk", "slug"))
        return [known[key] for key in keys[0 : keys.count()]]


@pytest.mark.usefixtures("cities")
@pytest.mark.parametrize("language", ORDERS)
def test_a_list_is_sorted_by_the_names_in_the_readers_language(language):
    with translation.override(language):
        assert slugs(CITIES) == ORDERS[language]
        assert slugs(CITIES, "sort=name_en") == ORDERS["en"]
        assert slugs(CITIES, "sort=-name_ru") == ORDERS["ru"][::-1]
    assert slugs(CITIES, "sort=name_zh") == ORDERS["zh-hans"]


@pytest.mark.usefixtures("cities")
def test_ties_are_sorted_by_the_names_in_the_readers_language():
    with translation.override("ru"):
        assert slugs(CITIES, "sort=lead") == ORDERS["ru"]


def test_a_list_is_sorted_by_related_names_in_the_readers_language(db):
    make_city("first", country=make_country("xa", name_en="Alpha", name_ru="Ямайка"))
    make_city("second", country=make_country("xb", name_en="Beta", name_ru="Абхазия"))
    assert slugs(CITIES, "sort=country") == ["first", "second"]
    with translation.override("ru"):
        assert slugs(CITIES, "sort=country") == ["second", "first"]


def test_an_edit_moves_a_record_in_the_order_of_names(db):
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
def test_the_page_offers_the_sort_order_of_its_language_and_accepts_others(client):
    page = client.get("/ru/cities/?sort=-name_ru").content.decode()
    assert '<option value="-name_ru" selected>' in page and '<option value="">' in page
    assert "sort=name_ru" in page and "sort=name_en" not in page
    page = client.get("/ru/cities/?sort=name_en").content.decode()
    assert '<option value="name_en" selected>' in page
    csv = client.get("/ru/cities.csv?columns=slug").getvalue().decode()
    assert csv.split() == ["slug", *ORDERS["ru"]]


@pytest.mark.usefixtures("cities")
def test_options_with_the_same_count_are_sorted_alphabetically_in_the_readers_language():
    for city in City.objects.all():
        make_initiative(lead=[city])
    with translation.override("ru"), facet_index("initiatives") as state:
        item = ListPage(INITIATIVES, state, QueryDict("all=city")).filterset.filters["city"]
        options = item.options(state, state.published("initiatives"), []).visible
        assert [option.value for option in options] == ORDERS["ru"]


@pytest.fixture
def long_list(transactional_db, monkeypatch):
    """A list that is long enough to be sorted in the background. Sorting starts when `may_start` is set."""
    for slug, (english, russian, chinese) in CITY_NAMES.items():
        make_city(slug, name_en=english, name_ru=russian, name_zh=chinese)
    may_start, keys_by_name = threading.Event(), sorting.keys_by_name

    def wait_and_sort(*arguments, **options):
        if threading.current_thread() is not threading.main_thread():
            assert may_start.wait(20)
        return keys_by_name(*arguments, **options)

    monkeypatch.setattr(sorting, "keys_by_name", wait_and_sort)
    monkeypatch.setattr(sorting, "MAX_SYNCHRONOUS", 3)
    with facet_index("cities"):
        pass
    monkeypatch.setattr(sorting, "WAIT_S", 0.01)
    yield may_start
    finish_background_work(may_start)


def finish_background_work(may_start):
    """Lets the background work start and waits for its end."""
    with refresh._shared["default"].lock:
        events = list(refresh._shared["default"].in_progress.values())
    may_start.set()
    assert all(event.wait(20) for event in events)


def city_slugs(client, address):
    """Returns the slugs of the cities on a page of the list, in order."""
    page = client.get(address).content.decode()
    return re.findall(r'<a class="title" href="/ru/cities/([a-z-]+)/"', page)


def test_until_a_long_list_is_sorted_pages_use_the_order_of_english_names(long_list, client):
    assert city_slugs(client, "/ru/cities/") == ORDERS["en"]
    assert city_slugs(client, "/ru/cities/?sort=-name_ru") == ORDERS["en"][::-1]
    finish_background_work(long_list)
    # The end of the background work makes the cached page outdated, although no change was committed.
    assert city_slugs(client, "/ru/cities/") == ORDERS["ru"]
    assert city_slugs(client, "/ru/cities/?sort=-name_ru") == ORDERS["ru"][::-1]


def test_a_record_that_changes_while_a_long_list_is_sorted_is_in_its_new_place(long_list, client):
    assert city_slugs(client, "/ru/cities/") == ORDERS["en"]
    City.objects.filter(slug="astana").update(name_ru="Яшкино")
    finish_background_work(long_list)
    assert city_slugs(client, "/ru/cities/") == [slug for slug in ORDERS["ru"] if slug != "astana"] + [
        "astana"
    ]


def test_an_export_waits_for_its_order(long_list, client):
    assert city_slugs(client, "/ru/cities/") == ORDERS["en"]
    threading.Timer(0.2, long_list.set).start()
    csv = client.get("/ru/cities.csv?columns=slug").getvalue().decode()
    assert csv.split() == ["slug", *ORDERS["ru"]]


def test_a_failed_sort_is_tried_again(long_list, monkeypatch, client, caplog):
    def fail(*_arguments, **_options):
        raise InterruptedError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(sorting, "keys_by_name", fail)
        assert city_slugs(client, "/ru/cities/") == ORDERS["en"]
        finish_background_work(long_list)
    assert "disk full" in caplog.text
    monkeypatch.setattr(sorting, "WAIT_S", 15)
    assert city_slugs(client, "/ru/cities/?again") == ORDERS["ru"]
