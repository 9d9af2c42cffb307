"""Deletes an e-mail address and its subscriptions."""

from django.core.management.base import BaseCommand

from sco_cities.subscriptions.models import Subscription, subscribers_with


class Command(BaseCommand):
    """Deletes an address and its subscriptions.

    The address is read from standard input, because other users of the machine can see command-line arguments.
    """

    help = "Delete the e-mail address given on standard input, and all its subscriptions."

    def handle(self, *args, **options):
        of_address = Subscription.objects.filter(subscriber__in=subscribers_with(input().strip()))
        count = of_address.delete_with_addresses()
        self.stdout.write(f"Deleted subscriptions: {count}. Remaining: {Subscription.objects.count()}.")
