"""The pages with the HTML code of embeds, and the links to these pages."""

import pytest
from bs4 import BeautifulSoup

from sco_cities.embeds.frame import HEIGHTS
from tests import factories as make

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(autouse=True)
def lights():
    return make.make_initiative(
        "lights", title_en='Lamps & "stars" <b>', lead=[make.make_city()], status="agreed", sourced=True
    )


def read(client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def frame_in(code: str):
    (frame,) = BeautifulSoup(code, "html.parser").select("iframe")
    return frame


@pytest.mark.parametrize(
    ("path", "embed", "title", "kind"),
    [
        ("/embed-code/initiatives/lights/", "/embed/initiatives/lights/", 'Lamps & "stars" <b>', "record"),
        (
            "/ru/embed-code/initiatives/?status=agreed&sort=title_en&page=2&utm_source=x",
            "/ru/embed/initiatives/?status=agreed&sort=title_en",
            "1 инициатива: статус «согласовано»",
            "list",
        ),
        ("/embed-code/cities/", "/embed/cities/", "1 city", "list"),
        ("/embed-code/map/?city=alphaville", "/embed/map/?city=alphaville", "Map: 1 initiative with Alphaville", "map"),
        ("/zh-hans/embed-code/status/", "/zh-hans/embed/status/", "状态：1个合作事项", "status"),
    ],
)  # fmt: skip
def test_the_code_to_copy_frames_the_embed_that_the_preview_shows(client, path, embed, title, kind):
    page = read(client, path)
    frame = frame_in(page.select_one("textarea#embed-code[readonly]").get_text())
    (preview,) = page.select("main iframe")
    assert frame["src"] == preview["src"] == f"http://testserver{embed}"
    assert frame["title"] == preview["title"] == title
    assert (frame["width"], frame["height"], frame["loading"]) == ("600", str(HEIGHTS[kind]), "lazy")
    assert client.get(embed).status_code == 200


def test_initiatives_can_be_embedded_in_several_forms_and_other_lists_as_lists(client):
    page = read(client, "/embed-code/map/?status=agreed")
    assert [link["href"] for link in page.select("main .toolbar a")] == [
        "/embed-code/initiatives/?status=agreed",
        "/embed-code/status/?status=agreed",
        *(f"/embed-code/{name}/?status=agreed" for name in ("ages", "moves", "roles", "single-source")),
    ]
    assert page.select_one("main .toolbar [aria-current]").get_text() == "Map"
    assert read(client, "/embed-code/cities/").select("main .toolbar") == []


def test_an_invalid_filter_is_named_and_gives_no_code(client):
    page = read(client, "/embed-code/initiatives/?status=certain")
    assert "“certain” is not one of the options." in page.select_one("main [role=alert]").get_text()
    assert page.select("textarea, iframe") == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/initiatives/lights/", "/embed-code/initiatives/lights/"),
        ("/ru/cities/alphaville/", "/ru/embed-code/cities/alphaville/"),
        ("/initiatives/?status=agreed&page=1&utm_source=x", "/embed-code/initiatives/?status=agreed"),
        ("/cities/", "/embed-code/cities/"),
        ("/map/?status=agreed", "/embed-code/map/?status=agreed"),
    ],
)
def test_records_lists_and_the_map_link_to_their_code(client, path, code):
    (link,) = read(client, path).select(f"main a[href='{code}']")
    assert link.get_text().split()[0] in ("Embed", "Встроить")


@pytest.mark.parametrize(
    "path", ["/embed-code/lamps/", "/embed-code/lamps/lights/", "/embed-code/cities/nowhere/"]
)
def test_an_unknown_address_is_not_found(client, path):
    assert client.get(path).status_code == 404
