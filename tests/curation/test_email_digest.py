"""The recipients, times and numbers of e-mails about reviews, and failures to send them."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from sco_cities.accounts.models import EmailPreference
from sco_cities.curation.models import Comment
from sco_cities.curation.review import email_digest
from sco_cities.curation.review.email_digest import send_due_digests
from sco_cities.history.models import ChangeSet
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import client_with_role, run_action, with_creator

pytestmark = pytest.mark.only_on("sqlite")

REVIEW = """\
Records that await review: {number}, new: {new}
https://cities.example.org/admin/review/

"""
SENT_BACK = """\
Your records that were sent back: {number}, new: {new}
https://cities.example.org/admin/my-records/

"""
COMMENTS = """\
Comments for you: {number}, new: {new}
{links}https://cities.example.org/admin/comments/

"""
FOOTER = """\
You receive this e-mail at most once an hour. You can turn it off on your account page:
https://cities.example.org/admin/account/
"""


@pytest.fixture(autouse=True)
def site(db, settings):
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://cities.example.org", "cities@example.org"


def account(role, name):
    client = client_with_role(role, name)
    client.user.email = f"{name}@example.org"
    client.user.save()
    return client


@pytest.fixture
def ada(db):
    return account("contributor", "ada")


@pytest.fixture
def carl(db):
    return account("curator", "carl")


@pytest.fixture
def carla(db):
    return account("curator", "carla")


def send_to_review(client, slug):
    """A theme that the user of the client has created and sent to review."""
    theme = with_creator(client.user, make.make_theme(slug, state=PublicationState.DRAFT))
    run_action(client, "send_to_review", [theme])
    return theme


def let_pass(**time) -> None:
    """Moves the times of all changes, comments and sent e-mails into the past."""
    past = datetime.timedelta(**time)
    ChangeSet.objects.update(made_at=F("made_at") - past)
    Comment.objects.update(written_at=F("written_at") - past)
    for preference in EmailPreference.objects.exclude(sent_at=None):
        preference.sent_at -= past
        preference.told_until -= past
        preference.save()


def sent() -> list[tuple[str, str]]:
    """Sends the e-mails that are due now, and returns their recipients and texts."""
    mail.outbox.clear()
    send_due_digests()
    return [(*message.to, message.body) for message in mail.outbox]


def test_reviewers_are_notified_of_waiting_records_and_authors_of_returned_records(ada, carl):
    lamps = send_to_review(ada, "lamps")
    send_to_review(ada, "roads")
    assert sent() == []
    let_pass(minutes=6)
    assert sent() == [("carl@example.org", REVIEW.format(number=2, new=2) + FOOTER)]
    (message,) = mail.outbox
    assert (message.subject, message.from_email) == ("SCO Cities: records await review", "cities@example.org")
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    run_action(carl, "send_back", [lamps], reason="The lamps are not lit.")
    let_pass(minutes=6)
    assert sent() == [("ada@example.org", SENT_BACK.format(number=1, new=1) + FOOTER)]
    assert mail.outbox[0].subject == "SCO Cities: records were sent back to you"


def test_each_event_is_sent_once_and_at_most_one_email_an_hour(ada, carl):
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    assert len(sent()) == 1
    send_to_review(ada, "roads")
    let_pass(minutes=30)
    assert sent() == []
    let_pass(minutes=31)
    assert sent() == [("carl@example.org", REVIEW.format(number=2, new=1) + FOOTER)]
    let_pass(days=1)
    assert sent() == []


def test_quick_decisions_and_old_events_are_not_sent(ada, carl, carla):
    run_action(carl, "publish", [send_to_review(ada, "lamps")])
    let_pass(days=8)
    send_to_review(ada, "roads")
    let_pass(days=8)
    assert sent() == []


def test_reviewers_are_not_notified_of_records_that_they_have_sent_themselves(carl, carla):
    send_to_review(carl, "lamps")
    let_pass(minutes=6)
    assert sent() == [("carla@example.org", REVIEW.format(number=1, new=1) + FOOTER)]


def test_a_record_without_a_history_waits_and_is_no_news(ada, carl):
    make.make_theme("old", state=PublicationState.IN_REVIEW)
    let_pass(minutes=6)
    assert sent() == []
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    assert sent() == [("carl@example.org", REVIEW.format(number=2, new=1) + FOOTER)]


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"is_active": False}, {"is_staff": False}, {"groups": []}, {"is_wanted": False}]
)
def test_accounts_without_an_address_a_permission_or_the_setting_get_no_e_mail(change, ada, carl):
    (name, value), *_others = change.items()
    if name == "groups":
        carl.user.groups.set(value)
    elif name == "is_wanted":
        EmailPreference.objects.create(user=carl.user, is_wanted=value)
    else:
        setattr(carl.user, name, value)
        carl.user.save()
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    assert sent() == []


@pytest.mark.parametrize(
    ("language", "start"),
    [("", "Records that"), ("ru", "Записей на проверке: 1"), ("zh-hans", "待审核条目：1")],
)
def test_an_account_is_written_to_in_its_language(language, start, ada, carl):
    EmailPreference.objects.create(user=carl.user, language=language)
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    ((_receiver, text),) = sent()
    assert text.startswith(start)
    assert "https://cities.example.org/admin/review/" in text


def test_an_email_links_to_a_comment_and_does_not_contain_its_text(ada, carl, carla):
    lamps = with_creator(ada.user, make.make_theme("lamps", state=PublicationState.DRAFT))
    first = make.make_comment(lamps, carl.user, "Which lamps, @carla?")
    assert sent() == []
    let_pass(minutes=6)
    url = f"https://cities.example.org/admin/themes/theme/{lamps.pk}/change/#comment-{first.pk}\n"
    text = COMMENTS.format(number=1, new=1, links=url) + FOOTER
    assert sent() == [("ada@example.org", text), ("carla@example.org", text)]
    assert mail.outbox[0].subject == "SCO Cities: comments for you"
    let_pass(hours=2)
    assert sent() == []
    for number in range(7):
        make.make_comment(lamps, carl.user, f"Question {number}")
    let_pass(minutes=6)
    ((receiver, text),) = sent()
    assert (receiver, text.count("#comment-")) == ("ada@example.org", 5)
    assert text.startswith("Comments for you: 8, new: 7\n")


# Servers that fail


def failing(monkeypatch, *errors):
    """Makes sending raise these errors one after the other. Later calls succeed."""
    errors = list(errors)
    send = EmailMessage.send

    def send_or_fail(message, *arguments, **options):
        if errors:
            raise errors.pop(0)
        return send(message, *arguments, **options)

    monkeypatch.setattr(EmailMessage, "send", send_or_fail)


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPAuthenticationError(535, b"carl s3cret"),
              smtplib.SMTPServerDisconnected()], ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_e_mails_wait_for_an_unavailable_server(error, ada, carl, carla, monkeypatch, caplog):
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    failing(monkeypatch, error)
    assert sent() == []
    assert f"E-mails are delayed: {type(error).__name__}" in caplog.text
    assert "s3cret" not in caplog.text
    assert [receiver for receiver, _text in sent()] == ["carl@example.org", "carla@example.org"]
    assert sent() == []


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"carl@example.org": (550, b"unknown")}),
        smtplib.SMTPDataError(550, b"full"),
        ValueError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refused_address_keeps_nobody_else_from_getting_an_e_mail(
    error, ada, carl, carla, monkeypatch, caplog
):
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    failing(monkeypatch, error)
    assert [receiver for receiver, _text in sent()] == ["carla@example.org"]
    assert f"No e-mail to the account {carl.user.pk}" in caplog.text
    assert sent() == []


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"carl@example.org": (451, b"greylisted")}),
        smtplib.SMTPDataError(452, b"full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_e_mail_that_the_server_wants_later_is_sent_later(error, ada, carl, carla, monkeypatch):
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    failing(monkeypatch, error)
    assert [receiver for receiver, _text in sent()] == ["carla@example.org"]
    assert [receiver for receiver, _text in sent()] == ["carl@example.org"]


def test_only_one_of_two_workers_sends(ada, carl, monkeypatch):
    send_to_review(ada, "lamps")
    let_pass(minutes=6)
    digest = email_digest._digest

    def while_another_sends(*arguments):
        EmailPreference.objects.update_or_create(user=carl.user, defaults={"told_until": timezone.now()})
        return digest(*arguments)

    monkeypatch.setattr(email_digest, "_digest", while_another_sends)
    assert sent() == []
