"""The texts of the e-mails to subscribers, as plain text and as HTML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sco_cities.feeds.changes import changes_with, numbers_between
from sco_cities.feeds.entries import feed_entries
from sco_cities.feeds.subject import FeedSubject

from .encryption import decrypt
from .models import Subscriber, Subscription

# The most changes of a subscription in an e-mail.
MAX_CHANGES = 50


@dataclass(frozen=True)
class Paragraph:
    """A sentence or title with a link and further lines."""

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
    """The request to confirm a subscription. None if its subject or its address is gone."""
    subject = subscription.subject()
    if subject is None:
        return None
    paragraphs = [
        Paragraph(_("Somebody, probably you, asked for an e-mail about changes of:")),
        _asked_heading(subject),
        Paragraph(_("To get it, confirm within 7 days:"), subscription.confirm_path),
        Paragraph(
            _(
                "If you did not ask for it, do nothing: the request is deleted after 7 days. To see what you follow, "
                "or to delete your address now:"
            ),
            subscription.subscriber.unsubscribe_path,
        ),
    ]
    return _message(subscription.subscriber, _("SCO Cities: confirm your subscription"), paragraphs)


def _asked_heading(subject: FeedSubject) -> Paragraph:
    """What is to be followed. Without the words of a search, which would be a message of strangers to any address."""
    if "q" not in QueryDict(subject.query.removeprefix("?")):
        return Paragraph(subject.title, subject.page_path, is_heading=True)
    title = capfirst(str(subject.model._meta.verbose_name_plural))
    return Paragraph(title, reverse(f"{subject.model.collection}-list"), is_heading=True)


def news(
    subscriber: Subscriber, subscriptions: Sequence[Subscription], last: int
) -> EmailMultiAlternatives | None:
    """The changes of these subscriptions up to the number `last`, each once. None if there are none."""
    seen: set[int] = set()
    paragraphs = [paragraph for each in subscriptions for paragraph in _news_paragraphs(each, last, seen)]
    if not seen:
        return None
    subject = ngettext("SCO Cities: %(count)d change", "SCO Cities: %(count)d changes", len(seen))
    footer = _("You get this e-mail at most once a day. To see what you follow, or to unsubscribe:")
    paragraphs.append(Paragraph(footer, subscriber.unsubscribe_path))
    return _message(subscriber, subject % {"count": len(seen)}, paragraphs)


def _news_paragraphs(subscription: Subscription, last: int, seen: set[int]) -> Iterator[Paragraph]:
    """The paragraphs of a subscription without the changes `seen` in earlier ones. Adds its own to them."""
    subject = subscription.subject()
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
            # RFC 8058: the mail program unsubscribes by a POST to this URL.
            "List-Unsubscribe": f"<{settings.SITE_URL}{subscriber.unsubscribe_path}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(
        render_to_string("subscriptions/email.html", {"paragraphs": paragraphs}), "text/html"
    )
    return message
