from django.apps import AppConfig
from django.conf import settings


class SubscriptionsConfig(AppConfig):
    """Lets readers follow lists and records by feed or by e-mail."""

    name = "sco_cities.subscriptions"

    def ready(self):
        # Imported here, because models cannot be imported earlier.
        from sco_cities.jobs import housekeeping, periodic

        from .delivery import send_confirmations, send_news
        from .models import delete_expired

        housekeeping.register("subscriptions that were not confirmed", delete_expired)
        if settings.SENDS_EMAIL:
            periodic.register(send_confirmations)
            periodic.register(send_news)
