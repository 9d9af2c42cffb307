"""With LOG_FORMAT=json, each request has one log line with its id.

All other lines of the request have the same id.
"""

import json
import logging
import runpy

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from gunicorn.config import Config

from sco_cities.monitoring import log_format
from sco_cities.monitoring.gunicorn_log import JsonLogger, SiteLogger
from sco_cities.monitoring.log_format import JsonFormatter, LineFormatter, RejectedRequestFilter
from tests.ops.processes import python

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.urls("tests.monitoring.urls")]

KEYS = [
    "time", "level", "logger", "request_id", "route", "method", "status", "ms", "database", "queries", "user", "bytes",
]  # fmt: skip
ID = "0b3c-proxy.7_A"


class _Lines(logging.Handler):
    """Formats each record when it is logged, as a stream handler does."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.texts = []

    def emit(self, record):
        self.texts.append(self.format(record))

    @property
    def all(self) -> list[dict]:
        assert all("\n" not in text for text in self.texts)
        return [json.loads(text) for text in self.texts]

    @property
    def of_requests(self) -> list[dict]:
        return [line for line in self.all if line["logger"] == "sco_cities.requests"]


@pytest.fixture
def lines(settings):
    settings.LOG_FORMAT = "json"
    handler = _Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def client(lines):
    return Client(raise_request_exception=False, headers={"x-request-id": ID})


@pytest.mark.parametrize(
    ("method", "path", "route", "status", "database"),
    [
        ("get", "/initiatives/", "initiatives-list", 200, "primary"),
        ("head", "/initiatives/", "initiatives-list", 200, "primary"),
        ("get", "/ru/initiatives/?q=tram", "initiatives-list", 200, "primary"),
        ("get", "/initiatives.csv", "initiatives-csv", 200, "primary"),
        ("get", "/initiatives/a-secret/", "initiatives-record", 404, "primary"),
        ("get", "/a-secret/", "-", 404, None),
        ("delete", "/about/", "about", 405, "none"),
        ("get", "/admin/", "admin:index", 302, "none"),
        ("get", "/static/css/main.css", "static", 200, "none"),
        ("get", "/static/a-secret.css", "-", 404, None),
    ],
)
def test_a_request_is_one_line_without_its_address(client, lines, db, method, path, route, status, database):
    response = getattr(client, method)(path)
    body = b"".join(response) if response.streaming else response.content
    response.close()
    assert response["X-Request-ID"] == ID
    (line,) = lines.of_requests
    assert list(line) == KEYS
    assert (line["request_id"], line["route"], line["status"]) == (ID, route, status)
    assert line["method"] == method.upper()
    # The expected database is None if it depends on whether the page cache has queried the data version.
    assert line["database"] == database or database is None
    assert (line["queries"] > 0) is (line["database"] != "none")
    assert line["bytes"] == len(body)
    assert line["ms"] > 0
    assert not any(word in str(line) for word in ("secret", "127.0.0.1", "tram"))
    # Status codes 404 and 405 cause no second line.
    assert len(lines.all) == 1


def test_a_redirect_to_another_format_has_the_route_of_the_file(client, lines, db):
    response = client.get("/initiatives/lamps/", headers={"accept": "text/markdown"})
    assert (response.status_code, response["Location"]) == (303, "/initiatives/lamps.md")
    assert lines.of_requests[0]["route"] == "record-markdown"


def test_a_page_from_the_cache_has_its_route(client, lines, db):
    client.get("/about/")
    client.get("/about/")
    first, second = lines.of_requests
    assert (second["route"], second["bytes"]) == (first["route"], first["bytes"]) == ("about", first["bytes"])


def test_a_health_check_is_logged_only_if_it_fails(client, lines, db):
    client.get("/healthz")
    assert lines.of_requests == []
    assert client.get("/readyz?writes=1").status_code == 503
    assert [(line["route"], line["status"]) for line in lines.of_requests] == [("readyz", 503)]
    # Django does not log another line.
    assert [line["logger"] for line in lines.all] == ["sco_cities.ops.health", "sco_cities.requests"]


def test_an_error_is_a_line_with_the_id_of_its_request(client, lines, db):
    assert client.get("/fail/").status_code == 500
    error, request = lines.all
    assert (error["level"], error["logger"], error["request_id"]) == ("ERROR", "django.request", ID)
    assert error["traceback"].startswith("Traceback")
    assert "RuntimeError: a lamp fell" in error["traceback"]
    assert (request["route"], request["status"]) == ("fail", 500)
    assert log_format.current_trace.get() is None


@pytest.mark.parametrize(
    "proposed",
    ["", "short", "a b c d e f", "<script>", "x" * 65, 'quote"quote', "id\u00e9-id\u00e9-id\u00e9"],
)
def test_an_id_in_an_unknown_format_is_replaced(client, lines, db, proposed):
    response = client.get("/about/", headers={"x-request-id": proposed})
    assert response["X-Request-ID"] != proposed
    assert len(response["X-Request-ID"]) == 16
    assert lines.of_requests[0]["request_id"] == response["X-Request-ID"]


def test_a_method_that_does_not_exist_is_not_repeated(client, lines, db):
    client.generic("SPAM", "/about/")
    assert lines.of_requests[0]["method"] == "other"


@pytest.mark.parametrize(
    ("group", "superuser", "path", "kind"),
    [
        (None, False, "/about/", "session"),
        ("contributor", False, "/admin/", "contributor"),
        ("curator", False, "/admin/", "curator"),
        ("administrator", False, "/admin/", "administrator"),
        (None, True, "/admin/", "superuser"),
    ],
)
def test_the_kind_of_user_is_logged_but_never_the_name(
    client, lines, db, django_user_model, group, superuser, path, kind
):
    user = django_user_model.objects.create_user(
        "ada-lovelace", password="pw", is_staff=True, is_superuser=superuser
    )
    if group:
        user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    assert client.get(path).status_code == 200
    assert lines.of_requests[-1]["user"] == kind
    assert "ada" not in str(lines.of_requests)


def test_an_invalid_session_is_anonymous(client, lines, db):
    client.cookies["sessionid"] = "a" * 32
    client.get("/admin/")
    assert lines.of_requests[-1]["user"] == "anonymous"


def test_rejected_requests_are_one_short_warning_a_minute_for_each_kind(client, lines, db):
    lines.addFilter(RejectedRequestFilter())
    long = "a" * 7000
    for number in range(20):
        assert client.get(f"/about/?{number}", headers={"host": f"{long}.example"}).status_code == 400
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for _time in range(20):
        origin = {"host": "localhost", "origin": f"https://{long}.example"}
        assert strict.post("/admin/login/", headers=origin).status_code == 403
    rejections = [line for line in lines.all if line["logger"] != "sco_cities.requests"]
    assert [(line["level"], line["logger"]) for line in rejections] == [
        ("WARNING", "django.security.DisallowedHost"),
        ("WARNING", "django.security.csrf"),
    ]
    assert all(len(line["message"]) == 201 and line["message"].endswith("a…") for line in rejections)
    assert not any("traceback" in line for line in rejections)


@pytest.mark.parametrize("logger_class", [SiteLogger, JsonLogger])
def test_the_server_also_limits_log_lines_about_invalid_http(logger_class, capsys):
    logger = logger_class(Config())
    try:
        for number in range(20):
            logger.warning(f"Invalid request from ip=127.0.0.1: Invalid HTTP method: {str(number) * 7000!r}")
        logger.warning("Worker was sent SIGTERM")
    finally:
        logging.getLogger("gunicorn.error").handlers.clear()
    rejected, other = capsys.readouterr().err.splitlines()
    assert "Invalid request from ip=127.0.0.1: Invalid HTTP method: " in rejected
    assert len(rejected) < 400
    assert "SIGTERM" in other


def test_the_server_uses_this_logger(monkeypatch):
    for value, name in (("line", "SiteLogger"), ("json", "JsonLogger")):
        monkeypatch.setenv("LOG_FORMAT", value)
        assert runpy.run_path("gunicorn.conf.py")["logger_class"].endswith(f".gunicorn_log.{name}")


def test_a_readable_line_ends_with_the_id():
    formatter = LineFormatter("{levelname}: {message}", style="{")
    record = logging.makeLogRecord({"levelname": "ERROR", "msg": "a lamp fell"})
    assert formatter.format(record) == "ERROR: a lamp fell"
    log_format.begin_trace(ID)
    try:
        assert formatter.format(record) == f"ERROR: a lamp fell [request {ID}]"
    finally:
        log_format.current_trace.set(None)


def test_request_lines_are_off_by_default(lines, settings, db):
    settings.LOG_FORMAT = "line"
    Client().get("/about/")
    assert lines.all == []


def test_nothing_is_counted_between_requests(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert log_format.current_trace.get() is None


def test_an_unknown_format_is_rejected_with_one_line():
    result = python("manage.py", "check", LOG_FORMAT="xml", DATABASE_URL="sqlite://:memory:", ENV_FILE="")
    assert result.returncode == 1
    assert result.stderr == "LOG_FORMAT=xml is not valid: use line or json.\n"
