"""The search of the API returns groups of hits, and errors for its query string."""

import json

import pytest

from sco_cities.listings.querystring import ErrorCode
from tests import factories as make

pytestmark = [pytest.mark.only_on("sqlite")]


@pytest.fixture
def search(client, db):
    def read_json(query: str, language: str = "") -> dict:
        response = client.get(f"{language}/api/search/?{query}")
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    return read_json


def test_a_hit_has_its_name_in_the_language_of_the_address_and_in_all_languages(search):
    make.make_city("alphaville", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法")
    (hit,) = search("q=alphaville", "/ru")["groups"][0]["hits"]
    assert hit == {
        "collection": "cities",
        "slug": "alphaville",
        "url": "http://testserver/ru/cities/alphaville/",
        "name": "Альфавиль",
        "names": {"en": "Alphaville", "ru": "Альфавиль", "zh": "阿尔法"},
        "detail": None,
        "excerpt": None,
    }


def test_a_text_that_matches_has_no_markup(search):
    make.make_initiative(
        "lamps", title_en="Lamps & <b>lights</b>", summary_en="New lamps <in> streets & parks."
    )
    (hit,) = search("q=lamps")["groups"][0]["hits"]
    assert (hit["name"], hit["excerpt"]) == ("Lamps & <b>lights</b>", "New lamps <in> streets & parks.")


def test_a_group_has_the_number_of_matches_and_the_addresses_of_all(search, client):
    for number in range(10):
        make.make_initiative(f"lamps-{number}", title_en=f"Lamps {number}")
    make.make_initiative("torches", title_en="Torches")
    document = search("q=lamps&q=torches")
    (group,) = document["groups"]
    assert (group["collection"], group["count"], len(group["hits"])) == ("initiatives", 11, 8)
    assert document["count"] == 11
    assert group["url"] == "http://testserver/api/initiatives/?q=lamps&q=torches"
    assert group["page_url"] == "http://testserver/initiatives/?q=lamps&q=torches"
    assert client.get(group["url"]).json()["count"] == 11
    assert document["page_url"] == "http://testserver/search/?q=lamps&q=torches"


def test_the_record_with_the_name_is_the_best_match(search):
    make.make_initiative("lamps", lead=[make.make_city("alphaville", name_en="Alphaville")])
    assert [hit["slug"] for hit in search("q=alphaville")["best_matches"]] == ["alphaville"]


def test_several_places_lead_to_their_joint_initiatives(search, client):
    both = [
        make.make_city("alphaville", name_en="Alphaville"),
        make.make_city("betaville", name_en="Betaville"),
    ]
    make.make_initiative("lamps", lead=both)
    make.make_initiative("torches", lead=both[:1])
    joint = search("q=alphaville betaville")["joint_initiatives"]
    assert (joint["places"], joint["count"]) == (["alphaville", "betaville"], 1)
    assert [hit["slug"] for hit in joint["hits"]] == ["lamps"]
    assert client.get(joint["url"]).json()["count"] == 1


def test_a_theme_that_the_words_name_is_offered(search, client):
    light = make.make_theme("light", name_en="Street lighting", keywords="lamp")
    make.make_initiative("torches", title_en="Torches", themes=[light])
    (theme,) = search("q=lamps for streets")["themes"]
    assert (theme["slug"], theme["name"], theme["count"]) == ("light", "Street lighting", 1)
    assert client.get(theme["url"]).json()["count"] == 1


@pytest.mark.parametrize("query", ["", "q=", "q=nothing"])
def test_a_search_that_finds_nothing_has_no_groups(search, query):
    document = search(query)
    assert (document["count"], document["groups"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("colour=red", "colour", ErrorCode.UNKNOWN_PARAMETER),
        ("q=%00", "q", ErrorCode.UNSEARCHABLE),
        ("q=%3F", "q", ErrorCode.UNSEARCHABLE),
        (f"q={'a' * 201}", "q", ErrorCode.TOO_LONG),
        ("&".join(f"q=a{number}" for number in range(11)), "q", ErrorCode.TOO_MANY),
        (f"q={'a' * 9000}", None, ErrorCode.TOO_LONG),
    ],
)
def test_an_error_has_its_parameter_and_code(client, db, query, parameter, code):
    response = client.get(f"/api/search/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    errors = json.loads(response.content)["errors"]
    assert (parameter, code) in [(each["parameter"], each["code"]) for each in errors]
