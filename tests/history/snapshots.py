"""What tests of the history compare: records as documents, and changes made to them."""

from contextlib import contextmanager

from sco_cities.history import serialization
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.history.recorder import record_changes


def snapshot(record) -> dict | None:
    """All that a record says; None where it is not there."""
    return serialization.read_documents(type(record), [record.pk]).get(record.pk)


@contextmanager
def changing(*records, way=ChangeSource.EDIT, reason=""):
    """Notes in the history what happens to the records inside, as the work of a command."""
    with record_changes(way, reason=reason) as recorder:
        for record in records:
            recorder.watch(type(record), [record.pk])
        yield recorder


def edit(record, reason="", **values) -> ChangeSet:
    """Changes columns of a record; the change set."""
    with changing(record, reason=reason) as recorder:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return recorder.change_set


def created(make, *arguments, **values):
    """A record that the history knows from its beginning, and the change set."""
    with record_changes(ChangeSource.IMPORT) as recorder:
        record = make(*arguments, **values)
        recorder.note_created([record])
    return record, recorder.change_set
