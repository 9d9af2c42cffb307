import pytest

from sco_cities.search import groups
from tests import factories as make


@pytest.fixture
def alpha(db):
    city = make.make_city("alpha", name_ru="Альфа", name_zh="阿尔法")
    make.make_city("beta")
    make.make_initiative("alpha-lamps", title_en="Lamps for Alpha", lead=[city])
    make.make_initiative("hidden", title_en="Alpha in the dark", state="draft")
    event = make.make_event("forum", name_en="Forum of Beta")
    make.make_statement("said", event=event, summary="Alpha is bright")


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("alpha", [("initiatives", 1), ("cities", 1), ("statements", 1)]),
        ("АЛЬФА", [("cities", 1)]),
        ("阿尔法", [("cities", 1)]),
        ("beta", [("cities", 1), ("events", 1)]),
        ("alpha bright", [("statements", 1)]),
        ("nothing of the kind", []),
        ("%", []),
    ],
)
def test_a_search_finds_records_of_every_kind_in_any_script(words, expected):
    assert [(group.collection, group.count) for group in groups.found([words])] == expected


@pytest.mark.usefixtures("alpha")
def test_a_repeated_parameter_finds_what_has_any_of_its_values(client):
    groups_of = client.get("/search/?q=alpha&q=beta").context["groups"]
    assert [(group.collection, group.count) for group in groups_of] == [
        ("initiatives", 1),
        ("cities", 2),
        ("events", 1),
        ("statements", 1),
    ]


@pytest.mark.usefixtures("alpha")
def test_a_group_shows_the_first_records_and_links_to_the_list_of_all(client):
    for number in range(10):
        make.make_city(f"alpha-{number}")
    group = next(group for group in groups.found(["alpha"]) if group.collection == "cities")
    assert (group.count, len(group.records), group.link) == (11, groups.SHOWN, "/cities/?q=alpha")
    page = client.get("/search/?q=alpha").content.decode()
    assert 'href="/cities/?q=alpha"' in page
    assert 'href="/cities/alpha/"' in page
    assert 'href="/events/forum/#said"' in page


@pytest.mark.usefixtures("alpha")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "Search"),
        ("q=", "Search"),
        ("q=zzz", "zzz"),
        ("q=%00", "has characters that cannot be searched for"),
        ("q=" + "x" * 300, "Search for at most 200 characters, not 300."),
        ("q=" + "x" * 100_000, "This address is too long to be read."),
    ],
)
def test_a_search_that_finds_nothing_says_why(query, text, client):
    response = client.get(f"/search/?{query}")
    assert response.status_code == 200
    assert text in response.content.decode()
    assert response.context["groups"] == []


@pytest.mark.usefixtures("alpha")
def test_a_search_can_only_be_read(client):
    assert client.post("/search/?q=alpha").status_code == 405


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("words", ["Душанбе", "杜尚别", "dushanbe", "DUSHANBE"])
def test_dushanbe_is_one_city_in_three_scripts(words):
    cities = next(group for group in groups.found([words]) if group.collection == "cities")
    assert [city.slug for city in cities.records] == ["dushanbe"]
