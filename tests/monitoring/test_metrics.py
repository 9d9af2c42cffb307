"""The values of the metrics. Documents, dashboard and alerts name no other metrics."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.db.models.signals import post_save
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sco_cities.accounts.models import SecurityEvent, SecurityEventKind
from sco_cities.facet_index.refresh import facet_index
from sco_cities.imports.models import ImportJob
from sco_cities.jobs import heartbeat
from sco_cities.jobs.models import WorkerHeartbeat
from sco_cities.monitoring import metrics
from sco_cities.monitoring.log_format import OUTAGES
from sco_cities.monitoring.metrics import StateCollector
from tests.factories import make_report
from tests.ops.test_deploy_files import accepts, program

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "alert-rules.yaml"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
GUIDE = ROOT / "docs" / "operators" / "monitoring.md"
only_sqlite = pytest.mark.only_on("sqlite")


def value(name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0


def figures() -> dict[tuple, float]:
    """Returns the values of Figures by metric and label."""
    return {
        (family.name.removeprefix("sco_cities_"), *sample.labels.values()): sample.value
        for family in StateCollector().collect()
        for sample in family.samples
    }


@only_sqlite
def test_a_request_is_counted_by_route_method_and_kind_of_status():
    labels = {"route": "home", "method": "GET", "status": "5xx"}
    before = value("sco_cities_requests_total", **labels)
    refused = value("sco_cities_requests_refused_total", reason="database")
    metrics.observe("home", "GET", 503, 0.02, "database")
    metrics.observe("home", "GET", 500, 0.2, "")
    assert value("sco_cities_requests_total", **labels) == before + 2
    assert value("sco_cities_requests_refused_total", reason="database") == refused + 1
    fast, all_ = (value("sco_cities_request_seconds_bucket", route="home", le=le) for le in ("0.025", "+Inf"))
    assert fast == all_ - 1


@only_sqlite
@pytest.mark.django_db
def test_logins_are_counted_by_result():
    post_save.connect(metrics.count_login, SecurityEvent)
    try:
        before = {
            result: value("sco_cities_logins_total", result=result)
            for result in metrics.LOGIN_RESULTS.values()
        }
        for kind in SecurityEventKind.values:
            SecurityEvent.objects.create(kind=kind, at=timezone.now(), account="ada").save()
    finally:
        post_save.disconnect(metrics.count_login, SecurityEvent)
    for result, number in before.items():
        assert value("sco_cities_logins_total", result=result) == number + 1


@only_sqlite
@pytest.mark.django_db
def test_every_reason_for_a_rejection_has_a_value_from_the_start():
    samples = [sample for metric in metrics.refused.collect() for sample in metric.samples]
    assert {sample.labels["reason"] for sample in samples} == set(OUTAGES)


@only_sqlite
@pytest.mark.django_db
def test_a_process_writes_the_size_and_age_of_its_index():
    with facet_index("reports"):
        pass
    before = value("sco_cities_index_read_timestamp_seconds")
    make_report()
    with facet_index("reports") as state:
        pass
    metrics.update_process()
    assert value("sco_cities_index_records", collection="reports") == len(state.index("reports").order) > 0
    assert value("sco_cities_index_bytes") > 0
    assert value("sco_cities_index_read_timestamp_seconds") > before
    assert 10e6 < value("sco_cities_process_memory_bytes") < 10e9


@pytest.mark.django_db
def test_figures_of_jobs_imports_and_the_worker(monkeypatch):
    now = timezone.now()
    for number, status in enumerate(["READY", "READY", "FAILED", "SUCCESSFUL"]):
        result = DBTaskResult.objects.create(
            task_path="a.b", args_kwargs={"args": [], "kwargs": {}}, status=status, priority=0, backend_name="default",
            exception_class_path="", traceback="",
        )  # fmt: skip
        DBTaskResult.objects.filter(pk=result.pk).update(
            enqueued_at=now - timedelta(seconds=100 * (number + 1))
        )
    found = figures()
    assert [found["jobs", state] for state in ("waiting", "running", "failed")] == [2, 0, 1]
    assert 199 < found["oldest_job_age_seconds",] < 230
    assert found["imports", "applied"] == ImportJob.objects.filter(stage="applied").count()
    assert found["database_up", "primary"] == 1
    monkeypatch.setattr(heartbeat, "last_beat", lambda: now - timedelta(seconds=90))
    assert 89 < figures()["worker_heartbeat_age_seconds",] < 120
    monkeypatch.setattr(heartbeat, "last_beat", lambda: None)
    assert figures()["worker_heartbeat_age_seconds",] == float("inf")
    assert WorkerHeartbeat.objects.count() == 0


def test_other_figures_have_no_value_while_the_database_is_unavailable(unavailable_database):
    assert {key for key in figures() if key[0] != "build_info"} == {("database_up", "primary")}
    assert figures()["database_up", "primary"] == 0
    connection.close()


def families() -> dict[str, tuple[str, list[str]]]:
    """All metrics by name, in the format of Prometheus, with their type and labels."""
    found = {}
    for family in metrics.registry.collect():
        source = metrics.registry._names_to_collectors[family.name]
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = family.type, list(source._labelnames)
    for family in StateCollector().collect():
        found[family.name] = family.type, list(family._labelnames)
    return found


@only_sqlite
@pytest.mark.django_db
def test_the_guide_lists_each_metric_with_its_labels():
    """There are at most 15 metrics, so that a person can remember all of them."""
    rows = re.findall(r"^\| `(sco_cities_\w+)` \| (\w+) \| (.*?) \|", GUIDE.read_text(), re.MULTILINE)
    documented = {name: (kind, re.findall(r"`(\w+)`", labels)) for name, kind, labels in rows}
    assert documented == families()
    assert len(documented) <= 15


def alerts(name: str) -> list[dict]:
    groups = {group["name"]: group["rules"] for group in yaml.safe_load(ALERTS.read_text())["groups"]}
    assert set(groups) == {"sco-cities", "sco-cities-machine"}
    return groups[name]


def expressions() -> list[str]:
    rules = alerts("sco-cities")
    targets = [target for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel["targets"]]
    assert len(rules) == 5
    return [rule["expr"] for rule in rules] + [target["expr"] for target in targets]


@only_sqlite
@pytest.mark.django_db
def test_alerts_and_dashboard_name_metrics_and_labels_that_exist():
    known = {}
    for name, (kind, labels) in families().items():
        known[name] = {*labels, "instance"}
        if kind == "histogram":
            known |= {
                f"{name}_bucket": {*labels, "le"},
                f"{name}_count": set(labels),
                f"{name}_sum": set(labels),
            }
    used = set()
    for expression in expressions():
        for name, selector in re.findall(r"\b(sco_cities_\w+)(?:\{([^}]*)\})?", expression):
            used.add(name)
            assert name in known, expression
            assert set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", selector)) <= known[name], expression
        grouped = {
            label for labels in re.findall(r"by \(([^)]*)\)", expression) for label in labels.split(", ")
        }
        assert grouped <= set().union(*known.values()), expression
    # Each metric is on the dashboard.
    assert {name.removesuffix("_bucket") for name in used} == set(families())


@only_sqlite
def test_other_exporters_provide_the_alerts_about_the_machine():
    expressions = {rule["alert"]: rule["expr"] for rule in alerts("sco-cities-machine")}
    assert set(expressions) == {"CertificateExpires", "NightlyWorkFailed", "BackupOld", "DiskFull"}
    units = {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}
    assert set(re.findall(r"sco-nightly\.\w+", " ".join(expressions.values()))) <= units
    # The guide names each job in these expressions, the collector that Debian's exporter lacks, and the alerts.
    guide = GUIDE.read_text()
    (configuration,) = re.findall(r"^(    scrape_configs:\n(?:    .*\n)+)", guide, re.MULTILINE)
    jobs = {job["job_name"] for job in yaml.safe_load(configuration)["scrape_configs"]}
    assert jobs == {"sco-cities", "sco-cities-page", "node"}
    assert set(re.findall(r'job="([\w-]+)"', ALERTS.read_text())) <= jobs
    assert "--collector.systemd" in guide


@only_sqlite
def test_the_share_of_errors_is_zero_without_errors():
    panels = {panel["title"]: panel for panel in json.loads(DASHBOARD.read_text())["panels"]}
    (target,) = panels["Share of errors"]["targets"]
    assert re.match(r"\(sum\(rate\(.*5xx.*\)\) or vector\(0\)\) / sum\(", target["expr"])


@only_sqlite
def test_promtool_accepts_the_alerts():
    assert "9 rules found" in accepts(program("promtool"), "check", "rules", ALERTS)
