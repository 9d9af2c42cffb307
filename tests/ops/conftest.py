"""Fixtures for operations tests."""

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from scripts.ports import free_port
from tests.ops.new_shell import NewShell
from tests.ops.processes import ROOT

# Files that a checkout needs to run.
SITE = (
    "data", "delegates", "initiatives", "locale", "sco_cities", "scripts", "static", "templates", "gunicorn.conf.py",
    "manage.py",
)  # fmt: skip
SETTINGS = Path(__file__).resolve().parents[2] / "sco_cities" / "settings.py"


@pytest.fixture
def client():
    """A client that returns error pages. By default, Django's test client raises exceptions instead."""
    return Client(raise_request_exception=False)


@pytest.fixture
def https(settings, monkeypatch):
    """The settings with HTTPS=1 in the environment."""
    monkeypatch.setenv("HTTPS", "1")
    monkeypatch.setenv("ALLOWED_HOSTS", "sco.example")
    for name, value in runpy.run_path(str(SETTINGS)).items():
        if name in ("HTTPS", "ALLOWED_HOSTS") or name.startswith(
            ("SECURE_", "SESSION_", "CSRF_", "KNOWN_DEVICE_")
        ):
            setattr(settings, name, value)


@pytest.fixture
def secure_client(https):
    """A client behind the TLS proxy."""
    return Client(
        raise_request_exception=False,
        headers={"host": "sco.example", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"},
    )


@pytest.fixture
def unavailable_database(django_db_setup, django_db_blocker, monkeypatch, tmp_path):
    """An unavailable database.

    On PostgreSQL, no server listens on the socket. On SQLite, the directory of the file does not exist.
    """
    with django_db_blocker.unblock():
        connection.close()
        with monkeypatch.context() as patch:
            setting = "NAME" if connection.vendor == "sqlite" else "HOST"
            patch.setitem(connection.settings_dict, setting, str(tmp_path / "gone" / "database"))
            yield
            connection.close()


@pytest.fixture
def certificate(tmp_path):
    """A file with a certificate and its key."""
    path = tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key", "-out", path,
         "-days", "2", "-subj", "/CN=cities.example.org"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (tmp_path / "key").read_text())
    return path


@pytest.fixture(scope="session")
def new_shell(tmp_path_factory):
    directory = tmp_path_factory.mktemp("checkout")
    for name in SITE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, directory / name)
    return NewShell(directory)


@pytest.fixture(scope="session")
def first_run(new_shell):
    """Returns the exit status and the output of the first `make run`, which Ctrl-C stops as soon as the site runs."""
    run = ("env", f"PORT={free_port()}", "sh", "scripts/run.sh")
    return new_shell.terminal(*run, expect="Ctrl-C stops it", send="\x03")
