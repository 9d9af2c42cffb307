"""Settings of the web server, read by `gunicorn` from the directory it starts in."""

import os
import sys

import gunicorn.http.message
from gunicorn.config import KNOWN_SETTINGS

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 2
# Threads: a reader on a slow line, or a long export, must not keep the others waiting.
worker_class = "gthread"
threads = 4
# How long a thread that computes keeps the others waiting. Beside an export of a million rows a page took 115 to 144 ms
# (19 of 20 were sooner) with Python's own 5 ms, since it waits so each time it has asked the database something, and 82
# to 86 ms with this; the export took as long (26.6 s, and 25.4 to 26.5).
SWITCH_INTERVAL_S = 0.0005
timeout = 30
graceful_timeout = 10
keepalive = 5
# No proxy has a say in where the site is mounted: a SCRIPT_NAME header is one like any other.
forwarder_headers = ""

# The contract answers a 100 kB query string like any other wrong value, on the page or as a 400, so it must
# reach the application. gunicorn knows only up to 8190 bytes or no bound at all, and reads the line into
# memory before anything else can refuse it: its own ceiling is raised instead. Should the name move in
# another version, lines over 8190 bytes get a 414, still never a 5xx.
MAX_REQUEST_LINE = 256 * 1024
gunicorn.http.message.MAX_REQUEST_LINE = MAX_REQUEST_LINE
limit_request_line = MAX_REQUEST_LINE

# Workers tell that they live by touching a file: in memory, so that a busy disk does not look like a death.
if os.path.isdir("/dev/shm"):  # noqa: S108 - gunicorn makes its own file in it
    worker_tmp_dir = "/dev/shm"  # noqa: S108 - as above

# Nobody steers this server but by signals. Versions before 25.1 have no such socket and refuse the setting.
if any(setting.name == "control_socket_disable" for setting in KNOWN_SETTINGS):
    control_socket_disable = True


def post_worker_init(worker):
    """Let threads take turns, and have the facet index read before the first reader comes."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    from sco_cities.facet_index.refresh import warm_up

    warm_up()


def when_ready(server):
    """Tell where the site is, once it can be opened."""
    for place in server.LISTENERS:
        print(f"SCO Cities is at {place}/ (admin: {place}/admin/), Ctrl-C stops it", flush=True)
