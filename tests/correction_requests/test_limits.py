"""How many requests are stored, and what is refused."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sco_cities.correction_requests import views
from sco_cities.correction_requests.models import CorrectionRequest, RequestState
from sco_cities.ops.client_address import parse_trusted_proxies
from tests.extent import IS_FULL

from .reader_form import FORM, TEXT, errors_in, send, soup

pytestmark = pytest.mark.django_db


def test_of_many_requests_from_one_address_10_an_hour_are_stored(client, lamps, caplog):
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
    # Another address, and pages.
    assert client.post(FORM, {"text": TEXT}, REMOTE_ADDR="198.51.100.1").status_code == 302
    assert client.get(FORM).status_code == 200
    lines = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(lines) == 1


def test_a_refusal_by_address_costs_no_more_queries_than_the_form(client, lamps, monkeypatch):
    monkeypatch.setattr(views.by_address, "limit", 0)
    with CaptureQueriesContext(connection) as form:
        client.get(FORM)
    with CaptureQueriesContext(connection) as refusal:
        assert send(client).status_code == 429
    assert [query["sql"] for query in refusal] == [query["sql"] for query in form]


def test_a_wrong_input_does_not_count(client, lamps):
    for _try in range(20):
        assert send(client, text="").status_code == 200
    assert send(client).status_code == 302


def test_behind_a_trusted_proxy_each_client_has_its_own_limit(client, lamps, settings, monkeypatch):
    settings.TRUSTED_PROXIES = parse_trusted_proxies("127.0.0.1")
    monkeypatch.setattr(views.by_address, "limit", 1)
    clients = ["203.0.113.7", "203.0.113.8", "2001:db8::1", "2001:db8::2", "forged, 203.0.113.7"]
    statuses = [
        client.post(FORM, {"text": TEXT}, headers={"x-forwarded-for": each}).status_code for each in clients
    ]
    # An IPv6 network is one client.
    assert statuses == [302, 302, 302, 429, 429]


def test_no_more_requests_are_stored_than_curators_could_read(client, lamps, monkeypatch):
    monkeypatch.setattr(views, "MAX_OPEN", 2)
    for number in range(2):
        assert send(client, text=f"Lamp {number}").status_code == 302
    response = send(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 3600
    assert "more open requests than they can answer" in errors_in(response)[0]
    CorrectionRequest.objects.open().close(RequestState.DECLINED, "ada")
    assert send(client).status_code == 302


def test_a_refusal_because_too_many_are_open_does_not_count(client, lamps, monkeypatch):
    monkeypatch.setattr(views, "MAX_OPEN", 0)
    for _try in range(20):
        assert "more open requests" in errors_in(send(client))[0]
    monkeypatch.setattr(views, "MAX_OPEN", 1)
    assert send(client).status_code == 302
