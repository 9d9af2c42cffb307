"""Floods, invalid input, expiry, failing servers, simultaneous workers and new keys."""

import datetime
import smtplib

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from sco_cities.jobs import housekeeping
from sco_cities.subscriptions import delivery, models, views
from sco_cities.subscriptions.models import Subscriber, Subscription
from tests import factories as make
from tests.history.snapshots import edit

from .conftest import ADDRESS, LIST, RECORD, ask, confirm_all, follow, link, next_day, sent

pytestmark = pytest.mark.only_on("sqlite")

EXPIRED = "subscriptions that were not confirmed"


def let_pass(**time) -> None:
    Subscription.objects.update(asked_at=F("asked_at") - datetime.timedelta(**time))


def errors_of(response) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [" ".join(error.text.split()) for error in page.select(".errors p, .errorlist li")]


def test_without_a_mail_server_there_is_no_form_and_no_page(client, lamps, settings):
    follow(client, RECORD)
    subscriber = Subscriber.objects.get()
    settings.SENDS_EMAIL = False
    page = BeautifulSoup(client.get(RECORD).content, "html.parser")
    assert page.select("main form") == []
    assert page.select_one("#feed-address").text == "http://testserver/initiatives/lamps.atom"
    confirm = Subscription.objects.get().confirm_path
    for path in ("/subscriptions/asked/", confirm, subscriber.unsubscribe_path):
        assert (client.get(path).status_code, client.post(path).status_code) in [(404, 404), (404, 405)]
    assert (ask(client).status_code, ask(client, LIST).status_code) == (405, 405)


@pytest.mark.parametrize(
    "email",
    [
        "", "reader", "reader@", "a@b", "reader@example.org\nBcc: all@example.org", "a@example.org,b@example.org",
        "reader@example.org\u202e", "x" * 250 + "@example.org", "<script>@example.org", "a@example.org\r\n\r\nHi",
    ],
)  # fmt: skip
def test_an_invalid_address_is_rejected_and_nothing_is_stored(client, lamps, email):
    response = ask(client, email=email)
    assert response.status_code == 200
    assert errors_of(response)
    assert Subscriber.objects.count() == 0


def test_a_program_that_fills_in_every_field_is_rejected(client, lamps):
    response = ask(client, subject="Buy lamps")
    assert "This field must be empty. Nothing was sent." in errors_of(response)
    assert Subscriber.objects.count() == 0


def test_a_list_with_an_invalid_filter_cannot_be_followed(client, lamps):
    response = ask(client, "/subscribe/initiatives/?city=nowhere")
    assert "nowhere" in BeautifulSoup(response.content, "html.parser").select_one("[role=alert]").text
    assert Subscriber.objects.count() == 0


def test_the_response_is_the_same_for_known_and_unknown_addresses(client, lamps):
    follow(client, RECORD)
    answers = [ask(client, email=email) for email in (ADDRESS, ADDRESS.upper(), "new@example.org")]
    assert {(each.status_code, each.headers["Location"]) for each in answers} == {
        (302, "/subscriptions/asked/")
    }
    assert sorted(message.to[0] for message in sent(delivery.send_confirmations)) == [
        "new@example.org", ADDRESS,
    ]  # fmt: skip
    assert Subscription.objects.confirmed().count() == 1


def test_an_address_gets_three_requests_to_confirm_a_day_at_most(client, lamps):
    answers = [
        ask(client, f"/subscribe/initiatives/?q={word}") for word in ("lamp", "tram", "rail", "road", "port")
    ]
    assert {each.status_code for each in answers} == {302}
    assert len(sent(delivery.send_confirmations)) == 3


def test_a_flood_is_rejected_with_the_time_of_the_next_attempt(client, lamps, monkeypatch):
    statuses = [ask(client, email=f"reader{number}@example.org").status_code for number in range(12)]
    assert statuses == [302] * 10 + [429] * 2
    response = ask(client)
    assert 0 < int(response["Retry-After"]) <= views.PERIOD_S
    assert errors_of(response)[0].startswith("There were too many requests. Nothing was saved. Try again in")
    views.by_client.by_address._counts.clear()
    monkeypatch.setattr(views, "MAX_UNCONFIRMED", 10)
    assert (ask(client).status_code, Subscriber.objects.count()) == (429, 10)


