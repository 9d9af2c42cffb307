"""Sends subscription e-mails from the worker, which are confirmation requests and the daily lists of changes."""

from collections.abc import Callable

from django.core.mail import EmailMessage
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone, translation

from sco_cities.feeds.changes import last_settled
from sco_cities.jobs.background_job import task
from sco_cities.jobs.email_delivery import MailServerUnavailable, deliver

from . import emails
from .models import Subscriber, Subscription, read_records


@task
def confirm_now() -> None:
    """Sends confirmation requests immediately. Requests that fail are sent again by the periodic task."""
    send_confirmations()


def send_confirmations() -> None:
    """Sends a confirmation request for each new subscription."""
    untold = Subscription.objects.filter(is_told=False).select_related("subscriber")
    for subscription in untold.order_by("pk"):
        row = Subscription.objects.filter(pk=subscription.pk)
        # The row is claimed before sending, so that no second worker sends the same e-mail.
        if not row.filter(is_told=False).update(is_told=True):
            continue
        with translation.override(subscription.language):
            message = emails.confirmation(subscription)
        try:
            _send(message, subscription.subscriber, lambda row=row: row.update(is_told=False))
        except MailServerUnavailable:
            return


def send_news() -> None:
    """Sends each subscriber the changes in all their subscriptions since the last e-mail, once a day (UTC).

    Changes count as sent only after the mail server has accepted the e-mail. Otherwise the next e-mail includes them.
    Subscriptions to deleted records end after their last e-mail.
    """
    today, last = timezone.now().date(), last_settled(DEFAULT_DB_ALIAS)
    for subscriber in Subscriber.objects.filter(searched_on__lt=today).order_by("pk"):
        row, before = Subscriber.objects.filter(pk=subscriber.pk), subscriber.searched_on
        if not row.filter(searched_on=before).update(searched_on=today):
            continue
        subscriptions = list(subscriber.subscriptions.confirmed().order_by("confirmed_at"))
        if not subscriptions:
            continue
        read_records(subscriptions)
        with translation.override(subscriptions[-1].language):
            message = emails.news(subscriber, subscriptions, last)
        try:
            is_done = _send(
                message, subscriber, lambda row=row, before=before: row.update(searched_on=before)
            )
        except MailServerUnavailable:
            return
        if is_done:
            keys = [subscription.pk for subscription in subscriptions]
            Subscription.objects.filter(pk__in=keys, last_change__lt=last).update(last_change=last)
            deletions = {each.pk: each.deletion() for each in subscriptions}
            ended = [key for key, deletion in deletions.items() if deletion and deletion.pk <= last]
            Subscription.objects.filter(pk__in=ended).delete_with_addresses()


def _send(message: EmailMessage | None, subscriber: Subscriber, release: Callable[[], object]) -> bool:
    """Sends the message, if any. Returns True if it was sent or there was none."""
    return message is None or deliver(message, str(subscriber), release)
