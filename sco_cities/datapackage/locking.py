"""Locks the stored records that a package may change, and records their history."""

from collections import defaultdict

from delegates.models import Delegate
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import KeysByModel, lock_all
from sco_cities.history.recorder import Recorder

from .natural_keys import RECORD_MODELS, StoredKeys
from .parse import Package
from .tables import PASSAGES, TABLES


def lock_rows(package: Package, stored: StoredKeys) -> KeysByModel:
    """Locks the records that the package may change until the transaction ends; returns their keys by model.

    Call it before reading anything that the package is compared with. Loads the records into `stored`.
    """
    keys = set()
    for table in TABLES.values():
        for row in (*package.rows.get(table.name, ()), *package.removed.get(table.name, ())):
            keys.add(table.subject_key(row.values))
    # From rows with an unreadable cell, which are reported elsewhere.
    keys.discard(None)
    speakers = PASSAGES.by_name["speakers"]
    for row in package.rows.get(PASSAGES.name, ()):
        keys.update(speakers.references(row.values.get("speakers", ())))
    stored.load(keys)
    locked: KeysByModel = defaultdict(set)
    for collection, slug in keys:
        if (collection, slug) in stored:
            locked[RECORD_MODELS[collection]].add(stored.pk((collection, slug)))
    if package.rows.get(PASSAGES.name):
        reports = locked[RECORD_MODELS["reports"]]
        quoted = Delegate.objects.filter(pk_in(reports, "passages__report"))
        locked[Delegate].update(quoted.values_list("pk", flat=True))
    lock_all(locked)
    return locked


def watch(package: Package, stored: StoredKeys, recorder: Recorder) -> None:
    """Locks the records, and has the recorder watch them."""
    for model, keys in lock_rows(package, stored).items():
        recorder.watch(model, keys)
