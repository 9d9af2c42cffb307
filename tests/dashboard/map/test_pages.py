import gzip
import re
from html import unescape
from random import Random

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City
from sco_cities.dashboard.map.network import MAX_EDGES
from tests import factories as make

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def three_cities():
    alpha = make.make_city("alphaville", latitude="50", longitude="40", name_ru="Альфавиль")
    beta = make.make_city("betaville", latitude="40", longitude="80", name_en='Beta & "ville"')
    gamma = make.make_city("gammaville", "xb", latitude="30", longitude="110")
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    make.make_initiative("one", reference=[alpha], lead=[beta], themes=[lamps])
    make.make_initiative("two", reference=[alpha], partner=[beta, gamma], themes=[tunnels], status="interest")
    make.make_initiative("three", lead=[gamma], themes=[tunnels])
    make.make_initiative("four", lead=[gamma], partner=[alpha], state="draft")


def get_page(address, client=None):
    response = (client or Client()).get(address)
    assert response.status_code == 200
    return response.content.decode()


def group_matches(page, group, pattern):
    """The matches of a pattern in an SVG group of the map."""
    content = re.search(
        rf'<g class="{group}[^"]*">(.*?)</g>\s*<(?:g class="(?:discs|names)|/svg)', page, re.DOTALL
    )[1]
    return [unescape(match) for match in re.findall(pattern, content)]


def titles(page, group):
    return group_matches(page, group, r"<title>([^<]*)</title>")


def links(page, group):
    return group_matches(page, group, r'href="([^"]*)"')


def test_the_key_has_three_circles_of_the_sizes_of_discs():
    alpha, beta = make.make_city("alphaville", longitude="40"), make.make_city("betaville", longitude="80")
    for count in range(20):
        make.make_initiative(lead=[alpha], partner=[beta] if count < 5 else [])
    page = get_page("/map/")
    key = re.search(r'<g class="map-key".*', page)[0]
    circles = re.findall(r' r="([^"]+)"/><text[^>]*>([^<]+)<', key)
    assert [number for _radius, number in circles] == ["1", "5", "20"]
    radii = re.findall(r'data-city="(\w+)" data-name.*?<circle[^>]* r="([^"]+)"', page)
    assert dict(radii) == {"alphaville": circles[2][0], "betaville": circles[1][0]}


@pytest.mark.usefixtures("three_cities")
def test_the_map_has_the_choice_of_views_and_the_share_menu_of_a_list():
    page = BeautifulSoup(get_page("/map/?status=agreed&focus=betaville"), "html.parser")
    views = [(link.text, link["href"], link.get("aria-current")) for link in page.select(".views a")]
    assert views == [
        ("List", "/initiatives/?status=agreed", None),
        ("Map", "/map/?status=agreed", "true"),
        ("Matrix", "/matrix/?status=agreed", None),
    ]
    links = [link["href"] for link in page.select(".share a")]
    assert links == [f"{path}?status=agreed" for path in ("/map.csv", "/cite/map/", "/embed-code/map/")]


# The width of a line in pixels, by the number of joint initiatives.
WIDTHS = {1: "1", 2: "1.9", 3: "2.8", 9: "8.2", 12: "8.2"}


@pytest.mark.parametrize(("count", "width"), WIDTHS.items())
def test_a_line_is_as_wide_as_its_joint_initiatives_are_many_up_to_a_limit(count, width):
    alpha, beta = make.make_city("alphaville", longitude="40"), make.make_city("betaville", longitude="80")
    for _each in range(count):
        make.make_initiative(lead=[alpha], partner=[beta])
    assert group_matches(get_page("/map/?ties=all"), "arcs", r'stroke-width="([^"]*)"') == [width]


@pytest.mark.usefixtures("three_cities")
def test_every_mark_is_a_link_with_its_number_as_text():
    page = get_page("/map/?ties=all")
    assert list(zip(links(page, "discs"), titles(page, "discs"), strict=True)) == [
        ("/initiatives/?city=alphaville", "Alphaville: 2 initiatives"),
        ("/initiatives/?city=betaville", "Beta & “ville”: 2 initiatives"),
        ("/initiatives/?city=gammaville", "Gammaville: 2 initiatives"),
    ]
    # The strongest connection is drawn last, on top of the others.
    assert list(zip(links(page, "arcs"), titles(page, "arcs"), strict=True)) == [
        (
            "/together/betaville/gammaville/",
            "Beta & “ville” and Gammaville: 1 initiative",
        ),
        (
            "/together/alphaville/gammaville/",
            "Alphaville → Gammaville: 1 initiative. Alphaville shares experience in 1 and learns in 0.",
        ),
        (
            "/together/alphaville/betaville/",
            "Alphaville → Beta & “ville”: 2 initiatives. Alphaville shares experience in 2 and learns in 0.",
        ),
    ]


