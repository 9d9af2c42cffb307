"""If the database is unavailable, slow or locked, the status is 503 with the reason. An error in the code gives 500."""

import sqlite3

import pytest
from django.contrib.auth.models import Group
from django.db import close_old_connections, connection

from sco_cities.dashboard import views
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error
from sco_cities.search import frequent_words
from tests.ops import urls

pytestmark = pytest.mark.urls("tests.ops.urls")

UNAVAILABLE = b"The database cannot be reached"
TIMED_OUT = b"The request took too long"
LOCKED = b"Someone else is saving"
only_postgresql = pytest.mark.only_on("postgresql")
only_sqlite = pytest.mark.only_on("sqlite")


@pytest.fixture
def statements(monkeypatch):
    """Sets the statements that /statements/ executes."""
    return lambda *statements: monkeypatch.setattr(urls, "statements", list(statements))


@pytest.mark.parametrize("path", ["/groups/", "/groups.csv", "/admin/", "/session/", "/ru/groups/"])
def test_pages_exports_and_the_admin_report_an_unavailable_database(
    client, unavailable_database, caplog, path
):
    client.cookies["sessionid"] = "a" * 32
    response = client.get(path)
    if path == "/ru/groups/":
        assert response.status_code == 404, "a missing page needs no database"
        return
    assert response.status_code == 503
    assert UNAVAILABLE in response.content
    assert response["Retry-After"] == "30"
    assert "no-store" in response["Cache-Control"]
    assert "OperationalError" in caplog.text
    # Only one line is logged for the requests, and it has no traceback.
    assert client.get(path).status_code == 503
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_login_reports_an_unavailable_database(client, unavailable_database):
    response = client.post("/admin/login/", {"username": "ada", "password": "wrong"})
    assert response.status_code == 503
    assert UNAVAILABLE in response.content


@pytest.mark.urls("sco_cities.urls")
def test_a_start_without_the_database_prints_one_line_without_a_traceback(unavailable_database, caplog):
    frequent_words.warm_up()
    views.make_home_pages()
    texts = (
        "The frequent words could not be read: ",
        "The home pages could not be prepared before the first request: ",
    )
    assert len(caplog.records) == len(texts)
    for record, text in zip(caplog.records, texts, strict=True):
        assert record.getMessage().startswith(text)
        assert "\n" not in record.getMessage()
        assert (record.levelname, record.exc_info) == ("WARNING", None)


def test_an_error_in_the_code_at_startup_prints_its_traceback(monkeypatch, caplog):
    monkeypatch.setattr(views, "_request", lambda path: 1 / 0)
    views.make_home_pages()
    (record,) = caplog.records
    assert record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    "path", ["/page/", "/", "/static/admin/css/base.css", "/admin/login/", "/no-such-page/"]
)
def test_pages_without_queries_work_with_an_unavailable_database(client, unavailable_database, path):
    response = client.get(path)
    assert response.status_code in (200, 404)
    response.close()


def test_the_site_recovers_without_a_restart(client, transactional_db, monkeypatch, tmp_path):
    Group.objects.all().delete()  # Migrations create some groups.
    Group.objects.create(name="Lamps")
    connection.close()
    with monkeypatch.context() as patch:
        setting = "NAME" if connection.vendor == "sqlite" else "HOST"
        patch.setitem(connection.settings_dict, setting, str(tmp_path / "gone" / "database"))
        assert client.get("/groups/").status_code == 503
    assert client.get("/groups/").content == b"Lamps"


@only_postgresql
def test_a_connection_closed_by_the_server_is_an_outage_and_the_next_request_works(
    client, transactional_db, statements
):
    statements("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    response = client.get("/statements/")
    assert response.status_code == 503
    assert UNAVAILABLE in response.content
    # A server closes failed connections between requests, but Django's test client does not.
    close_old_connections()
    assert client.get("/groups/").status_code == 200


@only_postgresql
def test_a_statement_timeout_is_a_503_with_its_own_message(client, transactional_db, statements):
    statements("SET statement_timeout = '50ms'", "SELECT pg_sleep(5)")
    response = client.get("/statements/")
    assert response.status_code == 503
    assert TIMED_OUT in response.content
    assert response["Retry-After"] == "60"
    connection.close()


@only_postgresql
def test_a_lock_timeout_is_a_503(client, transactional_db, statements):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE auth_group")
        statements("SET lock_timeout = '50ms'", "INSERT INTO auth_group (name) VALUES ('lamps')")
        response = client.get("/statements/")
        cursor.execute("ROLLBACK")
    other.close()
    assert response.status_code == 503
    assert LOCKED in response.content
    connection.close()


@only_sqlite
def test_a_locked_database_is_a_503(client, transactional_db, statements):
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        statements("PRAGMA busy_timeout = 50", "INSERT INTO auth_group (name) VALUES ('lamps')")
        response = client.get("/statements/")
    finally:
        other.close()
    assert response.status_code == 503
    assert LOCKED in response.content
    assert response["Retry-After"] == "5"
    connection.close()


@pytest.mark.parametrize("is_new", [False, True], ids=["a stored session", "a new session"])
def test_a_session_that_cannot_be_saved_is_an_outage(client, transactional_db, is_new, caplog):
    if not is_new:
        client.get("/visit/")
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        limit = "PRAGMA busy_timeout = 50"
    else:
        other = connection.copy()
        cursor = other.cursor()
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE django_session IN EXCLUSIVE MODE")
        limit = "SET lock_timeout = '50ms'"
    try:
        with connection.cursor() as cursor:
            cursor.execute(limit)
        response = client.get("/visit/")
    finally:
        other.close()
    assert response.status_code == 503
    assert LOCKED in response.content
    assert response["Retry-After"] == "5"
    connection.close()


def test_a_session_deleted_in_another_window_causes_a_bad_request(client, transactional_db):
    client.get("/visit/")
    assert client.get("/visit/?deleted=1").status_code == 400


@only_sqlite
def test_a_corrupt_database_file_is_an_outage(client, django_db_blocker, monkeypatch, tmp_path):
    (tmp_path / "broken").write_bytes(b"no database" * 100)
    with django_db_blocker.unblock():
        connection.close()
        with monkeypatch.context() as patch:
            patch.setitem(connection.settings_dict, "NAME", str(tmp_path / "broken"))
            assert client.get("/groups/").status_code == 503
            connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT no_such_column FROM auth_group",
        "SELECT * FROM no_such_table",
        "SELECT SELECT",
        "INSERT INTO auth_group (name) VALUES (NULL)",
        "INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (0, 0)",
    ],
)
def test_an_invalid_sql_statement_causes_status_500(client, transactional_db, statements, statement):
    statements(statement)
    assert client.get("/statements/").status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/broken/", "/broken-template/"])
def test_an_error_in_the_code_causes_status_500_and_is_logged(client, caplog, path):
    response = client.get(path)
    assert response.status_code == 500
    assert b"Something went wrong" in response.content
    assert "Retry-After" not in response
    assert "Traceback" in caplog.text


@only_postgresql
def test_a_server_that_disconnects_in_the_middle_of_a_result_is_an_outage():
    error = connection.Database.DatabaseError("server closed the connection unexpectedly")
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
    assert classify_database_error(connection.Database.DatabaseError("no results to fetch")) is None
