"""A failed start prints the reason on one line, and the commands in README work in a new shell."""

import re
import socket
import subprocess
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from sco_cities.ops import start
from scripts.ports import free_port
from tests.ops.processes import manage, python

MEMORY = "sqlite://:memory:"
FOREIGN = "203.0.113.9"
COMMANDS = (["migrate"], ["load_package", "data/summit-cities"])


def assert_one_line(result: subprocess.CompletedProcess, *texts: str) -> None:
    assert result.returncode == 1, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for text in texts:
        assert text in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unavailable_server_is_reported_on_one_line_with_the_reason(command):
    port = free_port()
    url = f"postgres://ada:geheim@127.0.0.1:{port}/cities"
    result = manage(*command, DATABASE_URL=url)
    assert_one_line(
        result,
        f"The database does not respond (PostgreSQL, cities on 127.0.0.1:{port}): ",
        "Connection refused",
        "Start the server, create the database, or correct DATABASE_URL.",
    )
    assert "geheim" not in result.stderr


def test_a_file_that_cannot_be_opened_is_reported_on_one_line(tmp_path):
    file = tmp_path / "gone" / "db.sqlite3"
    result = manage("changepassword", "curator", DATABASE_URL=f"sqlite:///{file}")
    assert_one_line(result, f"(SQLite, {file}): unable to open database file. ", "or correct DATABASE_URL.")


def test_a_file_that_is_not_a_database_is_reported_on_one_line(tmp_path):
    file = tmp_path / "db.sqlite3"
    file.write_text("no database at all" * 100)
    result = manage("migrate", DATABASE_URL=f"sqlite:///{file}")
    assert_one_line(result, f"(SQLite, {file}): file is not a database. ")


def test_the_traceback_is_shown_on_request(tmp_path):
    result = manage("migrate", "--traceback", DATABASE_URL=f"sqlite:///{tmp_path / 'gone' / 'db.sqlite3'}")
    assert result.stderr.startswith("Traceback")


@pytest.mark.django_db
def test_other_database_errors_keep_their_traceback():
    with pytest.raises(DatabaseError, match="no_such_table"), start.one_line_errors():
        connection.close = lambda: None
        try:
            connection.cursor().execute("SELECT * FROM no_such_table")
        finally:
            del connection.close


def test_ctrl_c_ends_a_command_silently():
    with pytest.raises(SystemExit) as stopped, start.one_line_errors():
        raise KeyboardInterrupt
    assert stopped.value.code == 130


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set. `make run` creates one in var/env"),
        ({"HTTPS": "1", "HSTS": "for ever"}, "HSTS=for ever is not valid."),
        ({"DATABASE_URL": "mysql://ada:geheim@db/cities"}, "DATABASE_URL is not valid."),
        (
            {"SECRET_KEY": "", "SECRET_KEY_FILE": "/gone"},
            "SECRET_KEY_FILE names /gone, which cannot be read: ",
        ),
    ],
    ids=["no key", "HSTS", "database", "file of the key"],
)
@pytest.mark.parametrize(
    "program", [["manage.py", "migrate"], ["-m", "gunicorn", "sco_cities.wsgi"]], ids=" ".join
)
def test_an_invalid_setting_is_reported_on_one_line(program, environment, text):
    # At a lower log level, gunicorn would first log a start message.
    defaults = {"DATABASE_URL": MEMORY, "GUNICORN_CMD_ARGS": "--log-level warning"}
    result = python(*program, **(defaults | environment))
    assert_one_line(result, text)
    assert "geheim" not in result.stderr


