"""Exports are streamed and compressed per block, and do no unnecessary work."""

import gzip
import zlib
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from gunicorn.config import Config
from gunicorn.http.wsgi import Response

from tests.ops import urls

# The page cache queries the database for every page.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db]
GZIP = {"accept-encoding": "gzip, deflate"}
LAMPS = "".join(f"{number},lamp\r\n" * 1000 for number in range(100)).encode()


def test_an_export_is_compressed_on_request_and_complete(client):
    plain = client.get("/lamps.csv")
    compressed = client.get("/lamps.csv", headers=GZIP)
    assert "Content-Encoding" not in plain
    assert compressed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in compressed["Vary"]
    body = b"".join(compressed.streaming_content)
    assert gzip.decompress(body) == LAMPS == b"".join(plain.streaming_content)
    assert len(body) < len(LAMPS) / 5


def test_each_block_can_be_decompressed_immediately(client):
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    blocks = iter(client.get("/lamps.csv", headers=GZIP).streaming_content)
    assert reader.decompress(next(blocks)) == b"0,lamp\r\n" * 1000
    assert reader.decompress(next(blocks)) == b"1,lamp\r\n" * 1000


def test_a_compressed_format_is_not_compressed_again(client):
    response = client.get("/workbook.xlsx", headers=GZIP)
    assert "Content-Encoding" not in response
    assert b"".join(response.streaming_content) == b"PK" * 1000


def test_pages_are_compressed(client):
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
def test_a_client_that_rejects_gzip_gets_an_uncompressed_response(client, path, accepted, encoding):
    response = client.get(path, headers={"accept-encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response["Vary"]


def test_a_short_response_is_not_compressed(client):
    response = client.get("/moved/", headers=GZIP)
    assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    "path", ["/page/", "/lamps.csv", "/static/admin/css/base.css", "/no-such-page/", "/healthz"]
)
def test_head_returns_the_headers_of_get_without_a_body(path):
    # The test calls the application as the web server does, because Django's test client would hide a body.
    answers = {}
    for method in ("GET", "HEAD"):
        environ = RequestFactory().generic(method, path).environ
        sent = Mock()
        request = SimpleNamespace(method=method, version=(1, 1), should_close=lambda: False)
        response = Response(request, sent, Config())
        body = WSGIHandler()(environ, response.start_response)
        for block in body:
            response.write(block)
        response.close()
        body.close()
        head, _end, rest = b"".join(call.args[0] for call in sent.sendall.call_args_list).partition(
            b"\r\n\r\n"
        )
        # Each request has a different id. A body of unknown length has a transfer encoding.
        own = (b"X-Request-ID", b"Transfer-Encoding", b"Date")
        answers[method] = sorted(line for line in head.splitlines() if not line.startswith(own)), rest
    assert answers["GET"][0] == answers["HEAD"][0]
    assert answers["GET"][1]
    assert answers["HEAD"][1] == b""


def test_head_does_not_generate_the_complete_export(client, monkeypatch):
    blocks = []
    monkeypatch.setattr(urls, "generated_blocks", blocks)
    client.head("/lamps.csv")
    assert len(blocks) == 1


@pytest.fixture
def no_groups(db):
    """Deletes the groups created by migrations."""
    Group.objects.all().delete()


def test_an_export_starts_with_its_first_row(client, no_groups):
    Group.objects.bulk_create(Group(name=name) for name in ("Lamps", "Trams"))
    assert b"".join(client.get("/groups.csv").streaming_content) == b"Lamps\r\nTrams\r\n"


def test_an_export_without_rows_is_empty(client, no_groups):
    assert b"".join(client.get("/groups.csv").streaming_content) == b""
