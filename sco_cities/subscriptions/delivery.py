"""Background tasks that write and send subscription e-mails (confirmation requests and daily lists of changes)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import DEFAULT_DB_ALIAS
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.feeds.changes import FeedSubject, changes_with, last_settled, numbers_between
from sco_cities.feeds.entries import feed_entries
from sco_cities.jobs.background_job import task
from sco_cities.jobs.periodic import MailServerUnavailable, deliver
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION

from .models import Subscriber, Subscription, decrypt, read_records

# Maximum number of changes per subscription in an e-mail.
MAX_CHANGES = 50


@dataclass(frozen=True)
class Paragraph:
    """A sentence or title with an optional link and detail lines."""

    title: str
    path: str = ""
    lines: Sequence[str] = ()
    is_heading: bool = False

    @property
    def url(self) -> str:
        return self.path and settings.SITE_URL + self.path

    @property
    def text(self) -> str:
        lines = (self.title, *(f"  {line}" for line in self.lines), self.url)
        return "\n".join(filter(None, lines)) + "\n"


def confirmation(subscription: Subscription) -> EmailMultiAlternatives | None:
    """Builds the confirmation request for a subscription, or None if the subject or the address no longer exists."""
    subject = subscription.subject()
    if subject is None:
        return None
    paragraphs = [
        Paragraph(_("Someone, probably you, requested e-mails about changes to:")),
        _asked_heading(subject),
        Paragraph(_("To receive these e-mails, confirm within 7 days:"), subscription.confirm_path),
        Paragraph(
            _(
                "If you did not request these e-mails, do nothing. The request is deleted after 7 days. To see your "
                "subscriptions, or to delete your address now:"
            ),
            subscription.subscriber.unsubscribe_path,
        ),
    ]
    return _message(subscription.subscriber, _("SCO Cities: confirm your subscription"), paragraphs)


def _asked_heading(subject: FeedSubject) -> Paragraph:
    """Returns the name of the list or record.

    Search terms are omitted, because anyone could use them to send text to other people.
    """
    if "q" not in QueryDict(subject.query.removeprefix("?")):
        return Paragraph(subject.title, subject.page_path, is_heading=True)
    title = capfirst(str(subject.model._meta.verbose_name_plural))
    return Paragraph(title, reverse(f"{subject.model.collection}-list"), is_heading=True)


def news(
    subscriber: Subscriber, subscriptions: Sequence[Subscription], last: int
) -> EmailMultiAlternatives | None:
    """Builds the e-mail with the changes of these subscriptions up to number `last`, or None if there are none.

    A change that belongs to several subscriptions appears once.
    """
    seen: set[int] = set()
    paragraphs = [paragraph for each in subscriptions for paragraph in _news_paragraphs(each, last, seen)]
    if not seen:
        return None
    subject = ngettext("SCO Cities: %(count)d change", "SCO Cities: %(count)d changes", len(seen))
    footer = _("You receive this e-mail at most once a day. To see your subscriptions, or to unsubscribe:")
    paragraphs.append(Paragraph(footer, subscriber.unsubscribe_path))
    return _message(subscriber, subject % {"count": len(seen)}, paragraphs)


def _news_paragraphs(subscription: Subscription, last: int, seen: set[int]) -> Iterator[Paragraph]:
    """Yields the paragraphs for a subscription's changes that are not in `seen`, and adds the changes to `seen`."""
    subject, deletion = subscription.subject(), subscription.deletion()
    if deletion:
        # The record's name is omitted, because it may never have been public.
        record = LISTS_BY_COLLECTION[subscription.collection].model(pk=deletion.object_id, slug=deletion.slug)
        subject = FeedSubject.of_record(record, DEFAULT_DB_ALIAS)
    if subject is None:
        return
    numbers = [
        number for number in numbers_between(subject, subscription.last_change, last) if number not in seen
    ]
    if not numbers:
        return
    seen.update(numbers)
    yield Paragraph(subject.title, subject.page_path, is_heading=True)
    for entry in feed_entries(changes_with(subject, numbers[:MAX_CHANGES]), subject.using):
        yield Paragraph(entry.title, entry.path, entry.lines)
    if deletion:
        yield Paragraph(_("This record was removed from the site, so you no longer follow it."))
    if (more := len(numbers) - MAX_CHANGES) > 0:
        sentence = ngettext(
            "%(count)d earlier change is in the feed:", "%(count)d earlier changes are in the feed:", more
        )
        yield Paragraph(sentence % {"count": more}, subject.path("atom"))


def _message(
    subscriber: Subscriber, subject: str, paragraphs: Sequence[Paragraph]
) -> EmailMultiAlternatives | None:
    address = decrypt(subscriber.encrypted_address)
    if address is None:
        return None
    message = EmailMultiAlternatives(
        subject=subject,
        body="\n".join(paragraph.text for paragraph in paragraphs),
        to=[address],
        headers={
            "Auto-Submitted": "auto-generated",
            # Mail programs unsubscribe with a POST request to this URL (RFC 8058).
            "List-Unsubscribe": f"<{settings.SITE_URL}{subscriber.unsubscribe_path}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(
        render_to_string("subscriptions/email.html", {"paragraphs": paragraphs}), "text/html"
    )
    return message


@task
def confirm_now() -> None:
    """Sends confirmation requests immediately. The periodic task retries failed requests."""
    send_confirmations()


def send_confirmations() -> None:
    """Sends a confirmation request for each new subscription."""
    untold = Subscription.objects.filter(is_told=False).select_related("subscriber")
    for subscription in untold.order_by("pk"):
        row = Subscription.objects.filter(pk=subscription.pk)
        # Marks the row before sending, so that a second worker does not send the same e-mail.
        if not row.filter(is_told=False).update(is_told=True):
            continue
        with translation.override(subscription.language):
            message = confirmation(subscription)
        try:
            _send(message, subscription.subscriber, lambda row=row: row.update(is_told=False))
        except MailServerUnavailable:
            return


def send_news() -> None:
    """Sends each subscriber the changes in all their subscriptions since the last e-mail, once a day (UTC).

    Changes are marked as sent only after the mail server has accepted the e-mail. Otherwise, the next e-mail includes
    the changes again. Subscriptions to deleted records end after an e-mail about the deletion.
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
            message = news(subscriber, subscriptions, last)
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
    """Sends the message, if any. Returns False if sending failed."""
    return message is None or deliver(message, str(subscriber), release)
