from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Feeds of changes and the calendar of events."""

    name = "sco_cities.feeds"
