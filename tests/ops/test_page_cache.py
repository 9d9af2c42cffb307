"""Pages are answered again as long as nothing has been committed, and only to those for whom they are the same."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sco_cities.facet_index import refresh
from sco_cities.ops import page_cache
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import elsewhere
from tests.facet_index.test_refresh import ready

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/themes/"


@pytest.fixture(autouse=True)
def a_theme():
    make.make_theme("lamps")


def test_the_same_page_is_answered_again_with_one_question(client, django_assert_num_queries):
    ready()
    first = client.get(PAGE)
    with django_assert_num_queries(1):
        again = client.get(PAGE)
    assert again.content == first.content and first.status_code == 200
    assert again.headers == first.headers


def test_a_commit_of_anybody_makes_the_next_answer_new(client):
    before = client.get(PAGE)
    elsewhere(lambda: Theme.objects.update(name_en="Tunnels"))
    after = client.get(PAGE)
    assert b"Tunnels" not in before.content and b"Tunnels" in after.content
    assert after["ETag"] != before["ETag"]


def test_a_page_that_is_not_kept_yet_is_as_new_as_one_that_is(client, django_assert_num_queries):
    ready()
    for size, name in ((20, b"Tunnels"), (100, b"Bridges"), (200, b"Ferries")):
        # What this process knows is older by then, and it does not ask before it makes the page.
        elsewhere(lambda name=name: Theme.objects.update(name_en=name.decode()))
        with django_assert_num_queries(0):
            refresh.wait_for_version("default")
        assert [name in client.get(f"/themes/?per_page={size}").content for _time in range(2)] == [True, True]


@pytest.mark.parametrize("address", [PAGE, "/themes.csv?columns=slug,name_en", "/ru/themes.atom"])
def test_a_browser_that_has_the_page_is_told_so(client, address):
    first = client.get(address)
    for _time in range(2):
        answer = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == first["ETag"] and answer["Vary"] == first["Vary"]
    Theme.objects.update(name_en="Tunnels")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/ru/themes/", {}),
        ("/themes/?pillar=governance", {}),
        (PAGE, {"host": "127.0.0.1"}),
        (PAGE, {"accept-encoding": "gzip"}),
        (PAGE, {"accept-encoding": "gzip;q=0.5"}),
        (PAGE, {"hx-request": "true"}),
        ("/themes.csv", {}),
    ],
)
def test_what_may_differ_is_not_answered_from_the_same_memory(address, headers, client):
    client.get(PAGE, headers={"host": "localhost"})
    with CaptureQueriesContext(connection) as queries:
        asked = client.get(address, headers={"host": "localhost"} | headers)
        asked.close()
    assert asked.status_code == 200
    # The log of changes alone would be one.
    assert len(queries) > 1


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (PAGE, {"hx-request": "true"}),
        (PAGE, {"authorization": "Basic eDp5"}),
        ("/themes/no-such-theme/", {}),
        ("/themes.xlsx", {}),
    ],
)
def test_what_is_personal_a_part_an_error_or_a_stream_is_not_kept(address, headers, client):
    answer = client.get(address, headers=headers)
    answer.close()
    assert "ETag" not in answer


def test_who_has_a_session_gets_a_page_of_their_own(client):
    client.get(PAGE)
    client.force_login(User.objects.create_superuser("ada"))
    assert "ETag" not in client.get(PAGE)


def test_no_more_is_kept_than_there_is_room_for(client, rf, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_SIZE", 40_000)
    memory = page_cache.PageCacheMiddleware(lambda request: HttpResponse(b""))
    for number in range(30):
        memory(rf.get(f"{PAGE}?page={number}&q={'x' * 5_000}"))
    # An answer of nothing takes room too, by its address.
    assert memory.size == sum(page.size for page in memory.pages.values()) <= page_cache.MAX_SIZE
    assert 1 < len(memory.pages) < 8
    assert [key[0] for key in memory.pages][-1].startswith(f"{PAGE}?page=29&")


def test_an_address_that_no_link_here_has_is_not_kept(rf):
    memory = page_cache.PageCacheMiddleware(lambda request: _answer())
    memory(rf.get(f"{PAGE}?q={'x' * 9_000}"))
    assert memory.pages == {}


def test_who_refuses_gzip_gets_no_compressed_page_from_memory(client):
    ready()
    assert client.get(PAGE, headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(PAGE, headers={"accept-encoding": "gzip;q=0"})


def test_two_processes_give_a_compressed_page_the_same_tag(settings):
    def tag():
        return Client(headers={"accept-encoding": "gzip"}).get(PAGE)["ETag"]

    first = tag()
    refresh.clear()
    assert tag() == first


def test_a_page_that_is_too_long_is_not_kept(rf, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_PAGE_SIZE", 10)
    memory = page_cache.PageCacheMiddleware(lambda request: _answer())
    memory(rf.get(PAGE))
    assert memory.pages == {} and memory.size == 0


def _answer():

    return HttpResponse(b"lamps " * 2000)
