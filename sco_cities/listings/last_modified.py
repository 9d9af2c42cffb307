"""The time of the latest change to the records of a list."""

import datetime
from itertools import islice

from django.db.models import Max

from sco_cities.db.columnar_query import InKeys

from .result_set import ResultSet

# Up to this many records the latest is queried by their keys; of more, one of the latest of all is soon among them.
MAX_KEYS = 1_000
# If only old records match, the search among the latest of all stops after this many keys per matching record.
MAX_SCANNED_PER_KEY = 10
# Mostly one of the first few matches.
_CHUNK_SIZE = 200


def last_modified(result_set: ResultSet) -> datetime.datetime | None:
    """The time of the latest change to any record of `result_set`; None if it is empty."""
    if not result_set.count():
        return None
    records = result_set.listing.records()
    keys = result_set.keys
    if len(keys) > MAX_KEYS:
        # Of all records, since this order has a database index: sorting the published ones took 60 ms for 100,000.
        model = result_set.listing.indexed_model.model
        stored = model._base_manager.using(records.db).order_by("-updated_at")
        rows = stored.values_list("pk", "updated_at").iterator(chunk_size=_CHUNK_SIZE)
        latest = islice(rows, MAX_SCANNED_PER_KEY * len(keys))
        first = next((updated_at for key, updated_at in latest if key in keys), None)
        if first is not None:
            return first
    return records.filter(InKeys.of("pk", keys)).aggregate(newest=Max("updated_at"))["newest"]
