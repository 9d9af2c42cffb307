"""The environment file must have allowed contents and permissions, and the first start creates the file."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sco_cities.ops import environment
from sco_cities.ops.environment import NAMES, create_secret_key, read_environment
from tests.ops.processes import ROOT

POSTGRESQL = "PostgreSQL, cities on db.example"
SQLITE = "SQLite, var/db.sqlite3"
SQLITE_URL = "sqlite:////srv/cities/var/db.sqlite3"


@pytest.fixture
def var(tmp_path, monkeypatch):
    """An empty `var/` of a checkout, with no variables set."""
    for name in (*NAMES, "ENV_FILE"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "var"
    directory.mkdir(mode=0o700)
    monkeypatch.setattr(environment, "VAR_DIR", directory)
    monkeypatch.setattr(environment, "LAST_DATABASE", directory / "last_database")
    return directory


@pytest.fixture
def write(var):
    """Writes `var/env`, readable only by the file's owner."""

    def write(content: str | bytes, mode: int = 0o600):
        file = var / "env"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        file.chmod(mode)
        return file

    return write


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", {}),
        ("PORT=8001", {"PORT": "8001"}),
        ("# a comment\n\n  # another\nPORT=8001\nHTTPS=1\n", {"PORT": "8001", "HTTPS": "1"}),
        ("PORT=8001\r\nHTTPS=1\r\n", {"PORT": "8001", "HTTPS": "1"}),
        ("\ufeffPORT=8001\n", {"PORT": "8001"}),
        ("PORT=\n", {}),
        ('PORT=""\n', {}),
        ('PORT="8001"\n', {"PORT": "8001"}),
        ("PORT='8001'\n", {"PORT": "8001"}),
        ("SECRET_KEY=a#b$c=d\"e'f\\g\n", {"SECRET_KEY": "a#b$c=d\"e'f\\g"}),
        ('SECRET_KEY=" # it\'s $HOME "\n', {"SECRET_KEY": " # it's $HOME "}),
        ("HSTS=1000; includeSubDomains  \n", {"HSTS": "1000; includeSubDomains"}),
        ("SECRET_KEY=пароль\n", {"SECRET_KEY": "пароль"}),
    ],
)
def test_a_file_has_one_value_per_line(write, content, expected):
    write(content)
    assert read_environment() == expected


NAME_EXPECTED = "expected NAME=value without spaces around “=”, or a comment that begins with #."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("PORT=8001\nPORT\n", f"Line 2 of var/env: {NAME_EXPECTED}"),
        ("PORT = 8001\n", f"Line 1 of var/env: {NAME_EXPECTED}"),
        ("export PORT=8001\n", f"Line 1 of var/env: {NAME_EXPECTED}"),
        ("=8001\n", f"Line 1 of var/env: {NAME_EXPECTED}"),
        ("\0\n", f"Line 1 of var/env: {NAME_EXPECTED}"),
        ("PORT= 8001\n", "expected PORT=value without a space after “=”"),
        ("HTTPS=1 # behind nginx\n", "expected HTTPS=value without a space after “=” and without a comment behind"),
        ("#\n\nDATABASEURL=x\n", "Line 3 of var/env: DATABASEURL is not a setting. The settings are ALLOWED_HOSTS, "),
        ("PORT=1\nPORT=2\n", "Line 2 of var/env: PORT is set a second time."),
        ('SECRET_KEY="secret\n', "Line 1 of var/env: the value of SECRET_KEY begins with a quote."),
        ("SECRET_KEY='secret\"\n", "the value of SECRET_KEY begins with a quote."),
        ('SECRET_KEY="secret" # comment\n', "the value of SECRET_KEY begins with a quote."),
        ('SECRET_KEY="sec"ret"\n', "the value of SECRET_KEY begins with a quote."),
        ('SECRET_KEY="\n', "the value of SECRET_KEY begins with a quote."),
        ("SECRET_KEY=secret\0\n", "Line 1 of var/env: the value of SECRET_KEY contains a NUL byte."),
        (b"SECRET_KEY=secret\xff\n", "var/env is not encoded in UTF-8"),
    ],
)  # fmt: skip
def test_a_broken_file_is_rejected_with_the_line_and_without_its_value(write, content, message):
    write(content)
    with pytest.raises(ImproperlyConfigured) as error:
        read_environment()
    assert message in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602, 0o620, 0o601])
def test_a_file_that_others_can_access_is_rejected(write, mode):
    write("PORT=8001", mode)
    with pytest.raises(ImproperlyConfigured, match="run `chmod 600 var/env`"):
        read_environment()


def test_a_group_may_read_the_file(write):
    write("PORT=8001", 0o640)
    assert read_environment() == {"PORT": "8001"}


def test_without_an_environment_file_only_variables_apply(var, monkeypatch):
    monkeypatch.setenv("PORT", "8002")
    monkeypatch.setenv("UNKNOWN", "1")
    assert read_environment() == {"PORT": "8002"}


def test_variables_take_precedence_unless_they_are_empty(write, monkeypatch):
    write("PORT=8001\nHTTPS=1\n")
    monkeypatch.setenv("PORT", "8002")
    monkeypatch.setenv("HTTPS", "")
    assert read_environment() == {"PORT": "8002", "HTTPS": "1"}


