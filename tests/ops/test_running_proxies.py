"""The proxy programs run with the files in deploy/."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import yaml

from tests.ops.running_proxies import DEPLOY, HOST, NEWER_BUFFERS, Site, caddy, haproxy, nginx

pytestmark = pytest.mark.only_on("sqlite")

CADDY_STARTS = 10
TOO_LARGE = 70_000
CADDY_VERSIONS = pytest.mark.parametrize("is_newer", [False, True], ids=["before 2.7", "2.7 or later"])
PROXIES = ("nginx", "haproxy", "caddy before 2.7", "caddy 2.7 or later")


@pytest.fixture
def site():
    site = Site()
    yield site
    site.stop()


@contextmanager
def running(name, site, directory, certificate):
    if name.startswith("caddy"):
        with caddy(site, directory, is_newer="later" in name) as proxy:
            yield proxy
        return
    with {"nginx": nginx, "haproxy": haproxy}[name](site, directory, certificate) as proxy:
        yield proxy


def chunks():
    """Yields a request body of unknown length."""
    yield b"x" * TOO_LARGE


@CADDY_VERSIONS
def test_caddy_responds_after_every_start(site, tmp_path, is_newer):
    """After each start, Caddy may try the matchers in a set in a different order."""
    answers = set()
    for _start in range(CADDY_STARTS):
        with caddy(site, tmp_path, is_newer=is_newer) as proxy:
            form = proxy.ask("/correction-requests/", "POST", b"x" * TOO_LARGE)
            answers.add((proxy.ask("/about/").status, form.status))
    assert answers == {(200, 413)}


@pytest.mark.parametrize("name", PROXIES)
def test_no_client_disables_an_instance_and_other_hosts_get_no_response(name, site, tmp_path, certificate):
    with running(name, site, tmp_path, certificate) as proxy:
        path = "/correction-requests/initiatives/line/"
        refused = [
            proxy.ask(path, "POST", chunks(), Transfer_Encoding="chunked").status for _instance in site.ports
        ]
        start = time.monotonic()
        assert proxy.ask("/about/").status == 200
        assert time.monotonic() - start < 2
        assert set(refused) == {413}
        site.requests.clear()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            proxy.ask("/about/", Host="other.example")
        assert proxy.ask("/about/", Host=f"{HOST}:{proxy.port}").status == 200
        assert site.requests == ["/about/"]


def test_nginx_remembers_a_page_for_every_browser_with_the_same_compression(site, tmp_path, certificate):
    with nginx(site, tmp_path, certificate) as proxy:
        read = [
            proxy.ask("/events/", Accept_Encoding="gzip, deflate, br, zstd"),
            proxy.ask("/events/", Accept_Encoding="gzip;q=0, identity"),
        ]
        assert [page.getheader("Content-Encoding") for page in read] == ["gzip", None]
        site.stop()
        for accepted, number in [
            ("gzip, deflate", 0), ("br;q=1.0, gzip;q=0.8, *;q=0.1", 0), ("gzip", 0), ("identity", 1), ("br", 1),
            ("gzip; q=0.0", 1),
        ]:  # fmt: skip
            page = proxy.ask("/events/", Accept_Encoding=accepted)
            assert (page.status, page.content) == (200, read[number].content)
            assert page.getheader("X-Cache") in ("HIT", "STALE")
        away = proxy.ask("/cities/")
        assert (away.status, away.getheader("Retry-After")) == (503, "30")
        assert away.getheader("Content-Type") == "text/html; charset=utf-8"
        for text in ("The site is unavailable", "Сайт временно недоступен", "网站暂时无法访问"):
            assert text in away.content.decode()


def test_nginx_names_the_time_after_which_an_export_can_be_tried_again(site, tmp_path, certificate):
    with nginx(site, tmp_path, certificate) as proxy, ThreadPoolExecutor() as threads:
        two = [threads.submit(proxy.ask, f"/slow{number}.csv") for number in range(2)]
        while len(site.requests) < 2:
            time.sleep(0.01)
        refused = proxy.ask("/initiatives.csv")
        site.may_answer.set()
        assert [each.result().status for each in two] == [200, 200]
    assert (refused.status, refused.getheader("Retry-After")) == (429, "5")
    assert "Too many requests at once" in refused.content.decode()


def test_haproxy_compares_paths_as_the_site_reads_them(site, tmp_path, certificate):
    # The client must not be 127.0.0.1, because that address may request health checks.
    client = "127.0.0.5"
    with haproxy(site, tmp_path, certificate) as proxy, ThreadPoolExecutor() as threads:
        for path in ("/healthz", "/%68ealthz", "/%72eadyz?writes=1"):
            assert proxy.ask(path, source=client).status == 404
        logins = [proxy.ask("/admin/%6cogin/", "POST", b"", source=client).status for _try in range(22)]
        assert logins == [200] * 20 + [429] * 2
        large = {
            path: proxy.ask(path, "POST", b"x" * TOO_LARGE, source=client).status
            for path in ("/%61dmin/intake/", "/reconcil%65", "/%72econciled")
        }
        assert large == {"/%61dmin/intake/": 200, "/reconcil%65": 200, "/%72econciled": 413}
        site.requests.clear()
        two = [threads.submit(proxy.ask, f"/slow{number}.cs%76", source=client) for number in range(2)]
        while len(site.requests) < 2:
            time.sleep(0.01)
        refused = proxy.ask("/initiatives.%63sv", source=client)
        site.may_answer.set()
        assert [each.result().status for each in two] == [200, 200]
    assert (refused.status, refused.getheader("Retry-After")) == (429, "5")


def test_compose_gives_caddy_the_lines_of_its_version():
    compose = yaml.safe_load((DEPLOY.parent / "compose.yaml").read_text())
    assert compose["services"]["proxy"]["environment"]["BUFFERS"] == NEWER_BUFFERS
