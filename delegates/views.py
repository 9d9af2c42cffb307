"""The pages of delegates, organisations and events."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.sources.record_view import for_record, record_page
from sco_cities.sources.related_records import list_url, related_records

from .event_tree import event_tree
from .models import Delegate, Event, Organisation
from .statement_order import in_reading_order


@require_safe
@for_record(Delegate)
def delegate(request: HttpRequest, delegate: Delegate) -> HttpResponse:
    """A delegate: in which role at which event, and what each said where."""
    return record_page(
        request,
        "delegates/delegate.html",
        delegate,
        statements=in_reading_order(delegate.statements.published().for_mention()),
        attendances=delegate.attendances.for_delegate_page(),
    )


@require_safe
@for_record(Organisation)
def organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """An organisation: who speaks for it and what it takes part in."""
    with require_facet_index(organisation.collection) as state:
        delegates = len(state.having("delegates", "organisation", organisation.pk))
        return record_page(
            request,
            "delegates/organisation.html",
            organisation,
            delegates=related_records(
                organisation.delegates.published().for_mention(), delegates, organisation=organisation.slug
            ),
        )


@require_safe
@for_record(Event)
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """An event: its programme, who attended in which role, what was said, and the initiatives that came of it."""
    with require_facet_index(event.collection) as state:
        return record_page(
            request,
            "delegates/event.html",
            event,
            programme=event_tree(state, event),
            attendances=event.attendances.for_event_page(),
            delegate_count=len(state.having("delegates", "event", event.pk)),
            delegates_address=list_url(Delegate, event=event.slug),
            statements=in_reading_order(event.statements.published().for_mention()),
        )
