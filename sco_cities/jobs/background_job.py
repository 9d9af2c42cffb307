"""The base model of all background jobs. It stores the stage, progress and failure of a job, and starts the work."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from sco_cities.core.exceptions import Refused

from . import job_lock
from .heartbeat import WorkerAbsence, absence
from .job_lock import JobAlreadyRunning, Progress

try:
    from django.tasks import task
except ImportError:  # For Django before version 6.
    from django_tasks import task

__all__ = ["task"]

# Time allowed for the worker to lock a job after it has taken the task.
STARTUP_GRACE = timedelta(seconds=10)


log = logging.getLogger(__name__)
# By default, Python starts a garbage collection after 700 new objects, and a collection of most objects after 70,000.
NEW_OBJECTS, YOUNG, OLD = 100_000, 20, 20


class BackgroundJob(models.Model):
    """A job that runs in a request or in the worker, and makes all its changes or none.

    A subclass has the fields `stage` and `message`, and `done` if it shows progress. TASK is the path of the background
    task, which takes the primary key. Only the process that holds the lock changes the stage, so a job is shown in
    progress only while its process runs.
    """

    TASK: ClassVar[str]
    RUNNING_STAGES: ClassVar[tuple[str, ...]]
    FAILED: ClassVar[str] = "failed"
    INTERRUPTED: ClassVar = gettext_lazy("The operation was interrupted; nothing was changed. Try again.")

    made_at = models.DateTimeField(gettext_lazy("date and time"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("account"),
    )

    class Meta:
        abstract = True

    @property
    def is_in_progress(self) -> bool:
        return self.stage in self.RUNNING_STAGES

    @property
    def rows_done(self) -> int:
        """The number of finished rows, visible even before the job's transaction ends."""
        return job_lock.rows_done(self, self.done)

    @property
    def worker_absence(self) -> WorkerAbsence | None:
        """The WorkerAbsence that explains why the job makes no progress, or None."""
        return absence(self)

    @property
    def is_waiting(self) -> bool:
        """True if the job is waiting for the worker, or the worker has just started the job."""
        not_started = Q(status="READY") | Q(status="RUNNING", started_at__gt=timezone.now() - STARTUP_GRACE)
        waiting = DBTaskResult.objects.filter(not_started, task_path=import_string(self.TASK).module_path)
        return any(given["args"] == [self.pk] for given in waiting.values_list("args_kwargs", flat=True))

    def is_stopped(self) -> bool:
        """Returns True if the process of the job has died. Its unfinished work was rolled back."""
        if not self.is_in_progress or self.is_waiting or job_lock.is_running(self):
            return False
        # Reads the stage again, because the job may just have ended, with or without success.
        self.refresh_from_db()
        return self.is_in_progress

    def mark_if_stopped(self) -> None:
        """Sets the unsaved stage of an interrupted job to failed. The next attempt changes the stored stage."""
        if self.is_stopped():
            for name, value in self.failure([str(self.INTERRUPTED)]).items():
                setattr(self, name, value)

    def failure(self, reasons: list[str]) -> dict[str, object]:
        """Returns the field values for a job that has failed for these reasons."""
        return {"stage": self.FAILED, "message": " ".join(reasons)}

    def fail(self, *reasons: object) -> None:
        """Marks the job as failed and stores the reasons."""
        type(self)._base_manager.filter(pk=self.pk).update(**self.failure([*map(str, reasons)]))
        self.refresh_from_db()

    def enqueue(self) -> None:
        """Queues the work for the worker."""
        import_string(self.TASK).enqueue(self.pk)

    def start(
        self, work: Callable[[Self, Progress], None], startable: models.QuerySet, *, in_background: bool, **values
    ) -> bool:  # fmt: skip
        """Stores `values` in the job, then does the work or queues it for the worker.

        Returns False if the work is already running or queued, or if the job is not in the queryset `startable`. An
        interrupted job can be started again.
        """
        try:
            with job_lock.job_lock(self) as progress:
                # Checks the stage under the lock, because another process could otherwise change it at any moment.
                if self.is_waiting:
                    startable = startable.exclude(stage__in=self.RUNNING_STAGES)
                with transaction.atomic():
                    if not startable.filter(pk=self.pk).update(**values):
                        return False
                    if in_background:
                        self.enqueue()
                self.refresh_from_db()
                if not in_background:
                    work(self, progress)
        except JobAlreadyRunning:
            return False
        return True

    @classmethod
    def run(cls, number: int, work: Callable[[Self, Progress], None]) -> None:
        """Does the work of the job with this primary key, if it is in progress and no other process is running it."""
        job = cls._base_manager.filter(pk=number).first()
        if job is None:
            return
        with relaxed_gc(), suppress(JobAlreadyRunning), job_lock.job_lock(job) as progress:
            job.refresh_from_db()
            if job.is_in_progress:
                work(job, progress)

    @contextmanager
    def storing_failures(self) -> Iterator[None]:
        """Stores the reason if the work in the block fails, in the job's `language`. Re-raises unexpected errors."""
        with translation.override(self.language):
            try:
                yield
            except Refused as refused:
                self.fail(*refused.reasons)
            except DatabaseError as error:
                log.exception("%s %s", type(self).__name__, self.pk)
                sentence = _("The database rejected the change; nothing was changed: %(error)s")
                self.fail(sentence % {"error": error})
            except Exception:
                log.exception("%s %s", type(self).__name__, self.pk)
                self.fail(
                    _("An internal error occurred; nothing was changed. Try again or ask an administrator.")
                )
                raise


@contextmanager
def relaxed_gc() -> Iterator[None]:
    """Collects garbage rarely, because few of a job's millions of objects are in cycles, and many are long-lived.

    Must be used only in the worker, which runs one job at a time. The setting is global to the process. With several
    threads, the last thread to finish could restore another thread's setting.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, YOUNG, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
