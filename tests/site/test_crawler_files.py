"""Files and metadata for search engines and security researchers."""

import datetime
import re
from urllib.robotparser import RobotFileParser

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def head_of(client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser").head


def test_crawlers_are_kept_from_filters_downloads_and_the_admin(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert "User-agent: *" in lines
    assert {"Disallow: /*?", "Disallow: /admin/", "Disallow: /*.csv", "Disallow: /*.atom"} <= set(lines)
    parser = RobotFileParser()
    parser.parse(lines)
    assert parser.can_fetch("*", "/ru/initiatives/lamps/")
    assert not parser.can_fetch("*", "/admin/login/")


def test_crawlers_may_read_the_descriptions_of_the_data_and_no_files(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    # According to the standard (RFC 9309), the longest matching rule applies. Python's parser does not implement this.
    rules = [line.partition(": ")[::2] for line in lines[lines.index("User-agent: *") :]]
    for path, expected in (
        ("/data/catalog.jsonld", "Allow"),
        ("/data/croissant.json", "Allow"),
        ("/data/2026-01-31/sco-cities.sqlite3", "Disallow"),
        ("/cities.zip", "Disallow"),
    ):
        matching = [
            (len(rule), name)
            for name, rule in rules
            if name in ("Allow", "Disallow") and re.match(re.escape(rule).replace(r"\*", ".*"), path)
        ]
        assert max(matching)[1] == expected, path


def test_social_networks_may_read_a_filtered_list_that_somebody_shares(client):
    groups = client.get("/robots.txt").content.decode().split("\n\n")
    (group,) = (group for group in groups if "User-agent: facebookexternalhit" in group)
    assert [line for line in group.splitlines() if line.startswith("Disallow")] == ["Disallow: /admin/"]


@pytest.mark.parametrize(
    "address", ["/", "/ru/", "/initiatives/", "/zh-hans/initiatives/", "/map/", "/matrix/", "/about/"]
)
def test_a_page_names_its_address_in_its_language(client, address):
    make.make_initiative("lamps", lead=[make.make_city("alphaville")], sourced=True)
    head = head_of(client, address)
    assert [link["href"] for link in head.select("link[rel=canonical]")] == [f"http://testserver{address}"]
    assert head.select("meta[name=robots]") == []
    assert len(head.select("link[hreflang]")) == 4


@pytest.mark.parametrize(
    "address",
    ["/?country=kg", "/initiatives/?page=2", "/ru/initiatives/?status=agreed", "/initiatives/?view=brief", "/map/?x=1",
     "/matrix/?by=city", "/about/?from=mail", "/search/", "/search/?q=lamps", "/initiatives/?status=none"],
)  # fmt: skip
def test_a_page_with_a_query_string_is_not_indexed(client, address):
    head = head_of(client, address)
    assert [meta["content"] for meta in head.select("meta[name=robots]")] == ["noindex"]
    assert head.select("link[rel=canonical]") == [] or address == "/search/"


def test_the_page_of_a_record_names_its_own_address_whatever_the_query_string(client):
    make.make_initiative("lamps", lead=[make.make_city("alphaville")], sourced=True)
    head = head_of(client, "/ru/initiatives/lamps/?from=mail")
    (link,) = head.select("link[rel=canonical]")
    assert link["href"] == "http://testserver/ru/initiatives/lamps/"
    assert head.select_one("meta[name=robots]")["content"] == "noindex"


def test_without_a_contact_there_is_no_security_file(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_the_security_file_names_the_contact_and_expires_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    expires = datetime.datetime.fromisoformat(fields["Expires"])
    days = (expires - datetime.datetime.now(datetime.UTC)).days
    assert 90 < days < 365
