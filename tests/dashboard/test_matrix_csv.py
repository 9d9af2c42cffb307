"""The numbers of the matrix as a file."""

import csv
import io

import pytest

from sco_cities.dashboard.matrix import csv_rows
from tests import factories as make

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


def file(client, query=""):
    response = client.get(f"/matrix.csv{query}")
    assert response.status_code == 200
    return response.getvalue().decode()


@pytest.mark.usefixtures("lamps")
def test_each_pair_comes_from_both_sides_with_who_shares_and_who_learns(client):
    assert file(client) == (
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
def test_countries_and_names_come_where_they_are_asked_for(client):
    assert file(client, "?by=country&labels=1&bom=1") == (
        "\N{ZERO WIDTH NO-BREAK SPACE}country,country_names,with_country,with_country_names,"
        "initiatives,shares,learns\r\n"
        "XA,Country XA,XA,Country XA,2,,\r\n"
        "XA,Country XA,XB,Country XB,2,0,1\r\n"
        "XB,Country XB,XA,Country XA,2,1,0\r\n"
        "XB,Country XB,XB,Country XB,2,,\r\n"
        "XC,Country XC,XC,Country XC,1,,\r\n"
    )


@pytest.mark.usefixtures("lamps")
def test_names_are_quoted_and_never_taken_for_a_formula(client):
    assert 'delta,"\'=Delta, on sea",delta,"\'=Delta, on sea",1,,\r\n' in file(client, "?labels=1")


@pytest.mark.usefixtures("lamps")
def test_what_only_pages_go_by_changes_nothing_and_unknown_parameters_are_refused(client):
    assert file(client, "?order=name&most=all&sort=status&page=1") == file(client)
    refused = client.get("/matrix.csv?columns=city&colour=red")
    assert (refused.status_code, refused.content.decode()) == (
        400,
        "colour: There is no such parameter.\ncolumns: There is no such parameter.\n",
    )


@pytest.mark.usefixtures("loaded")
def test_the_file_has_every_pair_however_few_the_page_shows(client, monkeypatch):
    monkeypatch.setattr(csv_rows, "BLOCK", 100)
    rows = list(csv.DictReader(io.StringIO(file(client))))
    pairs = {(row["city"], row["with_city"]) for row in rows}
    # 193 pairs of 79 cities, and 89 cities with themselves.
    assert (len(rows), len(pairs)) == (2 * 193 + 89, 2 * 193 + 89)
    assert "matrix-city.csv" in client.get("/matrix.csv")["Content-Disposition"]


@pytest.mark.usefixtures("loaded")
def test_a_square_its_list_and_the_rows_of_files_tell_the_same_number(client):
    row = next(
        row
        for row in csv.DictReader(io.StringIO(file(client, "?status=operating")))
        if row["city"] != row["with_city"] and int(row["initiatives"]) > 1
    )
    link = f"?status=operating&city={row['city']}&with_city={row['with_city']}"
    page = client.get("/matrix/?status=operating&most=all").content.decode().replace("&amp;", "&")
    square = page[page.index(f'<a href="/initiatives/{link}"') :]
    number = square[square.index("<span") : square.index("</span>")].partition(">")[2]
    listed = list(csv.DictReader(io.StringIO(client.get(f"/initiatives.csv{link}").getvalue().decode())))
    assert len(listed) == int(number) == int(row["initiatives"])
