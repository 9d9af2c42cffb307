"""Only one long file is written at a time. Requests for short files are never rejected."""

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections

from sco_cities.listings.exports import streaming_response
from tests.factories import make_theme
from tests.older_transactions import wait_for_older_transactions

SENTENCE = "Another large file is being exported. Try again in 30 seconds, or add a filter.\n"


@pytest.fixture
def themes(db, monkeypatch):
    monkeypatch.setattr(streaming_response, "SHORT_LIST", 1)
    monkeypatch.setattr(streaming_response, "LONG_LIST", 1)
    for slug in ("rail", "tram"):
        make_theme(slug)
    wait_for_older_transactions()
    # The end of a response must not close the connection of the test.
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("extension", ["csv", "xlsx", "jsonl"])
def test_a_second_long_file_is_refused_until_the_first_ends(client, themes, extension):
    first = client.get(f"/themes.{extension}")
    refused = client.get("/themes.csv")
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert refused.content.decode() == SENTENCE
    assert refused["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in refused["Cache-Control"]
    assert b"".join(first.streaming_content)
    assert b"".join(client.get("/themes.csv").streaming_content)


@pytest.mark.parametrize("way", ["closed half-way", "HEAD", "error"])
def test_a_long_file_that_is_not_read_to_its_end_blocks_no_other(client, themes, way):
    if way == "error":
        assert client.get("/themes.csv?columns=nonsense").status_code == 400
    else:
        (client.head if way == "HEAD" else client.get)("/themes.csv").close()
    response = client.get("/themes.csv")
    assert response.status_code == 200
    response.close()


def test_a_short_file_is_written_at_the_same_time_as_a_long_file(client, themes):
    long = client.get("/themes.csv")
    assert client.get("/themes.csv?q=tram").status_code == 200
    long.close()


def test_files_that_are_not_long_are_written_beside_each_other(client, themes, monkeypatch):
    monkeypatch.setattr(streaming_response, "LONG_LIST", 2)
    responses = [client.get("/themes.csv"), client.get("/themes.jsonl")]
    assert [(response.status_code, response.streaming) for response in responses] == [(200, True)] * 2
    for response in responses:
        response.close()


def test_a_reader_is_informed_in_the_language_of_the_page(client, themes):
    long = client.get("/themes.csv")
    assert "выгружается" in client.get("/ru/themes.csv").content.decode()
    assert "正在导出" in client.get("/zh-hans/themes.csv").content.decode()
    long.close()


@pytest.mark.parametrize("extension", ["csv", "jsonl"])
def test_an_unchanged_long_file_is_not_written_again(client, themes, extension):
    first = client.get(f"/themes.{extension}")
    tag = first["ETag"]
    first.close()
    unchanged = client.get(f"/themes.{extension}", headers={"if-none-match": tag})
    assert (unchanged.status_code, unchanged["ETag"]) == (304, tag)
    assert unchanged["Vary"] == first["Vary"] == "Accept-Encoding"
    refused = client.get(f"/themes.{extension}", headers={"if-match": '"other"'})
    assert (refused.status_code, refused["Content-Type"]) == (412, "text/plain; charset=utf-8")
    assert "If-Match" in refused.content.decode()
    make_theme("ferry")
    changed = client.get(f"/themes.{extension}", headers={"if-none-match": tag})
    assert (changed.status_code, changed["ETag"] == tag) == (200, False)
    changed.close()


@pytest.mark.parametrize("query", ["columns=slug", "q=tram+rail", "labels=1", "sort=-slug"])
def test_different_queries_have_different_etags(client, themes, query):
    tags = set()
    for each in ("", query):
        response = client.get(f"/themes.csv?{each}&pillar=governance")
        tags.add(response["ETag"])
        response.close()
    assert len(tags) == 2
