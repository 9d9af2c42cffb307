"""The official client of the protocol lists and calls all tools of a running site."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from mcp import Client

from sco_cities.api.mcp.tools import TOOLS
from tests.shipped_package import initiatives_with

# Protocol calls change nothing, so a read-only server can answer them.
pytestmark = [pytest.mark.only_on("sqlite")]

CALLS = {
    "search": {"query": "tashkent tianjin"},
    "fetch": {"id": "initiatives:luban-tashkent"},
    "list_records": {"list": "initiatives", "filters": {"country": ["kg"], "status": ["operating"]}},
    "get_record": {"list": "delegates", "slug": "parvina-nematova"},
    "count_by": {"list": "initiatives", "by": "status", "filters": {"country": ["kg"]}},
}


def talk(site: str, mode: str, path: str = "/mcp") -> tuple:
    """Returns the server's version, its tools, and the response of each tool."""

    async def call_everything():
        async with Client(f"{site}{path}", mode=mode) as client:
            tools = (await client.list_tools()).tools
            answers = {name: await client.call_tool(name, CALLS[name]) for name in CALLS}
            return client.protocol_version, client.server_info, tools, answers

    # A separate thread is needed, because browser tests in the same process leave their event loop running.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, call_everything()).result()


@pytest.fixture
def conversation(site):
    return talk(site, "auto")


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_the_client_lists_and_calls_all_tools_in_the_version_that_it_prefers(site, mode, version):
    spoken, server, tools, answers = talk(site, mode)
    assert (spoken, server.name) == (version, "sco-cities")
    assert [tool.name for tool in tools] == list(TOOLS) == list(CALLS)
    assert all(tool.annotations.read_only_hint for tool in tools)
    for name, answer in answers.items():
        assert not answer.is_error, (name, answer.content)
        assert answer.content[0].text
        assert answer.structured_content


@pytest.mark.thorough
def test_every_url_in_a_response_opens_a_page(conversation, site):
    *_others, answers = conversation
    browser, paths = Browser(), set()
    for name in ("search", "fetch", "get_record", "count_by"):
        for text in (json.dumps(answers[name].structured_content), answers[name].content[0].text):
            # Fragments are removed, because clients never send them.
            paths |= set(re.findall(rf"{re.escape(site)}([^\s>\"\\#]+)", text))
    assert len(paths) > 20
    host = urlsplit(site).netloc
    statuses = {path: browser.get(path, headers={"host": host}).status_code for path in paths}
    assert {path: status for path, status in statuses.items() if status != 200} == {}


def test_search_and_fetch_have_the_shapes_that_connectors_read(conversation):
    *_others, answers = conversation
    for name in ("search", "fetch"):
        (content,) = answers[name].content
        assert json.loads(content.text) == answers[name].structured_content
    (first, *_more) = answers["search"].structured_content["results"]
    assert set(first) == {"id", "title", "url"}
    assert first["id"] == CALLS["fetch"]["id"]
    assert {"id", "title", "text", "url"} <= set(answers["fetch"].structured_content)


@pytest.mark.thorough
def test_every_number_of_a_note_in_a_text_is_explained(conversation):
    *_others, answers = conversation
    _head, *records = re.split(r"^(?=# )", answers["list_records"].content[0].text, flags=re.MULTILINE)[1:]
    assert len(records) == len(answers["list_records"].structured_content["results"])
    for record in records:
        values, notes = record.split("## Footnotes")
        cited = set(map(int, re.findall(r"(?<!\\)\[(\d+)\]", values)))
        assert cited == set(map(int, re.findall(r"^- \[(\d+)\]", notes, re.MULTILINE)))


def test_the_answers_of_a_language_are_in_it(site):
    *_others, answers = talk(site, "auto", "/ru/mcp")
    assert answers["count_by"].content[0].text.startswith(f"# {len(initiatives_with('KG'))} инициатив")
    assert f"{site}/ru/initiatives/" in answers["list_records"].content[0].text
