"""The settings of a connection take effect in the database."""

import sqlite3

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from sco_cities.db.config import BASE_DIR, database_from_url, description_of_url, is_command
from sco_cities.db.connections import no_statement_timeout
from tests.ops.processes import manage, python

only_postgresql = pytest.mark.only_on("postgresql")
only_sqlite = pytest.mark.only_on("sqlite")


def query(sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@only_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 4_000),
        ("synchronous", 2),
        ("cache_size", -20000),
    ],
)
def test_sqlite_options_are_in_effect(db, pragma, value):
    assert query(f"PRAGMA {pragma}") == value


@only_sqlite
def test_a_transaction_takes_the_write_lock_immediately_and_does_not_block_readers(transactional_db):
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=0)
    try:
        with transaction.atomic():
            assert other.execute("SELECT count(*) FROM sources_report").fetchone() == (0,)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


@only_postgresql
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("statement_timeout", "15s"),
        ("lock_timeout", "5s"),
        ("jit", "off"),
        ("application_name", "sco-cities"),
    ],
)
def test_postgresql_settings_are_in_effect(db, setting, value):
    assert query(f"SHOW {setting}") == value


@only_postgresql
@pytest.mark.parametrize(
    ("parameter", "value"),
    [("connect_timeout", "2"), ("keepalives_idle", "10"), ("tcp_user_timeout", "10000")],
)
def test_driver_options_are_in_effect(db, parameter, value):
    connection.ensure_connection()
    assert connection.connection.info.dsn_parameters[parameter] == value


@only_postgresql
def test_a_statement_that_exceeds_the_timeout_is_cancelled(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")


@only_postgresql
def test_the_timeout_can_be_disabled_temporarily(transactional_db):
    with no_statement_timeout("default"):
        assert query("SHOW statement_timeout") == "0"
    assert query("SHOW statement_timeout") == "15s"


@only_sqlite
def test_on_sqlite_there_is_no_timeout_to_disable(db):
    with no_statement_timeout("default"):
        assert query("SELECT 1") == 1


@only_postgresql
def test_after_an_error_the_timeout_is_restored(transactional_db):
    with pytest.raises(DatabaseError), no_statement_timeout("default"):
        query("SELECT no_such_column")
    assert query("SHOW statement_timeout") == "15s"


def test_foreign_keys_are_enforced(transactional_db):
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (0, 0)")


def test_connections_are_persistent_with_health_checks():
    for url in ("sqlite:////srv/data.sqlite3", "postgres://ada@db.example/sco"):
        settings = database_from_url(url)
        assert settings["CONN_MAX_AGE"] == 300
        assert settings["CONN_HEALTH_CHECKS"] is True


def test_the_query_string_of_the_url_overrides_options():
    settings = database_from_url("postgres://ada@db.example/sco?connect_timeout=9&sslmode=require")
    assert settings["OPTIONS"]["connect_timeout"] == 9
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["application_name"] == "sco-cities"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["manage.py", "migrate"], True),
        (["/srv/sco/manage.py", "load_package", "data"], True),
        (["/srv/sco/.venv/bin/django-admin", "migrate"], True),
        (["/srv/lib/django/__main__.py", "migrate"], True),
        (["manage.py"], True),
        (["manage.py", "runserver"], False),
        (["/srv/sco/.venv/bin/gunicorn", "sco_cities.wsgi"], False),
        (["pytest"], False),
        ([""], False),
        ([], False),
    ],
)
def test_is_command_recognises_manage_commands_except_runserver(arguments, expected):
    assert is_command(arguments) is expected


@only_sqlite
@pytest.mark.parametrize(("run", "expected"), [(manage, "10000"), (python, "4000")], ids=["command", "web"])
def test_a_web_process_waits_less_for_another_writer_than_a_command(db, run, expected):
    code = (
        "from django.db import connection\n"
        "with connection.cursor() as cursor: print(*cursor.execute('PRAGMA busy_timeout').fetchone())"
    )
    command = (
        ["shell", "--command", code] if run is manage else ["-c", f"import django; django.setup()\n{code}"]
    )
    process = run(*command, DATABASE_URL=f"sqlite:///{connection.settings_dict['NAME']}")
    assert process.stdout.splitlines()[-1] == expected, process.stderr


@only_postgresql
@pytest.mark.parametrize(
    ("run", "expected"), [(manage, "0 1min"), (python, "15s 5s")], ids=["command", "web"]
)
def test_commands_have_no_statement_timeout_and_web_processes_have_one(db, run, expected):
    code = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    print(*cursor.fetchone())
"""
    url = "postgres://{USER}@{0}/{NAME}".format(
        connection.settings_dict["HOST"].replace("/", "%2F"), **connection.settings_dict
    )
    command = (
        ["shell", "--command", code] if run is manage else ["-c", f"import django; django.setup()\n{code}"]
    )
    process = run(*command, DATABASE_URL=url)
    assert process.stdout.splitlines()[-1] == expected, process.stderr


@pytest.mark.parametrize(
    ("url", "description"),
    [
        ("sqlite://:memory:", "SQLite, :memory:"),
        (f"sqlite:///{BASE_DIR}/var/db.sqlite3", "SQLite, var/db.sqlite3"),
        ("sqlite:////srv/cities.sqlite3", "SQLite, /srv/cities.sqlite3"),
        ("postgres://ada:geheim@db.example/cities", "PostgreSQL, cities on db.example"),
        ("postgres://ada:geheim@db.example:5433/cities?sslmode=require", "PostgreSQL, cities on db.example:5433"),
        ("postgres:///cities", "PostgreSQL, cities on the local socket"),
        ("postgres:///cities?host=/run/db&password=geheim", "PostgreSQL, cities on /run/db"),
        ("postgres://%2Frun%2Fdb/cities", "PostgreSQL, cities on /run/db"),
        ("postgres://db.example", "PostgreSQL, the default database on db.example"),
    ],
)  # fmt: skip
def test_a_description_names_the_database_and_no_password(monkeypatch, url, description):
    monkeypatch.delenv("PGHOST", raising=False)
    assert description_of_url(url) == description


@pytest.mark.parametrize(
    "url", ["geheim", "mysql://geheim@db/cities", "postgres://ada:geheim@db:port/cities", "x://[geheim"]
)
@pytest.mark.parametrize("read", [database_from_url, description_of_url])
def test_an_invalid_url_is_rejected_without_its_password(read, url):
    with pytest.raises(
        ImproperlyConfigured, match=r"DATABASE_URL is not valid\. Expected postgres://"
    ) as error:
        read(url)
    assert "geheim" not in str(error.value)


@only_sqlite
def test_a_command_creates_a_database_file_that_only_its_user_can_read(tmp_path):
    file = tmp_path / "site.sqlite3"
    code = """
import os, sys
os.umask(0o022)
sys.argv = ["manage.py", "shell"]
import django
django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE lamp (name)")
print(sorted(f"{each} {os.stat(each).st_mode & 0o777:o}" for each in os.listdir()))
"""
    result = python("-c", code, cwd=tmp_path, DATABASE_URL=f"sqlite:///{file}", PYTHONPATH=str(BASE_DIR))
    assert result.stdout == "['site.sqlite3 600', 'site.sqlite3-shm 600', 'site.sqlite3-wal 600']\n", (
        result.stderr
    )
