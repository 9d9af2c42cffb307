"""What pages say of themselves where others link to them."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = pytest.mark.django_db


def said(client, address) -> dict[str, str]:
    head = BeautifulSoup(client.get(address).content, "html.parser").head
    named = {
        (each.get("name") or each.get("property")): each["content"] for each in head.select("meta[content]")
    }
    return {"title": head.title.get_text(), **{name: value for name, value in named.items() if name}}


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
        ("/initiatives/lamps/", 'Lamps & "stars" <b> – initiative', "Agreed: They shine."),
        (
            "/initiatives/?status=agreed",
            "1 initiative, agreed",
            "1 initiative, agreed: what public reports say, each value with its footnotes.",
        ),
        (
            "/map/",
            "Map: 1 initiative",
            "1 initiative: where they are and who shares with whom, each mark with the list behind it.",
        ),
        (
            "/matrix/",
            "Cooperation matrix: 1 initiative",
            "1 initiative: who works with whom, each number with the list behind it.",
        ),
        (
            "/",
            "What cities of the SCO do together",
            "What cities of the Shanghai Cooperation Organization do together, and who says so: "
            "1 initiative, 2 cities, 1 report",
        ),
    ],
)
def test_a_page_says_what_it_is(address, title, description, client):
    head = said(client, address)
    assert (head["title"], head["og:title"]) == (f"{title} · SCO Cities", title)
    assert (head["description"], head["og:description"]) == (description, description)


def test_a_page_that_says_nothing_of_itself_has_no_empty_description(client):
    head = said(client, "/initiatives/?status=stalled")
    assert head.keys() & {"description", "og:description"} == set()


def test_the_picture_beside_links_has_an_address_of_its_own_and_is_small(client):
    assert said(client, "/about/")["og:image"] == "http://testserver/static/img/card.png"
    picture = (Path(__file__).parents[2] / "static" / "img" / "card.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(picture[start : start + 4]) for start in (16, 20)] == [1200, 630]
    assert len(picture) <= 60_000
