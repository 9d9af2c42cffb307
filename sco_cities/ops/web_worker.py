"""The worker processes of the web server."""

import os
import sys
import time

from django.core.exceptions import ImproperlyConfigured
from gunicorn.workers.gthread import ThreadWorker

from sco_cities.core.frame_stack import with_frame_stack

# Maximum seconds for receiving the body of a request.
MAX_BODY_S = 120
# Seconds before a failed process is restarted.
RETRY_S = 5


class WebWorker(ThreadWorker):
    """A worker with threads, so that a slow connection or a long export does not block other requests.

    After Ctrl-C, as after SIGTERM, the worker finishes its requests within `graceful_timeout` seconds. gunicorn's
    handler would raise SystemExit at any point. If this happened during an import, Python would print a traceback and
    continue.
    """

    handle_quit = ThreadWorker.handle_exit
    handle = with_frame_stack(ThreadWorker.handle)

    def init_process(self):
        """Starts the process. A replacement process that cannot start exits after a pause.

        The usual exit status would make gunicorn stop the server and all running processes.
        """
        try:
            super().init_process()
        except Exception as error:
            if self.booted or self.age <= self.cfg.workers:
                raise
            log = self.log.error if isinstance(error, ImproperlyConfigured) else self.log.exception
            log("A web process cannot start. Trying again in %d seconds: %s", RETRY_S, error)
            latest = time.monotonic() + RETRY_S
            while self.alive and self.ppid == os.getppid() and time.monotonic() < latest:
                self.notify()
                time.sleep(0.1)
            sys.exit(1)

    def handle_request(self, req, conn):
        """Responds to a request. Reading the body raises TimeoutError after MAX_BODY_S.

        Otherwise, gunicorn would wait indefinitely for a client that occasionally sends a byte.
        """
        latest = time.monotonic() + MAX_BODY_S
        receive = req.unreader.chunk

        def receive_in_time(size_hint=None):
            conn.sock.settimeout(max(latest - time.monotonic(), 0.001))
            try:
                return receive(size_hint)
            finally:
                conn.sock.settimeout(None)

        req.unreader.chunk = receive_in_time
        try:
            return super().handle_request(req, conn)
        finally:
            del req.unreader.chunk
