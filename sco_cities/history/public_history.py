"""The history of a record as its readers see it: what changed while it was published, and why; not by whom."""

from dataclasses import dataclass

from sco_cities.history.models import Revision
from sco_cities.sources.base_models import Record, State

from .record_history import Told, told

# The page of a record shows so many changes.
SHOWN = 20


@dataclass
class ReadersHistory:
    """The newest changes of a record, and how many there are in all."""

    told: list[Told]
    count: int


def history_for_readers(record: Record) -> ReadersHistory:
    """What readers could see change. Of what was written while they could not, they get only the result."""
    seen = Revision.objects.of(record).seen_by_readers().select_related("change_set", "content_type")
    newest = list(seen[: SHOWN + 1])
    count = len(newest) if len(newest) <= SHOWN else seen.count()
    newest = newest[:SHOWN]
    for revision in newest:
        if not revision.state_before == revision.state == State.PUBLISHED:
            revision.changes = {name: each for name, each in revision.changes.items() if name == "state"}
    return ReadersHistory(told(newest, to_readers=True), count)
