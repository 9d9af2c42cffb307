"""Looking up addresses of reports: against a server of this test's own, and never against the machine's network."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.utils import timezone

from sco_cities.sources import link_checker
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.link_checker import LinkStatus, check_link, is_public
from sco_cities.sources.management.commands import check_addresses
from sco_cities.sources.models import AddressCheck, Report
from tests import factories as make


class Handler(BaseHTTPRequestHandler):
    """Answers /200 with 200, /head-404-get-200 by method, and leads /to/PLACE there."""

    def answer(self):
        self.server.asked.append((self.command, self.path))
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", unquote(self.path.removeprefix("/to/")))
        elif path.startswith("/circle"):
            self.send_response(301)
            self.send_header("Location", "/circle")
        elif path == "/no-head":
            self.send_response(200 if self.command == "GET" else 405)
        elif path == "/silence":
            self.server.stop_waiting.wait(5)
            return
        else:
            number = path.strip("/")
            self.send_response(int(number) if number.isdecimal() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = answer

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server():
    """A web server on this machine; `address` is where it is, `asked` what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.stop_waiting = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.stop_waiting.set()
    server.shutdown()
    server.server_close()
    thread.join()


def here(_address: str) -> bool:
    """Allows the server of the test."""
    return True


ANSWERS = [
    ("/200", "200", False, ["HEAD"]),
    ("", "200", False, ["HEAD"]),
    ("/404", "404", True, ["HEAD", "GET"]),
    ("/410", "410", True, ["HEAD", "GET"]),
    ("/403", "403", False, ["HEAD", "GET"]),
    ("/429", "429", False, ["HEAD", "GET"]),
    ("/503", "503", False, ["HEAD", "GET"]),
    ("/no-head", "200", False, ["HEAD", "GET"]),
    ("/to//404", "404", True, ["HEAD", "HEAD", "GET"]),
    ("/to//200", "200", False, ["HEAD", "HEAD"]),
    ("/to/ftp://gazette.example/", "neither http nor https", True, ["HEAD"]),
    ("/to/file:///etc/passwd", "neither http nor https", True, ["HEAD"]),
    ("/to/http://[::1/", "not an address", True, ["HEAD"]),
    ("/circle", "more than 5 redirects", True, ["HEAD"] * 6),
    ("/газета?слово=лампа и столб", "200", False, ["HEAD"]),
]


@pytest.mark.parametrize(("path", "text", "is_dead", "methods"), ANSWERS)
def test_an_address_is_asked_for_its_head_and_then_for_its_page(path, text, is_dead, methods, server):
    assert check_link(server.address + path, here) == LinkStatus(text, is_dead)
    assert [method for method, _path in server.asked] == methods


NO_ADDRESSES = [
    ("ftp://gazette.example/", "neither http nor https"),
    ("javascript:alert(1)", "neither http nor https"),
    ("/reports/", "neither http nor https"),
    ("http://", "not an address"),
    ("http://[::1/", "not an address"),
    ("http://gazette.example:99999/", "not an address"),
]


@pytest.mark.parametrize(("address", "text"), NO_ADDRESSES)
def test_what_cannot_be_asked_is_dead_and_says_why(address, text):
    assert check_link(address, here) == LinkStatus(text, is_dead=True)


def failed(text):
    return LinkStatus(text, is_dead=False, has_failed=True)


@pytest.mark.parametrize("address", ["http://gazette.invalid/", f"http://{'x' * 70}.example/"])
def test_a_host_that_is_not_found_is_not_dead_yet(address):
    assert check_link(address, here) == failed("there is no such host")


def test_a_server_that_is_gone_or_silent_is_not_dead_yet(server, monkeypatch):
    monkeypatch.setattr(link_checker, "TIMEOUT_S", 0.3)
    assert check_link(f"{server.address}/silence", here) == failed("no answer in time")
    for address, beginning in (
        (server.address.replace("http:", "https:"), "no "), ("http://127.0.0.1:1/", "no answer: "),
    ):  # fmt: skip
        answer = check_link(address, here)
        assert answer.text.startswith(beginning)
        assert answer == failed(answer.text)


IP_ADDRESSES = [
    ("93.184.215.14", True),
    ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
    ("127.0.0.1", False),
    ("10.1.2.3", False),
    ("172.16.0.1", False),
    ("192.168.1.1", False),
    ("169.254.169.254", False),
    ("100.64.0.1", False),
    ("0.0.0.0", False),  # noqa: S104
    ("224.0.0.1", False),
    ("::1", False),
    ("fe80::1", False),
    ("fd00::1", False),
    ("::ffff:127.0.0.1", False),
    ("::ffff:10.0.0.1", False),
]


@pytest.mark.parametrize(("address", "expected"), IP_ADDRESSES)
def test_only_addresses_of_the_internet_are_public(address, expected):
    assert is_public(address) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_nothing_on_the_own_network_is_asked(host, server):
    answer = check_link(f"http://{host}:{server.server_port}/200")
    assert answer.has_failed
    assert answer.text in {"not a public address", "there is no such host"}
    assert server.asked == []


def test_a_redirect_does_not_lead_into_the_own_network(server):
    # The first step is allowed, the second is asked about anew.
    steps = iter([True, False])
    answer = check_link(f"{server.address}/to/{server.address}/200", lambda _address: next(steps))
    assert answer == failed("not a public address")
    assert [path for _method, path in server.asked] == [f"/to/{server.address}/200"]


# The command


