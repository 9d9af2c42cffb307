"""Cached pages are valid until the next commit.

Other tests cover cache keys, ETags and limits.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

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
from tests.facet_index.test_change_log import run_in_thread
from tests.facet_index.test_refresh import wait_until_ready

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/themes/"


@pytest.fixture(autouse=True)
def theme():
    make.make_theme("lamps")


def test_a_cached_page_needs_one_query(client, django_assert_num_queries):
    wait_until_ready()
    first = client.get(PAGE)
    with django_assert_num_queries(1):
        again = client.get(PAGE)
    assert again.content == first.content and first.status_code == 200
    # Each request has a different id.
    assert dict(again.headers) | {"X-Request-ID": ""} == dict(first.headers) | {"X-Request-ID": ""}


def test_a_commit_in_another_connection_invalidates_the_page(client):
    before = client.get(PAGE)
    run_in_thread(lambda: Theme.objects.update(name_en="Tunnels"))
    after = client.get(PAGE)
    assert b"Tunnels" not in before.content and b"Tunnels" in after.content
    assert after["ETag"] != before["ETag"]


def test_an_uncached_page_is_as_current_as_a_cached_page(client, django_assert_num_queries):
    wait_until_ready()
    for size, name in ((20, b"Tunnels"), (100, b"Bridges"), (200, b"Ferries")):
        # This process has an older version and does not query the log before it renders the page.
        run_in_thread(lambda name=name: Theme.objects.update(name_en=name.decode()))
        with django_assert_num_queries(0):
            refresh.last_known_state_number("default")
        assert [name in client.get(f"/themes/?per_page={size}").content for _time in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("address", "content_type"),
    [(PAGE, "text/html; charset=utf-8"), ("/api/themes/", "application/problem+json")],
)
def test_an_unmet_condition_causes_an_error_that_names_it(client, address, content_type):
    for _time in range(2):
        response = client.get(address, headers={"if-match": '"other"'})
        assert (response.status_code, response["Content-Type"]) == (412, content_type)
        assert b"A condition of the request was not met" in response.content
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", [PAGE, "/themes.csv?columns=slug,name_en", "/ru/themes.jsonl"])
def test_a_browser_with_the_current_page_gets_304(client, address):
    first = client.get(address)
    for _time in range(2):
        response = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == first["ETag"] and response["Vary"] == first["Vary"]
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
def test_requests_with_different_responses_do_not_share_a_cache_entry(address, headers, client):
    client.get(PAGE, headers={"host": "localhost"})
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, headers={"host": "localhost"} | headers)
        response.close()
    assert response.status_code == 200
    # A cached page would need only one query for the change log.
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
def test_personal_partial_error_and_streaming_responses_are_not_cached(address, headers, client):
    response = client.get(address, headers=headers)
    response.close()
    assert "ETag" not in response


def test_requests_with_a_session_are_not_cached(client):
    client.get(PAGE)
    client.force_login(User.objects.create_superuser("ada"))
    assert "ETag" not in client.get(PAGE)


def test_the_cache_does_not_exceed_its_maximum_size(client, rf, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_SIZE", 40_000)
    cache = page_cache.PageCacheMiddleware(lambda request: HttpResponse(b""))
    for number in range(30):
        cache(rf.get(f"{PAGE}?page={number}&q={'x' * 5_000}"))
    # An empty response also has a size, because its URL is counted.
    assert cache.size == sum(page.size for page in cache.pages.values()) <= page_cache.MAX_SIZE
    assert 1 < len(cache.pages) < 8
    assert [key[0] for key in cache.pages][-1].startswith(f"{PAGE}?page=29&")


def test_a_very_long_url_is_not_cached(rf):
    cache = page_cache.PageCacheMiddleware(lambda request: _response())
    cache(rf.get(f"{PAGE}?q={'x' * 9_000}"))
    assert cache.pages == {}


def test_a_client_that_rejects_gzip_gets_no_compressed_page_from_the_cache(client):
    wait_until_ready()
    assert client.get(PAGE, headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(PAGE, headers={"accept-encoding": "gzip;q=0"})


def test_a_compressed_page_has_the_same_etag_in_every_process(settings):
    def tag():
        return Client(headers={"accept-encoding": "gzip"}).get(PAGE)["ETag"]

    first = tag()
    refresh.clear()
    assert tag() == first


def test_an_oversized_page_is_not_cached_but_not_sent_again_either(rf, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_PAGE_SIZE", 10)
    cache = page_cache.PageCacheMiddleware(lambda request: _response())
    tag = cache(rf.get(PAGE))["ETag"]
    assert cache(rf.get(PAGE, headers={"if-none-match": tag})).status_code == 304
    assert cache.pages == {} and cache.size == 0


def _response():
    return HttpResponse(b"lamps " * 2000)


def test_recently_read_pages_stay_in_the_cache(client, rf, monkeypatch):
    wait_until_ready()
    made = []
    monkeypatch.setattr(page_cache, "MAX_SIZE", 40_000)
    cache = page_cache.PageCacheMiddleware(
        lambda request: made.append(request.get_full_path()) or HttpResponse(b"")
    )
    for number in range(30):
        cache(rf.get(f"{PAGE}?page={number}&q={'x' * 5_000}"))
        cache(rf.get(PAGE))
    assert made.count(PAGE) == 1 and len(made) == 31


class SlowView:
    """A view that counts its calls and delays the first response until it is released."""

    def __init__(self, error: Exception | None = None):
        self.calls, self.error = 0, error
        self.is_called, self.is_released = threading.Event(), threading.Event()

    def __call__(self, request):
        self.calls += 1
        if self.calls == 1:
            self.is_called.set()
            assert self.is_released.wait(60)
            if self.error:
                raise self.error
        return _response()


def _two_requests_at_the_same_time(view, rf):
    """Requests a page twice. The second request begins while the view is creating the first response."""
    wait_until_ready()
    cache, results = page_cache.PageCacheMiddleware(view), []

    def get():
        try:
            results.append(cache(rf.get(PAGE)).status_code)
        except ValueError as error:
            results.append(str(error))

    def get_again():
        assert view.is_called.wait(60)
        threading.Timer(0.2, view.is_released.set).start()
        get()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(run_in_thread, work) for work in (get, get_again)]:
            each.result(120)
    assert cache.pending == {}
    return results


def test_a_page_that_two_readers_request_at_the_same_time_is_rendered_once(rf):
    view = SlowView()
    assert _two_requests_at_the_same_time(view, rf) == [200, 200]
    assert view.calls == 1


def test_after_a_failure_the_waiting_request_renders_the_page(rf):
    view = SlowView(ValueError("broken"))
    assert sorted(_two_requests_at_the_same_time(view, rf), key=str) == [200, "broken"]
    assert view.calls == 2


def test_requests_do_not_wait_for_a_page_that_takes_too_long(rf, monkeypatch):
    monkeypatch.setattr(page_cache, "MAX_WAIT_S", 0.01)
    view = SlowView()
    assert _two_requests_at_the_same_time(view, rf) == [200, 200]
    assert view.calls == 2
