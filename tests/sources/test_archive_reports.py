"""`manage.py archive_reports` with a local test archive, and footnotes that link to a copy."""

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.link_checker import request_copy
from sco_cities.sources.management.commands import archive_reports
from sco_cities.sources.management.commands.archive_reports import archive_request
from sco_cities.sources.models import AddressCheck
from tests import factories as make

# Requests do not depend on the engine.
pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.django_db]

ANSWERS = {
    "redirected": (302, {"Location": "/web/20261201/redirected"}),
    "named": (200, {"Content-Location": "/web/20261201/named"}),
    "without-copy": (200, {}),
    "login": (302, {"Location": "/login"}),
    "refused": (403, {}),
    "busy": (429, {"Retry-After": "60"}),
    "elsewhere": (302, {"Location": "http://user:password@archive.example/web/elsewhere"}),
}


class Archive(BaseHTTPRequestHandler):
    """Responds to /save/…/NAME as defined in ANSWERS, to /web/… with a copy, and to /login with 200."""

    def do_GET(self):
        self.server.requests.append(self.path)
        is_login = self.path == "/login"
        status, headers = (200, {}) if is_login else ANSWERS.get(self.path.rpartition("/")[2], (200, {}))
        self.send_response(200 if self.path.startswith("/web/") else status)
        if not self.path.startswith("/web/"):
            for name, value in headers.items():
                self.send_header(name, value)
        else:
            self.send_header("Memento-Datetime", "Tue, 01 Dec 2026 12:00:00 GMT")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def archive(settings, monkeypatch):
    """A local test archive that the command may access. `requests` contains the requested paths."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Archive)
    server.daemon_threads, server.requests = True, []
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.ARCHIVE_URL = f"{server.address}/save/{{url}}"
    monkeypatch.setattr(link_checker, "request_copy", partial(request_copy, is_allowed=lambda _ip: True))
    monkeypatch.setattr(archive_reports, "PAUSE_S", 0)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def make_checked(slug, *, answer="200", asked_days_ago=None, **values):
    """Returns a report with a checked URL, and its link check."""
    report = make.make_report(slug, **values)
    asked_at = None if asked_days_ago is None else timezone.now() - timedelta(days=asked_days_ago)
    return AddressCheck.objects.create(
        report=report, address=report.address, checked_at=timezone.now(), answer=answer,
        is_dead=answer == "404", archive_asked_at=asked_at,
    )  # fmt: skip


def run_command(**options) -> list[str]:
    output = StringIO()
    call_command("archive_reports", stdout=output, **options)
    return output.getvalue().splitlines()


@pytest.mark.parametrize("name", ["redirected", "named"])
def test_the_address_and_the_time_of_a_copy_are_saved(archive, name):
    check = make_checked(name)
    assert run_command() == ["copied 1, failed 0"]
    check.refresh_from_db()
    assert check.archive_address == f"{archive.address}/web/20261201/{name}"
    assert timezone.now() - check.archive_asked_at < timedelta(minutes=1)
    assert archive.requests[0] == f"/save/https://gazette.example/{name}"
    # A report is archived only once.
    assert run_command() == ["copied 0, failed 0"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("without-copy", "200"),
        ("login", "200"),
        ("refused", "403"),
        ("elsewhere", "there is no such host"),
    ],
)
def test_a_report_without_a_copy_is_named_and_tried_again_later(archive, name, text):
    check = make_checked(name)
    assert run_command() == [
        f"{name}: no copy, {text} (https://gazette.example/{name})",
        "copied 0, failed 1",
    ]
    assert run_command() == ["copied 0, failed 0"]
    AddressCheck.objects.update(archive_asked_at=timezone.now() - timedelta(days=8))
    assert run_command()[-1] == "copied 0, failed 1"
    check.refresh_from_db()
    assert check.archive_address == ""


def test_a_busy_archive_ends_the_run_which_the_next_one_continues(archive):
    make_checked("first-named", address="https://gazette.example/named")
    make_checked("second-busy", address="https://gazette.example/busy")
    make_checked("third", address="https://gazette.example/redirected")
    busy = "The archive is busy (429). The next run continues here."
    assert run_command() == [busy, "copied 1, failed 0"]
    AddressCheck.objects.filter(report__slug="second-busy").update(archive_address="https://a.example/copy")
    assert run_command() == ["copied 1, failed 0"]


def test_an_archive_that_does_not_respond_ends_the_run(archive, settings, monkeypatch):
    settings.ARCHIVE_URL = "http://127.0.0.1:1/save/{url}"
    for number in range(5):
        make_checked(f"report-{number}")
    lines = run_command()
    assert [line.partition(":")[0] for line in lines[:3]] == ["report-0", "report-1", "report-2"]
    assert lines[3:] == ["The archive does not respond. The next run continues here.", "copied 0, failed 3"]


def test_only_published_reports_whose_page_is_there_are_archived(archive):
    make_checked("dead", answer="404")
    make_checked("failing", answer="no answer in time")
    make_checked("draft", state="draft")
    make_checked("asked", asked_days_ago=6)
    make.make_report("unchecked")
    moved = make_checked("moved")
    moved.report.address = "https://gazette.example/moved-again"
    moved.report.save()
    assert run_command() == ["copied 0, failed 0"]
    assert archive.requests == []


def test_reports_never_submitted_come_first_up_to_the_limit(archive):
    make_checked("a-redirected", asked_days_ago=9)
    make_checked("b-named")
    assert run_command(limit=1)[-1] == "copied 0, failed 1"
    assert archive.requests == ["/save/https://gazette.example/b-named"]
    with pytest.raises(CommandError, match=r"The number must not be negative\."):
        run_command(limit=-1)


def test_without_an_archive_nothing_is_requested(settings):
    settings.ARCHIVE_URL = ""
    make_checked("named")
    assert run_command() == ["ARCHIVE_URL is not set, so no copies are requested."]


def test_a_private_address_is_never_reached(archive):
    status, copy = request_copy(f"{archive.address}/save/named")
    assert (status.text, status.has_failed, copy) == ("not a public address", True, "")
    assert archive.requests == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("https://archive.example/save/{url}", "https://archive.example/save/https://a.example/b?c=d&e=f"),
        (
            "https://archive.example/?url={url}&keep=1",
            "https://archive.example/?url=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e%3Df&keep=1",
        ),
    ],
)
def test_the_address_of_a_report_is_encoded_in_a_query_string_only(pattern, expected):
    assert archive_request(pattern, "https://a.example/b?c=d&e=f#part") == expected


@pytest.fixture
def cited():
    """An initiative that a report supports, and the report's link check."""
    initiative = make.make_initiative("lamps")
    report = make.make_report("gazette")
    make.make_evidence(initiative, passage=report.passages.get())
    return AddressCheck.objects.create(
        report=report, address=report.address, checked_at=timezone.now(), answer="404", is_dead=True,
        archive_address="https://archive.example/web/gazette",
        archive_asked_at=datetime(2026, 11, 5, tzinfo=UTC),
    )  # fmt: skip


