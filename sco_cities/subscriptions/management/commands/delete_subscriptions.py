"""Deletes an e-mail address with its subscriptions."""

from django.core.management.base import BaseCommand

from sco_cities.subscriptions.models import Subscription, subscribers_with


class Command(BaseCommand):
    """Deletes the subscriptions of an address.

    The address is read from the standard input, because others can read arguments.
    """

    help = "Delete the e-mail address in the standard input, and all its subscriptions."

    def handle(self, *args, **options):
        of_address = Subscription.objects.filter(subscriber__in=subscribers_with(input().strip()))
        count = of_address.delete_with_addresses()
        self.stdout.write(f"Deleted subscriptions: {count}. Remaining: {Subscription.objects.count()}.")