def test_an_unconfirmed_address_receives_no_text_of_the_sender(client, lamps):
    ask(client, "/subscribe/initiatives/?city=alphaville&q=Win+at+http://evil.example")
    (message,) = sent(delivery.send_confirmations)
    html, _type = message.alternatives[0]
    assert "evil" not in message.body + html
    assert "\nInitiatives\nhttps://cities.example.org/initiatives/\n" in message.body
    assert "evil" in client.get(link(message, "confirm")).content.decode()


def test_filters_that_are_too_long_for_the_index_are_rejected(client, lamps):
    slugs = [make.make_city(f"{number}-{'x' * 40}").slug for number in range(50)]
    response = ask(client, "/subscribe/initiatives/?" + "&".join(f"city={slug}" for slug in slugs))
    assert errors_of(response) == [
        "The filters of this list are too long for e-mails. Remove some filters, or use a feed reader."
    ]
    assert (response.status_code, Subscription.objects.count()) == (200, 0)


@pytest.mark.parametrize("page", ["confirm/", ""])
@pytest.mark.parametrize("token", ["1", "1:x", "x", "1:" + "a" * 43])
def test_a_forged_link_does_not_redirect(client, lamps, page, token):
    ask(client)
    path = f"/subscriptions/{page}{token}/"
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert Subscription.objects.filter(confirmed_at=None).count() == 1


def test_the_link_to_confirm_does_not_unsubscribe(client, lamps):
    ask(client)
    (message,) = sent(delivery.send_confirmations)
    token = link(message, "confirm").split("/")[-2]
    assert client.get(f"/subscriptions/{token}/").status_code == 404


def test_a_subscription_not_confirmed_within_7_days_is_deleted_with_its_address(client, lamps):
    follow(client, RECORD)
    ask(client, LIST)
    ask(client, email="other@example.org")
    messages = sent(delivery.send_confirmations)
    let_pass(days=6, hours=23)
    assert client.get(link(messages[1], "confirm")).status_code == 200
    assert dict(housekeeping.tasks())[EXPIRED]() == 0
    let_pass(hours=2)
    assert client.post(link(messages[1], "confirm")).status_code == 404
    assert dict(housekeeping.tasks())[EXPIRED]() == 2
    assert [each.collection for each in Subscription.objects.all()] == ["initiatives"]
    assert Subscriber.objects.count() == 1


def test_the_database_and_the_log_do_not_contain_the_address(client, lamps, caplog, monkeypatch):
    follow(client, RECORD)
    edit(lamps, status="operating")
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({ADDRESS: (550, ADDRESS.encode())}))
    assert next_day() == []
    subscriber = Subscriber.objects.get()
    assert f"No e-mail to subscriber {subscriber.pk}: SMTPRecipientsRefused" in caplog.text
    for text in (
        caplog.text,
        *map(str, Subscriber.objects.values_list()),
        *map(str, Subscription.objects.values_list()),
    ):
        assert "reader" not in text.lower()
        assert "example.org" not in text


def test_a_new_key_finds_and_decrypts_addresses_of_the_former_key(client, lamps, settings):
    follow(client, RECORD)
    path = Subscriber.objects.get().unsubscribe_path
    before = Subscriber.objects.values().get()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key for tests only, and long enough"
    follow(client, LIST)
    assert Subscriber.objects.count() == 1
    edit(lamps, status="operating")
    assert [message.to for message in next_day()] == [[ADDRESS]]
    assert client.get(path).status_code == 200
    dict(housekeeping.tasks())[EXPIRED]()
    after = Subscriber.objects.values().get()
    assert after["code"] != before["code"]
    settings.SECRET_KEY_FALLBACKS = []
    edit(lamps, status="completed")
    assert [message.to for message in next_day()] == [[ADDRESS]]


