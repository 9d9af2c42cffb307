"""Large imports and reverts run completely or not at all in the worker, even if the worker is killed."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection

from sco_cities.changes import background_revert
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet, RevertJob, Revision
from sco_cities.imports import jobs
from sco_cities.imports.models import ImportJob, ImportStage
from sco_cities.jobs.job_lock import rows_done
from sco_cities.themes.models import Theme
from tests.databases import connected_to, copy_of
from tests.extent import IS_FULL
from tests.facet_index.test_processes import database_url
from tests.factories import make_theme
from tests.ops.processes import NOT_INHERITED, ROOT

from .sheets import as_csv

# `make test-full` imports the maximum number of rows, and kills the worker at several moments.
ROWS = 100_000 if IS_FULL else 5_000
SHARES = (0, 0.5, 0.9) if IS_FULL else (0.5,)
PATIENCE_S = 3_600 if IS_FULL else 120


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        copy_of(connection.settings_dict["NAME"], "imports", lambda: make_theme("first")) as name,
        connected_to(name),
    ):
        yield name


@pytest.fixture
def job(database):
    rows = [
        {"slug": f"theme-{n}", "name_en": f"Theme {n}", "pillar": "security", "description": f"All about {n}"}
        for n in range(ROWS)
    ]
    job = ImportJob(kind="themes", file_name="themes.csv", reason="many themes")
    job.store(io.BytesIO(as_csv(rows)))
    job.save()
    return job


def worker(database: str) -> subprocess.Popen:
    """Runs a worker that exits when no task is left."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    settings = {"SECRET_KEY": "k3y-of-tests-" * 5, "DATABASE_URL": database_url(database)}
    command = [sys.executable, "manage.py", "db_worker", "--batch", "--no-startup-delay", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=ROOT, env=inherited | settings)


def work(database: str) -> None:
    assert worker(database).wait(timeout=PATIENCE_S) == 0


def applied(job: ImportJob) -> bool:
    seen = current(job)
    return jobs.enqueue(seen, ImportStage.APPLYING, seen=seen.fingerprint)


def current(job: ImportJob) -> ImportJob:
    stored = ImportJob.objects.get(pk=job.pk)
    stored.mark_if_stopped()
    return stored


def killed_while(read: Callable[[], ImportJob | RevertJob], share: float, database: str):
    """Kills the worker after it has processed this share of the rows. Returns the job."""
    process = worker(database)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        stored = type(read()).objects.get(pk=read().pk)
        if not stored.is_in_progress or rows_done(stored, stored.done) >= max(1, share * ROWS):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # The database releases the lock when it detects the end of the process.
    while (job := read()).is_in_progress and time.monotonic() < deadline:
        time.sleep(0.1)
    return job


def checked(job: ImportJob, database: str) -> ImportJob:
    assert jobs.enqueue(current(job), ImportStage.CHECKING)
    assert current(job).stage == ImportStage.CHECKING
    work(database)
    seen = current(job)
    assert (seen.stage, str(seen.summary)) == (
        ImportStage.CHECKED, f"created {ROWS:,}, updated 0, unchanged 0, duplicates 0, errors 0",
    )  # fmt: skip
    return seen


def test_a_killed_worker_leaves_nothing_half_done(job, database):
    before = dump_files()
    for share in SHARES:
        checked(job, database)
        assert applied(job)
        stopped = killed_while(lambda: current(job), share, database)
        assert (stopped.stage, stopped.message) == (ImportStage.FAILED, INTERRUPTED)
        assert dump_files() == before

    checked(job, database)
    assert applied(job)
    work(database)
    done = current(job)
    assert (done.stage, Theme.objects.count()) == (ImportStage.APPLIED, ROWS + 1)
    assert (done.change_set.revisions.count(), done.change_set.reason) == (ROWS, "many themes")

    applied_files = dump_files()
    for share in SHARES:
        revert_job = enqueue_revert(done.change_set)
        stopped = killed_while(lambda: current_revert(revert_job), share, database)  # noqa: B023 - called in this iteration
        assert (stopped.stage, stopped.reasons) == (RevertJob.Stage.FAILED, [INTERRUPTED])
        assert dump_files() == applied_files

    revert_job = enqueue_revert(done.change_set)
    work(database)
    assert current_revert(revert_job).stage == RevertJob.Stage.DONE
    assert dump_files() == before
    assert Revision.objects.count() == 2 * ROWS


INTERRUPTED = "The operation was interrupted; nothing was changed. Try again."


def enqueue_revert(change_set: ChangeSet) -> RevertJob:
    """Queues the revert of a change set."""
    return background_revert.enqueue(change_set, reason="too many", seen=Revision.objects.latest("pk").pk)


def current_revert(revert_job: RevertJob) -> RevertJob:
    stored = RevertJob.objects.get(pk=revert_job.pk)
    stored.mark_if_stopped()
    return stored
