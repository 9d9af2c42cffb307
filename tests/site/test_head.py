"""Titles, descriptions and images of pages for search engines and link previews."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def metadata(client, address) -> dict[str, str]:
    head = BeautifulSoup(client.get(address).content, "html.parser").head
    values = {
        (each.get("name") or each.get("property")): each["content"] for each in head.select("meta[content]")
    }
    return {"title": head.title.get_text(), **{name: value for name, value in values.items() if name}}


@pytest.fixture(autouse=True)
def lamps():
    return make.make_initiative(
        "lamps",
        title_en='Lamps & "stars" <b>',
        summary_en="They shine.",
        lead=[make.make_city("alphaville")],
        partner=[make.make_city("betaville")],
        sourced=True,
    )


@pytest.mark.parametrize(
    ("address", "title", "description"),
    [
        ("/initiatives/lamps/", "Lamps & “stars” <b> – initiative", "Agreed: They shine."),
        (
            "/initiatives/?status=agreed",
            "1 initiative, agreed",
            "1 initiative, agreed: what public reports state, with footnotes.",
        ),
        (
            "/map/",
            "Map of initiatives: 1 initiative",
            "1 initiative: where they take place and which cities share experience. Every mark links to its list.",
        ),
        (
            "/matrix/?by=city",
            "Who works with whom: 1 initiative",
            "1 initiative: who works with whom. Every number links to its list.",
        ),
        (
            "/",
            "What cities of the SCO do together, and who says so",
            "An independent record of 1 initiative and 2 cities that take part in them, drawn from 1 report. "
            "Statuses, dates, cities and figures have footnotes to the reports that support them.",
        ),
    ],
)
def test_a_page_has_a_title_and_a_description(address, title, description, client):
    head = metadata(client, address)
    assert (head["title"], head["og:title"]) == (f"{title} · SCO Cities", title)
    assert (head["description"], head["og:description"]) == (description, description)


def test_a_page_without_a_description_has_no_empty_meta_element(client):
    head = metadata(client, "/initiatives/?status=stalled")
    assert head.keys() & {"description", "og:description"} == set()


def test_the_preview_image_has_an_absolute_url_and_is_small(client):
    assert metadata(client, "/about/")["og:image"] == "http://testserver/static/img/card.png"
    picture = (Path(__file__).parents[2] / "static" / "img" / "card.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(picture[start : start + 4]) for start in (16, 20)] == [1200, 630]
    assert len(picture) <= 60_000


@pytest.mark.parametrize(("prefix", "name"), [("", ""), ("/ru", "Города ШОС"), ("/zh-hans", "上合城市")])
def test_the_site_has_a_name_in_the_readers_language(prefix, name, client):
    for path in ("/about/", "/nowhere/"):
        page = BeautifulSoup(client.get(prefix + path).content, "html.parser")
        assert page.select_one(".wordmark").get_text(strip=True) == (name or "SCO Cities")
