"""The limits on the number of stored requests."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sco_cities.correction_requests import views
from sco_cities.correction_requests.models import CorrectionRequest, RequestState
from sco_cities.ops.setting_values import parse_trusted_proxies
from tests.extent import IS_FULL

from .reader_form import FORM, TEXT, errors_in, send, soup

pytestmark = pytest.mark.django_db


def test_at_most_10_requests_an_hour_from_one_address_are_stored(client, lamps, caplog):
    many = 1000 if IS_FULL else 100
    statuses = [send(client, text=f"Lamp {number} is not lit.").status_code for number in range(many)]
    assert statuses == [302] * 10 + [429] * (many - 10)
    assert CorrectionRequest.objects.count() == 10
    response = send(client)
    assert 0 < int(response["Retry-After"]) <= views.PERIOD_S
    assert response["Cache-Control"] == "private, no-store"
    (error,) = errors_in(response)
    assert re.search(r"Too many requests came from your network\. .* in (59|60) minutes\.", error)
    assert soup(response).select_one("textarea").text.strip() == TEXT
    assert soup(response).select_one("[autofocus]")["role"] == "alert"
    # Requests from other addresses and for pages are not limited.
    assert client.post(FORM, {"text": TEXT}, REMOTE_ADDR="198.51.100.1").status_code == 302
    assert client.get(FORM).status_code == 200
    lines = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(lines) == 1


def test_a_rejection_by_address_runs_no_more_queries_than_the_form(client, lamps, monkeypatch):
    monkeypatch.setattr(views.by_client.by_address, "limit", 0)
    with CaptureQueriesContext(connection) as form:
        client.get(FORM)
    with CaptureQueriesContext(connection) as refusal:
        assert send(client).status_code == 429
    assert [query["sql"] for query in refusal] == [query["sql"] for query in form]


def test_invalid_input_does_not_count(client, lamps):
    for _try in range(20):
        assert send(client, text="").status_code == 200
    assert send(client).status_code == 302


def test_behind_a_trusted_proxy_each_client_has_its_own_limit(client, lamps, settings, monkeypatch):
    settings.TRUSTED_PROXIES = parse_trusted_proxies("127.0.0.1")
    monkeypatch.setattr(views.by_client.by_address, "limit", 1)
    clients = ["203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2", "forged, 203.0.113.7"]
    statuses = [
        client.post(FORM, {"text": TEXT}, headers={"x-forwarded-for": each}).status_code for each in clients
    ]
    # All addresses of an IPv6 network belong to one client.
    assert statuses == [302, 302, 302, 429, 429]


@pytest.fixture
def send_from(client, lamps, settings):
    """A function that sends a request from a client address that the local proxy forwards."""
    settings.TRUSTED_PROXIES = parse_trusted_proxies("127.0.0.1")
    return lambda address: client.post(FORM, {"text": TEXT}, headers={"x-forwarded-for": address})


# Each address sends 20 requests, which is the number that two processes accept from one address.
IPV6 = [f"2001:db8:2:{number:x}::1" for number in range(48) for _request in range(20)]
IPV4 = [f"203.0.113.{number}" for number in range(48) for _request in range(20)]


@pytest.mark.thorough
@pytest.mark.parametrize("addresses", [IPV6, IPV4], ids=["IPv6", "IPv4"])
def test_one_client_with_a_whole_network_does_not_fill_the_queue(send_from, monkeypatch, addresses):
    monkeypatch.setattr(views.by_client.by_address, "limit", 20)
    responses = [send_from(address) for address in addresses]
    assert [response.status_code for response in responses] == [302] * 40 + [429] * 920
    assert 0 < int(responses[-1]["Retry-After"]) <= views.PERIOD_S
    assert "Too many requests came from your network." in errors_in(responses[-1])[0]
    assert send_from("198.51.100.1").status_code == send_from("2001:db8:3::1").status_code == 302


def test_when_the_queue_is_half_full_each_network_can_send_one_request_an_hour(send_from, monkeypatch):
    monkeypatch.setattr(views, "MAX_OPEN", 6)
    assert [send_from("203.0.113.7").status_code for _request in range(4)] == [302, 302, 302, 429]
    addresses = ["198.51.100.1", "198.51.100.2", "2001:db8:2::1", "2001:db8:2:ff::1", "2001:db8:3::1"]
    assert [send_from(address).status_code for address in addresses] == [302, 429, 302, 429, 302]
    # Now the queue is full. A client that has waited for an hour may send the next request.
    assert "too many open requests" in errors_in(send_from("192.0.2.1"))[0]
    CorrectionRequest.objects.order_by("pk").first().delete()
    CorrectionRequest.objects.update(sent_at=timezone.now() - timedelta(seconds=views.PERIOD_S))
    assert send_from("198.51.100.2").status_code == 302


def test_after_the_clock_is_set_back_nobody_waits_longer_than_an_hour(send_from, monkeypatch):
    monkeypatch.setattr(views, "REQUESTS_PER_NETWORK", 1)
    send_from("203.0.113.7")
    CorrectionRequest.objects.update(sent_at=timezone.now() + timedelta(days=1))
    assert send_from("203.0.113.8")["Retry-After"] == "3600"


def test_the_network_is_stored_as_a_code_until_the_request_is_closed(send_from):
    for address in ("203.0.113.7", "203.0.113.8", "198.51.100.1", "2001:db8:2::1", "2001:db8:2:ff::1"):
        send_from(address)
    codes = list(CorrectionRequest.objects.order_by("pk").values_list("network", flat=True))
    assert re.fullmatch("[0-9a-f]{16}", codes[0])
    assert [codes.index(code) for code in codes] == [0, 0, 2, 3, 3]
    first, second, *_others = CorrectionRequest.objects.order_by("pk")
    first.state = RequestState.DECLINED
    first.save()
    CorrectionRequest.objects.filter(pk=second.pk).close(RequestState.DECLINED, "ada")
    assert list(CorrectionRequest.objects.order_by("pk").values_list("network", flat=True)[:2]) == ["", ""]


def test_no_more_requests_are_stored_than_curators_could_read(client, lamps, send_from, monkeypatch):
    monkeypatch.setattr(views, "MAX_OPEN", 2)
    assert send_from("203.0.113.7").status_code == send_from("198.51.100.1").status_code == 302
    response = send(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 3600
    assert "too many open requests" in errors_in(response)[0]
    CorrectionRequest.objects.open().close(RequestState.DECLINED, "ada")
    assert send(client).status_code == 302


def test_a_request_rejected_because_too_many_are_open_does_not_count(client, lamps, monkeypatch):
    monkeypatch.setattr(views, "MAX_OPEN", 0)
    for _try in range(20):
        assert "too many open requests" in errors_in(send(client))[0]
    monkeypatch.setattr(views, "MAX_OPEN", 1)
    assert send(client).status_code == 302
