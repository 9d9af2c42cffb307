"""Runs background jobs with django-tasks-db's worker, which also sends heartbeats and waits for the database."""

import logging
import time

from django.db import Error, connections
from django_tasks_db.management.commands import db_worker

from sco_cities.db.database_errors import classify_database_error, first_line
from sco_cities.jobs.heartbeat import HeartbeatThread
from sco_cities.jobs.periodic import PERIODIC_WORK, PeriodicThread

log = logging.getLogger(__name__)

# Seconds between two attempts to reach the database. The pause grows from the first value to the second.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 5


class PatientWorker(db_worker.Worker):
    """A worker that continues when the database is available again."""

    def run(self) -> None:
        HeartbeatThread(self.worker_id).start()
        if PERIODIC_WORK:
            PeriodicThread().start()
        pause = FIRST_PAUSE_S
        while self.running:
            started = time.monotonic()
            try:
                super().run()
                return
            except Error as error:
                if classify_database_error(error) is None:
                    raise
                connections.close_all()
                if time.monotonic() - started > LONGEST_PAUSE_S:
                    # The worker has run successfully since the last failure.
                    pause = FIRST_PAUSE_S
                if pause == FIRST_PAUSE_S:
                    log.warning(
                        "The worker waits, because the database does not respond: %s", first_line(error)
                    )
            if self.running:
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)


# The inherited command instantiates `db_worker.Worker`.
db_worker.Worker = PatientWorker


class Command(db_worker.Command):
    """Run background jobs until stopped."""
