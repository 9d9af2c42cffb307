"""Few records hold a word: the search leads to the theme that the word names."""

import pytest
from bs4 import BeautifulSoup

from sco_cities.search import results
from sco_cities.search.theme_matches import ThemeMatcher
from sco_cities.themes.models import Theme
from tests import factories as make

NAMES = {
    "kites": ("Kite lanes", "Пути воздушных змеев", "风筝航线", "kite; flying lamp; змей; 飞灯"),
    "ferries": ("Ferries", "Паромы", "渡轮", "ferry; pier"),
}


@pytest.fixture
def lamps(db):
    """Three initiatives on kites, one of which has the word."""
    kites, ferries = (
        make.make_theme(slug, name_en=english, name_ru=russian, name_zh=chinese, keywords=keywords)
        for slug, (english, russian, chinese, keywords) in NAMES.items()
    )
    make.make_initiative("lit", title_en="A kite with lamps", themes=[kites])
    make.make_initiative("one", title_en="Lanes", themes=[kites])
    make.make_initiative("two", title_en="Lights", themes=[kites, ferries])
    make.make_initiative("hidden", title_en="Unseen", themes=[ferries], state="draft")


def said(client, words, language=""):
    page = BeautifulSoup(client.get(f"{language}/search/", {"q": words}).content.decode(), "html5lib")
    found = page.select_one(".topics")
    links = [(link.text, link["href"]) for link in page.select(".topics a")]
    return (" ".join(found.text.split()), links) if found else None


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    "words",
    [
        "kite",
        "kites",
        "KITE",
        "воздушные змеи",
        "飞灯",
        "夜间飞灯表演",
        "flying lamps",
        "a kite at dawn",
    ],
)
def test_a_word_of_a_theme_leads_to_all_that_is_on_it(client, words):
    assert said(client, words) == (
        "More by theme: Kite lanes 3",
        [("Kite lanes", "/initiatives/?theme=kites")],
    )


@pytest.mark.usefixtures("lamps")
def test_in_the_readers_language_with_the_numbers_of_its_lists(client):
    assert said(client, "kite ferry", "/ru") == (
        "Ещё по темам: Пути воздушных змеев 3, Паромы 1",
        [
            ("Пути воздушных змеев", "/ru/initiatives/?theme=kites"),
            ("Паромы", "/ru/initiatives/?theme=ferries"),
        ],
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("words", ["lanterns", "kit", "kiteboard", "lanes", "pie"])
def test_other_words_lead_nowhere(client, words):
    assert said(client, words) is None


@pytest.mark.usefixtures("lamps")
def test_nothing_is_said_where_the_words_find_as_much_or_more_than_a_page_shows(client, monkeypatch):
    assert said(client, "kite") is not None
    for slug in ("lit-2", "lit-3"):
        make.make_initiative(slug, title_en="Kite")
    assert said(client, "kite") is None
    make.make_theme("more", name_en="Kite", keywords="")
    for number in range(4):
        make.make_initiative(f"more-{number}", themes=[Theme.objects.get(slug="more")])
    assert said(client, "kite") is not None
    monkeypatch.setattr(results, "MAX_SHOWN", 2)
    assert said(client, "Kite") is None


@pytest.mark.usefixtures("lamps")
def test_a_theme_that_is_misspelt_is_asked_about_where_nothing_is_found(client):
    def asked(words):
        page = BeautifulSoup(client.get("/search/", {"q": words}).content.decode(), "html5lib")
        return [(link.text, link["href"]) for link in page.select(".instead a")]

    assert asked("feries") == [("Ferries", "?q=Ferries")]
    # What a record has is not misspelt.
    make.make_initiative("fairs", title_en="Feries")
    assert asked("feries") == []


def test_a_theme_that_readers_do_not_see_is_not_named(client, db):
    theme = make.make_theme("kites", name_en="Kites", state="draft")
    make.make_initiative("one", themes=[theme])
    assert said(client, "kites") is None


@pytest.mark.parametrize(
    ("phrase", "places"),
    [
        ("bus and tram", [1, 2]),
        ("tram, buses", [2, 1]),
        ("business", []),
        ("智慧公交系统", [1]),
        ("公交", [1]),
        ("公", []),
    ],
)
def test_themes_come_in_the_order_of_the_words(phrase, places):
    first = Theme(pk=1, name_en="Buses", name_zh="公交", keywords="bus")
    second = Theme(pk=2, name_en="Trams", keywords="tram; light rail")
    assert ThemeMatcher([first, second]).named(phrase) == places
