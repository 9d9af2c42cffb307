"""Streamed exports: compressed as they come, honest about failure, and not made for nothing."""

import gzip
import zlib

import pytest
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from tests.ops import urls

# Whether a page is remembered is asked of the database, whatever the page.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db]
GZIP = {"accept-encoding": "gzip, deflate"}
LAMPS = "".join(f"{number},lamp\r\n" * 1000 for number in range(100)).encode()


def test_an_export_is_compressed_for_those_who_ask_and_is_whole(client):
    plain = client.get("/lamps.csv")
    compressed = client.get("/lamps.csv", headers=GZIP)
    assert "Content-Encoding" not in plain
    assert compressed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in compressed["Vary"]
    body = b"".join(compressed.streaming_content)
    assert gzip.decompress(body) == LAMPS == b"".join(plain.streaming_content)
    assert len(body) < len(LAMPS) / 5


def test_each_block_can_be_read_as_soon_as_it_is_sent(client):
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    blocks = iter(client.get("/lamps.csv", headers=GZIP).streaming_content)
    assert reader.decompress(next(blocks)) == b"0,lamp\r\n" * 1000
    assert reader.decompress(next(blocks)) == b"1,lamp\r\n" * 1000


def test_what_is_compressed_already_is_left_alone(client):
    response = client.get("/workbook.xlsx", headers=GZIP)
    assert "Content-Encoding" not in response
    assert b"".join(response.streaming_content) == b"PK" * 1000


def test_pages_are_compressed_too(client):
    plain, response = client.get("/page/"), client.get("/page/", headers=GZIP)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == plain.content
    assert int(response["Content-Length"]) == len(response.content) < len(plain.content) / 2
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip;q=0", None), ("br, gzip; q=0.0, *", None), ("GZIP;Q=0,identity", None), ("identity", None),
        ("gzip;q=0.1", "gzip"), ("gzip;q=1.0", "gzip"), ("br;q=0, gzip", "gzip"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/page/", "/lamps.csv"])
def test_who_refuses_gzip_gets_none(client, path, accepted, encoding):
    response = client.get(path, headers={"accept-encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response["Vary"]


def test_a_few_words_are_not_compressed(client):
    response = client.get("/moved/", headers=GZIP)
    assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    "path", ["/page/", "/lamps.csv", "/static/admin/css/base.css", "/no-such-page/", "/healthz"]
)
def test_head_gets_the_headers_of_get_and_not_a_byte_more(path):
    # Straight to the application: Django's test client would hide a body.
    answers = {}
    for method in ("GET", "HEAD"):
        environ = RequestFactory().generic(method, path).environ
        sent = []
        body = WSGIHandler()(
            environ, lambda status, headers, sent=sent: sent.extend([status, *sorted(headers)])
        )
        answers[method] = sent, b"".join(body)
        body.close()
    assert answers["GET"][0] == answers["HEAD"][0]
    assert answers["GET"][1]
    assert answers["HEAD"][1] == b""


def test_head_does_not_make_the_whole_export(client, monkeypatch):
    made = []
    monkeypatch.setattr(urls, "made", made)
    client.head("/lamps.csv")
    assert len(made) == 1


@pytest.fixture
def no_groups(db):
    """The groups that migrations make are no part of these exports."""
    Group.objects.all().delete()


def test_an_export_starts_with_its_first_row(client, no_groups):
    Group.objects.bulk_create(Group(name=name) for name in ("Lamps", "Trams"))
    assert b"".join(client.get("/groups.csv").streaming_content) == b"Lamps\r\nTrams\r\n"


def test_an_export_of_nothing_is_empty(client, no_groups):
    assert b"".join(client.get("/groups.csv").streaming_content) == b""
