"""Helpers for tests of the history: documents of records, and recorded changes."""

from contextlib import contextmanager

from sco_cities.history import serialization
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import record_changes


def snapshot(record) -> dict | None:
    """The document of a record; None if it does not exist."""
    return serialization.read_documents(type(record), [record.pk]).get(record.pk)


@contextmanager
def recording(*records, way=ChangeSource.EDIT, reason=""):
    """Records the changes to these records in the block, as a command does."""
    with record_changes(way, reason=reason) as recorder:
        for record in records:
            recorder.watch(type(record), [record.pk])
        yield recorder


def edit(record, reason="", **values) -> ChangeSet:
    """Changes columns of a record; returns the change set."""
    with recording(record, reason=reason) as recorder:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return recorder.change_set


def create_recorded(make, *arguments, **values):
    """A record whose creation is recorded, and the change set."""
    with record_changes(ChangeSource.IMPORT) as recorder:
        record = make(*arguments, **values)
        recorder.note_created([record])
    return record, recorder.change_set