@pytest.mark.usefixtures("three_cities")
def test_the_table_has_the_same_content_as_the_map():
    page = get_page("/map/?status=agreed")
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]*)">([^<]*)</a></th>((?:<td>.*?</td>)+)</tr>', page)
    assert [(unescape(link), unescape(name), re.findall(r"\d+", cells)) for link, name, cells in rows] == [
        ("/initiatives/?status=agreed&city=alphaville", "Alphaville", ["1", "1", "0"]),
        ("/initiatives/?status=agreed&city=betaville", "Beta & “ville”", ["1", "0", "1"]),
        ("/initiatives/?status=agreed&city=gammaville", "Gammaville", ["1", "0", "0"]),
        (
            "/initiatives/?status=agreed&city=alphaville&with_city=betaville",
            "Alphaville → Beta & “ville”",
            ["1", "1", "0"],
        ),
    ]


@pytest.mark.usefixtures("three_cities")
def test_the_map_as_csv():
    response = Client().get("/map.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="map.csv"'
    assert response.content.decode() == (
        "city,with_city,initiatives,shares,learns,pillar\r\n"
        "alphaville,,2,2,0,\r\n"
        "betaville,,2,0,2,\r\n"
        "gammaville,,2,0,1,\r\n"
        "alphaville,betaville,2,2,0,governance\r\n"
        "alphaville,gammaville,1,1,0,security\r\n"
        "betaville,gammaville,1,0,0,security\r\n"
    )
    assert Client().get("/map.csv?pillar=governance&bom=1").content.decode() == (
        "\ufeffcity,with_city,initiatives,shares,learns,pillar\r\n"
        "alphaville,,1,1,0,\r\n"
        "betaville,,1,0,1,\r\n"
        "alphaville,betaville,1,1,0,governance\r\n"
    )
    assert Client().get("/ru/map.csv?pillar=governance&labels=1").content.decode() == (
        "city,city_names,with_city,with_city_names,initiatives,shares,learns,pillar,pillar_names\r\n"
        "alphaville,Альфавиль,,,1,1,0,,\r\n"
        'betaville,"Beta & ""ville""",,,1,0,1,,\r\n'
        'alphaville,Альфавиль,betaville,"Beta & ""ville""",1,1,0,governance,'
        "управление на цифровой основе\r\n"
    )
    header = "city,with_city,initiatives,shares,learns,pillar\r\n"
    assert Client().get("/map.csv?status=stalled").content.decode() == header


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("city=atlantis", "“atlantis” was not found. Choose from the list."),
        ("year_from=soon", "“soon” is not a valid year. Enter a year such as 2024."),
        ("q=%00", "“\ufffd” contains characters that cannot be searched for. Remove them."),
    ],
)
@pytest.mark.usefixtures("three_cities")
def test_a_wrong_filter_shows_the_reason_and_no_marks(query, reason):
    page = unescape(get_page(f"/map/?{query}"))
    assert reason in page
    assert "<circle cx" not in page.partition("</header>")[2]
    response = Client().get(f"/map.csv?{query}")
    assert (response.status_code, reason in response.content.decode()) == (400, True)
    list_page = unescape(get_page(f"/initiatives/?view=map&{query}"))
    assert (reason in list_page, 'class="discs"' in list_page) == (True, False)


def test_the_file_rejects_an_unknown_parameter():
    response = Client().get("/map.csv?columns=city")
    assert (response.status_code, response.content.decode()) == (
        400,
        "columns: Unknown parameter. Correct or remove it.\n",
    )


def test_an_empty_map_has_a_message():
    make.make_initiative("alone")
    assert "None of the listed records names a city, so there is no map." in get_page("/map/")


@pytest.mark.usefixtures("three_cities")
def test_a_map_without_initiatives_offers_maps_with_fewer_filters():
    page = get_page("/map/?status=interest&theme=lamps")
    assert "No records match all these filters." in page
    assert 'href="/map/?status=interest"' in page and 'href="/map/?theme=lamps"' in page
    assert "names a city" not in page


