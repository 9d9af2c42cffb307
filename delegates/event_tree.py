"""An event and those around it: what it is part of, and what its parts are, with how much came of each."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import PublicationState as Stage
from sco_cities.sources.related_records import list_url

from .models import Delegate, Event


@dataclass
class EventNode:
    """An event of a programme with its parts: how many delegates attended or spoke there; the page's own `is_here`."""

    event: Event
    delegates: int
    delegates_address: str
    is_here: bool
    parts: list["EventNode"] = field(default_factory=list)


def event_tree(state: IndexState, event: Event) -> EventNode | None:
    """What an event is part of, with all parts of that, and its own parts; None where it stands alone.

    Read with one query, in order of date.
    """
    around = Q(pk=event.pk) | Q(parent=event)
    if event.parent_id and event.parent.is_published:
        around |= Q(pk=event.parent_id) | Q(parent=event.parent_id)
    entries = {
        found.pk: EventNode(
            found,
            len(state.having("delegates", "event", found.pk)),
            list_url(Delegate, event=found.slug),
            found.pk == event.pk,
        )
        for found in Event.objects.filter(around & (Q(state=Stage.PUBLISHED) | Q(pk=event.pk))).for_mention()
    }
    tops, parts = [], defaultdict(list)
    for entry in entries.values():
        (parts[entry.event.parent_id] if entry.event.parent_id in entries else tops).append(entry)
    for key, entry in entries.items():
        entry.parts = parts[key]
    return tops[0] if len(entries) > 1 and tops else None
