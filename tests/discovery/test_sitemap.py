"""The sitemap contains every page that readers can see, in each language, and no other page."""

import datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from initiatives.models import Initiative
from sco_cities.discovery import sitemap
from sco_cities.sources.base_models import PublicationState
from tests import factories as make

pytestmark = pytest.mark.django_db
sqlite_only = pytest.mark.only_on("sqlite")

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SITE = "http://testserver"


def parsed(client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own file


def files(client) -> dict[str, str | None]:
    """The path of each file of the sitemap, and the time of its last change."""
    entries = parsed(client, "/sitemap.xml").findall("s:sitemap", NAMES)
    return {
        entry.findtext("s:loc", None, NAMES).removeprefix(SITE): entry.findtext("s:lastmod", None, NAMES)
        for entry in entries
    }


def pages(client, path: str) -> dict[str, str | None]:
    """The path of each page in a file, and the time of its last change."""
    return {
        entry.findtext("s:loc", None, NAMES).removeprefix(SITE): entry.findtext("s:lastmod", None, NAMES)
        for entry in parsed(client, path).findall("s:url", NAMES)
    }


def set_changed(slug: str, day: int) -> None:
    at = datetime.datetime(2026, 3, day, 10, 30, tzinfo=datetime.UTC)
    Initiative.objects.filter(slug=slug).update(updated_at=at)


@sqlite_only
def test_robots_txt_names_the_sitemap_and_lets_crawlers_read_it(client):
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    assert parser.site_maps() == [f"{SITE}/sitemap.xml"]
    assert parser.can_fetch("*", "/sitemap.xml")


@sqlite_only
def test_a_page_is_listed_in_each_language_with_links_to_its_translations(client):
    make.make_initiative("lamps")
    (path,) = (path for path in files(client) if "initiatives" in path)
    entries = parsed(client, path).findall("s:url", NAMES)
    links = {
        "en": f"{SITE}/initiatives/lamps/",
        "ru": f"{SITE}/ru/initiatives/lamps/",
        "zh-Hans": f"{SITE}/zh-hans/initiatives/lamps/",
        "x-default": f"{SITE}/initiatives/lamps/",
    }
    assert [entry.findtext("s:loc", None, NAMES) for entry in entries] == list(links.values())[:3]
    for entry in entries:
        assert {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", NAMES)} == links


@pytest.mark.parametrize(
    "state", [state for state in PublicationState if state != PublicationState.PUBLISHED]
)
def test_only_published_records_are_listed(client, state):
    make.make_initiative("lamps")
    make.make_initiative("secret-lamps", state=state)
    every_page = [page for path in files(client) for page in pages(client, path)]
    assert "/initiatives/lamps/" in every_page
    assert not [page for page in every_page if "secret" in page]


def test_each_file_has_the_last_change_of_its_records_and_follows_every_commit(client, monkeypatch):
    monkeypatch.setattr(sitemap, "RECORDS_PER_FILE", 2)
    first = make.make_initiative("lamps").pk
    # The first primary key depends on earlier tests, because databases do not reuse keys.
    numbers = sorted({first // 2, (first + 1) // 2, (first + 2) // 2})
    make.make_initiative("trams")
    make.make_initiative("wells")
    for slug, day in (("lamps", 5), ("trams", 7), ("wells", 6)):
        set_changed(slug, day)
    found = {path: changed for path, changed in files(client).items() if "initiatives" in path}
    assert list(found) == [f"/sitemap-initiatives-{number}.xml" for number in numbers]
    listed = [pages(client, path) for path in found]
    for path, entries in zip(found, listed, strict=True):
        assert found[path] == max(entries.values())
    merged = {page: changed for entries in listed for page, changed in entries.items()}
    assert merged["/ru/initiatives/trams/"] == "2026-03-07T10:30:00Z"
    assert pages(client, "/sitemap-pages.xml")["/zh-hans/initiatives/"] == "2026-03-07T10:30:00Z"

    set_changed("wells", 9)
    assert "2026-03-09T10:30:00Z" in files(client).values()
    Initiative.objects.filter(slug="wells").update(state=PublicationState.DRAFT)
    assert "2026-03-09T10:30:00Z" not in files(client).values()


@pytest.mark.parametrize(("state", "day"), [("withdrawn", 9), ("draft", 5), ("in_review", 5)])
def test_a_withdrawal_is_the_last_change_of_its_file_and_its_list(client, state, day):
    for slug in ("lamps", "trams"):
        make.make_initiative(slug)
        set_changed(slug, 5)
    (path,) = (path for path in files(client) if "initiatives" in path)
    assert files(client)[path] == "2026-03-05T10:30:00Z"
    Initiative.objects.filter(slug="trams").update(state=state)
    set_changed("trams", 9)
    expected = f"2026-03-0{day}T10:30:00Z"
    assert files(client)[path] == pages(client, "/sitemap-pages.xml")["/initiatives/"] == expected
    assert f'dct:modified "{expected}"' in client.get("/data/catalog.ttl").text
    assert "/initiatives/trams/" not in pages(client, path)
    # A file whose records are all withdrawn is removed from the sitemap.
    Initiative.objects.update(state=PublicationState.WITHDRAWN)
    assert path not in files(client)
    assert client.get(path).status_code == 404


@sqlite_only
@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-initiatives-77.xml",
        "/sitemap-initiatives-99999999999999999999999.xml",
        "/sitemap-lamps-0.xml",
        "/sitemap-initiatives-x.xml",
    ],
)
def test_a_file_without_records_does_not_exist(client, path):
    make.make_initiative("lamps")
    assert client.get(path).status_code == 404


@sqlite_only
def test_an_unchanged_file_is_not_sent_again(client):
    make.make_initiative("lamps")
    response = client.get("/sitemap.xml")
    assert client.get("/sitemap.xml", headers={"If-None-Match": response["ETag"]}).status_code == 304


@sqlite_only
def test_every_page_of_the_sitemap_exists_and_may_be_crawled(client, loaded_package):
    paths = list(files(client))
    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    # For each other file, one language and one record are enough, because all files are created in the same way.
    some = [*list(pages(client, paths[0]))[::3], *(next(iter(pages(client, path))) for path in paths[1:])]
    assert len(some) > 20
    for page in some:
        assert parser.can_fetch("*", SITE + page), page
        response = client.get(page)
        assert response.status_code == 200, page
        assert b"noindex" not in response.content, page
