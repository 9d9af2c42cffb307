"""Row locks on records. To prevent deadlocks, all writers lock rows in order of model and primary key."""

from collections.abc import Collection, Mapping

from django.db import OperationalError, models, transaction

from sco_cities.db.pk_queries import pk_in
from sco_cities.history.references import records_referencing
from sco_cities.sources.base_models import Record, record_models

KeysByModel = dict[type[Record], set[int]]

# Maximum attempts to lock records and references. Other transactions may add references during an attempt.
ATTEMPTS = 5


def lock(model: type[models.Model], keys: Collection[int], *, for_delete: bool = False) -> None:
    """Locks the rows until the transaction ends. The caller must read the values after locking.

    Other transactions can still insert references to the rows immediately, except if `for_delete` is set.
    """
    locked = model._base_manager.select_for_update(no_key=not for_delete).filter(pk_in(keys)).order_by("pk")
    for _key in locked.values_list("pk", flat=True).iterator():
        pass


def lock_all(records: Mapping[type[Record], Collection[int]], *, for_delete: bool = False) -> None:
    """Locks records of several models. `records` contains primary keys by model."""
    for model in record_models():
        if keys := records.get(model):
            lock(model, keys, for_delete=for_delete)


def lock_with_references(
    model: type[models.Model], keys: Collection[int], records: KeysByModel
) -> KeysByModel:
    """Locks `records` and all records that reference rows of `model` that will be deleted.

    Returns the locked keys by model. If another transaction adds a reference, all locks are released and taken again,
    because an additional lock would break the lock order. Raises OperationalError after ATTEMPTS attempts.
    """
    targets = with_references(model, keys, records)
    for _attempt in range(ATTEMPTS):
        with transaction.atomic():
            lock_all(targets, for_delete=True)
            current = with_references(model, keys, records)
            if all(locked <= targets.get(owner_model, set()) for owner_model, locked in current.items()):
                return current
            transaction.set_rollback(True)
        targets = current
    raise OperationalError("New references to the records appear faster than they can be locked.")


def with_references(model: type[models.Model], keys: Collection[int], records: KeysByModel) -> KeysByModel:
    """Returns `records` and all records that reference these rows of `model`, as primary keys by model."""
    result = {owner_model: set(owners) for owner_model, owners in records.items()}
    for owner_model, owners in records_referencing(model, keys).items():
        result[owner_model] = result.get(owner_model, set()) | owners
    return result
