"""Holding records while they are written to: whoever locks several takes them in one order, so that no two wait for
each other. The order is that of the kinds, and by key within a kind.
"""

from collections.abc import Collection, Mapping

from django.db import OperationalError, models, transaction

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record, record_models

from .references import records_referencing

KeysByModel = dict[type[Record], set[int]]

# So often what names a record is locked anew, because it has become more until it was.
ATTEMPTS = 5


def lock(model: type[models.Model], keys: Collection[int], *, are_going: bool = False) -> None:
    """No curator writes to these records until the transaction ends; what they say is to be read after this.

    Others may still name them, and need not wait to do so, unless they `are_going`.
    """
    locked = model._base_manager.select_for_update(no_key=not are_going).filter(pk_in(keys)).order_by("pk")
    for _key in locked.values_list("pk", flat=True).iterator():
        pass


def lock_all(records: Mapping[type[Record], Collection[int]], *, are_going: bool = False) -> None:
    """The same for records of several kinds, given as keys by kind."""
    for model in record_models():
        if keys := records.get(model):
            lock(model, keys, are_going=are_going)


def lock_with_references(
    model: type[models.Model], keys: Collection[int], records: KeysByModel
) -> KeysByModel:
    """Locks `records`, and all that name the rows of `model` with these keys, which are going; all that, by kind.

    Until they are locked, more may have come to name them. Those would be locked out of order: so all locks are
    given back, and taken again. OperationalError where that goes on and on.
    """
    touched = with_references(model, keys, records)
    for _attempt in range(ATTEMPTS):
        before = transaction.savepoint()
        lock_all(touched, are_going=True)
        now = with_references(model, keys, records)
        if all(some <= touched.get(kind, set()) for kind, some in now.items()):
            transaction.savepoint_commit(before)
            return now
        transaction.savepoint_rollback(before)
        touched = now
    raise OperationalError("Others name the records faster than these can be locked.")


def with_references(model: type[models.Model], keys: Collection[int], records: KeysByModel) -> KeysByModel:
    """`records`, and all that name the rows of `model` with these keys, by kind."""
    found = {kind: set(some) for kind, some in records.items()}
    for kind, naming in records_referencing(model, keys).items():
        found[kind] = found.get(kind, set()) | naming
    return found
