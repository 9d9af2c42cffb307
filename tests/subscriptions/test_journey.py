"""A reader subscribes by e-mail, confirms, receives changes, and unsubscribes."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from initiatives.models import Initiative
from sco_cities.curation.merge.apply import merge
from sco_cities.feeds.changes import last_settled
from sco_cities.subscriptions import delivery, models
from sco_cities.subscriptions.models import Subscriber, Subscription, read_records
from tests import factories as make
from tests.history.snapshots import create_recorded, edit, recording

from .conftest import ADDRESS, LIST, ORIGIN, RECORD, ask, follow, link, next_day, sent

pytestmark = pytest.mark.only_on("sqlite")

CONFIRMATION = """\
Someone, probably you, requested e-mails about changes to:

Lamps
https://cities.example.org/initiatives/lamps/

To receive these e-mails, confirm within 7 days:
https://cities.example.org{confirm}

If you did not request these e-mails, do nothing. The request is deleted after 7 days. To see your subscriptions, \
or to delete your address now:
https://cities.example.org{unsubscribe}
"""
NEWS = """\
Lamps
https://cities.example.org/initiatives/lamps/

Lamps: agreed → operating
  Status: agreed → operating
  Passage 1 of gazette-20250101. (The Gazette, 1 January 2025)
  Reason: The gazette says so.
https://cities.example.org/initiatives/lamps/

