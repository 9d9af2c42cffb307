"""The matrix as CSV."""

import csv
import io

import pytest

from sco_cities.dashboard import csv_response
from tests import factories as make
from tests.shipped_package import cities_of_initiatives, city_pairs

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps():
    cities = {
        slug: make.make_city(slug, country)
        for slug, country in (("alpha", "xa"), ("beta", "xb"), ("gamma", "xb"))
    }
    a, b, c = cities.values()
    make.make_initiative("one", lead=[a], partner=[b])
    make.make_initiative("two", partner=[a, b], reference=[c])
    make.make_initiative("alone", lead=[make.make_city("delta", "xc", name_en="=Delta, on sea")])


def get_csv(client, query=""):
    response = client.get(f"/matrix.csv{query}")
    assert response.status_code == 200
    return response.getvalue().decode()


@pytest.mark.usefixtures("lamps")
def test_each_pair_appears_in_both_directions_with_shares_and_learns(client):
    assert get_csv(client) == (
        "city,with_city,initiatives,shares,learns\r\n"
        "alpha,alpha,2,,\r\n"
        "alpha,beta,2,0,0\r\n"
        "alpha,gamma,1,0,1\r\n"
        "beta,alpha,2,0,0\r\n"
        "beta,beta,2,,\r\n"
        "beta,gamma,1,0,1\r\n"
        "delta,delta,1,,\r\n"
        "gamma,alpha,1,1,0\r\n"
        "gamma,beta,1,1,0\r\n"
        "gamma,gamma,1,,\r\n"
    )


@pytest.mark.usefixtures("lamps")
def test_countries_and_labels_are_available_on_request(client):
    assert get_csv(client, "?by=country&labels=1&bom=1") == (
        "\N{ZERO WIDTH NO-BREAK SPACE}country,country_names,with_country,with_country_names,"
        "initiatives,shares,learns\r\n"
        "XA,Country XA,XA,Country XA,2,,\r\n"
        "XA,Country XA,XB,Country XB,2,0,1\r\n"
        "XB,Country XB,XA,Country XA,2,1,0\r\n"
        "XB,Country XB,XB,Country XB,2,,\r\n"
        "XC,Country XC,XC,Country XC,1,,\r\n"
    )


@pytest.mark.usefixtures("lamps")
def test_names_are_quoted_and_never_interpreted_as_a_formula(client):
    assert 'delta,"\'=Delta, on sea",delta,"\'=Delta, on sea",1,,\r\n' in get_csv(client, "?labels=1")


@pytest.mark.usefixtures("lamps")
def test_page_parameters_have_no_effect_and_unknown_parameters_are_rejected(client):
    assert get_csv(client, "?order=name&most=all&sort=status&page=1") == get_csv(client)
    response = client.get("/matrix.csv?columns=city&colour=red")
    assert (response.status_code, response.content.decode()) == (
        400,
        "colour: Unknown parameter. Correct or remove it.\ncolumns: Unknown parameter. Correct or remove it.\n",
    )


@pytest.mark.usefixtures("loaded_package")
def test_the_file_has_every_pair_even_if_the_page_shows_fewer(client, monkeypatch):
    monkeypatch.setattr(csv_response, "BATCH_SIZE", 100)
    rows = list(csv.DictReader(io.StringIO(get_csv(client))))
    pairs = {(row["city"], row["with_city"]) for row in rows}
    # The file has each pair in both directions, and each city paired with itself.
    number = 2 * len(city_pairs()) + len(set().union(*cities_of_initiatives().values()))
    assert (len(rows), len(pairs)) == (number, number)
    assert "matrix-city.csv" in client.get("/matrix.csv")["Content-Disposition"]


@pytest.mark.usefixtures("loaded_package")
def test_a_square_its_list_and_the_csv_rows_have_the_same_number(client):
    row = next(
        row
        for row in csv.DictReader(io.StringIO(get_csv(client, "?status=operating")))
        if row["city"] != row["with_city"] and int(row["initiatives"]) > 1
    )
    page = client.get("/matrix/?by=city&status=operating&most=all").content.decode().replace("&amp;", "&")
    # The triangle contains only one of the two squares of a pair.
    names = row["city"], row["with_city"]
    links = [f"?status=operating&city={one}&with_city={other}" for one, other in (names, names[::-1])]
    (link,) = (link for link in links if f'<a href="/initiatives/{link}"' in page)
    square = page[page.index(f'<a href="/initiatives/{link}"') :]
    number = square[square.index("<span") : square.index("</span>")].partition(">")[2]
    listed = list(csv.DictReader(io.StringIO(client.get(f"/initiatives.csv{link}").getvalue().decode())))
    assert len(listed) == int(number) == int(row["initiatives"])
