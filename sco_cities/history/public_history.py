"""The history of a record for readers: its publication, what changed since and why, but not who changed it."""

import datetime
from dataclasses import dataclass

from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState, Record

from .record_history import HistoryEntry, history_entries

# Changes shown on the page of a record.
MAX_ENTRIES = 20


@dataclass
class PublicHistory:
    """When a record was first published, its newest changes since then, and their total number.

    `published_at` is None for a record that readers have never seen.
    """

    published_at: datetime.datetime | None
    entries: list[HistoryEntry]
    count: int

    @property
    def changed_at(self) -> datetime.datetime | None:
        """The time of the last change since publication; None without one. The first load is no change."""
        return self.entries[0].revision.change_set.made_at if self.entries else None


def public_history(record: Record, until: datetime.datetime | None = None) -> PublicHistory:
    """Changes that readers could see, before a moment if it is given.

    Of a revision that starts or ends publication only the state is shown.
    """
    visible = Revision.objects.of(record).seen_by_readers().select_related("change_set", "content_type")
    if until is not None:
        visible = visible.filter(change_set__made_at__lt=until)
    newest = list(visible[: MAX_ENTRIES + 2])
    is_complete = len(newest) <= MAX_ENTRIES + 1
    count = len(newest) if is_complete else visible.count()
    first = (newest or [None])[-1] if is_complete else visible.last()
    # A record that was stored before the first revision has none for its publication.
    published_at = record.created_at if first or record.is_published else None
    if first and first.state_before != PublicationState.PUBLISHED:
        published_at = first.change_set.made_at
        count -= 1
    newest = newest[: min(count, MAX_ENTRIES)]
    for revision in newest:
        if not revision.state_before == revision.state == PublicationState.PUBLISHED:
            revision.changes = {name: change for name, change in revision.changes.items() if name == "state"}
    return PublicHistory(published_at, history_entries(newest, for_readers=True), count)
