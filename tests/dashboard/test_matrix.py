"""The squares of the matrix page, their numbers, and the lists that they link to."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from django.db import connection

from sco_cities.dashboard import matrix as matrix_page
from sco_cities.dashboard.templatetags.matrix import Scale
from tests import factories as make
from tests.shipped_package import cities_of_initiatives, city_pairs

pytestmark = pytest.mark.django_db


class Table(HTMLParser):
    """The matrix as a screen reader reads it, with column headings, row headings, and cells with number and link."""

    def __init__(self, html: str):
        super().__init__()
        self.columns, self.rows, self.cells = [], [], {}
        self.cell, self.names, self.column = None, None, 0
        self.feed(html[html.index('<table class="matrix') : html.index("</table>")])

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "th":
            names = self.columns if values["scope"] == "col" else self.rows
            names.append("")
            self.cell, self.names, self.column = None, names, 0
        elif tag == "td" and self.rows and "colspan" not in values:
            self.cell, self.names = (self.rows[-1], self.columns[self.column]), None
            self.column += 1
        elif tag == "a" and self.cell:
            self.cells[self.cell] = ["", values["href"]]

    def handle_data(self, data):
        if self.cell in self.cells:
            self.cells[self.cell][0] += data.strip()
        elif self.names is not None:
            self.names[-1] += data.strip()

    @property
    def numbers(self) -> dict[tuple[str, str], int]:
        """The number of each pair, in both directions."""
        return {
            either: int(text) for pair, (text, _link) in self.cells.items() for either in (pair, pair[::-1])
        }


@pytest.fixture
def matrix_table(client):
    def get(query=""):
        return Table(client.get(f"/matrix/{query}").content.decode())

    return get


@pytest.fixture
def lamps():
    cities = {
        slug: make.make_city(slug, country)
        for slug, country in (("alpha", "xa"), ("beta", "xb"), ("gamma", "xb"))
    }
    a, b, c = cities.values()
    music = make.make_theme("music")
    make.make_initiative("one", lead=[a], partner=[b], themes=[music])
    make.make_initiative("two", lead=[a], partner=[b, c])
    make.make_initiative("alone", lead=[a], status="stalled")
    make.make_initiative("other", lead=[make.make_city("delta", "xc")])


@pytest.mark.usefixtures("lamps")
def test_a_cell_counts_joint_initiatives_and_the_diagonal_all_of_a_city(matrix_table):
    table = matrix_table("?by=city&order=name")
    assert table.columns == table.rows == ["Alpha", "Beta", "Gamma"]
    pairs = {("Alpha", "Beta"): 2, ("Alpha", "Gamma"): 1, ("Beta", "Gamma"): 1}
    mirrored = {pair[::-1]: count for pair, count in pairs.items()}
    assert table.numbers == pairs | mirrored | {
        ("Alpha", "Alpha"): 3,
        ("Beta", "Beta"): 2,
        ("Gamma", "Gamma"): 1,
    }
    # The matrix is a triangle, so a pair appears only in the row of the later city.
    assert table.cells["Gamma", "Alpha"][1] == "/together/alpha/gamma/"
    assert ("Alpha", "Gamma") not in table.cells
    assert table.cells["Beta", "Beta"][1] == "/initiatives/?city=beta"


@pytest.mark.usefixtures("lamps")
def test_the_matrix_shows_countries_unless_cities_are_requested(matrix_table):
    table = matrix_table("?theme=music&order=name")
    assert table.numbers == dict.fromkeys(
        [(a, b) for a in ("Country XA", "Country XB") for b in ("Country XA", "Country XB")], 1
    )
    assert (
        table.cells["Country XB", "Country XA"][1] == "/initiatives/?theme=music&country=xa&with_country=xb"
    )


@pytest.mark.parametrize(
    "query",
    [
        "?by=city",
        "?status=operating&year_from=2020",
        "?by=city&city=almaty&most=all",
        "?by=city&theme=smart-city&kind=-plan",
    ],
)
@pytest.mark.usefixtures("loaded_package")
def test_the_list_of_a_square_has_the_shown_number_of_initiatives(query, matrix_table, client):
    cells = matrix_table(query).cells
    assert len(cells) > 20
    # The largest numbers, and a sample of the other numbers.
    for text, link in [
        *sorted(cells.values(), key=lambda cell: -int(cell[0]))[:6],
        *list(cells.values())[::37],
    ]:
        # The number is in the heading of a list, or in the first sentence of a page about two places.
        _head, _h1, rest = client.get(link).content.decode().partition("<h1")
        assert re.search(r"(\d+) (joint )?initiative", rest)[1] == text, link


@pytest.mark.usefixtures("loaded_package")
def test_the_numbers_match_plain_sql(matrix_table):
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT one.name_en, other.name_en, COUNT(DISTINCT initiative.id)
            FROM initiatives_initiative initiative
            JOIN initiatives_initiativecity a ON a.initiative_id = initiative.id
            JOIN initiatives_initiativecity b ON b.initiative_id = initiative.id
            JOIN cities_city one ON one.id = a.city_id
            JOIN cities_city other ON other.id = b.city_id
            WHERE initiative.status = 'operating'
            GROUP BY one.name_en, other.name_en
        """)
        # Pages show names with typographic apostrophes.
        expected = {
            (one.replace("'", "’"), other.replace("'", "’")): count for one, other, count in cursor.fetchall()
        }
    # A city without joint initiatives has no row.
    together = {city for pair in expected for city in pair if pair[0] != pair[1]}
    assert matrix_table("?by=city&status=operating&most=all").numbers == {
        pair: count for pair, count in expected.items() if together.issuperset(pair)
    }


