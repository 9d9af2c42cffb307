"""The model of the workers that run background jobs."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """A worker, and the time of its last report. On SQLite the table is empty (see `jobs.heartbeat`)."""

    worker = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        # The model has no admin page.
        default_permissions = ()

    def __str__(self):
        return f"{self.worker}: {self.seen_at}"
