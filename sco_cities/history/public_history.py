"""The history of a record for readers: what changed while it was published and why, but not who changed it."""

from dataclasses import dataclass

from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState, Record

from .record_history import HistoryEntry, history_entries

# Changes shown on the page of a record.
MAX_ENTRIES = 20


@dataclass
class PublicHistory:
    """The newest changes of a record, and the total number of changes."""

    entries: list[HistoryEntry]
    count: int


def public_history(record: Record) -> PublicHistory:
    """Changes that readers could see. Of a revision that starts or ends publication only the state is shown."""
    visible = Revision.objects.of(record).seen_by_readers().select_related("change_set", "content_type")
    newest = list(visible[: MAX_ENTRIES + 1])
    count = len(newest) if len(newest) <= MAX_ENTRIES else visible.count()
    newest = newest[:MAX_ENTRIES]
    for revision in newest:
        if not revision.state_before == revision.state == PublicationState.PUBLISHED:
            revision.changes = {name: change for name, change in revision.changes.items() if name == "state"}
    return PublicHistory(history_entries(newest, for_readers=True), count)
