"""Event dates as an iCalendar file (RFC 5545) with all-day entries. Events dated only by month or year are omitted."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from delegates.columns import EVENTS
from delegates.models import Event
from sco_cities.core import edtf
from sco_cities.db.pk_queries import InKeys
from sco_cities.listings.exports.attribution import LICENCE_URL
from sco_cities.listings.exports.streaming_response import Export, ExportFormat, streaming_response
from sco_cities.site.signposts import site_host

PRODUCT_ID = "-//SCO Cities//Events//EN"


def write_calendar(export: Export) -> Iterator[bytes]:
    """Returns the complete calendar as one text, because there are at most a few thousand events."""
    keys = [key for batch in export.key_batches() for key in batch]
    events = Event.objects.published().select_related("host_city").filter(InKeys.of("pk", keys))
    dated = [(event, days) for event in events.order_by("starts_first", "slug") if (days := full_days(event))]
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", export.list_query.heading)
    calendar.add("x-wr-caldesc", _description(len(keys) - len(dated)))
    for event, days in dated:
        calendar.add_component(_entry(export, event, days))
    yield calendar.to_ical()


def _description(undated: int) -> str:
    licence = _("Licence: %s") % LICENCE_URL
    if not undated:
        return licence
    sentence = ngettext(
        "%(count)s event without a full date is not included.",
        "%(count)s events without a full date are not included.",
        undated,
    )
    return f"{sentence % {'count': undated}} {licence}"


def full_days(event: Event) -> tuple[date, date] | None:
    """Returns the first and last day of an event. Returns None if its start or its end is not a full date."""
    first = _day(event.starts_on)
    last = _day(event.ends_on) if event.ends_on else first
    # In iCalendar the end date is the following day, which must not exceed Python's latest date.
    return (first, last) if first and last and last < date.max else None


def _day(text: str) -> date | None:
    first, last = edtf.first_and_last_day(text) if text else (None, None)
    return first if first == last else None


def _entry(export: Export, event: Event, days: tuple[date, date]) -> CalendarEvent:
    first, last = days
    url = export.record_url(event.slug)
    entry = CalendarEvent()
    # The id must not depend on the language or the slug.
    entry.add("uid", f"event-{event.pk}@{site_host(export.request)}")
    entry.add("dtstamp", event.updated_at)
    entry.add("dtstart", first)
    # In iCalendar, the end date is the day after the last day.
    entry.add("dtend", last + timedelta(days=1))
    entry.add("summary", str(event.name))
    if event.host_city is not None and event.host_city.is_published:
        entry.add("location", str(event.host_city.name))
    entry.add("url", url)
    entry.add("last-modified", event.updated_at)
    return entry


ICS = ExportFormat("ics", "text/calendar; charset=utf-8", write_calendar, is_deterministic=True)


@require_safe
def events_calendar(request: HttpRequest) -> HttpResponse:
    """Returns the calendar of the events that match the query string, as in the list of events."""
    return streaming_response(request, EVENTS, ICS)