@pytest.mark.usefixtures("loaded_package")
def test_the_largest_places_are_shown_and_the_others_counted(client, matrix_table):
    joint = {city for pair in city_pairs() for city in pair}
    alone = set().union(*cities_of_initiatives().values()) - joint
    page = client.get("/matrix/?by=city").content.decode()
    assert f"{len(joint)} cities have joint initiatives." in page
    hidden = f"Showing the 30 with the most joint initiatives. {len(joint) - 30} more are hidden."
    assert hidden in page
    assert f"{len(alone)} other cities have no joint initiatives." in page
    assert '<a href="/matrix/?by=city&amp;most=all"' in page
    sizes = len(matrix_table("?by=city").columns), len(matrix_table("?by=city&most=all").columns)
    assert sizes == (30, len(joint))
    assert "more are hidden" not in client.get("/matrix/?by=city&most=all").content.decode()


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("query", ["", "?by=city"])
def test_places_are_ordered_by_all_of_their_initiatives(query, matrix_table):
    table = matrix_table(query)
    totals = [table.numbers[place, place] for place in table.rows]
    assert totals == sorted(totals, reverse=True)
    assert matrix_table(f"{query or '?'}&order=clusters").rows == table.rows


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("query", ["?status=operating", "?by=city&most=all"])
def test_the_ranked_list_has_the_strongest_pairs_with_the_numbers_and_links_of_their_squares(query, client):
    page = client.get(f"/matrix/{query}").content.decode()
    table, soup = Table(page), BeautifulSoup(page, "html.parser")
    pairs = [
        (tuple(item.a.text.split(" and ")), [item.select_one(".n").text, item.a["href"]])
        for item in soup.select("ol.pairs li")
    ]
    assert len(pairs) == 30
    assert all(table.cells.get(pair, table.cells.get(pair[::-1])) == cell for pair, cell in pairs)
    counts = sorted((count for pair, count in table.numbers.items() if pair[0] < pair[1]), reverse=True)
    assert [int(number) for _pair, (number, _link) in pairs] == counts[:30]


def test_columns_are_headed_by_whole_names_in_their_language(client):
    one = make.make_city("st-petersburg", name_en="St Petersburg")
    make.make_initiative("one", lead=[one, make.make_city("ufa", name_en="Ufa", name_zh="乌法")])
    page = BeautifulSoup(client.get("/zh-hans/matrix/?by=city&order=name").content, "html.parser")
    heads = [(head.text, head.span.get("lang")) for head in page.select(".matrix thead th")]
    assert sorted(heads, key=str) == [("St Petersburg", "en"), ("乌法", None)]


@pytest.mark.usefixtures("lamps")
def test_the_title_is_a_sentence_about_the_strongest_pair(client):
    def title_of(query):
        return BeautifulSoup(client.get(f"/matrix/{query}").content, "html.parser").h1.text

    assert title_of("") == "Country XA and Country XB work together most: 2 initiatives"
    assert title_of("?by=city&theme=music") == "Alpha and Beta work together most: 1 initiative"
    # If several pairs have the highest number, the title names the place with the most partners, if there is only one.
    cities = [make.make_city("epsilon", "xc"), make.make_city("zeta", "xa")]
    for slug in ("three", "four"):
        make.make_initiative(slug, lead=cities)
    assert title_of("") == "Country XA has the most partners: 2"
    make.make_initiative(
        "five-a", lead=[make.make_city("eta", "xe"), make.make_city("theta", "xf")], kind="plan"
    )
    make.make_initiative(
        "five-b", lead=[make.make_city("iota", "xg"), make.make_city("kappa", "xh")], kind="plan"
    )
    assert title_of("?kind=plan") == "Who works with whom"
    xian = make.make_city("xian", name_en="Xi'an")
    make.make_initiative("five", lead=[xian, cities[0]], status="stalled")
    assert title_of("?by=city&status=stalled") == "Epsilon and Xi’an work together most: 1 initiative"
    assert title_of("?status=interest") == title_of("?by=river") == "Who works with whom"


@pytest.mark.usefixtures("lamps")
def test_the_countries_are_below_their_matrix_unless_initiatives_are_filtered(client):
    def countries_of(address):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        return [str(row) for row in page.select("#countries tbody tr")], page

    rows, page = countries_of("/matrix/")
    assert rows == countries_of("/countries/?sort=-initiatives")[0] != []
    assert page.select_one("#countries th a")["href"] == "/countries/?sort=name_en"
    for filtered in ("/matrix/?by=city", "/matrix/?theme=music", "/matrix/?status=sure"):
        assert countries_of(filtered)[0] == []


