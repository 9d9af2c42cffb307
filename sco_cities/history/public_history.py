"""The history of a record as its readers see it: what changed while it was published, and why; not by whom."""

from dataclasses import dataclass

from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState, Record

from .record_history import HistoryEntry, history_entries

# The page of a record shows so many changes.
MAX_SHOWN = 20


@dataclass
class PublicHistory:
    """The newest changes of a record, and how many there are in all."""

    told: list[HistoryEntry]
    count: int


def public_history(record: Record) -> PublicHistory:
    """What readers could see change. Of what was written while they could not, they get only the result."""
    seen = Revision.objects.of(record).seen_by_readers().select_related("change_set", "content_type")
    newest = list(seen[: MAX_SHOWN + 1])
    count = len(newest) if len(newest) <= MAX_SHOWN else seen.count()
    newest = newest[:MAX_SHOWN]
    for revision in newest:
        if not revision.state_before == revision.state == PublicationState.PUBLISHED:
            revision.changes = {name: each for name, each in revision.changes.items() if name == "state"}
    return PublicHistory(history_entries(newest, to_readers=True), count)
