"""Health checks for load balancers: by IP address, without TLS, and fast."""

import pytest
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

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
def test_they_work_for_any_host_without_tls(client, db, https, path, host):
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_they_are_read_only(client, path, method):
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_a_site_without_its_database_is_healthy_but_not_ready(client, unavailable_database, caplog):
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"The database does not answer.\n"
    assert response["Cache-Control"] == "no-store"
    assert "OperationalError" in caplog.text


def test_a_site_with_unapplied_migrations_is_not_ready_and_names_them(client, db):
    MigrationRecorder.Migration.objects.filter(app="sessions", name="0001_initial").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"Migrations are not applied: sessions.0001_initial\n"


def test_healthz_does_not_query_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_an_empty_database_is_not_ready(client, transactional_db):
    call_command("migrate", "sessions", "zero", verbosity=0)
    try:
        assert client.get("/readyz").status_code == 503
    finally:
        call_command("migrate", "sessions", verbosity=0)
    assert client.get("/readyz").status_code == 200
