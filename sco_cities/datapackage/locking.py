"""Locks the stored records that a package may change, and registers them with the recorder of their history."""

from delegates.models import Delegate
from sco_cities.changes.locking import KeysByModel, lock_all
from sco_cities.changes.recorder import Recorder
from sco_cities.db.pk_queries import pk_in
from sco_cities.sources.models import Report

from .dump import subject_keys
from .natural_keys import StoredKeys
from .parse import Package
from .tables import PASSAGES


def lock_rows(package: Package, stored: StoredKeys) -> KeysByModel:
    """Locks the records that the package may change until the transaction ends. Returns their primary keys by model.

    Call it before reading anything that is compared with the package. It loads the keys of the records into `stored`.
    """
    keys = subject_keys(package)
    speakers = PASSAGES.by_name["speakers"]
    for row in package.rows.get(PASSAGES.name, ()):
        keys.update(speakers.references(row.values.get("speakers", ())))
    stored.load(keys)
    locked = stored.by_model(keys)
    if package.rows.get(PASSAGES.name):
        quoted = Delegate.objects.filter(pk_in(locked[Report], "passages__report"))
        locked[Delegate].update(quoted.values_list("pk", flat=True))
    lock_all(locked)
    return locked


def watch(package: Package, stored: StoredKeys, recorder: Recorder) -> None:
    """Locks the records and registers them with the recorder."""
    for model, keys in lock_rows(package, stored).items():
        recorder.watch(model, keys)
