"""If two writes run at the same time or a write is killed, records are written once and completely, or not at all."""

import os
import signal
import threading

import pytest
from django.db import connections

from initiatives.models import Initiative
from sco_cities.core.exceptions import Refused
from sco_cities.history.models import ChangeSet
from sco_cities.intake.models import Intake
from sco_cities.intake.writing import apply
from sco_cities.sources.models import Evidence, Report

from .reports import ABOUT, MEMORANDUM, accept_all, read_report, summarise

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("places")]


def ready() -> Intake:
    intake = read_report(MEMORANDUM, **ABOUT)
    accept_all(intake)
    summarise(intake)
    return intake


def write_at_once(*intakes: Intake) -> list:
    """Writes intakes in parallel threads. Returns the change set, None or the exception of each write."""
    start, results = threading.Barrier(len(intakes)), []

    def run(key: int) -> None:
        start.wait()
        try:
            results.append(apply.write(Intake.objects.get(pk=key)))
        except Refused as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[intake.pk]) for intake in intakes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_writes_of_an_intake_write_it_once():
    intake = ready()
    results = write_at_once(intake, intake)
    assert sorted(result is None for result in results) == [False, True]
    assert (ChangeSet.objects.count(), Report.objects.count(), Initiative.objects.count()) == (1, 1, 2)


def test_of_two_intakes_of_one_page_only_one_is_written():
    results = write_at_once(ready(), ready())
    assert sorted(type(result).__name__ for result in results) == ["ChangeSet", "Refused"]
    assert (Report.objects.count(), Initiative.objects.count()) == (1, 2)


def test_a_write_that_is_killed_leaves_nothing(monkeypatch):
    intake = ready()
    monkeypatch.setattr(apply.Recorder, "write", lambda _recorder: os.kill(os.getpid(), signal.SIGKILL))
    connections.close_all()
    process = os.fork()
    if process == 0:
        try:
            apply.write(intake)
        finally:
            os._exit(0)
    _process, status = os.waitpid(process, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not Report.objects.exists() and not Evidence.objects.exists() and not Initiative.objects.exists()
    monkeypatch.undo()
    assert apply.write(Intake.objects.get())