def test_env_file_names_another_file_or_none(write, tmp_path, monkeypatch):
    write("PORT=8001")
    other = tmp_path / "other"
    monkeypatch.setenv("ENV_FILE", str(other))
    with pytest.raises(ImproperlyConfigured, match=r"ENV_FILE names other, which does not exist\."):
        read_environment()
    other.write_text("PORT=8002")
    other.chmod(0o600)
    assert read_environment() == {"PORT": "8002"}
    monkeypatch.setenv("ENV_FILE", "")
    assert read_environment() == {}


SECRET_FILES = {f"{name}_FILE": name for name in ("SECRET_KEY", "DATABASE_URL", "DATABASE_REPLICA_URL")}


@pytest.mark.parametrize(("setting", "name"), SECRET_FILES.items(), ids=SECRET_FILES)
def test_a_secret_may_be_in_a_separate_file(write, tmp_path, monkeypatch, setting, name):
    secret = tmp_path / "secret"
    secret.write_text("of the file\n")
    write(f"{setting}={secret}\n")
    assert read_environment() == {name: "of the file"}
    # A variable takes precedence over the environment file, as for all settings.
    monkeypatch.setenv(name, "of the variable")
    assert read_environment() == {name: "of the variable"}
    write(f"{name}=of the environment file\n")
    monkeypatch.delenv(name)
    monkeypatch.setenv(setting, str(secret))
    assert read_environment() == {name: "of the file"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "SECRET_KEY_FILE names {path}, which cannot be read: No such file or directory."),
        (b"", "SECRET_KEY_FILE names {path}. The file must contain only the value."),
        (b" \n", "The file must contain only the value."),
        (b"hidden\nhidden\n", "The file must contain only the value."),
        (b"hidden\0\n", "The file must contain only the value."),
        (b"hidden\xff\n", "SECRET_KEY_FILE names {path}, which is not a UTF-8 text file."),
    ],
)
def test_the_error_about_an_invalid_secret_file_omits_its_content(
    var, tmp_path, monkeypatch, content, message
):
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    with pytest.raises(ImproperlyConfigured) as error:
        read_environment()
    assert message.format(path=path) in str(error.value)
    assert "hidden" not in str(error.value)


def test_a_secret_and_its_file_are_not_set_in_the_same_place(write):
    write("SECRET_KEY=a\nSECRET_KEY_FILE=/run/secrets/key\n")
    with pytest.raises(
        ImproperlyConfigured, match=r"SECRET_KEY and SECRET_KEY_FILE are both set: remove one"
    ):
        read_environment()


def test_no_key_is_created_if_a_key_file_is_set(var, tmp_path, monkeypatch):
    (tmp_path / "key").write_text("mine")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    create_secret_key()
    assert list(var.iterdir()) == []


def test_a_directory_is_not_a_file(var):
    (var / "env").mkdir(mode=0o700)
    with pytest.raises(ImproperlyConfigured, match=r"var/env cannot be read: Is a directory\."):
        read_environment()


def test_the_first_start_creates_a_key_that_stays(var):
    create_secret_key()
    key = read_environment()["SECRET_KEY"]
    assert len(key) > 80
    assert stat.S_IMODE((var / "env").stat().st_mode) == 0o600
    create_secret_key()
    assert read_environment() == {"SECRET_KEY": key}


def test_the_first_start_creates_a_private_directory(var):
    var.rmdir()
    create_secret_key()
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["# mine\nPORT=8001", "# mine\nPORT=8001\n"])
def test_a_key_is_added_to_the_lines_of_an_operator(write, content):
    file = write(content)
    create_secret_key()
    assert file.read_text().startswith("# mine\nPORT=8001\nSECRET_KEY=")
    assert read_environment()["PORT"] == "8001"


def test_no_key_is_created_if_a_variable_is_set(var, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "mine")
    create_secret_key()
    assert list(var.iterdir()) == []


def test_a_forgotten_database_url_is_detected(var):
    environment.require_same_database(SQLITE, SQLITE_URL)
    environment.record_database(POSTGRESQL)
    assert stat.S_IMODE((var / "last_database").stat().st_mode) == 0o600
    with pytest.raises(ImproperlyConfigured) as error:
        environment.require_same_database(SQLITE, SQLITE_URL)
    first, *choices = str(error.value).splitlines()
    assert first.startswith(
        f"DATABASE_URL is not set, but the site last ran on {POSTGRESQL}. Write one of two lines"
    )
    assert choices == [
        "  DATABASE_URL=postgres://user:password@host/name (yours) to stay there",
        f"  DATABASE_URL={SQLITE_URL} to use {SQLITE}",
    ]
    environment.record_database(SQLITE)
    environment.require_same_database(SQLITE, SQLITE_URL)


def test_without_an_environment_file_the_last_database_has_no_effect(var, monkeypatch):
    environment.record_database(POSTGRESQL)
    monkeypatch.setenv("ENV_FILE", "")
    environment.require_same_database(SQLITE, SQLITE_URL)
    environment.record_database(SQLITE)
    assert (var / "last_database").read_text() == f"{POSTGRESQL}\n"


def test_the_checks_do_not_depend_on_the_settings_of_a_developer():
    before, _step, _checks = (ROOT / "scripts" / "check.sh").read_text().partition("\nstep ")
    developer = dict.fromkeys((*NAMES, "ENV_FILE"), "of a developer")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    lines = subprocess.run(
        [shutil.which("sh"), "-c", f"{before}\nenv"], cwd=ROOT, env=developer | {"PATH": path},
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert "DATABASE_URL=sqlite://:memory:" in lines
    assert [line for line in lines if line.endswith("of a developer")] == []
