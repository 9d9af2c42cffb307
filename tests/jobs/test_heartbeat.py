"""A worker reports that it is running, and waits for an unavailable database."""

import datetime
import os
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks_db.management.commands import db_worker as package_command

from sco_cities.imports.models import ImportJob
from sco_cities.jobs import heartbeat
from sco_cities.jobs.heartbeat import WorkerAbsence, absence
from sco_cities.jobs.job_lock import job_lock, path_beside_database
from sco_cities.jobs.management.commands import db_worker
from sco_cities.jobs.models import WorkerHeartbeat

JOB = ImportJob(pk=1)


@pytest.fixture(autouse=True)
def no_heartbeat(db):
    def forget():
        if connection.vendor == "sqlite":
            path_beside_database("worker").unlink(missing_ok=True)

    forget()
    yield
    forget()


def report(age_s: float, worker: str = "first") -> None:
    """A worker that reported this many seconds ago."""
    heartbeat.beat(worker)
    at = timezone.now() - datetime.timedelta(seconds=age_s)
    if connection.vendor == "sqlite":
        os.utime(path_beside_database("worker"), (at.timestamp(), at.timestamp()))
    else:
        WorkerHeartbeat.objects.filter(worker=worker).update(seen_at=at)


def test_without_any_report_no_worker_runs():
    assert heartbeat.last_beat() is None
    assert not heartbeat.is_worker_running()
    assert absence(JOB) == WorkerAbsence(None)


@pytest.mark.parametrize(("age_s", "runs"), [(0, True), (50, True), (70, False)])
def test_a_worker_runs_if_it_has_reported_within_a_minute(age_s, runs):
    report(age_s)
    assert heartbeat.is_worker_running() is runs
    assert (absence(JOB) is None) is runs
    assert abs((timezone.now() - heartbeat.last_beat()).total_seconds() - age_s) < 5


def test_a_running_job_has_a_worker_regardless_of_reports():
    with job_lock(JOB):
        assert absence(JOB) is None


@pytest.mark.only_on("postgresql")
def test_the_newest_worker_counts_and_old_ones_are_forgotten():
    report(heartbeat.KEEP.total_seconds() + 1, "old")
    report(70, "first")
    heartbeat.beat("second")
    assert heartbeat.is_worker_running()
    assert set(WorkerHeartbeat.objects.values_list("worker", flat=True)) == {"first", "second"}


def test_a_worker_begins_with_a_report(monkeypatch):
    seen = []
    monkeypatch.setattr(heartbeat, "beat", seen.append)
    thread = heartbeat.HeartbeatThread("first")
    thread.has_ended.set()
    thread.start()
    thread.join()
    assert seen == ["first"]


def test_an_unreachable_database_does_not_end_the_reports(monkeypatch):
    def fail(worker):
        raise OperationalError("gone")

    monkeypatch.setattr(heartbeat, "beat", fail)
    thread = heartbeat.HeartbeatThread("first")
    thread.has_ended.set()
    # An error would end the thread with a warning, and a warning makes the test fail.
    thread.start()
    thread.join()


@pytest.fixture
def worker(monkeypatch):
    """A worker that makes no reports and no pauses."""
    monkeypatch.setattr(db_worker.HeartbeatThread, "start", lambda thread: None)
    monkeypatch.setattr(db_worker, "FIRST_PAUSE_S", 0)
    # The database connection of the test stays open.
    monkeypatch.setattr(db_worker, "connections", SimpleNamespace(close_all=lambda: None))
    return db_worker.PatientWorker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="first", excluded_queue_names=[],
    )  # fmt: skip


def test_a_worker_waits_for_the_database_and_continues(worker, monkeypatch, caplog):
    outcomes = [OperationalError("gone"), OperationalError("gone"), None]

    def run(self):
        if error := outcomes.pop(0):
            raise error

    monkeypatch.setattr(package_command.Worker.__mro__[1], "run", run)
    worker.run()
    assert outcomes == []
    assert "the database does not respond: gone" in caplog.text


def test_another_error_ends_the_worker(worker, monkeypatch):
    def run(self):
        raise ZeroDivisionError

    monkeypatch.setattr(package_command.Worker.__mro__[1], "run", run)
    with pytest.raises(ZeroDivisionError):
        worker.run()


def test_the_command_of_the_package_makes_a_patient_worker():
    assert package_command.Worker is db_worker.PatientWorker