def test_names_are_in_the_alphabetical_order_of_the_readers_language(client):
    one, two, three = (
        make.make_city(slug, name_ru=name) for slug, name in (("a", "Ёлка"), ("b", "Жизнь"), ("c", "Дом"))
    )
    make.make_initiative("one", lead=[one, two, three])
    page = client.get("/ru/matrix/?by=city&order=name").content.decode()
    assert Table(page).rows == ["Дом", "Ёлка", "Жизнь"]


@pytest.mark.usefixtures("loaded_package")
def test_rows_beyond_the_page_size_are_on_the_next_page(monkeypatch, client, matrix_table):
    monkeypatch.setattr(matrix_page, "MATRIX_SIZE", 30 * 20)
    first, second = matrix_table("?by=city"), matrix_table("?by=city&page=2")
    assert (len(first.rows), len(second.rows), first.columns) == (20, 10, second.columns)
    assert first.rows + second.rows == first.columns
    assert "Rows 1–20 of 30" in client.get("/matrix/?by=city").content.decode()
    page = client.get("/matrix/?by=city&page=3").content.decode()
    assert "Page 3 does not exist. The last page is 2." in page


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("status=sure", "“sure” is not one of the options. Choose: interest,"),
        ("city=nowhere", "“nowhere” was not found."),
        ("by=river", "“river” is not one of the options. Choose: city, country."),
        ("order=size", "“size” is not one of the options. Choose: total, clusters, name."),
        ("most=31", "“31” is not one of the options. Choose: 30, all."),
        ("by=city&by=country", "Enter only one value, not 2."),
        ("year_from=2022&year_to=2021", "2021 is earlier than 2022."),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_a_wrong_value_shows_an_error_and_no_squares_and_the_csv_rejects_it(query, reason, client):
    page = client.get(f"/matrix/?{query}")
    content = unescape(page.content.decode())
    assert (page.status_code, "<table" in content, reason in content) == (200, False, True)
    file = client.get(f"/matrix.csv?{query}")
    assert (file.status_code, reason in file.content.decode()) == (400, True)


@pytest.mark.usefixtures("lamps")
def test_a_matrix_without_joint_initiatives_has_a_message_and_a_link_to_the_list(client):
    page = client.get("/matrix/?status=stalled").content.decode()
    assert "These initiatives contain no pairs of participants, so there is no matrix." in page
    assert '<a href="/initiatives/?status=stalled">' in page
    assert "<table" not in page
    assert "No records match this filter." in client.get("/matrix/?status=interest").content.decode()


def test_an_empty_site_has_a_matrix_page(client):
    assert "Nothing is published here yet." in client.get("/matrix/").content.decode()


@pytest.mark.usefixtures("lamps")
def test_filters_chips_and_options_keep_each_other(client):
    page = unescape(client.get("/matrix/?by=city&theme=music&order=name").content.decode())
    assert '<a class="chip" href="/matrix/?by=city&order=name"' in page
    assert (
        '<input type="hidden" name="by" value="city"><input type="hidden" name="order" value="name">' in page
    )
    assert 'href="/matrix/?theme=music&order=name"' in page
    assert 'href="/matrix.csv?theme=music&by=city"' in page
    # The file has rows for cities unless countries are requested.
    countries = unescape(client.get("/matrix/?theme=music").content.decode())
    assert 'href="/matrix.csv?theme=music&by=country"' in countries
    assert 'href="/initiatives/?theme=music"' in page


@pytest.mark.usefixtures("lamps")
def test_a_list_of_initiatives_links_to_the_matrix_with_the_same_filter(client):
    response = client.get("/initiatives/?theme=music&sort=-starts_on&view=cards&unknown=1")
    page = BeautifulSoup(response.content, "lxml")
    assert page.select_one('main a[href="/matrix/?theme=music"]').text == "Matrix"
    assert "/matrix/?" not in client.get("/cities/").content.decode()


@pytest.mark.parametrize(
    ("most", "count", "side", "has_number"),
    [
        (4, 4, 22.0, True),
        (4, 1, 11.0, False),
        (16, 8, 15.556, True),
        (16, 1, 5.5, False),
        (400, 1, 3.0, False),
        (20, 10, 15.556, False),
        (400, 400, 22.0, False),
        (4000, 1000, 11.0, False),
    ],
)
def test_the_area_of_a_square_is_proportional_and_shows_the_number_if_it_fits(most, count, side, has_number):
    scale = Scale("", 22.0, most)
    assert (round(scale.side(count), 3), scale.has_number(count)) == (side, has_number)


@pytest.mark.usefixtures("loaded_package")
def test_the_matrix_runs_few_queries_for_any_number_of_squares(check_query_count):
    # two queries read the change log, for the page and for the index, and one the countries of the sentence below
    check_query_count("/matrix/", 3)
    check_query_count("/matrix/?by=city&most=all", 2)
