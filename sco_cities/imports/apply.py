"""Writing what a file changes: all of it as one change set, or nothing."""

from collections.abc import Callable, Iterable

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from sco_cities.datapackage.load import write
from sco_cities.datapackage.natural_keys import batches
from sco_cities.db.sqlite_cache_size import much_room
from sco_cities.db.statement_timeout import no_time_limit
from sco_cities.history.locking import lock
from sco_cities.history.models import ChangeSet, Way
from sco_cities.history.recorder import Recorder
from sco_cities.sources.base_models import Record

from .row_result import Findings
from .validate import Examination


class Changed(Exception):
    """The records are not any more what they were when the file was checked; nothing has been written."""

    def __init__(self):
        super().__init__(
            _("Records have changed since the file was checked; nothing was changed. Check it anew.")
        )


def apply(
    examination: Examination,
    findings: Findings,
    *,
    user=None,
    reason: str = "",
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[ChangeSet | None], None] = lambda change_set: None,
) -> ChangeSet | None:
    """Writes what an earlier examination of the file came to, whose `findings` these are; Changed if it is not so.

    Everything is one transaction, a few thousand rows at a time. `progress` is told how many are done, and `finish`
    is called at the end, in the transaction.
    """
    with no_time_limit(DEFAULT_DB_ALIAS), much_room(DEFAULT_DB_ALIAS), transaction.atomic():
        # All at once and not part by part, for locks are taken in one order. Rows that update anything else have
        # another fingerprint.
        _hold(examination.kind.model, findings.updated)
        recorder = Recorder(Way.IMPORT, user=user, reason=reason)
        done = 0
        for part in examination.parts():
            if any(row.mistakes for row in part.rows):
                raise Changed
            write(part.package, recorder)
            done += len(part.rows)
            progress(done)
        if examination.findings.fingerprint != findings.fingerprint:
            raise Changed
        finish(recorder.change_set)
    return recorder.change_set


def _hold(model: type[Record], slugs: Iterable[str]) -> None:
    keys: list[int] = []
    for some in batches(slugs):
        keys += model.objects.filter(slug__in=some).values_list("pk", flat=True)
    lock(model, keys)
