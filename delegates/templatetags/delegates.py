"""Template tags for the dates of delegates' roles, and for upcoming events."""

from django import template

from delegates.models import Delegate
from delegates.querysets import role_dates, years
from sco_cities.facet_index.facets import today
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage

register = template.Library()
# Maximum number of upcoming events, and of current events, shown above a list. Other events are only counted.
MAX_EVENTS = 5


@register.inclusion_tag("delegates/_role_date.html", takes_context=True)
def as_of_role(context, delegate: Delegate) -> dict:
    """Returns the date of the newest report for a role, or "" if the role contains a year or has no report."""
    if years(delegate.role):
        return {}
    shared = context.render_context
    if "role_dates" not in shared:
        with facet_index(Delegate.collection) as state:
            shared["role_dates"] = role_dates(state)
    return {"has_no_years": True, "date": shared["role_dates"].get(delegate.pk, "")}


@register.inclusion_tag("delegates/_ahead.html")
def events_ahead(list_query: ListPage) -> dict:
    """Returns the upcoming, current and last past events of a list. An event with an uncertain end is current."""
    # The events are shown only on the first page of a list.
    if list_query.page.number > 1:
        return {}
    records, now = list_query.state.index("events").records, today()
    events = [event for key in list_query.result_set.keys if (event := records[key]).starts_first]
    events.sort(key=lambda event: (event.starts_first, event.slug))
    begun = [event for event in events if event.starts_first <= now]
    upcoming = events[len(begun) :]
    under_way = [event for event in begun if event.runs_until is None or event.runs_until >= now]
    past = (event for event in reversed(begun) if event.runs_until and event.runs_until < now)
    return {
        "is_whole_list": not list_query.active_filters,
        "upcoming": upcoming[:MAX_EVENTS],
        "more_upcoming": len(upcoming[MAX_EVENTS:]),
        "under_way": under_way[:MAX_EVENTS],
        "more_under_way": len(under_way[MAX_EVENTS:]),
        "last": next(past, None),
    }
