"""Metrics read on request from the databases and from the state of this process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sco_cities import __version__
from sco_cities.db import query_deadline
from sco_cities.imports.models import ImportJob, ImportStage
from sco_cities.jobs import heartbeat
from sco_cities.ops import replica

# The time limit for a database that does not answer, because the other metrics must be sent before Prometheus times
# out.
PATIENCE_S = 1.0
DATABASES = {DEFAULT_DB_ALIAS: "primary", replica.REPLICA: "replica"}
# The states of the task queue, with their names in the metric.
JOB_STATES = {"READY": "waiting", "RUNNING": "running", "FAILED": "failed"}


@dataclass(frozen=True)
class _Work:
    """Data on jobs and imports from the primary database."""

    jobs: Mapping[str, float]
    imports: Mapping[str, float]
    oldest_age: float
    heartbeat_age: float


class StateCollector(Collector):
    """The current metrics. Metrics of a database that does not answer have no value."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        databases = {DATABASES[alias]: float(_answers(alias)) for alias in connections}
        work = _read_work() if databases["primary"] else None
        yield _family("build_info", "The version of the site; always 1.", "version", {__version__: 1})
        yield _family("database_up", "Whether a database answers: 1 or 0.", "database", databases)
        yield _family(
            "replica_lag_seconds",
            "How old the data of the replica may be, if there is one.",
            value=replica.lag_seconds(),
        )
        yield _family(
            "jobs",
            "Background jobs by state; failed ones until their results are deleted.",
            "state",
            work.jobs if work else {},
        )
        yield _family(
            "oldest_job_age_seconds",
            "How long the oldest waiting job has waited; 0 without one.",
            value=work and work.oldest_age,
        )
        yield _family(
            "worker_heartbeat_age_seconds",
            "Time since a worker last reported; infinite if none ever has.",
            value=work and work.heartbeat_age,
        )
        yield _family(
            "imports", "Imports by stage, until they are deleted.", "stage", work.imports if work else {}
        )


def _family(
    name: str,
    text: str,
    label: str | None = None,
    values: Mapping[str, float] | None = None,
    *,
    value: float | None = None,
) -> GaugeMetricFamily:
    """A metric with one value for each label value, or with a single value. It has no value while this is unknown."""
    family = GaugeMetricFamily(f"sco_cities_{name}", text, labels=[label] if label else [])
    for key, number in (values or {}).items():
        family.add_metric([key], number)
    if value is not None:
        family.add_metric([], value)
    return family


def _answers(alias: str) -> bool:
    try:
        with query_deadline.within(PATIENCE_S), connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _read_work() -> _Work | None:
    """Reads the jobs and imports. None if the database stops answering."""
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
        return None
    return _Work(
        jobs={state: found.get(status, (0, None))[0] for status, state in JOB_STATES.items()},
        imports={stage: stages.get(stage, 0) for stage in ImportStage.values},
        oldest_age=_age(found["READY"][1]) if "READY" in found else 0,
        heartbeat_age=_age(last) if last else float("inf"),
    )


def _age(moment) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
