"""The stored records that a package may change: held while it is written, and looked at by the history before."""

from collections import defaultdict

from delegates.models import Delegate
from sco_cities.db.pk_filter import pk_in
from sco_cities.history.locking import KeysByModel, lock_all
from sco_cities.history.recorder import Recorder

from .natural_keys import RECORD_MODELS, Stored
from .parse import Package
from .tables import PASSAGES, TABLES


def lock_rows(package: Package, stored: Stored) -> KeysByModel:
    """No curator writes to these records until the transaction ends; their keys, by kind.

    To be called before anything is read that the package is compared with. Loads what it finds into `stored`.
    """
    keys = set()
    for table in TABLES.values():
        for row in (*package.rows.get(table.name, ()), *package.removed.get(table.name, ())):
            keys.add(table.of_record(row.values))
    # Of rows whose cell could not be read, which is told elsewhere.
    keys.discard(None)
    speakers = PASSAGES.by_name["speakers"]
    for row in package.rows.get(PASSAGES.name, ()):
        keys.update(speakers.names(row.values.get("speakers", ())))
    stored.load(keys)
    held: KeysByModel = defaultdict(set)
    for collection, slug in keys:
        if (collection, slug) in stored:
            held[RECORD_MODELS[collection]].add(stored.pk((collection, slug)))
    if package.rows.get(PASSAGES.name):
        reports = held[RECORD_MODELS["reports"]]
        speaking = Delegate.objects.filter(pk_in(reports, "passages__report"))
        held[Delegate].update(speaking.values_list("pk", flat=True))
    lock_all(held)
    return held


def watch(package: Package, stored: Stored, recorder: Recorder) -> None:
    """Holds the records, and has the history look at them."""
    for model, keys in lock_rows(package, stored).items():
        recorder.watch(model, keys)
