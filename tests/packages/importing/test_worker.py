"""Large imports are the worker's: all of it or nothing, whenever it is killed, and the job says which."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from sco_cities.packages.dumping import dump_files
from sco_cities.packages.importing import jobs
from sco_cities.packages.importing.working import rows_done
from sco_cities.packages.models import ImportJob, Stage
from sco_cities.themes.models import Theme
from tests.databases import connected_to, copy_of
from tests.factories import make_theme
from tests.ops.processes import NOT_INHERITED, ROOT
from tests.test_index_processes import address_of

from .sheets import as_csv

ROWS = 5_000


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
    assert worker(database).wait(timeout=120) == 0


def applied(job: ImportJob) -> bool:
    seen = now(job)
    return jobs.begin(seen, Stage.APPLYING, seen=seen.fingerprint)


def now(job: ImportJob) -> ImportJob:
    found = ImportJob.objects.get(pk=job.pk)
    jobs.notice(found)
    return found


def test_a_worker_that_is_killed_leaves_nothing_half_done(job, database):
    before = dump_files()
    assert jobs.begin(job, Stage.CHECKING)
    assert now(job).stage == Stage.CHECKING
    work(database)
    assert (now(job).stage, str(now(job).summary)) == (
        Stage.CHECKED, "created 5,000, updated 0, unchanged 0, duplicates 0, errors 0",
    )  # fmt: skip

    assert applied(job)
    killed = worker(database)
    until = time.monotonic() + 60
    while not rows_done(job.pk, ImportJob.objects.get(pk=job.pk).done) and time.monotonic() < until:
        time.sleep(0.01)
    assert ImportJob.objects.get(pk=job.pk).stage == Stage.APPLYING
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    # The lock goes with the process, as soon as the database has noticed.
    while (told := now(job)).stage == Stage.APPLYING and time.monotonic() < until:
        time.sleep(0.1)
    assert (told.stage, told.message) == (
        Stage.FAILED, "The program was stopped in the middle, and nothing was changed. Try again.",
    )  # fmt: skip
    assert dump_files() == before

    assert jobs.begin(told, Stage.CHECKING)
    work(database)
    assert applied(job)
    work(database)
    done = now(job)
    assert (done.stage, Theme.objects.count()) == (Stage.APPLIED, ROWS + 1)
    assert (done.change_set.revisions.count(), done.change_set.reason) == (ROWS, "many themes")
