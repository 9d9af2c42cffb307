"""A site that sends e-mail, and a reader who subscribes."""

import datetime

import pytest
from django.core import mail

from sco_cities.subscriptions import delivery, views
from sco_cities.subscriptions.models import Subscriber
from tests import factories as make

ADDRESS = "reader@example.org"
ORIGIN = "https://cities.example.org"
RECORD, LIST = "/subscribe/initiatives/lamps/", "/subscribe/initiatives/?city=alphaville"


@pytest.fixture(autouse=True)
def site(db, settings):
    settings.SENDS_EMAIL = True
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = ORIGIN, "cities@example.org"
    for limit in (views.by_client.by_address, views.by_client.by_network, views.by_address):
        limit._counts.clear()


@pytest.fixture
def lamps():
    return make.make_initiative("lamps", title_en="Lamps", lead=[make.make_city("alphaville")], sourced=True)


def ask(client, path=RECORD, email=ADDRESS, **values):
    return client.post(path, {"email": email, **values})


def sent(send) -> list:
    """Returns the e-mails sent by a function."""
    mail.outbox.clear()
    send()
    return list(mail.outbox)


def link(message, page: str) -> str:
    """Returns the path of a link in an e-mail.

    `page` is "confirm", or "" for the unsubscribe page.
    """
    for line in message.body.splitlines():
        path = line.removeprefix(ORIGIN)
        if f"/subscriptions/{page}" in path and (page or "confirm" not in path):
            return path
    raise AssertionError(message.body)


def confirm_all(client) -> list:
    """Opens the confirmation links in the e-mails of new subscriptions, and confirms."""
    messages = sent(delivery.send_confirmations)
    for message in messages:
        assert client.post(link(message, "confirm")).status_code == 302
    return messages


def follow(client, *paths, email=ADDRESS) -> None:
    """Subscribes to the lists or records of these pages, and confirms the subscriptions."""
    for path in paths:
        assert ask(client, path, email).status_code == 302
    confirm_all(client)


def next_day() -> list:
    """Returns the e-mails with changes that are sent on the next day."""
    for subscriber in Subscriber.objects.exclude(searched_on=None):
        subscriber.searched_on -= datetime.timedelta(days=1)
        subscriber.save()
    return sent(delivery.send_news)
