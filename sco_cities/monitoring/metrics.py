"""Prometheus metrics counted by web processes, and metrics read from the databases and the process on request.

Imported only if metrics are on, because prometheus-client decides at import whether processes share files.
"""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sco_cities import __version__
from sco_cities.accounts.models import SecurityEventKind
from sco_cities.db import query_deadline
from sco_cities.facet_index import refresh
from sco_cities.facet_index.memory_size import memory_size
from sco_cities.imports.models import ImportJob, ImportStage
from sco_cities.jobs import heartbeat
from sco_cities.ops import replica

from .log_format import OUTAGES

# Only tests read this registry. `metrics_page` aggregates the files of all processes.
registry = CollectorRegistry()

# Bucket limits in seconds. The buckets separate cached pages, other pages, slow pages and exports.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10)

requests = Counter(
    "sco_cities_requests", "Requests with a response.", ("route", "method", "status"), registry=registry
)
request_seconds = Histogram(
    "sco_cities_request_seconds",
    "Time until the response to a request was sent, including streamed responses.",
    ("route",),
    buckets=BUCKETS,
    registry=registry,
)
refused = Counter(
    "sco_cities_requests_refused",
    "Requests rejected with status 503, because the database is unavailable, a query took too long, a lock "
    "was held, the site is busy, the index is being read, or the site is under maintenance.",
    ("reason",),
    registry=registry,
)
logins = Counter("sco_cities_logins", "Logins by result.", ("result",), registry=registry)
index_read_time = Gauge(
    "sco_cities_index_read_timestamp_seconds",
    "Time of the last update of the facet index, in seconds since 1970.",
    multiprocess_mode="livemax",
    registry=registry,
)
index_bytes = Gauge(
    "sco_cities_index_bytes",
    "Memory of the facet index in a web process, without the names of records.",
    multiprocess_mode="livemax",
    registry=registry,
)
index_records = Gauge(
    "sco_cities_index_records",
    "Records in the facet index, including drafts.",
    ("collection",),
    multiprocess_mode="livemax",
    registry=registry,
)
process_memory = Gauge(
    "sco_cities_process_memory_bytes",
    "Resident memory of the largest web process.",
    multiprocess_mode="livemax",
    registry=registry,
)

# The login events of the security log, with their names in the metric.
LOGIN_RESULTS = {
    SecurityEventKind.LOGIN: "ok",
    SecurityEventKind.LOGIN_FAILED: "wrong_password",
    SecurityEventKind.CODE_FAILED: "wrong_code",
    SecurityEventKind.LOGIN_REFUSED: "refused",
    SecurityEventKind.LOCKED_OUT: "locked_out",
}
# Counters start at 0, so that the first increase is visible.
for _reason in OUTAGES:
    refused.labels(_reason)
for _result in LOGIN_RESULTS.values():
    logins.labels(_result)

# Interval in seconds between updates of the state of a process.
INTERVAL_S = 10

_written_at = -float(INTERVAL_S)


def observe(route: str, method: str, status: int, seconds: float, refusal: str) -> None:
    """Counts a request."""
    requests.labels(route, method, f"{status // 100}xx").inc()
    request_seconds.labels(route).observe(seconds)
    if refusal:
        refused.labels(refusal).inc()
    if time.monotonic() - _written_at >= INTERVAL_S:
        update_process()


def count_login(sender, instance, created: bool, **kwargs) -> None:
    """Counts a login, as a receiver of `post_save` of the security log."""
    if created and (result := LOGIN_RESULTS.get(instance.kind)):
        logins.labels(result).inc()


def update_process() -> None:
    """Writes the state of this process."""
    global _written_at
    _written_at = time.monotonic()
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    process_memory.set(resident_pages * os.sysconf("SC_PAGE_SIZE"))
    states = refresh.known_states().values()
    if not states:
        return
    index_read_time.set(max(state.read_at for state in states))
    index_bytes.set(sum(map(memory_size, states)))
    for state in states:
        for name, index in state.indexes.items():
            index_records.labels(name).set(len(index.order))


# The maximum wait for a database, so that the other metrics are sent before Prometheus times out.
PATIENCE_S = 1.0
DATABASES = {DEFAULT_DB_ALIAS: "primary", replica.REPLICA: "replica"}
# The states of the task queue, with their names in the metric.
JOB_STATES = {"READY": "waiting", "RUNNING": "running", "FAILED": "failed"}
# Replaces the result of `_read_work` if the database does not respond.
NO_WORK = {}, {}, None, None


class StateCollector(Collector):
    """The current metrics. If a database does not respond, its metrics have no value."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        databases = {DATABASES[alias]: float(_answers(alias)) for alias in connections}
        jobs, imports, oldest_age, heartbeat_age = _read_work() if databases["primary"] else NO_WORK
        yield _family("build_info", "The version of the site; always 1.", "version", {__version__: 1})
        yield _family("database_up", "1 if a database responds, otherwise 0.", "database", databases)
        yield GaugeMetricFamily(
            "sco_cities_replica_lag_seconds",
            "Maximum age of the replica's data, if there is a replica.",
            value=replica.lag_seconds(),
        )
        text = "Background jobs by state. Failed jobs are counted until their results are deleted."
        yield _family("jobs", text, "state", jobs)
        yield GaugeMetricFamily(
            "sco_cities_oldest_job_age_seconds",
            "Time that the oldest waiting job has waited; 0 if no job is waiting.",
            value=oldest_age,
        )
        yield GaugeMetricFamily(
            "sco_cities_worker_heartbeat_age_seconds",
            "Time since the last heartbeat of a worker; infinite if no worker has ever run.",
            value=heartbeat_age,
        )
        yield _family("imports", "Imports by stage, until they are deleted.", "stage", imports)


def _family(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Returns a metric with one value for each label value."""
    family = GaugeMetricFamily(f"sco_cities_{name}", text, labels=[label])
    for key, number in values.items():
        family.add_metric([key], number)
    return family


def _answers(alias: str) -> bool:
    try:
        with query_deadline.within(PATIENCE_S), connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _read_work() -> tuple[Mapping[str, float], Mapping[str, float], float | None, float | None]:
    """Reads the number of jobs by state and imports by stage, and the age of the oldest job and the last heartbeat."""
    try:
        with query_deadline.within(PATIENCE_S):
            results = DBTaskResult.objects.using(DEFAULT_DB_ALIAS).order_by().values_list("status")
            found = {
                status: (count, since)
                for status, count, since in results.annotate(Count("pk"), Min("enqueued_at"))
            }
            imports = ImportJob.objects.using(DEFAULT_DB_ALIAS).order_by()
            stages = dict(imports.values_list("stage").annotate(Count("pk")))
            last = heartbeat.last_beat()
    except Error:
        return NO_WORK
    return (
        {state: found.get(status, (0, None))[0] for status, state in JOB_STATES.items()},
        {stage: stages.get(stage, 0) for stage in ImportStage.values},
        _age(found["READY"][1]) if "READY" in found else 0,
        _age(last) if last else float("inf"),
    )


def _age(moment) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