def test_addresses_of_a_lost_key_are_skipped_and_kept(client, lamps, settings):
    follow(client, RECORD)
    settings.SECRET_KEY = "another key for tests only, and long enough"
    edit(lamps, status="operating")
    assert next_day() == []
    dict(housekeeping.tasks())[EXPIRED]()
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize("answer", [ADDRESS, ADDRESS.upper(), f" {ADDRESS} "])
def test_an_operator_deletes_an_address(client, lamps, monkeypatch, capsys, answer):
    follow(client, RECORD, LIST)
    follow(client, RECORD, email="other@example.org")
    monkeypatch.setattr("builtins.input", lambda: answer)
    call_command("delete_subscriptions")
    assert capsys.readouterr().out == "Deleted subscriptions: 2. Remaining: 1.\n"
    assert Subscriber.objects.count() == 1


# Failing servers and simultaneous workers


def failing(monkeypatch, *errors):
    """Makes sending raise these errors one after another. Later calls succeed."""
    errors = list(errors)
    send = EmailMultiAlternatives.send

    def send_or_fail(message, *arguments, **options):
        if errors:
            raise errors.pop(0)
        return send(message, *arguments, **options)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_or_fail)


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPDataError(451, b"greylisted")],
    ids=lambda error: type(error).__name__,
)
def test_an_e_mail_that_the_server_rejects_is_sent_once_in_the_next_round(client, lamps, monkeypatch, error):
    follow(client, RECORD)
    edit(lamps, status="operating")
    failing(monkeypatch, error)
    assert next_day() == []
    (message,) = sent(delivery.send_news)
    assert message.subject == "SCO Cities: 1 change"
    assert sent(delivery.send_news) == next_day() == []


def test_a_confirmation_request_waits_for_an_unavailable_server(client, lamps, monkeypatch):
    ask(client)
    ask(client, email="other@example.org")
    failing(monkeypatch, TimeoutError())
    assert sent(delivery.send_confirmations) == []
    assert len(sent(delivery.send_confirmations)) == 2
    assert sent(delivery.send_confirmations) == []


def test_a_rejected_e_mail_is_sent_again_on_the_next_day_with_all_changes(client, lamps, monkeypatch):
    follow(client, RECORD)
    edit(lamps, status="operating")
    failing(monkeypatch, smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"full")}))
    assert next_day() == sent(delivery.send_news) == []
    edit(lamps, status="completed")
    (message,) = next_day()
    assert message.subject == "SCO Cities: 2 changes"


def test_only_one_of_two_workers_sends(client, lamps, monkeypatch):
    """Each of the two workers has a list with both subscribers.

    While the first worker writes an e-mail, the second worker sends an e-mail to the other subscriber.
    """
    other = "other@example.org"
    follow(client, RECORD)
    follow(client, RECORD, email=other)
    edit(lamps, status="operating")
    news = delivery.news

    def while_another_claims(subscriber, *arguments):
        others = Subscriber.objects.exclude(pk=subscriber.pk)
        others.update(searched_on=timezone.now().date())
        return news(subscriber, *arguments)

    monkeypatch.setattr(delivery, "news", while_another_claims)
    assert [message.to for message in next_day()] == [[ADDRESS]]
    ask(client, LIST)
    ask(client, LIST, other)
    confirmation, again = delivery.confirmation, []

    def while_another_asks(*arguments):
        if not again:
            again.append(True)
            delivery.send_confirmations()
        return confirmation(*arguments)

    monkeypatch.setattr(delivery, "confirmation", while_another_asks)
    assert sorted(message.to for message in sent(delivery.send_confirmations)) == [[other], [ADDRESS]]


def test_changes_during_a_round_are_in_the_next_e_mail(client, lamps, monkeypatch):
    follow(client, RECORD)
    edit(lamps, status="operating")
    news = delivery.news

    def while_a_curator_saves(*arguments):
        monkeypatch.setattr(delivery, "news", news)
        edit(lamps, status="completed")
        return news(*arguments)

    monkeypatch.setattr(delivery, "news", while_a_curator_saves)
    first, second = next_day(), next_day()
    assert [[message.subject for message in each] for each in (first, second)] == [
        ["SCO Cities: 1 change"]
    ] * 2
    assert next_day() == []


def test_the_worker_sends_confirmation_requests_immediately(client, lamps):
    ask(client)
    assert len(sent(delivery.confirm_now.func)) == 1
    assert datetime.timedelta(days=7) == models.TIME_TO_CONFIRM
    assert confirm_all(client) == []
