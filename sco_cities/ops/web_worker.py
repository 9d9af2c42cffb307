"""The worker processes of the web server."""

import os
import sys
import time

from django.core.exceptions import ImproperlyConfigured
from gunicorn.workers.gthread import ThreadWorker

from sco_cities.core.frame_stack import with_frame_stack

# Maximum seconds for receiving the body of a request.
MAX_BODY_S = 120
# Seconds before a process that could not start is started again.
RETRY_S = 5


class WebWorker(ThreadWorker):
    """A worker with threads, so that a slow connection or a long export does not block other requests.

    Ctrl-C lets it finish its requests, as SIGTERM does, for at most `graceful_timeout` seconds. gunicorn's own handler
    raises SystemExit at any point. If that happens during an import, Python prints a traceback and continues.
    """

    handle_quit = ThreadWorker.handle_exit
    handle = with_frame_stack(ThreadWorker.handle)

    def init_process(self):
        """Starts the process. If a replacement process cannot start, it ends after a pause.

        With the usual exit status, gunicorn would stop the server and all its working processes.
        """
        try:
            super().init_process()
        except Exception as error:
            if self.booted or self.age <= self.cfg.workers:
                raise
            log = self.log.error if isinstance(error, ImproperlyConfigured) else self.log.exception
            log("A web process cannot start and is tried again in %d seconds: %s", RETRY_S, error)
            latest = time.monotonic() + RETRY_S
            while self.alive and self.ppid == os.getppid() and time.monotonic() < latest:
                self.notify()
                time.sleep(0.1)
            sys.exit(1)

    def handle_request(self, req, conn):
        """Answers a request. Reading its body raises TimeoutError if it takes longer than MAX_BODY_S.

        gunicorn itself would wait without limit for a client that sends a byte now and then.
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
