"""`manage.py housekeeping` deletes data after its retention period, and not earlier."""

import datetime
import errno
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sco_cities.accounts import security_log
from sco_cities.accounts.models import SecurityEvent, SecurityEventKind
from sco_cities.imports.models import ImportJob
from sco_cities.intake.models import Intake
from sco_cities.intake.reception import receive
from sco_cities.jobs import housekeeping
from sco_cities.jobs.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


def ago(**age) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(**age)


def run() -> list[str]:
    output = StringIO()
    call_command("housekeeping", stdout=output, stderr=output)
    return output.getvalue().splitlines()


def make_session(name: str, **age) -> None:
    Session.objects.create(session_key=name, session_data="", expire_date=ago(**age))


def make_attempt(name: str, **age) -> None:
    attempt = AccessAttempt.objects.create(username=name, failures_since_start=5)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=ago(**age))


def make_event(name: str, **age) -> None:
    SecurityEvent.objects.create(at=ago(**age), kind=SecurityEventKind.LOGIN, account=name)


def make_result(name: str, status: str = "SUCCESSFUL", **age) -> None:
    DBTaskResult.objects.create(
        status=status, finished_at=ago(**age), args_kwargs={}, task_path=name, backend_name="default", run_after=ago(),
        exception_class_path="", traceback="",
    )  # fmt: skip


def make_import(name: str, **age) -> None:
    ImportJob.objects.create(kind="themes", file_name=name, packed=b"", made_at=ago(**age))


def make_text(name: str, **age) -> None:
    intake = receive(f"A text that is called {name}.", user=None, title=name)
    Intake.objects.filter(pk=intake.pk).update(purge_on=ago(**age).date())


def left() -> dict[str, list[str]]:
    """Returns the names of the remaining data by kind."""
    named = {
        "sessions": Session.objects.values_list("session_key"),
        "attempts": AccessAttempt.objects.values_list("username"),
        "events": SecurityEvent.objects.values_list("account"),
        "results": DBTaskResult.objects.values_list("task_path"),
        "imports": ImportJob.objects.values_list("file_name"),
        "texts": Intake.objects.exclude(text="").values_list("title"),
    }
    return {kind: sorted(name for (name,) in names) for kind, names in named.items()}


def test_old_data_is_deleted_and_counted_and_newer_data_stays():
    # New data is created first, because a new text causes the deletion of old texts.
    for name, extra in (("new", -1), ("old", 1)):
        make_session(name, hours=extra)
        make_attempt(name, minutes=15 + extra)
        make_event(name, days=security_log.KEPT_DAYS + extra)
        make_result(name, days=30 + extra)
        make_import(name, days=30 + extra)
        make_text(name, days=extra)
    make_result("waiting", status="READY", days=99)
    lines = run()
    assert left() == {kind: ["new"] for kind in left()} | {"results": ["new", "waiting"]}
    assert lines == [
        "ended lockouts: 1 deleted",
        "entries of the change log: 0 deleted",
        "events of the security log: 1 deleted",
        "expired sessions: 1 deleted",
        "heartbeats of workers: 0 deleted",
        "old imports and their rows: 1 deleted",
        "old releases: 0 deleted",
        "open forms: 0 deleted",
        "results of background jobs: 1 deleted",
        "subscriptions that were not confirmed: 0 deleted",
        "texts of reports: 1 deleted",
        "unsaved forms: 0 deleted",
    ]
    assert all(line.endswith(": 0 deleted") for line in run())


def test_a_job_that_has_lost_its_worker_is_not_treated_as_running_for_ever():
    for name, hours in (("lost", 25), ("at work", 23)):
        make_result(name, status="RUNNING", days=-1)
        DBTaskResult.objects.filter(task_path=name).update(started_at=ago(hours=hours), finished_at=None)
    assert "results of background jobs: 1 deleted" in run()
    assert left()["results"] == ["at work"]


@pytest.mark.only_on("postgresql")
def test_heartbeats_of_workers_that_ended_long_ago_are_deleted():
    for name, hours in (("old", 25), ("new", 23)):
        WorkerHeartbeat.objects.create(worker=name, seen_at=ago(hours=hours))
    assert "heartbeats of workers: 1 deleted" in run()
    assert WorkerHeartbeat.objects.get().worker == "new"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "error, reason",
    [
        (OperationalError("database is locked\nand more"), "database is locked"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/2026-01-31"), "/srv/2026-01-31: Permission denied"),
        (OSError("no more"), "no more"),
    ],
    ids=["database", "file", "system"],
)  # fmt: skip
def test_a_failed_deletion_does_not_prevent_other_deletions(error, reason, monkeypatch):
    def fail():
        raise error

    make_session("old", hours=1)
    monkeypatch.setitem(housekeeping._TASKS, "ended lockouts", fail)
    output = StringIO()
    with pytest.raises(CommandError, match=r"^Not deleted: ended lockouts\.$"):
        call_command("housekeeping", stdout=StringIO(), stderr=output)
    assert output.getvalue() == f"ended lockouts: {reason}\n"
    assert not Session.objects.exists()
