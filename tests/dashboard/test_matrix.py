"""The page of the matrix: its squares, their numbers, and the lists that they lead to."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.db import connection

from sco_cities.dashboard.matrix import page as matrix_page
from sco_cities.dashboard.matrix.table_html import Scale
from tests import factories as make

pytestmark = pytest.mark.django_db


class Table(HTMLParser):
    """The matrix as a screen reader has it: heads of columns, heads of rows, and cells with number and link."""

    def __init__(self, html: str):
        super().__init__()
        self.columns, self.rows, self.cells = [], [], {}
        self.cell, self.names, self.place = None, None, 0
        self.feed(html[html.index('<table class="matrix') : html.index("</table>")])

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "th":
            names = self.columns if given["scope"] == "col" else self.rows
            names.append("")
            self.cell, self.names, self.place = None, names, 0
        elif tag == "td" and self.rows:
            self.cell, self.names = (self.rows[-1], self.columns[self.place]), None
            self.place += 1
        elif tag == "a" and self.cell:
            self.cells[self.cell] = ["", given["href"]]

    def handle_data(self, data):
        if self.cell in self.cells:
            self.cells[self.cell][0] += data
        elif self.names is not None:
            self.names[-1] += data.strip()

    @property
    def numbers(self) -> dict[tuple[str, str], int]:
        return {pair: int(text) for pair, (text, _link) in self.cells.items()}


@pytest.fixture
def shown(client):
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
def test_a_cell_has_what_two_cities_are_in_together_and_the_diagonal_all_of_one(shown):
    table = shown("?order=name")
    assert table.columns == table.rows == ["Alpha", "Beta", "Gamma"]
    pairs = {("Alpha", "Beta"): 2, ("Alpha", "Gamma"): 1, ("Beta", "Gamma"): 1}
    turned = {pair[::-1]: count for pair, count in pairs.items()}
    assert table.numbers == pairs | turned | {
        ("Alpha", "Alpha"): 3,
        ("Beta", "Beta"): 2,
        ("Gamma", "Gamma"): 1,
    }
    assert table.cells["Alpha", "Gamma"][1] == "/initiatives/?city=alpha&with_city=gamma"
    assert table.cells["Beta", "Beta"][1] == "/initiatives/?city=beta"


@pytest.mark.usefixtures("lamps")
def test_countries_stand_in_the_matrix_instead_of_cities_where_that_is_asked_for(shown):
    table = shown("?by=country&theme=music&order=name")
    assert table.numbers == dict.fromkeys(
        [(a, b) for a in ("Country XA", "Country XB") for b in ("Country XA", "Country XB")], 1
    )
    assert (
        table.cells["Country XB", "Country XA"][1] == "/initiatives/?theme=music&country=xb&with_country=xa"
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?by=country&status=operating&year_from=2020",
        "?city=almaty&most=all",
        "?theme=smart-city&kind=-plan",
    ],
)
@pytest.mark.usefixtures("loaded")
def test_the_list_that_a_square_leads_to_has_as_many_initiatives(query, shown, client):
    cells = shown(query).cells
    assert len(cells) > 20
    # From one side of the diagonal, the largest and some others.
    for text, link in [
        *sorted(cells.values(), key=lambda cell: -int(cell[0]))[:6],
        *list(cells.values())[::37],
    ]:
        heading = re.search("<h1[^>]*>(.*?)</h1>", client.get(link).content.decode()).group(1)
        assert int(unescape(heading).split()[0]) == int(text), link


@pytest.mark.usefixtures("loaded")
def test_the_numbers_are_those_of_plain_sql(shown):
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
        expected = {(one, other): count for one, other, count in cursor.fetchall()}
    # A city that is in none together with another has no row.
    together = {city for pair in expected for city in pair if pair[0] != pair[1]}
    assert shown("?status=operating&most=all").numbers == {
        pair: count for pair, count in expected.items() if together.issuperset(pair)
    }


@pytest.mark.usefixtures("loaded")
def test_the_largest_are_shown_and_the_page_says_how_many_others_there_are(client, shown):
    page = client.get("/matrix/").content.decode()
    assert "79 cities have some together with others." in page
    assert "The 30 that have most are shown, 49 others are left out." in page
    assert "10 cities have only initiatives of their own." in page
    assert '<a href="/matrix/?most=all"' in page
    assert (len(shown().columns), len(shown("?most=all").columns)) == (30, 79)
    assert "left out" not in client.get("/matrix/?most=all").content.decode()


def test_names_stand_in_the_order_of_the_readers_alphabet(client):
    one, two, three = (
        make.make_city(slug, name_ru=name) for slug, name in (("a", "Ёлка"), ("b", "Жизнь"), ("c", "Дом"))
    )
    make.make_initiative("one", lead=[one, two, three])
    page = client.get("/ru/matrix/?order=name").content.decode()
    assert Table(page).rows == ["Дом", "Ёлка", "Жизнь"]


@pytest.mark.usefixtures("loaded")
def test_rows_that_one_page_has_no_room_for_are_on_the_next(monkeypatch, client, shown):
    monkeypatch.setattr(matrix_page, "MATRIX_SIZE", 30 * 20)
    first, second = shown(), shown("?page=2")
    assert (len(first.rows), len(second.rows), first.columns) == (20, 10, second.columns)
    assert first.rows + second.rows == first.columns
    assert "Rows 1–20 of 30" in client.get("/matrix/").content.decode()
    assert "There is no page 3: the last is 2." in client.get("/matrix/?page=3").content.decode()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("status=sure", "“sure” is none of the choices: interest,"),
        ("city=nowhere", "“nowhere” is not known here."),
        ("by=river", "“river” is none of the choices: city, country."),
        ("order=size", "“size” is none of the choices: clusters, name."),
        ("most=31", "“31” is none of the choices: 30, all."),
        ("by=city&by=country", "Give one value, not 2."),
        ("year_from=2022&year_to=2021", "2021 comes before 2022."),
    ],
)
@pytest.mark.usefixtures("lamps")
def test_a_wrong_value_shows_its_error_and_no_squares_and_is_refused_by_the_file(query, reason, client):
    page = client.get(f"/matrix/?{query}")
    content = unescape(page.content.decode())
    assert (page.status_code, "<table" in content, reason in content) == (200, False, True)
    file = client.get(f"/matrix.csv?{query}")
    assert (file.status_code, reason in file.content.decode()) == (400, True)


@pytest.mark.usefixtures("lamps")
def test_where_none_joins_two_the_page_says_so_and_leads_to_the_list(client):
    page = client.get("/matrix/?status=stalled").content.decode()
    assert "None of these initiatives joins two of them." in page
    assert '<a href="/initiatives/?status=stalled">' in page
    assert "<table" not in page
    assert "Nothing that is published meets" in client.get("/matrix/?status=interest").content.decode()


def test_an_empty_site_has_a_matrix_too(client):
    assert "Nothing is published here yet." in client.get("/matrix/").content.decode()


@pytest.mark.usefixtures("lamps")
def test_filters_chips_and_choices_keep_each_other(client):
    page = unescape(client.get("/matrix/?by=country&theme=music&order=name").content.decode())
    assert '<a class="chip" href="/matrix/?by=country&order=name"' in page
    assert (
        '<input type="hidden" name="by" value="country"><input type="hidden" name="order" value="name">'
        in page
    )
    assert 'href="/matrix/?theme=music&order=name"' in page
    assert 'href="/matrix.csv?by=country&theme=music"' in page
    assert 'href="/initiatives/?theme=music"' in page


@pytest.mark.usefixtures("lamps")
def test_a_list_of_initiatives_leads_to_the_matrix_of_the_same_filter(client):
    page = unescape(
        client.get("/initiatives/?theme=music&sort=-starts_on&view=cards&unknown=1").content.decode()
    )
    assert '<a href="/matrix/?theme=music">Matrix</a>' in page
    assert "/matrix/?" not in client.get("/cities/").content.decode()


@pytest.mark.parametrize(
    ("most", "count", "side", "style"),
    [(4, 4, 21.0, "large"), (4, 1, 10.5, ""), (16, 1, 5.25, "hidden"), (400, 1, 3.0, "hidden"), (400, 400, 21.0, ""),
     (4000, 1000, 10.5, "hidden")],
)  # fmt: skip
def test_the_area_of_a_square_is_its_number_which_stands_on_it_where_there_is_room(most, count, side, style):
    scale = Scale("", 21.0, most)
    assert (scale.side(count), scale.style(count)) == (side, style)


@pytest.mark.usefixtures("loaded")
def test_the_matrix_asks_few_queries_however_many_squares_it_has(asks):
    # the log of changes, for the page and for the index
    asks("/matrix/", 2)
    asks("/matrix/?most=all", 2)
