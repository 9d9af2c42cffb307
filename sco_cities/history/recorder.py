"""Noting in the history what happens to records."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Model

from sco_cities.db.bulk_insert import insert_rows
from sco_cities.sources.base_models import Record

from . import delta, serialization
from .models import Action, ChangeSet, ChangeSource, Revision
from .references import records_referencing
from .serialization import Document

# Of the rows that `_changed` and `_new` give.
_COLUMNS = ("content_type_id", "object_id", "action", "slug", "state_before", "state", "changes")


class Recorder:
    """Compares what records say before and after something is done to them, and writes down the difference.

    `watch` comes before the deed for records that are there, `note_created` after it for new ones; `write`
    ends it. All of it belongs into the transaction of the deed. Where nothing has changed nothing is written,
    and `change_set` stays None.
    """

    def __init__(self, way: ChangeSource, *, user=None, reason: str = "", reverts: ChangeSet | None = None):
        self.change_set: ChangeSet | None = None
        self._new_set = ChangeSet(
            way=way,
            made_by=user,
            made_by_name=user.get_username() if user else "",
            reason=reason,
            reverts=reverts,
        )
        self._before: dict[type[Record], dict[int, Document]] = defaultdict(dict)
        self._created: dict[type[Record], dict[int, Record]] = defaultdict(dict)

    def give_reason(self, reason: str) -> None:
        """Sets the reason, where it is known only after the deed has begun."""
        self._new_set.reason = reason

    def watch(self, model: type[Record], keys: Iterable[int]) -> None:
        """Reads what these records say now, unless they are watched already."""
        new = [key for key in keys if key not in self._before[model] and key not in self._created[model]]
        self._before[model] |= serialization.read_documents(model, new)

    def watch_naming(self, model: type[Model], keys: Collection[int]) -> None:
        """Watches the records that name one of these, which others will name otherwise or no more."""
        for other, naming in records_referencing(model, keys).items() if keys else ():
            self.watch(other, naming)

    def take(self, model: type[Record], documents: Mapping[int, Document]) -> None:
        """Watches records of which somebody has just read what they say: these documents."""
        self._before[model] |= {
            key: each for key, each in documents.items() if key not in self._before[model]
        }

    def before(self, record: Record) -> Document:
        """What a watched record said."""
        return self._before[type(record)][record.pk]

    def note_created(self, records: Collection[Record]) -> None:
        """Tells of records that have been created."""
        for record in records:
            self._created[type(record)][record.pk] = record

    def write(self) -> ChangeSet | None:
        """Writes down what has happened since the last call, all of it in one change set."""
        rows = [
            *(row for model in self._before for row in self._changed(model)),
            *(row for model in self._created for row in self._new(model)),
        ]
        self._before.clear()
        self._created.clear()
        if rows:
            if self.change_set is None:
                self._new_set.save()
                self.change_set = self._new_set
            insert_rows(Revision, ("change_set_id", *_COLUMNS), ((self.change_set.pk, *row) for row in rows))
        return self.change_set

    def _changed(self, model: type[Record]) -> Iterator[tuple]:
        watched = self._before[model]
        now = serialization.read_documents(model, list(watched))
        kind = ContentType.objects.get_for_model(model).pk
        for key, before in watched.items():
            after = now.get(key)
            if found := delta.diff(before, after):
                action = Action.DELETED if after is None else Action.CHANGED
                state = "" if after is None else after["state"]
                yield kind, key, action.value, (after or before)["slug"], before["state"], state, found

    def _new(self, model: type[Record]) -> Iterator[tuple]:
        kind = ContentType.objects.get_for_model(model).pk
        for key, record in self._created[model].items():
            yield kind, key, Action.CREATED.value, record.slug, "", str(record.state), {}


@contextmanager
def record_changes(
    way: ChangeSource, *, user=None, reason: str = "", reverts: ChangeSet | None = None
) -> Iterator[Recorder]:
    """A transaction whose doings are written into the history when it ends."""
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        recorder = Recorder(way, user=user, reason=reason, reverts=reverts)
        yield recorder
        recorder.write()
