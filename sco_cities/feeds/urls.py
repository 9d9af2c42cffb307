"""URLs of the feeds of lists (named like "initiatives-atom" and "initiatives-feed"), and of the event calendar.

The feeds of records are named "record-atom" and "record-feed".
"""

from django.urls import path

from sco_cities.search.searchable_lists import SEARCHABLE_LISTS

from .calendar import events_calendar
from .documents import ATOM_TYPE, JSON_TYPE, atom, json_feed
from .views import feed_view, record_feed_view

FORMATS = (("atom", "atom", ATOM_TYPE, atom), ("feed", "feed.json", JSON_TYPE, json_feed))

urlpatterns = [
    path("events.ics", events_calendar, name="events-ics"),
    *(
        path(
            f"{kind.collection}.{extension}",
            feed_view(kind.listing, name, content_type, write),
            name=f"{kind.collection}-{name}",
        )
        for kind in SEARCHABLE_LISTS
        for name, extension, content_type, write in FORMATS
    ),
    *(
        path(
            f"<str:collection>/<str:slug>.{extension}",
            record_feed_view(name, content_type, write),
            name=f"record-{name}",
        )
        for name, extension, content_type, write in FORMATS
    ),
]
