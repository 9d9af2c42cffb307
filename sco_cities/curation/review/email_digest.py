"""E-mails to reviewers about waiting records, to contributors about sent-back records, and to both about comments.

The worker sends at most one e-mail per hour to each account. The e-mails contain only numbers and links, because drafts
are confidential.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sco_cities.accounts.models import EmailPreference
from sco_cities.curation.comments.threads import waiting_for
from sco_cities.db.pk_queries import pk_in
from sco_cities.history.models import REVIEW_RECORDS, Revision
from sco_cities.jobs.periodic import MailServerUnavailable, deliver

from . import queue
from .transitions import sent_back_to

# Minimum time between two e-mails to the same account.
PAUSE = datetime.timedelta(hours=1)
# Minimum age of an event. A recent change may not be committed yet, or may be reverted immediately.
SETTLE = datetime.timedelta(minutes=5)
# Maximum number of links to new comments in an e-mail. The page lists all comments.
MAX_LINKS = 5
# Maximum age of an event. Older events are skipped after e-mail is enabled or a long outage ends.
LOOK_BACK = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Digest:
    """The numbers of an account's waiting items, in total and since the last e-mail.

    Items are records to review, the account's sent-back records, and comments. `new_comments` contains URLs.
    """

    waiting: int = 0
    new_waiting: int = 0
    sent_back: int = 0
    new_sent_back: int = 0
    comments: int = 0
    new_comments: Sequence[str] = ()

    @property
    def is_due(self) -> bool:
        return bool(self.new_waiting or self.new_sent_back or self.new_comments)

    def subject(self) -> str:
        if self.new_waiting:
            return _("SCO Cities: records await review")
        if self.new_sent_back:
            return _("SCO Cities: records were sent back to you")
        return _("SCO Cities: comments for you")

    def lines(self) -> Iterator[str]:
        items = (
            (self.waiting, self.new_waiting, _("Records that await review: %(number)d, new: %(new)d"), (), "review"),
            (
                self.sent_back, self.new_sent_back,
                _("Your records that were sent back: %(number)d, new: %(new)d"), (), "my_records",
            ),
            (
                self.comments, len(self.new_comments), _("Comments for you: %(number)d, new: %(new)d"),
                self.new_comments[:MAX_LINKS], "comments",
            ),
        )  # fmt: skip
        for number, new, text, urls, page in items:
            if number:
                yield text % {"number": number, "new": new}
                yield from (settings.SITE_URL + url for url in urls)
                yield _url(f"admin:{page}")
                yield ""
        yield _("You receive this e-mail at most once an hour. You can turn it off on your account page:")
        yield _url("admin:account")


def _url(name: str) -> str:
    return settings.SITE_URL + reverse(name)


# The time when a record was sent to review, and the sender's account.
Sent = tuple[datetime.datetime, int | None]


def send_due_digests() -> None:
    """Sends an e-mail to every account with new events. If the mail server is unavailable, the next run tries again."""
    until = timezone.now() - SETTLE
    waiting = _waiting()
    for user in _recipients():
        preference = getattr(user, "email_preference", None) or EmailPreference(user=user)
        since = max(preference.told_until or until - LOOK_BACK, until - LOOK_BACK)
        digest = _digest(user, waiting, since, until)
        if not digest.is_due or not _claim(preference, until):
            continue
        message = _message(user, preference, digest)
        try:
            deliver(message, f"the account {user.pk}", partial(_release, preference))
        except MailServerUnavailable:
            return


def _recipients() -> list:
    """Returns active staff accounts that have enabled e-mails, have an address, and got no e-mail in the last hour."""
    recent = Q(email_preference__sent_at__gt=timezone.now() - PAUSE)
    unwanted = Q(email_preference__is_wanted=False)
    accounts = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return list(accounts.exclude(recent).exclude(unwanted).select_related("email_preference").order_by("pk"))


def _waiting() -> list[Sent]:
    """Returns the time and sender of each record in review, loaded once for all reviewers."""
    keys = [sent for sent, _kind, _key in queue.waiting(queue.QueueFilters())]
    sent = Revision.objects.filter(pk_in(keys)).order_by()
    known = list(sent.values_list("change_set__made_at", "change_set__made_by"))
    # Records without a history are counted as waiting, but not as new.
    first = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    return known + [(first, None)] * (len(keys) - len(known))


def _digest(user, waiting: list[Sent], since: datetime.datetime, until: datetime.datetime) -> Digest:
    own = sent_back_to(user).filter(change_set__made_at__lte=until)
    to_review = waiting if user.has_perm(REVIEW_RECORDS) else []
    comments = [each for each in waiting_for(user) if each.written_at <= until]
    return Digest(
        comments=len(comments),
        new_comments=[each.url for each in comments if each.written_at > since],
        waiting=len(to_review),
        new_waiting=sum(since < at <= until and by != user.pk for at, by in to_review),
        sent_back=own.count(),
        new_sent_back=own.filter(change_set__made_at__gt=since).count(),
    )


def _claim(preference: EmailPreference, until: datetime.datetime) -> bool:
    """Records the e-mail before it is sent, which prevents other workers and transactions from sending it."""
    EmailPreference.objects.get_or_create(user_id=preference.user_id)
    unchanged = EmailPreference.objects.filter(
        pk=preference.user_id, sent_at=preference.sent_at, told_until=preference.told_until
    )
    return unchanged.update(sent_at=timezone.now(), told_until=until) == 1


def _release(preference: EmailPreference) -> None:
    """Undoes `_claim` for an e-mail that could not be sent."""
    before = {"sent_at": preference.sent_at, "told_until": preference.told_until}
    EmailPreference.objects.filter(pk=preference.user_id).update(**before)


def _message(user, preference: EmailPreference, digest: Digest) -> EmailMessage:
    with translation.override(preference.language or settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=digest.subject(),
            body="\n".join(digest.lines()) + "\n",
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
