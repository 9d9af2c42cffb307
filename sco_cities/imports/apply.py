"""Writing what a file changes: all of it as one change set, or nothing."""

from collections.abc import Callable, Iterable

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from sco_cities.datapackage.load import load
from sco_cities.datapackage.natural_keys import batches
from sco_cities.db.sqlite_cache_size import enlarged_sqlite_cache
from sco_cities.db.statement_timeout import no_statement_timeout
from sco_cities.history.locking import lock
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import Recorder
from sco_cities.sources.base_models import Record

from .row_result import ValidationResult
from .validate import ImportValidator


class ImportConflict(Exception):
    """The records are not any more what they were when the file was checked; nothing has been written."""

    def __init__(self):
        super().__init__(
            _("Records have changed since the file was checked. Nothing was imported. Check the file again.")
        )


def apply_import(
    examination: ImportValidator,
    findings: ValidationResult,
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
    with (
        no_statement_timeout(DEFAULT_DB_ALIAS),
        enlarged_sqlite_cache(DEFAULT_DB_ALIAS),
        transaction.atomic(),
    ):
        # All at once and not part by part, for locks are taken in one order. Rows that update anything else have
        # another fingerprint.
        _lock_records(examination.kind.model, findings.updated)
        recorder = Recorder(ChangeSource.IMPORT, user=user, reason=reason)
        done = 0
        for part in examination.parts():
            if any(row.mistakes for row in part.rows):
                raise ImportConflict
            load(part.package, recorder)
            done += len(part.rows)
            progress(done)
        if examination.findings.fingerprint != findings.fingerprint:
            raise ImportConflict
        finish(recorder.change_set)
    return recorder.change_set


def _lock_records(model: type[Record], slugs: Iterable[str]) -> None:
    keys: list[int] = []
    for some in batches(slugs):
        keys += model.objects.filter(slug__in=some).values_list("pk", flat=True)
    lock(model, keys)
