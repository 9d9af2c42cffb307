"""Settings of gunicorn, which reads this file from its working directory."""

import gc
import os
import sys

import gunicorn.http.message
from gunicorn.config import KNOWN_SETTINGS

from sco_cities.monitoring import metrics_page
from sco_cities.ops import setting_values, start
from sco_cities.ops.web_worker import WebWorker

with start.one_line_errors():
    bind = [start.bind_address()]
    metrics_address = start.metrics_address()
    if metrics_address is not None:
        bind.append(start.joined(*metrics_address))
    workers, threads = start.processes_and_threads()
    writes_json = start.log_format() == "json"
logger_class = f"sco_cities.monitoring.gunicorn_log.{'JsonLogger' if writes_json else 'SiteLogger'}"
worker_class = WebWorker
# Seconds that a computing thread may block other threads. With Python's default of 5 ms, a page took 115 to 144 ms
# (95th percentile) during an export of a million rows, because it waits 5 ms after each query. With this value it took
# 82 to 86 ms. The export took the same time (26.6 s compared with 25.4 to 26.5 s).
SWITCH_INTERVAL_S = 0.0005
timeout = 30
graceful_timeout = 10
keepalive = 5
# Ignores SCRIPT_NAME headers, so that clients and proxies cannot change the URL prefix of the site.
forwarder_headers = ""

# A query string of 100 kB must reach the application, which treats it like any invalid value: it shows an error on the
# page or returns 400. gunicorn limits a line either to 8190 bytes or not at all, and reads the whole line into memory
# before the application can reject it. This statement therefore raises gunicorn's constant. If another version renames
# the constant, longer lines get a 414, but never a 5xx.
MAX_REQUEST_LINE = 256 * 1024
gunicorn.http.message.MAX_REQUEST_LINE = MAX_REQUEST_LINE
limit_request_line = MAX_REQUEST_LINE

# Workers touch a file to report that they are alive. The file is in memory, so that gunicorn does not mistake a slow
# disk for a crash.
if os.path.isdir("/dev/shm"):  # noqa: S108 - gunicorn creates its own file in it
    worker_tmp_dir = "/dev/shm"  # noqa: S108 - as above

# Only signals control the server. Versions before 25.1 have no control socket and reject this setting.
if any(setting.name == "control_socket_disable" for setting in KNOWN_SETTINGS):
    control_socket_disable = True


# Maximum seconds for reading an uploaded file in a request.
MAX_PARSER_S = 20


def on_starting(server):
    """Checks the settings, and creates the files of the metrics."""
    start.on_starting(server)
    if metrics_address is None:
        return
    metrics_page.create_directory()
    server.log.info("Metrics are at http://%s:%d/metrics", *metrics_address)
    if not setting_values.is_local(metrics_address[0]):
        server.log.warning(
            "Everyone who can reach this address can read the metrics (METRICS_BIND): use a firewall."
        )


def child_exit(server, worker):
    """Removes the gauges of a web process that has ended. The counters of the process are kept."""
    if not metrics_page.is_on():
        return
    try:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
    except Exception:
        # An error here, for example while packages are replaced, would end the server.
        server.log.exception("The gauges of an ended process could not be forgotten")


def on_exit(server):
    """Removes the files of the metrics."""
    metrics_page.remove_directory()


def post_worker_init(worker):
    """Sets limits for threads and queries. Reads the index and renders the home pages before the first request."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    from django.conf import settings
    from django.db import connection

    from sco_cities.core import limited_process
    from sco_cities.dashboard import views
    from sco_cities.facet_index import refresh
    from sco_cities.imports import sheet_reader
    from sco_cities.ops import long_requests, replica
    from sco_cities.ops.request_info import ADMIN_PATH
    from sco_cities.search import frequent_words

    long_requests.limit(worker.cfg.threads)
    refresh.max_waiting = worker.cfg.threads // 2
    limited_process.one_at_a_time = True
    sheet_reader.max_seconds = MAX_PARSER_S
    if connection.vendor == "postgresql":
        from sco_cities.db import psycopg2_wait

        psycopg2_wait.install(worker.cfg.threads, patient_path=ADMIN_PATH)

    def is_wanted():
        # Otherwise, gunicorn would treat a worker that reads for longer than `timeout` as hanging.
        worker.notify()
        return worker.alive

    # Skipped if METRICS_BIND was set after the server started, because only the start creates the metrics files.
    if metrics_address is not None and metrics_page.is_on():
        from sco_cities.monitoring import metrics

        worker.wsgi = metrics_page.beside(worker.wsgi, metrics_address[1])
        metrics.update_process()
    if not settings.MAINTENANCE:
        replica.warm_up()
        refresh.warm_up(is_wanted)
        frequent_words.warm_up()
        views.make_home_pages(is_wanted)
    # Excludes existing objects from garbage collection. With 100,000 initiatives, each full collection took 100 ms.
    gc.collect()
    gc.freeze()


def when_ready(server):
    """Prints the URL of the site when the server accepts connections."""
    address = server.LISTENERS[0]
    line = f"SCO Cities is at {address}/ (admin: {address}/admin/), Ctrl-C stops it"
    if writes_json:
        server.log.info(line)
    else:
        print(line, flush=True)
