"""Load balancers request health checks by IP address and without TLS."""

import json
import shutil
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from sco_cities.i18n import po_files
from sco_cities.jobs import heartbeat
from sco_cities.jobs.job_lock import path_beside_database
from sco_cities.ops import health
from tests.conftest import PRODUCTION_STATIC_FILES

pytestmark = pytest.mark.urls("tests.ops.urls")
CHECKS = ["/healthz", "/readyz"]


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_ready_site_returns_ok_as_plain_text_that_is_not_cached(client, db, path, method):
    response = getattr(client, method)(path)
    assert response.status_code == 200
    assert response.content == (b"ok\n" if method == "get" else b"")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "elsewhere.example", "not a host"])
def test_health_checks_work_for_any_host_without_tls(client, db, https, path, host):
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_health_checks_are_read_only(client, path, method):
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_a_site_without_its_database_is_healthy_but_not_ready(client, unavailable_database, caplog):
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"The database does not respond.\n"
    assert response["Cache-Control"] == "no-store"
    assert "Not ready for readers" in caplog.text


def test_a_site_with_unapplied_migrations_is_not_ready_and_names_them_in_the_log_only(client, db, caplog):
    MigrationRecorder.Migration.objects.filter(app="sessions", name="0001_initial").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"The database is not migrated.\n"
    assert "default: sessions.0001_initial" in caplog.text


def test_migrations_of_a_newer_version_do_not_matter(client, db):
    MigrationRecorder.Migration.objects.create(app="sessions", name="0099_later")
    assert client.get("/readyz").status_code == 200


def test_healthz_does_not_query_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_an_empty_database_is_not_ready(client, transactional_db):
    call_command("migrate", "sessions", "zero", verbosity=0)
    try:
        assert client.get("/readyz").status_code == 503
    finally:
        call_command("migrate", "sessions", verbosity=0)
    assert Client().get("/readyz").status_code == 200


def test_a_result_is_cached_briefly(client, db, monkeypatch, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health, "KEEP_S", 0)
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    assert client.get("/readyz").status_code == 503


def test_a_site_without_collected_static_files_is_not_ready(client, db, settings, tmp_path, caplog):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | PRODUCTION_STATIC_FILES
    assert client.get("/readyz").content == b"Static files are missing or outdated.\n"
    assert "css/main.css" in caplog.text or "img/" in caplog.text


def test_a_site_with_outdated_or_deleted_static_files_is_not_ready(client, db, settings, collected, tmp_path):
    folder = shutil.copytree(collected, tmp_path / "static")
    settings.STATIC_ROOT = folder
    settings.STORAGES = settings.STORAGES | PRODUCTION_STATIC_FILES
    assert client.get("/readyz").status_code == 200
    manifest = folder / "staticfiles.json"
    stored = json.loads(manifest.read_text())["paths"]["css/main.css"]
    (folder / stored).unlink()
    assert Client().get("/readyz").content == b"Static files are missing or outdated.\n"


def test_a_site_without_compiled_translations_is_not_ready(client, db, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(po_files, "po_path", lambda language, suffix="po": tmp_path / f"{language}.{suffix}")
    assert client.get("/readyz").content == b"Translations are missing.\n"
    assert "ru, zh-hans" in caplog.text


@pytest.fixture
def worker(db):
    """A worker that has just reported."""
    heartbeat.beat("of tests")
    yield
    if connection.vendor == "sqlite":
        path_beside_database("worker").unlink()


def test_with_a_worker_the_site_is_ready_for_changes(client, worker):
    response = client.get("/readyz?writes=1")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_without_a_worker_the_site_serves_readers_but_is_not_ready_for_changes(client, db):
    assert client.get("/readyz").status_code == 200
    assert client.get("/readyz?writes=1").content == b"No worker is running.\n"


def test_a_database_that_cannot_be_written_serves_readers_only(client, worker, monkeypatch):
    if connection.vendor == "sqlite":
        monkeypatch.setattr(health, "MIN_FREE_BYTES", 2**63)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
    assert client.get("/readyz").status_code == 200
    assert client.get("/readyz?writes=1").content == b"The database cannot be written.\n"


def test_without_its_database_the_site_is_not_ready_for_changes(client, unavailable_database):
    assert client.get("/readyz?writes=1").content == b"The database does not respond.\n"


def test_only_a_change_is_logged(client, unavailable_database, monkeypatch, caplog):
    monkeypatch.setattr(health, "KEEP_S", 0)
    for _time in range(3):
        client.get("/readyz")
    assert caplog.text.count("Not ready for readers") == 1


def test_other_threads_get_the_last_result_while_one_thread_checks(monkeypatch):
    monkeypatch.setattr(health, "KEEP_S", 0)
    found, is_looking, may_end = [], threading.Event(), threading.Event()

    def find_problems():
        yield from found
        is_looking.set()
        may_end.wait(10)

    question = health.Readiness("tests", find_problems)
    may_end.set()
    assert question.problems() == []
    may_end.clear(), is_looking.clear()
    found.append(("Broken.", "detail"))
    thread = threading.Thread(target=question.problems)
    thread.start()
    is_looking.wait(10)
    assert question.problems() == []
    may_end.set()
    thread.join()
    assert question.problems() == ["Broken."]
