"""The rows of a record's relation, of a stored record or of one in memory as it was on an earlier day."""

from collections.abc import Iterable

from django.db import models

from .base_models import Record


def own_rows(record: Record, name: str, *related: str) -> Iterable[models.Model]:
    """The rows of a relation with their `related` records; one query unless they are in memory already."""
    rows = getattr(record, name).all()
    is_read = name in getattr(record, "_prefetched_objects_cache", {})
    return rows if is_read or not related else rows.select_related(*related)
