"""The pages of delegates, organisations and events."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sco_cities.sources.pages import for_record, record_page
from sco_cities.sources.related import related

from .models import Delegate, Event, Organisation
from .statements import as_told


@require_safe
@for_record(Delegate)
def delegate(request: HttpRequest, delegate: Delegate) -> HttpResponse:
    """A delegate: what each said, where, and in which role at each event."""
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
    own = {"organisation": organisation.slug}
    return record_page(
        request,
        "delegates/organisation.html",
        organisation,
        delegates=related(organisation.delegates.published().for_mention(), **own),
        initiatives=related(organisation.initiatives.published().for_mention(), **own),
    )


@require_safe
@for_record(Event)
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """An event: its parts, who attended in which role, what was said, and the initiatives that came of it."""
    return record_page(
        request,
        "delegates/event.html",
        event,
        parts=event.parts.published().for_mention(),
        attendances=event.attendances.for_event_page(),
        statements=as_told(event.statements.published().for_mention()),
        initiatives=related(event.initiatives.published().for_mention(), event=event.slug),
    )
