"""The worker does periodic work between its jobs, and continues after an error in this work."""

import pytest
from django.db import OperationalError, ProgrammingError

from sco_cities.jobs import periodic
from sco_cities.jobs.management.commands import db_worker


def do_once() -> None:
    thread = periodic.PeriodicThread()
    thread.has_ended.set()
    thread.start()
    thread.join()


@pytest.fixture
def work(monkeypatch):
    """The list of registered work, which is empty at the start of the test."""
    work = []
    monkeypatch.setattr(periodic, "PERIODIC_WORK", work)
    monkeypatch.setattr(db_worker, "PERIODIC_WORK", work)
    return work


@pytest.mark.parametrize(
    ("error", "is_logged"),
    [(OperationalError("gone"), False), (ProgrammingError("wrong"), True), (KeyError("wrong"), True)],
)
def test_failing_work_does_not_prevent_other_work(error, is_logged, work, caplog):
    done = []

    def fail():
        raise error

    periodic.register(fail)
    periodic.register(lambda: done.append("the other"))
    do_once()
    assert done == ["the other"]
    assert [record.levelname for record in caplog.records] == (["ERROR"] if is_logged else [])


@pytest.mark.parametrize("has_work", [True, False])
def test_a_worker_starts_the_thread_only_if_there_is_work(has_work, work, monkeypatch):
    started = []
    monkeypatch.setattr(db_worker.HeartbeatThread, "start", lambda thread: None)
    monkeypatch.setattr(db_worker.PeriodicThread, "start", lambda thread: started.append(thread.name))
    monkeypatch.setattr(db_worker.db_worker.Worker.__mro__[1], "run", lambda worker: None)
    work += [print] * has_work
    worker = object.__new__(db_worker.PatientWorker)
    worker.worker_id, worker.running = "first", True
    worker.run()
    assert started == ["periodic"] * has_work
