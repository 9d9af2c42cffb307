"""The pages of delegates, organisations and events."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import reading_surely
from sco_cities.sources.record_view import for_record, record_page
from sco_cities.sources.related_records import list_address, related

from .event_tree import programme_of
from .models import Delegate, Event, Organisation
from .statement_order import as_told


@require_safe
@for_record(Delegate)
def delegate(request: HttpRequest, delegate: Delegate) -> HttpResponse:
    """A delegate: in which role at which event, and what each said where."""
    return record_page(
        request,
        "delegates/delegate.html",
        delegate,
        statements=as_told(delegate.statements.published().for_mention()),
        attendances=delegate.attendances.for_delegate_page(),
    )


@require_safe
@for_record(Organisation)
def organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """An organisation: who speaks for it and what it takes part in."""
    with reading_surely(organisation.collection) as state:
        delegates = len(state.having("delegates", "organisation", organisation.pk))
        return record_page(
            request,
            "delegates/organisation.html",
            organisation,
            delegates=related(
                organisation.delegates.published().for_mention(), delegates, organisation=organisation.slug
            ),
        )


@require_safe
@for_record(Event)
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """An event: its programme, who attended in which role, what was said, and the initiatives that came of it."""
    with reading_surely(event.collection) as state:
        return record_page(
            request,
            "delegates/event.html",
            event,
            programme=programme_of(state, event),
            attendances=event.attendances.for_event_page(),
            delegate_count=len(state.having("delegates", "event", event.pk)),
            delegates_address=list_address(Delegate, event=event.slug),
            statements=as_told(event.statements.published().for_mention()),
        )
