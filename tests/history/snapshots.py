"""Helpers for tests of the history that read documents of records and record changes."""

import datetime
from contextlib import contextmanager

from sco_cities.changes.recorder import record_changes
from sco_cities.history import serialization
from sco_cities.history.models import ChangeSet, ChangeSource


def snapshot(record) -> dict | None:
    """The document of a record, or None if the record does not exist."""
    return serialization.read_documents(type(record), [record.pk]).get(record.pk)


@contextmanager
def recording(*records, source=ChangeSource.EDIT, reason=""):
    """Records the changes made to these records in the block, as a command does. Requires no evidence."""
    with record_changes(source, reason=reason) as recorder:
        recorder.evidence_stands = True
        for record in records:
            recorder.watch(type(record), [record.pk])
        yield recorder


def edit(record, reason="", **values) -> ChangeSet:
    """Changes columns of a record. Returns the change set."""
    with recording(record, reason=reason) as recorder:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return recorder.change_set


def create_recorded(make, *arguments, **values):
    """Creates a record and records its creation. Returns the record and the change set."""
    with record_changes(ChangeSource.IMPORT) as recorder:
        record = make(*arguments, **values)
        recorder.note_created([record])
    return record, recorder.change_set


def on_day(day: str, change_set: ChangeSet) -> None:
    """Moves a change set to a date in 2026, such as "01-31"."""
    made_at = datetime.datetime.fromisoformat(f"2026-{day}T12:00:00+00:00")
    ChangeSet.objects.filter(pk=change_set.pk).update(made_at=made_at)


def stored_on(day, *records) -> None:
    """Dates records to a day without recording a history, like SQL executed manually."""
    for record in records:
        moment = datetime.datetime.fromisoformat(f"2026-{day}T12:00:00+00:00")
        type(record).objects.filter(pk=record.pk).update(created_at=moment, updated_at=moment)
        record.refresh_from_db()
