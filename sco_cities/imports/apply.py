"""Applies a validated file in one transaction, as one change set."""

from collections.abc import Callable, Iterable, Mapping

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from sco_cities.changes.locking import lock_all
from sco_cities.changes.recorder import Recorder
from sco_cities.core.exceptions import Refused
from sco_cities.datapackage.load import load
from sco_cities.datapackage.natural_keys import StoredKeys
from sco_cities.db.connections import enlarged_sqlite_cache, no_statement_timeout
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.sources.base_models import Record

from .row_result import RowResult, ValidationResult
from .validate import ImportValidator


def apply_import(
    validator: ImportValidator,
    expected: ValidationResult,
    *,
    user=None,
    reason: str = "",
    evidence_stands: bool = False,
    confirmed: Mapping[str, Iterable[str]] | None = None,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[ChangeSet | None], None] = lambda change_set: None,
) -> ChangeSet | None:
    """Validates the file again and writes its changes. Raises Refused if the result differs from `expected`.

    Also raises Refused if published records get values without evidence, unless existing evidence was confirmed for all
    of them (`evidence_stands`) or for each of them (`confirmed`, by slug). A check lists these values.

    Everything is one transaction, in batches of a few thousand rows. `progress` is called with the number of rows done,
    and `finish` at the end of the transaction.
    """
    with (
        no_statement_timeout(DEFAULT_DB_ALIAS),
        enlarged_sqlite_cache(DEFAULT_DB_ALIAS),
        transaction.atomic(),
    ):
        # All records are locked at the start, not by batch, to keep the order of locks. If the file now updates other
        # records, the fingerprint is different.
        stored, keys = StoredKeys(), [(validator.kind.name, slug) for slug in expected.updated]
        stored.load(keys)
        lock_all(stored.by_model(keys))
        recorder = Recorder(
            ChangeSource.IMPORT, user=user, reason=reason, evidence_stands=evidence_stands, sets_dates=True
        )
        for slug, names in (confirmed or {}).items():
            recorder.confirm(validator.kind.model, slug, names)
        done = 0
        for batch in validator.batches():
            right = [row for row in batch.rows if not row.errors]
            if len(right) < len(batch.rows) and not validator.with_preview:
                raise _changed()
            _note_cited(validator.kind.model, right, recorder)
            try:
                load(batch.package, recorder)
            except Refused as error:
                raise _changed() from error
            done += len(batch.rows)
            progress(done)
        if validator.result.fingerprint != expected.fingerprint:
            raise _changed()
        finish(recorder.change_set)
    return recorder.change_set


def _changed() -> Refused:
    return Refused(
        _("Records have changed since the file was checked. Nothing was imported. Check the file again."),
        is_stale=True,
    )


def _note_cited(model: type[Record], rows: Iterable[RowResult], recorder: Recorder) -> None:
    """Notes the evidence that rows cite for changed values, even if the records already have it."""
    for row in rows:
        if row.evidence and not row.is_new:
            report = row.evidence[0].rpartition("#")[0]
            for name in set(row.evidence[1]).intersection(model.own_evidence):
                recorder.note_cited(model, row.slug, name, report)
