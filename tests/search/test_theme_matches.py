"""If few records contain a word, the search suggests a theme that matches the word."""

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
    """Three initiatives about kites. One of them contains the word."""
    kites, ferries = (
        make.make_theme(slug, name_en=english, name_ru=russian, name_zh=chinese, keywords=keywords)
        for slug, (english, russian, chinese, keywords) in NAMES.items()
    )
    make.make_initiative("lit", title_en="A kite with lamps", themes=[kites])
    make.make_initiative("one", title_en="Lanes", themes=[kites])
    make.make_initiative("two", title_en="Lights", themes=[kites, ferries])
    make.make_initiative("hidden", title_en="Unseen", themes=[ferries], state="draft")


def theme_links(client, words, language=""):
    page = BeautifulSoup(client.get(f"{language}/search/", {"q": words}).content.decode(), "html5lib")
    paragraph = page.select_one(".topics")
    links = [(link.text, link["href"]) for link in page.select(".topics a")]
    return (" ".join(paragraph.text.split()), links) if paragraph else None


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
def test_a_word_of_a_theme_offers_the_initiatives_of_the_theme(client, words):
    text, links = theme_links(client, words)
    assert text.endswith("y theme: Kite lanes 3")
    assert links == [("Kite lanes", "/initiatives/?theme=kites")]


@pytest.mark.usefixtures("lamps")
def test_themes_are_in_the_readers_language_with_their_counts(client):
    assert theme_links(client, "kite ferry", "/ru") == (
        "По темам: Пути воздушных змеев 3, Паромы 1",
        [
            ("Пути воздушных змеев", "/ru/initiatives/?theme=kites"),
            ("Паромы", "/ru/initiatives/?theme=ferries"),
        ],
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("words", ["lanterns", "kit", "kiteboard", "lanes", "pie"])
def test_other_words_offer_no_theme(client, words):
    assert theme_links(client, words) is None


@pytest.fixture
def topics(db):
    for slug, *names in (
        ("smart", "Smart lamps and digital kites", "Умные фонари и цифровые змеи", "智慧路灯与数字风筝"),
        ("travel", "Urban transport", "Городской транспорт", "城市交通"),
        ("harbours", "Harbours and urban space", "Гавани и городская среда", "港口与城市空间"),
    ):
        theme = make.make_theme(slug, **dict(zip(("name_en", "name_ru", "name_zh"), names, strict=True)))
        make.make_initiative(f"{slug}-one", themes=[theme])


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("words", "themes"),
    [
        ("smart transport", "smart travel"), ("умный транспорт", "smart travel"), ("智慧交通", "smart travel"),
        ("умного транспорта", "smart travel"), ("digital harbour", "smart harbours"), ("urban digital", "smart"),
        ("smart lamp", ""), ("smart wizards", ""), ("urban", ""), ("smart", ""), ("智慧城堡", ""),
    ],
)  # fmt: skip
def test_words_of_several_themes_offer_the_themes_that_each_alone_belongs_to(client, words, themes):
    _text, links = theme_links(client, words) or ("", [])
    assert [address.rpartition("=")[2] for _name, address in links] == themes.split()


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("language", "text"),
    [("", "By theme: Smart"), ("/ru", "По темам: Умные"), ("/zh-hans", "按主题浏览：智慧")],
)
def test_theme_links_are_not_introduced_as_more_if_nothing_is_found(client, language, text):
    assert theme_links(client, "smart transport", language)[0].startswith(text)


@pytest.mark.usefixtures("lamps")
def test_no_theme_is_offered_if_the_words_match_as_many_or_more_than_a_page(client, monkeypatch):
    assert theme_links(client, "kite") is not None
    for slug in ("lit-2", "lit-3"):
        make.make_initiative(slug, title_en="Kite")
    assert theme_links(client, "kite") is None
    make.make_theme("more", name_en="Kite shows", keywords="kite")
    for number in range(4):
        make.make_initiative(f"more-{number}", themes=[Theme.objects.get(slug="more")])
    assert theme_links(client, "kite") is not None
    monkeypatch.setattr(results, "MAX_SHOWN", 2)
    assert theme_links(client, "Kite") is None


@pytest.mark.usefixtures("lamps")
def test_a_misspelt_theme_is_corrected_if_nothing_is_found(client):
    def corrections(words):
        page = BeautifulSoup(client.get("/search/", {"q": words}).content.decode(), "html5lib")
        return [(link.text, link["href"]) for link in page.select(".spelling-suggestion a")]

    assert corrections("feries") == [("Ferries", "?q=Ferries")]
    # A word that occurs in a record is not misspelt.
    make.make_initiative("fairs", title_en="Feries")
    assert corrections("feries") == []


def test_an_unpublished_theme_is_not_offered(client, db):
    theme = make.make_theme("kites", name_en="Kites", state="draft")
    make.make_initiative("one", themes=[theme])
    assert theme_links(client, "kites") is None


@pytest.mark.parametrize(
    ("phrase", "keys"),
    [
        ("bus and tram", [1, 2]),
        ("tram, buses", [2, 1]),
        ("business", []),
        ("智慧公交系统", [1]),
        ("公交", [1]),
        ("公", []),
    ],
)
def test_themes_are_in_the_order_of_the_words(phrase, keys):
    first = Theme(pk=1, name_en="Buses", name_zh="公交", keywords="bus")
    second = Theme(pk=2, name_en="Trams", keywords="tram; light rail")
    assert ThemeMatcher([first, second]).themes_in(phrase) == keys
