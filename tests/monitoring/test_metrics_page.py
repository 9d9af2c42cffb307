"""The metrics of a running site on a separate port."""

import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sco_cities.monitoring import metrics_page
from sco_cities.monitoring.middleware import MonitoringMiddleware
from scripts.ports import free_port
from tests.ops.processes import python
from tests.ops.site_process import Site, running_site

pytestmark = pytest.mark.only_on("sqlite")

REQUESTS, KILLED_AT = 12, 6
# This page redirects to the login and uses neither the database nor static files.
PAGE, ROUTE = "/admin/initiatives/initiative/{}/change/", "admin:initiatives_initiative_change"


def values(metrics: Site) -> dict[tuple, float]:
    """Returns the metrics by name and sorted labels."""
    answer = metrics.get("/metrics")
    assert answer.status == 200
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.body)
        for sample in family.samples
    }


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.1)


def test_totals_of_all_processes_outlive_them(tmp_path):
    port = free_port()
    before = set(metrics_page.MEMORY.glob("sco-cities-metrics-*"))
    database = tmp_path / "db.sqlite3"
    database.touch()
    with running_site(f"sqlite:///{database}", METRICS_BIND=f"127.0.0.1:{port}") as site:
        metrics = replace(site, port=port)

        def counted() -> float:
            # A request is counted when its response has been sent.
            return values(metrics).get(("sco_cities_requests_total", "GET", ROUTE, "3xx"), 0)

        assert metrics.get("/").status == 404
        for number in range(REQUESTS):
            # Clients can choose this part of the path freely.
            assert site.get(PAGE.format(f"secret-{number}")).status == 302
            if number == KILLED_AT:
                wait_until(lambda: counted() == KILLED_AT + 1)
                killed = site.workers()[0]
                os.kill(killed, signal.SIGKILL)
                wait_until(lambda killed=killed: killed not in site.workers() and len(site.workers()) == 2)
        wait_until(lambda: counted() == REQUESTS)
        found = values(metrics)
        assert found["sco_cities_request_seconds_count", ROUTE] == REQUESTS
        assert found["sco_cities_logins_total", "ok"] == 0
        assert found["sco_cities_database_up", "primary"] == 1
        # The database has no tables.
        assert "sco_cities_jobs" not in {name for name, *_labels in found}
        assert "secret" not in str(found)
        assert site.get("/metrics").status == 404
    assert set(metrics_page.MEMORY.glob("sco-cities-metrics-*")) <= before


def test_metrics_are_off_by_default():
    assert not metrics_page.is_on()
    assert MonitoringMiddleware(lambda request: None).metrics is None


def start(value: str, port: int):
    return python(
        "-m", "sco_cities.ops.start",
        METRICS_BIND=value, DATABASE_URL="sqlite://:memory:", ENV_FILE="", PORT=str(port),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("9100", "METRICS_BIND=9100 is not an address and a port: use 127.0.0.1:9100, or another port."),
        ("127.0.0.1:99999", "METRICS_BIND=127.0.0.1:99999 is not an address and a port"),
        ("127.0.0.1:{port}", "has the port of the site (PORT=). Use another."),
        ("203.0.113.9:9100", "METRICS_BIND=203.0.113.9 is not an address of this machine. Use 127.0.0.1"),
        ("no such host:9100", "METRICS_BIND=no such host is not an address."),
    ],
)
@pytest.mark.thorough
def test_an_unusable_address_is_reported_on_one_line(value, text):
    port = free_port()
    result = start(value.replace("{port}", str(port)), port)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert text in result.stderr


def test_each_instance_needs_a_separate_address():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = start(f"127.0.0.1:{port}", free_port())
    expected = (
        f"Port {port} of 127.0.0.1 is in use. Stop the other program, or use another port (METRICS_BIND=)."
    )
    assert result.stderr == f"{expected}\n"
