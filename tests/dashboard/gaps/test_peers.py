"""The peers that the reader chooses."""

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from sco_cities.cities.models import City
from tests import factories as make

from .gaps_page import read, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?peers=age", "“age” was not found. Choose from the list."),
        ("?peers=bta", "“bta” was not found. Did you mean beta?"),
        (f"?peers={quote('Бета')}", "“Бета” was not found. Did you mean beta?"),
        ("?peers=midle-xland", "“midle-xland” was not found. Did you mean middle-xland?"),
        ("?peers=hidden-xland", "“hidden-xland” was not found. Did you mean middle-xland?"),
        ("?peers=zz", "“zz” was not found. Choose from the list."),
        (
            "?peers=size&peers=country",
            "“size” cannot be combined with other values. Remove it or the other values.",
        ),
        (
            "?peers=beta&peers=size",
            "“size” cannot be combined with other values. Remove it or the other values.",
        ),
        ("?peers=beta&peers=alpha", "A city cannot be compared with itself. Choose another place."),
        ("?" + "&".join(f"peers=c{number}" for number in range(21)), "Choose at most 20 places."),
        ("?peers=%00", "was not found."),
        ("?with_country=xz", "“xz” was not found. Choose from the list."),
        ("?with_country=beta", "“beta” was not found."),
        ("?with_country=xa&with_country=xb", "Enter only one value, not 2."),
        (f"?peers={'a' * 9_000}", "The URL of this page is too long."),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("joint")
def test_a_wrong_choice_shows_an_error_and_no_gaps(client, cities, query, error):
    cities["beta"].name_ru = "Бета"
    cities["beta"].save()
    make.make_country_group("middle-xland", ["xa", "xb"])
    make.make_country_group("hidden-xland", ["xa", "xb"], state="draft")
    lamps = make.make_theme("lamps")
    for slug in ("beta", "gamma"):
        make.make_initiative(lead=[cities[slug]], status="operating", themes=[lamps])
    page = read(client, query=query)
    assert error in words(page)
    assert "Lamps" not in words(page)


@pytest.mark.parametrize(
    ("query", "peers"),
    [
        ("peers=delta&peers=zeta", "2 chosen cities: Delta , Zeta"),
        ("peers=xb", "3 chosen cities: Epsilon , Gamma , Zeta"),
        ("peers=XB&peers=cities:delta", "4 chosen cities: Delta , Epsilon , Gamma , Zeta"),
        ("peers=middle-xland", "5 chosen cities: Beta , Delta , Epsilon , Gamma , Zeta"),
        ("peers=former-xland", "5 chosen cities: Beta , Delta , Epsilon , Gamma , Zeta"),
        (f"peers={quote('средняя Икселия')}", "5 chosen cities: Beta , Delta , Epsilon , Gamma , Zeta"),
        ("peers=old-xland", "0 chosen cities"),
    ],
)
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cities")
def test_peers_are_cities_countries_and_groups_of_the_readers_choice(client, query, peers):
    group = make.make_country_group("former-xland", ["xa", "xb"], name_ru="Средняя Икселия")
    group.slug = "middle-xland"
    group.save()
    make.make_city("omega", make.make_country("xd", state="draft"))
    make.make_country_group("old-xland", ["xd"])
    text = words(read(client, query=f"?{query}"))
    assert peers in text
    assert ("The rule needs at least 2 cities for the comparison." in text) is (query == "peers=old-xland")


@pytest.mark.only_on("sqlite")
def test_only_initiatives_with_the_chosen_country_count(client, cities):
    make.make_country("xc")
    lamps, parks = make.make_theme("lamps"), make.make_theme("parks")
    for slug in ("beta", "gamma"):
        for theme, countries in ((lamps, ["xc"]), (parks, [])):
            initiative = make.make_initiative(lead=[cities[slug]], status="operating", themes=[theme])
            initiative.countries.set([make.make_country(code) for code in countries])
    make.make_initiative(lead=[cities["alpha"]], themes=[lamps])
    assert read(client, query="?peers=beta&peers=gamma").select_one("#gap-1").get_text() == "Parks"
    page = read(client, query="?peers=beta&peers=gamma&with_country=xc")
    assert page.select_one("#gap-1").get_text() == "Lamps"
    assert "Parks" not in words(page)
    assert page.select_one("h1").get_text() == "Alpha compared with Beta and Gamma, only with Country XC"
    assert "Only initiatives in which Country XC takes part are counted." in words(page)
    assert page.select_one(".section-header a")["href"] == (
        "/initiatives/?country=xc&theme=lamps&status=under_way&status=operating&status=completed&city=beta&city=gamma"
    )
    assert [link["href"] for link in page.select(".chips a")] == [
        "?peers=gamma&with_country=xc",
        "?peers=beta&with_country=xc",
    ]


@pytest.mark.parametrize(
    ("language", "title", "error", "group", "names"),
    [
        ("", "Alpha compared with Middle xland", "“bta” was not found. Did you mean beta?",
         "Groups of countries", ["Beta", "Delta", "Epsilon", "Gamma", "Zeta"]),
        ("ru", "Альфа: сравнение с выбранными местами (Средняя Икселия)",
         "Значение «bta» не найдено. Возможно, вы имели в виду: beta?", "Группы стран",
         ["Zeta", "Бета", "Гамма", "Дельта", "Эпсилон"]),
        ("zh-hans", "阿尔法与中伊克斯的比较", "未找到“bta”。您要找的是不是beta？", "国家组",
         ["北塔", "德尔塔", "伽马", "伊普西龙", "Zeta"]),
    ],
)  # fmt: skip
@pytest.mark.only_on("sqlite")
def test_the_reader_chooses_peers_in_three_languages(client, cities, language, title, error, group, names):
    for slug, name_ru, name_zh in (
        ("alpha", "Альфа", "阿尔法"), ("beta", "Бета", "北塔"), ("gamma", "Гамма", "伽马"),
        ("delta", "Дельта", "德尔塔"), ("epsilon", "Эпсилон", "伊普西龙"),
    ):  # fmt: skip
        City.objects.filter(slug=slug).update(name_ru=name_ru, name_zh=name_zh)
    make.make_country_group(countries=["xa", "xb"], name_ru="Средняя Икселия", name_zh="中伊克斯")
    path = f"{language and '/'}{language}/cities/alpha/gaps/"
    page = BeautifulSoup(client.get(path, {"peers": "middle-xland"}).content, "html.parser")
    assert page.select_one("h1").get_text() == title
    assert page.title.get_text().startswith(title)
    assert [link.get_text() for link in page.select("section[aria-labelledby=rule] a")] == names
    page = BeautifulSoup(client.get(path, {"peers": "bta"}).content, "html.parser")
    assert page.select_one(".errors").get_text() == error
    groups = page.select("#peers optgroup")
    assert groups[1]["label"] == group
    # The options do not include the city itself.
    assert [option.get_text() for option in groups[2].select("option")] == names


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("cities")
def test_choices_of_the_reader_stay_in_the_form(client):
    make.make_country_group()
    page = read(client, query="?peers=middle-xland&peers=gamma&peers=wrong&with_country=xb")
    assert [field["value"] for field in page.select(".search-form input")[:2]] == ["middle-xland", "gamma"]
    assert page.select_one("#with_country option[selected]")["value"] == "xb"
    assert page.select_one("#peers option")["value"] == ""
    offered = {option["value"] for option in page.select("#peers option")}
    assert offered == {"", "beta", "delta", "epsilon", "zeta", "xa", "xb"}
    page = read(client, query="?peers=size")
    assert page.select_one("#peers option[selected]")["value"] == "size"