@pytest.mark.parametrize("module", ["gunicorn", "sco_cities.ops.start"])
@pytest.mark.thorough
def test_an_invalid_number_of_processes_is_reported_on_one_line(module):
    arguments = ["sco_cities.wsgi"] if module == "gunicorn" else []
    result = python(
        "-m", module, *arguments, WEB_PROCESSES="many", PORT=str(free_port()), DATABASE_URL=MEMORY
    )
    assert_one_line(result, "WEB_PROCESSES=many is not valid. Expected an integer from 1 to 64.")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (2, 4)),
        ({"WEB_PROCESSES": "1", "WEB_THREADS": "64"}, (1, 64)),
        ({"WEB_PROCESSES": "0"}, "WEB_PROCESSES=0 is not valid. Expected an integer from 1 to 64."),
        # One thread is reserved for health checks, so a single thread could not serve other requests.
        ({"WEB_THREADS": "1"}, "WEB_THREADS=1 is not valid. Expected an integer from 2 to 64."),
    ],
)
def test_the_settings_determine_the_numbers_of_processes_and_threads(monkeypatch, environment, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if isinstance(expected, str):
        with pytest.raises(ImproperlyConfigured) as error:
            start.processes_and_threads()
        assert str(error.value) == expected
    else:
        assert start.processes_and_threads() == expected


@pytest.mark.parametrize("module", ["gunicorn", "sco_cities.ops.start"])
@pytest.mark.thorough
def test_an_address_of_another_machine_is_reported_on_one_line(module):
    arguments = ["sco_cities.wsgi"] if module == "gunicorn" else []
    result = python("-m", module, *arguments, BIND=FOREIGN, DATABASE_URL=MEMORY)
    assert_one_line(result, f"BIND={FOREIGN} is not an address of this machine. Use 127.0.0.1 ")


def test_a_port_in_use_is_reported_on_one_line():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = python("-m", "sco_cities.ops.start", PORT=str(port), DATABASE_URL=MEMORY)
    assert_one_line(result, f"Port {port} of 127.0.0.1 is in use. ", "PORT=")


def test_a_start_names_the_database_without_its_password():
    url = "postgres://ada:geheim@db.example:5433/cities"
    result = python("-m", "sco_cities.ops.start", PORT=str(free_port()), DATABASE_URL=url)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Database: PostgreSQL, cities on db.example:5433\n"


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": "8123"}, "127.0.0.1:8123"),
        ({"BIND": "127.0.0.2"}, "127.0.0.2:8000"),
        ({"BIND": "localhost", "PORT": "1"}, "localhost:1"),
    ],
)
def test_the_server_binds_the_address_and_port_of_the_settings(monkeypatch, environment, address):
    for name in ("BIND", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert start.bind_address() == address


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"PORT": "0"}, "PORT=0 is not a port"),
        ({"PORT": "65536"}, "PORT=65536 is not a port"),
        ({"PORT": "٨٠٠٠"}, "is not a port"),
        ({"PORT": "-1"}, "PORT=-1 is not a port"),
        ({"PORT": "http"}, "PORT=http is not a port"),
        ({"BIND": "no such host"}, "BIND=no such host is not an address. Use 127.0.0.1"),
        ({"BIND": "a" * 300}, "is not an address"),
        ({"BIND": FOREIGN}, f"BIND={FOREIGN} is not an address of this machine"),
    ],
)
def test_an_impossible_address_is_rejected(monkeypatch, environment, message):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as error:
        start.bind_address()
    assert message in str(error.value)


def test_gunicorn_logs_and_records_the_database(monkeypatch):
    logged, recorded = [], []
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:geheim@db.example:5433/cities")
    monkeypatch.setattr(start, "record_database", recorded.append)
    start.on_starting(
        SimpleNamespace(log=SimpleNamespace(info=lambda text, *values: logged.append(text % values)))
    )
    assert recorded == ["PostgreSQL, cities on db.example:5433"]
    assert logged == ["Database: PostgreSQL, cities on db.example:5433"]


@pytest.mark.only_on("sqlite")
class TestFirstRun:
    """`make run`, Ctrl-C, and later commands."""

    def test_the_first_run_names_its_database_and_ends_cleanly(self, first_run):
        status, output = first_run
        assert status == 0
        assert output.startswith("Database: SQLite, var/db.sqlite3\r\n")
        assert "The first password of curator is in var/first_password" in output
        assert "Traceback" not in output

    def test_commands_need_no_variable(self, first_run, new_shell):
        status, output = new_shell.terminal(
            "python", "manage.py", "changepassword", "curator", expect="Password", send="a-long-pass-phrase\n"
        )
        assert status == 0, output
        assert "Password changed successfully" in output
        result = new_shell.run("python", "manage.py", "dump_package", "dumped")
        assert result.returncode == 0, result.stderr
        result = new_shell.run("python", "manage.py", "import_csv", "initiatives", "dumped/initiatives.csv")
        assert result.returncode == 0, result.stderr
        assert re.match(r"created 0, updated 0, unchanged [1-9]\d*, duplicates 0, errors 0\n", result.stdout)

    def test_a_forgotten_database_url_does_not_create_an_empty_database(self, first_run, new_shell):
        record = new_shell.directory / "var" / "last_database"
        assert record.read_text() == "SQLite, var/db.sqlite3\n"
        record.write_text("PostgreSQL, cities on db.example\n")
        try:
            for command in (["sh", "scripts/run.sh"], ["python", "manage.py", "migrate"]):
                result = new_shell.run(*command)
                assert result.returncode == 1
                assert result.stdout == ""
                assert "the site last ran on PostgreSQL, cities on db.example." in result.stderr
                assert len(result.stderr.splitlines()) == 3
        finally:
            record.write_text("SQLite, var/db.sqlite3\n")

    @pytest.mark.parametrize(
        ("content", "mode", "message"),
        [
            ("HTTPS\n", 0o600, "Line 1 of var/env: "),
            ("", 0o644, "Other users can read or change var/env: run `chmod"),
        ],
    )
    def test_an_invalid_environment_file_is_reported_on_one_line(
        self, first_run, new_shell, content, mode, message
    ):
        file = new_shell.directory / "var" / "env"
        before = file.read_text()
        try:
            file.write_text(content)
            file.chmod(mode)
            for command in (["sh", "scripts/run.sh"], ["python", "manage.py", "migrate"]):
                assert_one_line(new_shell.run(*command), message)
        finally:
            file.write_text(before)
            file.chmod(0o600)