You receive this e-mail at most once a day. To see your subscriptions, or to unsubscribe:
https://cities.example.org{unsubscribe}
"""


def main_of(client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def test_a_reader_confirms_receives_each_change_once_and_unsubscribes(client, lamps):
    assert ask(client).headers["Location"] == "/subscriptions/asked/"
    (message,) = sent(delivery.send_confirmations)
    confirm, unsubscribe = link(message, "confirm"), link(message, "")
    assert message.body == CONFIRMATION.format(confirm=confirm, unsubscribe=unsubscribe)
    assert (message.subject, message.to) == ("SCO Cities: confirm your subscription", [ADDRESS])
    edit(lamps, title_en="Lamps", status="proposed")
    assert main_of(client, confirm).select_one("a").text == "Lamps"
    assert Subscription.objects.get().confirmed_at is None, "GET has confirmed"
    edit(lamps, status="agreed")
    client.post(confirm)
    edit(lamps, status="operating", reason="The gazette says so.")
    assert sent(delivery.send_news) == [], "the first e-mail is for the next day"
    first, second = next_day(), next_day()
    assert second == []
    (message,) = first
    assert message.body == NEWS.format(unsubscribe=unsubscribe)
    assert client.post(unsubscribe, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (Subscriber.objects.count(), Subscription.objects.count()) == (0, 0)
    assert "Your address has been deleted." in main_of(client, unsubscribe).text


def test_an_e_mail_has_html_and_a_header_to_unsubscribe_by_one_click(client, lamps):
    follow(client, RECORD)
    edit(lamps, status="operating")
    (message,) = next_day()
    assert message.subject == "SCO Cities: 1 change"
    assert message.extra_headers == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{ORIGIN}{link(message, '')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "en"
    assert page.select_one("p").get_text("\n").splitlines()[:2] == [
        "Lamps: agreed → operating", "Status: agreed → operating",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "subject", "change", "button"),
    [
        ("", "SCO Cities: confirm your subscription", "Lamps: agreed → operating", "Confirm"),
        ("/ru", "Города ШОС: подтвердите подписку", "Lamps: согласовано → действует", "Подтвердить"),
        ("/zh-hans", "上合城市：请确认订阅", "Lamps：已商定 → 运行中", "确认"),
    ],
)
def test_every_page_and_e_mail_is_in_the_language_of_the_reader(
    client, lamps, language, subject, change, button
):
    assert ask(client, language + RECORD).headers["Location"] == f"{language}/subscriptions/asked/"
    (message,) = sent(delivery.send_confirmations)
    assert message.subject == subject
    confirm = link(message, "confirm")
    assert confirm.startswith(f"{language}/subscriptions/")
    assert main_of(client, confirm).select_one("button").text == button
    client.post(confirm)
    edit(lamps, status="operating")
    (message,) = next_day()
    assert change in message.body
    assert f"{ORIGIN}{language}/initiatives/lamps/" in message.body


def test_e_mails_contain_no_text_of_drafts_and_withdrawn_records(client, lamps):
    draft = make.make_initiative("secret", state="draft", lead=[lamps.cities.first()])
    follow(client, RECORD, LIST, "/subscribe/initiatives/")
    edit(draft, title_en="Secret plans")
    create_recorded(make.make_initiative, "hidden", title_en="Hidden plans", state="draft")
    assert next_day() == []
    edit(lamps, state="withdrawn", title_en="Secret lamps")
    edit(lamps, summary_en="Secret words.")
    (message,) = next_day()
    assert "Withdrawn: lamps" in message.body
    for text in (message.body, message.alternatives[0][0]):
        assert "ecret" not in text
        assert "idden" not in text


def test_a_draft_cannot_be_followed(client, lamps):
    make.make_initiative("secret", state="draft")
    edit(lamps, state="withdrawn")
    assert ask(client, "/subscribe/initiatives/secret/").status_code == 404
    assert ask(client, RECORD).status_code == 410
    assert Subscriber.objects.count() == 0


def test_one_e_mail_a_day_contains_each_change_to_all_followed_subjects_once(client, lamps):
    trams = make.make_initiative("trams", title_en="Trams")
    follow(client, LIST, RECORD, "/subscribe/initiatives/", "/subscribe/initiatives/trams/")
    edit(lamps, status="operating")
    edit(trams, status="operating")
    (message,) = next_day()
    assert message.subject == "SCO Cities: 2 changes"
    titles = [line for line in message.body.splitlines() if "agreed → operating" in line and line[0] != " "]
    assert titles == ["Lamps: agreed → operating", "Trams: agreed → operating"]
    edit(lamps, status="completed")
    assert sent(delivery.send_news) == []
    (message,) = next_day()
    assert message.subject == "SCO Cities: 1 change"


def test_a_followed_record_is_read_once_for_an_e_mail(client, lamps, django_assert_num_queries):
    follow(client, RECORD)
    subscription = Subscription.objects.get()
    with django_assert_num_queries(1):
        assert [subscription.subject() is None, subscription.deletion()] == [False, None]
    lamps.delete()
    subscription = Subscription.objects.get()
    # One query for the record, and one for its last revision, which does not exist.
    with django_assert_num_queries(2):
        assert [subscription.subject(), subscription.deletion() is None] == [None, True]


@pytest.mark.parametrize("count", [1, 2])
def test_all_followed_records_are_read_with_three_queries(client, lamps, django_assert_num_queries, count):
    records = [make.make_initiative(f"trams-{number}", sourced=True) for number in range(count)]
    kept = make.make_initiative("torches", lead=lamps.cities.all(), sourced=True)
    follow(client, RECORD, *(f"/subscribe/initiatives/{record.slug}/" for record in records))
    merge(Initiative, kept.pk, lamps.pk)
    for record in records[1:]:
        with recording(record):
            Initiative.objects.get(pk=record.pk).delete()
    subscriptions = list(Subscription.objects.order_by("pk"))
    # The records, the newest revisions of deleted and merged records, and the targets of the merges.
    with django_assert_num_queries(3):
        read_records(subscriptions)
        found = [(each._record, each.deletion() is not None) for each in subscriptions]
    assert found == [(kept, False), (records[0], False), *[(None, True)] * (count - 1)]


def test_an_e_mail_reads_all_followed_records_together(client, lamps, monkeypatch):
    trams = make.make_initiative("trams", sourced=True)
    follow(client, RECORD, f"/subscribe/initiatives/{trams.slug}/")
    read = []
    monkeypatch.setattr(models, "read_records", lambda each: read.append(1) or read_records(each))
    monkeypatch.setattr(delivery, "read_records", lambda each: read.append(len(each)) or read_records(each))
    for record in (lamps, trams):
        edit(record, status="completed")
    (message,) = next_day()
    assert message.subject == "SCO Cities: 2 changes"
    assert read == [2]


def test_an_address_follows_each_list_once_in_whatever_order_and_case(client, lamps):
    follow(client, LIST, "/subscribe/initiatives/?status=agreed&city=alphaville", LIST)
    follow(client, "/subscribe/initiatives/?city=alphaville&status=agreed", email=ADDRESS.upper())
    assert Subscriber.objects.count() == 1
    assert sorted(Subscription.objects.values_list("query", flat=True)) == [
        "city=alphaville", "city=alphaville&status=agreed",
    ]  # fmt: skip


def test_changes_that_do_not_fit_into_an_e_mail_are_counted_and_linked(client, lamps, monkeypatch):
    monkeypatch.setattr("sco_cities.subscriptions.delivery.MAX_CHANGES", 1)
    follow(client, LIST)
    for number in range(3):
        edit(lamps, title_en=f"Lamps {number}")
    (message,) = next_day()
    assert f"2 earlier changes are in the feed:\n{ORIGIN}/initiatives.atom?city=alphaville\n" in message.body
    assert message.subject == "SCO Cities: 3 changes"
    assert next_day() == []


def test_one_subscription_can_be_ended_and_the_address_goes_with_the_last(client, lamps):
    follow(client, LIST, RECORD)
    follow(client, RECORD, email="other@example.org")
    path = Subscription.objects.first().subscriber.unsubscribe_path
    page = main_of(client, path)
    assert [item.a.text for item in page.select("li")] == ["1 initiative with Alphaville", "Lamps"]
    foreign = Subscription.objects.get(subscriber__id=2).pk
    for key in (foreign, "nonsense", "9" * 40, ""):
        client.post(path, {"subscription": key})
    assert Subscription.objects.count() == 3
    for button in page.select("li button"):
        client.post(path, {"subscription": button["value"]})
    assert [each.unsubscribe_path == path for each in Subscriber.objects.all()] == [False]


def test_mail_programs_unsubscribe_without_cookies_and_get_no_redirect(lamps, client):
    follow(client, RECORD)
    path = Subscriber.objects.get().unsubscribe_path
    strict = Client(enforce_csrf_checks=True)
    strict.get(path)
    assert Subscriber.objects.count() == 1
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Subscriber.objects.count() == 0
    assert ask(strict).status_code == 403


def test_a_deleted_record_is_reported_once_and_then_no_longer_followed(client, lamps):
    follow(client, "/subscribe/initiatives/", RECORD)
    with recording(lamps):
        Initiative.objects.get(slug="lamps").delete()
    (message,) = next_day()
    assert "Deleted: lamps" in message.body
    page = main_of(client, Subscriber.objects.get().unsubscribe_path)
    assert [item.a.text for item in page.select("li")] == ["0 initiatives"]


@pytest.mark.parametrize(
    ("language", "ended"),
    [
        ("", "This record was removed from the site, so you no longer follow it."),
        ("/ru", "Эта запись удалена с сайта, поэтому подписка на неё прекращена."),
        ("/zh-hans", "该条目已从网站删除，您的订阅随之结束。"),
    ],
)
def test_followers_of_a_deleted_record_get_a_last_e_mail_and_their_address_is_deleted(
    client, lamps, language, ended
):
    follow(client, language + RECORD)
    with recording(lamps, reason="Never public."):
        Initiative.objects.get(slug="lamps").delete()
    (message,) = next_day()
    assert ended in message.body.splitlines()
    assert "lamps" in message.body
    assert "Never public." not in message.body
    assert Subscriber.objects.count() == 0


def test_a_deletion_that_is_not_settled_ends_no_subscription_before_its_e_mail(client, lamps, monkeypatch):
    follow(client, RECORD)
    before = last_settled("default")
    with recording(lamps):
        Initiative.objects.get(slug="lamps").delete()
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "last_settled", lambda using: before)
        assert next_day() == []
    assert Subscriber.objects.count() == 1
    assert len(next_day()) == 1
    assert Subscriber.objects.count() == 0


def test_the_deletion_of_a_withdrawn_record_is_not_announced(client, lamps):
    follow(client, RECORD)
    edit(lamps, state="withdrawn", slug="secret", title_en="Secret lamps")
    assert len(next_day()) == 1
    with recording(lamps):
        Initiative.objects.get(slug="secret").delete()
    assert next_day() == []
    assert Subscriber.objects.count() == 0


def test_followers_of_a_merged_record_follow_the_record_that_it_was_merged_into(client, lamps):
    kept = make.make_initiative("torches", lead=lamps.cities.all(), sourced=True)
    follow(client, RECORD)
    merge(Initiative, kept.pk, lamps.pk)
    edit(kept, title_en="Torches and lamps")
    (message,) = next_day()
    assert f"{ORIGIN}/initiatives/torches/" in message.body
    page = main_of(client, Subscriber.objects.get().unsubscribe_path)
    assert "Torches and lamps" in page.text
    assert "no longer exists" not in page.text
