"""Prometheus metrics that web processes count. `state_collector` adds values read on request.

Imported only if metrics are on, because prometheus-client decides at import whether processes share files.
"""

import os
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from sco_cities.accounts.models import SecurityEventKind
from sco_cities.facet_index import refresh
from sco_cities.facet_index.memory_size import MemorySize

from .log_format import OUTAGES

# Only tests read this registry. `metrics_page` aggregates the files of all processes.
registry = CollectorRegistry()

# In seconds. The steps separate cached pages, other pages, slow pages and exports.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10)

requests = Counter(
    "sco_cities_requests", "Requests that were answered.", ("route", "method", "status"), registry=registry
)
request_seconds = Histogram(
    "sco_cities_request_seconds",
    "Time until a request was answered, and streams until they were sent.",
    ("route",),
    buckets=BUCKETS,
    registry=registry,
)
refused = Counter(
    "sco_cities_requests_refused",
    "Requests refused with status 503: the database is away, a query took too long, a lock was held, the site is busy, "
    "the index is being read, or maintenance.",
    ("reason",),
    registry=registry,
)
logins = Counter(
    "sco_cities_logins", "Logins: accepted, or what was wrong with them.", ("result",), registry=registry
)
index_read_time = Gauge(
    "sco_cities_index_read_timestamp_seconds",
    "When the facet index was last brought up to date with a change, in seconds since 1970.",
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
    "Records in the facet index, drafts included.",
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

# Interval in seconds for writing a process's own state.
INTERVAL_S = 10

_memory_size = MemorySize()
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
    process_memory.set(_resident_bytes())
    states = refresh.known_states().values()
    if not states:
        return
    index_read_time.set(max(state.read_at for state in states))
    index_bytes.set(_memory_size.of(states))
    for state in states:
        for name, index in state.indexes.items():
            index_records.labels(name).set(len(index.order))


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
