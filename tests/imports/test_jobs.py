"""Large imports are the worker's: all of it or nothing, whenever it is killed, and the job says which."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection

from sco_cities.datapackage.dump import dump_files
from sco_cities.history import background_revert
from sco_cities.history.models import ChangeSet, RevertJob, Revision
from sco_cities.imports import jobs
from sco_cities.imports.models import ImportJob, ImportStage
from sco_cities.jobs.job_lock import Job, rows_done
from sco_cities.themes.models import Theme
from tests.databases import connected_to, copy_of
from tests.facet_index.test_processes import address_of
from tests.factories import make_theme
from tests.ops.processes import NOT_INHERITED, ROOT

from .sheets import as_csv

# `make properties` takes as many as an import may be promised to have, and kills at more than one moment.
IS_LONG = "PROPERTIES" in os.environ
ROWS = 100_000 if IS_LONG else 5_000
SHARES = (0, 0.5, 0.9) if IS_LONG else (0.5,)
PATIENCE_S = 3_600 if IS_LONG else 120


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
    job.file = as_csv(rows)
    job.save()
    return job


def worker(database: str) -> subprocess.Popen:
    """A worker that ends when there is nothing left to do."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    settings = {"SECRET_KEY": "k3y-of-tests-" * 5, "DATABASE_URL": address_of(database)}
    command = [sys.executable, "manage.py", "db_worker", "--batch", "--no-startup-delay", "--verbosity", "0"]
    return subprocess.Popen(command, cwd=ROOT, env=inherited | settings)


def work(database: str) -> None:
    assert worker(database).wait(timeout=PATIENCE_S) == 0


def applied(job: ImportJob) -> bool:
    seen = now(job)
    return jobs.enqueue(seen, ImportStage.APPLYING, seen=seen.fingerprint)


def now(job: ImportJob) -> ImportJob:
    found = ImportJob.objects.get(pk=job.pk)
    jobs.status_message(found)
    return found


def killed_while(seen: Callable[[], ImportJob | RevertJob], share: float, database: str):
    """Kills the worker when it has done this share of the rows; what is seen of the work afterwards."""
    killed = worker(database)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        stored = type(seen()).objects.get(pk=seen().pk)
        if not stored.is_at_work or rows_done(Job.of(stored), stored.done) >= max(1, share * ROWS):
            break
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    # The lock goes with the process, as soon as the database has noticed.
    while (told := seen()).is_at_work and time.monotonic() < until:
        time.sleep(0.1)
    return told


def checked(job: ImportJob, database: str) -> ImportJob:
    assert jobs.enqueue(now(job), ImportStage.CHECKING)
    assert now(job).stage == ImportStage.CHECKING
    work(database)
    seen = now(job)
    assert (seen.stage, str(seen.summary)) == (
        ImportStage.CHECKED, f"created {ROWS:,}, updated 0, unchanged 0, duplicates 0, errors 0",
    )  # fmt: skip
    return seen


def test_a_worker_that_is_killed_leaves_nothing_half_done(job, database):
    before = dump_files()
    for share in SHARES:
        checked(job, database)
        assert applied(job)
        told = killed_while(lambda: now(job), share, database)
        assert (told.stage, told.message) == (ImportStage.FAILED, STOPPED)
        assert dump_files() == before

    checked(job, database)
    assert applied(job)
    work(database)
    done = now(job)
    assert (done.stage, Theme.objects.count()) == (ImportStage.APPLIED, ROWS + 1)
    assert (done.change_set.revisions.count(), done.change_set.reason) == (ROWS, "many themes")

    applied_files = dump_files()
    for share in SHARES:
        taking = undone(done.change_set)
        told = killed_while(lambda: looked_at(taking), share, database)  # noqa: B023 - used at once
        assert (told.stage, told.reasons) == (RevertJob.Stage.FAILED, [STOPPED])
        assert dump_files() == applied_files

    taking = undone(done.change_set)
    work(database)
    assert looked_at(taking).stage == RevertJob.Stage.DONE
    assert dump_files() == before
    assert Revision.objects.count() == 2 * ROWS


STOPPED = "The program was stopped in the middle, and nothing was changed. Try again."


def undone(made: ChangeSet) -> RevertJob:
    """The worker is to take it back."""
    return background_revert.enqueue(made, reason="too many", seen=Revision.objects.latest("pk").pk)


def looked_at(taking: RevertJob) -> RevertJob:
    found = RevertJob.objects.get(pk=taking.pk)
    background_revert.status_message(found)
    return found
