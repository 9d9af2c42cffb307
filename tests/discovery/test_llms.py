"""The file for assistants describes the site, and every URL in it can be read."""

import re
from urllib.robotparser import RobotFileParser

import pytest

from sco_cities.search.searchable_lists import COLLECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
SITE = "http://testserver"


def test_the_file_has_the_parts_that_the_proposal_names_and_is_short(client):
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert [line for line in lines if line.startswith("# ")] == ["# SCO Cities"]
    assert lines[2].startswith("> ")
    sections = response.content.decode().split("\n## ")[1:]
    links = {section.splitlines()[0]: section.splitlines()[1:] for section in sections}
    assert list(links) == ["Questions", "Files", "Lists", "Optional"]
    for section in links.values():
        assert all(
            re.fullmatch(r"- \[[^]]+\]\(http://testserver/\S*\)(: .+)?", line) for line in section if line
        )
    assert len(lines) < 50
    assert {f"{SITE}/{name}/" for name in COLLECTIONS} <= set(re.findall(r"\((\S+)\)", sections[2]))


def test_geojson_is_offered_for_lists_with_places_only(client):
    text = client.get("/llms.txt").content.decode()
    assert "`.geojson` of lists with places" in text
    assert {name: client.get(f"/{name}.geojson").status_code for name in ("cities", "themes")} == {
        "cities": 200,
        "themes": 404,
    }


def test_every_address_in_the_file_can_be_read(client):
    text = client.get("/llms.txt").content.decode()
    addresses = re.findall(rf"\({SITE}(/\S*)\)", text)
    assert len(addresses) > 15
    for address in addresses:
        expected = 405 if address == "/mcp" else 200
        assert client.get(address).status_code == expected, address
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    assert parser.can_fetch("*", "/llms.txt")