@pytest.mark.usefixtures("three_cities")
def test_lists_of_initiatives_and_cities_have_a_map_with_their_filter():
    page = get_page("/initiatives/?status=interest&view=map")
    assert titles(page, "discs") == [
        "Alphaville: 1 initiative", 'Beta & “ville”: 1 initiative', "Gammaville: 1 initiative",
    ]  # fmt: skip
    # The legend filters the list and keeps the map view.
    assert 'href="/initiatives/?status=interest&amp;view=map&amp;pillar=security"' in page
    page = get_page("/cities/?country=xb&view=map")
    assert titles(page, "discs") == ["Gammaville: 2 initiatives"]
    assert 'href="/cities/?country=xb&amp;view=map&amp;pillar=security"' not in page
    for other in ("/initiatives/", "/themes/"):
        assert "map.css" not in get_page(other)
    assert "“map” is not one of the options. Choose: table, cards, brief." in get_page("/themes/?view=map")


@pytest.mark.usefixtures("three_cities")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # The map of the list of cities does not count initiatives, and the list of countries has no filter by pillar.
        ("/initiatives/", [(True, "1"), (True, "0"), (True, "2")]),
        ("/cities/", [(True, ""), (True, ""), (True, "")]),
        ("/countries/", [(False, ""), (False, ""), (False, "")]),
    ],
)
def test_the_legend_has_links_and_numbers_only_where_they_match_the_list(path, expected):
    legend = re.search(r'<ul class="[^"]*map-legend".*?</ul>', get_page(f"{path}?view=map"), re.DOTALL)[0]
    items = re.findall("<li>(.*?)</li>", legend, re.DOTALL)
    pillars = items[-3:]
    assert items[:-3] == (["Show only: "] if expected[0][0] else [])
    numbers = [re.findall(r'<span\s+class="n">(\d+)</span>', pillar) for pillar in pillars]
    assert [
        ("<a " in pillar, "".join(digits)) for pillar, digits in zip(pillars, numbers, strict=True)
    ] == expected


@pytest.mark.usefixtures("three_cities")
def test_names_are_in_the_readers_language_or_have_a_lang_attribute():
    page = get_page("/ru/map/")
    assert ">Альфавиль</text>" in page
    assert ' lang="en">Gammaville</text>' in page
    assert 'data-name="Альфавиль" data-other-names="Alphaville"' in page


@pytest.fixture
def a_crowd():
    """300 cities in 3 languages, and 1,500 initiatives with more than 5,000 pairs of these cities."""
    random = Random(1)
    country = make.make_country()

    def name(letters):
        return "".join(random.choices(letters, k=random.randint(5, 11))).capitalize()

    cities = City.objects.bulk_create(
        City(
            slug=f"{name('abdegiklmnorstuz').lower()}-{number}", name_en=name("abdegiklmnorstuz"),
            name_ru=name("абвгдеиклмнорстуя"), name_zh=name("天津北京上海重庆深圳州南安")[:4], country=country,
            latitude=f"{random.uniform(8, 65):.4f}", longitude=f"{random.uniform(28, 135):.4f}", state="published",
        )
        for number in range(300)
    )  # fmt: skip
    themes = [make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")]
    initiatives = Initiative.objects.bulk_create(
        Initiative(
            slug=f"i-{number}",
            title_en="A",
            summary_en="B",
            kind="project",
            status="agreed",
            state="published",
        )
        for number in range(1_500)
    )
    through = Initiative.themes.through
    through.objects.bulk_create(through(initiative=each, theme=random.choice(themes)) for each in initiatives)
    InitiativeCity.objects.bulk_create(
        InitiativeCity(initiative=each, city=city, role=random.choice(("lead", "partner", "reference")))
        for each in initiatives
        for city in random.sample(cities, 4)
    )


@pytest.mark.usefixtures("a_crowd")
def test_a_map_of_three_hundred_cities_and_five_thousand_edges_is_readable_and_small():
    page = get_page("/map/?ties=all")
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert len(links(page, "discs")) == 300
    assert len(links(page, "arcs")) == MAX_EDGES
    note = re.search(r"Showing the 200 strongest of ([\d,]+) connections", page)
    edge_count = int(note[1].replace(",", ""))
    assert edge_count > 5_000
    lines = get_page("/map.csv").splitlines()
    assert len(lines) == 1 + 300 + edge_count
    frequent = sum(int(line.split(",")[2]) >= 2 for line in lines[301:])
    assert (
        f"Lines connect cities with two or more joint initiatives: {frequent:,} of {edge_count:,} connections."
        in (" ".join(get_page("/map/").split()))
    )
    assert len(gzip.compress(figure.encode())) < 60_000
