"""The oEmbed response for a URL of this site, and its discovery by programs."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

# The response does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

SITE = "http://testserver"


@pytest.fixture(autouse=True)
def lights():
    return make.make_initiative(
        "lights", title_en='Lamps & "stars"', title_ru="Огни", lead=[make.make_city()], sourced=True
    )


def ask(client, url: str, **parameters):
    return client.get(f"/oembed?{urlencode({'url': url, **parameters})}")


def frame_of(response):
    (frame,) = BeautifulSoup(response.json()["html"], "html.parser").select("iframe")
    return frame


def test_the_response_has_all_required_parameters_of_a_rich_resource(client):
    response = ask(client, f"{SITE}/initiatives/lights/", format="json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    content = response.json()
    assert (
        BeautifulSoup(content.pop("html"), "html.parser").iframe["src"] == f"{SITE}/embed/initiatives/lights/"
    )
    assert content == {
        "version": "1.0",
        "type": "rich",
        "title": 'Lamps & "stars"',
        "provider_name": "SCO Cities",
        "provider_url": f"{SITE}/",
        "cache_age": 3600,
        "width": 600,
        "height": 260,
        "thumbnail_url": f"{SITE}/share/initiatives/lights.png",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }


@pytest.mark.parametrize(
    ("path", "title", "embed"),
    [
        ("/ru/initiatives/lights/", "Огни", "/ru/embed/initiatives/lights/"),
        ("/initiatives/?status=agreed&view=cards&utm_source=x#results", "1 initiative, agreed",
         "/embed/initiatives/?status=agreed"),
        ("/%69nitiatives/lights/", 'Lamps & "stars"', "/embed/initiatives/lights/"),
        ("/zh-hans/cities/", "1座城市", "/zh-hans/embed/cities/"),
        ("/map/?status=agreed", "Map: 1 initiative, agreed", "/embed/map/?status=agreed"),
        ("/embed/status/", "Status: 1 initiative", "/embed/status/"),
        ("/themes/?status=agreed#single-source", "Single sources: 1 initiative, agreed",
         "/embed/single-source/?status=agreed"),
        ("/embed/single-source/", "Single sources: 1 initiative", "/embed/single-source/"),
        ("/embed-code/roles/?status=agreed", "Who leads and who learns: 1 initiative, agreed",
         "/embed/roles/?status=agreed"),
        ("/embed-code/cities/", "1 city", "/embed/cities/"),
        ("/embed/initiatives/lights/", 'Lamps & "stars"', "/embed/initiatives/lights/"),
    ],
)  # fmt: skip
def test_records_lists_maps_and_charts_have_an_embed_in_their_language(client, path, title, embed):
    response = ask(client, SITE + path)
    assert response.json()["title"] == frame_of(response)["title"] == title
    assert frame_of(response)["src"] == SITE + embed


@pytest.mark.parametrize(
    ("limits", "size", "has_thumbnail"),
    [
        ({"maxwidth": 400}, (400, 260), False),
        ({"maxheight": 200, "maxwidth": 5000}, (600, 200), False),
        ({"maxwidth": 1, "maxheight": 1}, (1, 1), False),
        ({"maxwidth": 1200, "maxheight": 630}, (600, 260), True),
    ],
)
def test_frame_and_thumbnail_respect_the_limits(client, limits, size, has_thumbnail):
    response = ask(client, f"{SITE}/initiatives/lights/", **limits)
    content = response.json()
    assert (content["width"], content["height"]) == size
    assert (int(frame_of(response)["width"]), int(frame_of(response)["height"])) == size
    assert ("thumbnail_url" in content) == has_thumbnail


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("url=", 400),
        ("url=lights", 400),
        ("url=/initiatives/lights/", 400),
        ("url=ftp://testserver/initiatives/lights/", 400),
        ("url=http://[", 400),
        (f"url={SITE}/initiatives/lights/&maxwidth=wide", 400),
        (f"url={SITE}/initiatives/lights/&maxheight=-1", 400),
        (f"url={SITE}/initiatives/lights/&maxwidth=0", 400),
        ("url=http://elsewhere.example/initiatives/lights/", 404),
        ("url=http://testserver:81/initiatives/lights/", 404),
        (f"url={SITE}/", 404),
        (f"url={SITE}/about/", 404),
        (f"url={SITE}/nowhere/", 404),
        (f"url={SITE}", 404),
        (f"url={SITE}/initiatives/nowhere/", 404),
        (f"url={SITE}/initiatives/?status=certain", 404),
        (f"url={SITE}/initiatives.csv", 404),
        (f"url={SITE}/initiatives/lights/?as_of=2026-01-31", 404),
        (f"url={SITE}/initiatives/lights/?notes=all%26as_of=2026-01-31", 404),
        (f"url={SITE}/initiatives/?as_of=2026-01-31", 404),
        (f"url={SITE}/embed/roles/?as_of=2026-01-31", 404),
        (f"url={SITE}/embed/roles/?as_of=soon", 404),
        (f"url={SITE}/embed/nothing/", 404),
        (f"url={SITE}/embed/initiatives/nowhere/", 404),
        (f"url={SITE}/cite/roles/", 404),
        (f"url={SITE}/admin/", 404),
        (f"url={SITE}/initiatives/lights/&format=xml", 501),
    ],
)
def test_messages_without_a_response_get_the_status_in_the_specification(client, caplog, query, status):
    response = client.get(f"/oembed?{query}")
    assert [line.message for line in caplog.records if line.levelname == "ERROR"] == []
    assert response.status_code == status
    assert response.json().keys() == {"error"}
    assert response["Access-Control-Allow-Origin"] == "*"


def test_an_unpublished_record_has_no_response(client, admin_client):
    make.make_initiative("secret", state="draft")
    for each in (client, admin_client):
        assert ask(each, f"{SITE}/initiatives/secret/").status_code == 404


@pytest.mark.parametrize(
    ("path", "embed"),
    [
        ("/initiatives/lights/", "/embed/initiatives/lights/"),
        ("/ru/initiatives/?status=agreed&page=1", "/ru/embed/initiatives/?status=agreed"),
        ("/map/?status=agreed", "/embed/map/?status=agreed"),
        ("/embed/roles/?status=agreed", "/embed/roles/?status=agreed"),
        ("/embed-code/roles/", "/embed/roles/"),
    ],
)
def test_a_page_names_its_response(client, path, embed):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    (link,) = page.head.select("link[type='application/json+oembed'][rel=alternate]")
    assert link["href"].startswith(f"{SITE}/oembed?url=")
    assert frame_of(client.get(link["href"]))["src"] == SITE + embed