@pytest.fixture
def answers(monkeypatch):
    """What addresses answer, by their last part; `asked` keeps which were asked."""
    found = {"asked": []}

    def look_up(address):
        name = address.rpartition("/")[2]
        found["asked"].append(name)
        if name.startswith("silent"):
            return failed("no answer in time")
        return LinkStatus("404", True) if name.startswith("gone") else LinkStatus("200", False)

    monkeypatch.setattr(link_checker, "check_link", look_up)
    monkeypatch.setattr(check_addresses, "PAUSE_S", 0)
    return found


def check(**options) -> list[str]:
    said = StringIO()
    call_command("check_addresses", stdout=said, **options)
    return said.getvalue().splitlines()


def checked(report, days_ago, is_dead=False, answer="200"):
    when = timezone.now() - timedelta(days=days_ago)
    AddressCheck.objects.create(report=report, checked_at=when, answer=answer, is_dead=is_dead)


@pytest.mark.django_db
def test_the_command_writes_down_what_each_address_answers(answers):
    make.make_report("gone")
    make.make_report("alive")
    assert check() == ["gone: 404 (https://gazette.example/gone)", "looked up 2, dead 1"]
    stored = AddressCheck.objects.order_by("report__slug").values_list("report__slug", "answer", "is_dead")
    assert list(stored) == [("alive", "200", False), ("gone", "404", True)]


@pytest.mark.django_db
def test_an_address_that_answers_again_is_alive_again(answers):
    report = make.make_report("alive")
    checked(report, days_ago=40, is_dead=True)
    check()
    again = AddressCheck.objects.get()
    assert (again.is_dead, again.checked_at.date()) == (False, timezone.now().date())


@pytest.mark.parametrize(
    ("before", "is_dead"),
    [
        (None, False),
        ({"days_ago": 0, "answer": "no answer in time"}, False),
        ({"days_ago": 1, "answer": "200"}, False),
        ({"days_ago": 1, "answer": "503"}, False),
        ({"days_ago": 1, "answer": "no answer in time"}, True),
        ({"days_ago": 1, "answer": "there is no such host"}, True),
        ({"days_ago": 0, "answer": "404", "is_dead": True}, True),
    ],
)
@pytest.mark.django_db
def test_who_gives_no_answer_is_dead_on_the_second_day(before, is_dead, answers):
    report = make.make_report("silent")
    if before:
        checked(report, **before)
    told = "silent: no answer in time (https://gazette.example/silent)"
    assert check(older_than=0) == [
        told if is_dead else f"{told}; to be asked again on another day", f"looked up 1, dead {int(is_dead)}",
    ]  # fmt: skip
    assert AddressCheck.objects.values_list("answer", "is_dead").get() == ("no answer in time", is_dead)


def silent_hosts(number):
    for each in range(number):
        report = make.make_report(f"silent-{each}", address=f"https://host-{each}.example/silent-{each}")
        checked(report, days_ago=40, answer="no answer in time")


@pytest.mark.parametrize(("hosts", "asked"), [(2, 2), (50, check_addresses.MOST_SILENT)])
@pytest.mark.django_db
def test_where_no_host_answers_nothing_is_written_down_and_it_is_said(hosts, asked, answers):
    silent_hosts(hosts)
    said = StringIO()
    with pytest.raises(SystemExit):
        check(stderr=said)
    assert said.getvalue() == (
        f"None of {asked} hosts answers: is this machine offline? Nothing is written down.\n"
    )
    assert len(answers["asked"]) == asked
    assert not AddressCheck.objects.filter(is_dead=True).exists()


@pytest.mark.django_db
def test_one_host_that_answers_shows_that_the_others_are_silent(answers):
    silent_hosts(3)
    checked(make.make_report("alive"), days_ago=35)
    assert check()[-1] == "looked up 4, dead 3"


DUE = [
    ({}, ["never", "old"]),
    ({"older_than": 10}, ["never", "old", "recent"]),
    ({"older_than": 0}, ["never", "old", "recent", "today"]),
    ({"older_than": 10, "limit": 2}, ["never", "old"]),
    ({"limit": 0}, []),
]


@pytest.mark.parametrize(("options", "expected"), DUE)
@pytest.mark.django_db
def test_those_not_looked_up_for_long_come_first(options, expected, answers):
    make.make_report("withdrawn", state=PublicationState.WITHDRAWN)
    for slug, days in (("today", 0), ("recent", 20), ("old", 40)):
        checked(make.make_report(slug), days)
    make.make_report("never", state=PublicationState.DRAFT)
    check(**options)
    assert answers["asked"] == expected


@pytest.mark.parametrize("options", [{"older_than": -1}, {"limit": -1}])
@pytest.mark.django_db
def test_a_number_below_nothing_is_refused(options, answers):
    with pytest.raises(SystemExit):
        check(**options, stderr=StringIO())
    assert answers["asked"] == []


@pytest.mark.django_db
def test_a_host_rests_between_two_questions_and_others_do_not_wait(answers, monkeypatch):
    slept = []
    monkeypatch.setattr(check_addresses, "PAUSE_S", 5)
    monkeypatch.setattr(check_addresses.time, "sleep", slept.append)
    for number in range(2):
        make.make_report(f"report-{number}")
    make.make_report("report-2", address="https://other.example/report-2")
    check()
    [waited] = slept
    assert 4 < waited <= 5


@pytest.mark.django_db
def test_looking_up_changes_no_report(answers):
    before = make.make_report("gone").updated_at
    check()
    assert Report.objects.get().updated_at == before
