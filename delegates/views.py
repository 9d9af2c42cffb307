"""The pages of delegates, organisations and events, and redirects to statements."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from sco_cities.core.publication_state import VISIBLE
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.sources.related_records import list_url
from sco_cities.sources.views import edit_url, for_record, record_page

from .columns import grouped_statements, in_report_order
from .models import Delegate, Event, Organisation, Statement


@dataclass
class EventNode:
    """An event with its parts, and the number of delegates who attended it or spoke at it.

    `is_current` is true for the event whose page shows the tree.
    """

    event: Event
    delegate_count: int
    delegates_url: str
    is_current: bool
    parts: list["EventNode"] = field(default_factory=list)


def event_tree(state: IndexState, event: Event) -> EventNode | None:
    """Returns the tree of an event, ordered by date, or None if it has neither a parent nor parts. Runs one query."""
    related = Q(pk=event.pk) | Q(parent=event)
    if event.parent_id and event.parent.is_published:
        related |= Q(pk=event.parent_id) | Q(parent=event.parent_id)
    is_visible = Q(state=VISIBLE) | Q(pk=event.pk)
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


@require_safe
@for_record(Delegate)
def delegate(request: HttpRequest, delegate: Delegate) -> HttpResponse:
    """Shows a delegate, the delegate's roles at events, and statements."""
    return record_page(
        request,
        "delegates/delegate.html",
        delegate,
        statements=grouped_statements(
            in_report_order(delegate.statements.published().for_mention()), "event"
        ),
        statements_url=list_url(Statement, delegate=delegate.slug),
        attendances=delegate.attendances.for_delegate_page(),
    )


@require_safe
@for_record(Organisation)
def organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Shows an organisation with its delegates and initiatives."""
    with facet_index(organisation.collection) as state:
        return record_page(
            request,
            "delegates/organisation.html",
            organisation,
            delegates=Delegate.objects.newest_related(state, "organisation", organisation),
        )


@require_safe
@for_record(Event)
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """Shows an event with its programme, attendances, statements, and the initiatives that resulted from it."""
    with facet_index(event.collection) as state:
        return record_page(
            request,
            "delegates/event.html",
            event,
            programme=event_tree(state, event),
            attendances=list(event.attendances.for_event_page()),
            delegate_count=len(state.filter_keys("delegates", "event", event.pk)),
            delegates_url=list_url(Delegate, event=event.slug),
            statements=grouped_statements(
                in_report_order(event.statements.published().for_mention()), "delegate"
            ),
            statements_url=list_url(Statement, event=event.slug),
        )


@require_safe
@for_record(Statement)
def statement(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Redirects to the anchor of a statement on the page that shows it. Files and feeds contain this URL.

    Curators are redirected to the form of a draft, because no page shows drafts.
    """
    return redirect(statement if statement.is_published else edit_url(statement))