def external(client, path) -> list[tuple[str, str]]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return [
        (link["href"], " ".join(link.text.split()).removesuffix(" ↗"))
        for link in page.select("main .external-link")
    ]


@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        ("", "archived copy of 5 November 2026; the page is no longer available on gazette.example"),
        ("/ru", "архивная копия от 5 ноября 2026 г.; на gazette.example страницы больше нет"),
        ("/zh-hans", "2026年11月5日的存档副本；gazette.example 上的网页已不存在"),
    ],
)
@pytest.mark.parametrize("path", ["/initiatives/lamps/", "/reports/gazette/"])
def test_a_footnote_links_to_the_copy_of_a_dead_page(client, cited, prefix, text, path):
    assert external(client, prefix + path) == [("https://archive.example/web/gazette", text)]


@pytest.mark.parametrize(
    "values", [{"is_dead": False}, {"archive_address": ""}, {"address": "https://gazette.example/old"}]
)
def test_a_footnote_links_to_the_original_page_unless_it_is_dead(client, cited, values):
    assert client.get("/initiatives/lamps/").status_code == 200
    # The page is rendered again after a change to the link check.
    AddressCheck.objects.update(**values)
    expected = [("https://gazette.example/gazette", "gazette.example")]
    assert external(client, "/initiatives/lamps/") == expected
    assert external(client, "/reports/gazette/") == expected
