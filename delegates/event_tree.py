"""The tree of an event: its parent, the other parts of the parent, and its own parts."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from sco_cities.facet_index.state import IndexState
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.related_records import list_url

from .models import Delegate, Event


@dataclass
class EventNode:
    """An event with its parts, and the number of delegates who attended or spoke.

    `is_current` marks the event of the page.
    """

    event: Event
    delegate_count: int
    delegates_url: str
    is_current: bool
    parts: list["EventNode"] = field(default_factory=list)


def event_tree(state: IndexState, event: Event) -> EventNode | None:
    """The tree of an event; None if it has neither a parent nor parts. One query, in order of date."""
    related = Q(pk=event.pk) | Q(parent=event)
    if event.parent_id and event.parent.is_published:
        related |= Q(pk=event.parent_id) | Q(parent=event.parent_id)
    is_visible = Q(state=PublicationState.PUBLISHED) | Q(pk=event.pk)
    entries = {
        node_event.pk: EventNode(
            node_event,
            len(state.filter_keys("delegates", "event", node_event.pk)),
            list_url(Delegate, event=node_event.slug),
            node_event.pk == event.pk,
        )
        for node_event in Event.objects.filter(related & is_visible).for_mention()
    }
    roots, parts = [], defaultdict(list)
    for entry in entries.values():
        (parts[entry.event.parent_id] if entry.event.parent_id in entries else roots).append(entry)
    for key, entry in entries.items():
        entry.parts = parts[key]
    return roots[0] if len(entries) > 1 and roots else None
