"""URLs of the feeds of lists (named like "initiatives-atom" and "initiatives-feed"), and of the event calendar.

The feeds of records are named "record-atom" and "record-feed".
"""

from django.urls import path

from sco_cities.search.searchable_lists import SEARCHABLE_LISTS

from .calendar import events_calendar
from .views import FORMATS, list_feed, record_feed

urlpatterns = [
    path("events.ics", events_calendar, name="events-ics"),
    *(
        path(
            f"{kind.collection}.{each.extension}",
            list_feed,
            {"listing": kind.listing, "feed_format": each},
            name=f"{kind.collection}-{each.name}",
        )
        for kind in SEARCHABLE_LISTS
        for each in FORMATS
    ),
    *(
        path(
            f"<str:collection>/<str:slug>.{each.extension}",
            record_feed,
            {"feed_format": each},
            name=f"record-{each.name}",
        )
        for each in FORMATS
    ),
]
