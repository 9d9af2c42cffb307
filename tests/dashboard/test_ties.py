"""The ties of cities as CSV, as JSON and in the API."""

import json

import pytest

from initiatives.models import Initiative
from sco_cities.listings.exports import streaming_response
from tests import factories as make

pytestmark = pytest.mark.django_db

HEADER = (
    "city,country,role,with_city,with_country,with_role,initiative,city_count,title_en,title_ru,title_zh,kind,status,"
    "status_reported_on,starts_on,ends_on,themes,sources,sources_addresses"
)


@pytest.fixture
def lamps():
    """One initiative has three cities in two countries, one has two cities, and one is not shared by cities."""
    beta, alpha, gamma, delta = (
        make.make_city(slug, country)
        for slug, country in (("beta", "xa"), ("alpha", "xb"), ("gamma", "xb"), ("delta", "xc"))
    )
    make.make_initiative(
        "lamps",
        lead=[beta],
        partner=[alpha],
        reference=[gamma],
        starts_on="2024-05",
        status="operating",
        sourced=True,
    )
    make.make_initiative("trams", partner=[alpha, delta], themes=[make.make_theme("rail")], sourced=True)
    make.make_initiative("alone", lead=[delta])


def pairs(client, query: str = "", path: str = "/ties.csv") -> list[str]:
    """The cities and the initiative of each row."""
    response = client.get(f"{path}?{query}&sort=slug")
    assert response.status_code == 200, response.content
    rows = [line.split(",") for line in response.getvalue().decode().splitlines()]
    assert ",".join(rows[0]) == HEADER
    return [f"{row[0]} {row[3]} {row[6]}" for row in rows[1:]]


@pytest.mark.usefixtures("lamps")
def test_each_pair_of_cities_has_a_row_for_each_initiative(client):
    report = "gazette-20250101#1,https://gazette.example/gazette-20250101"
    assert client.get("/ties.csv?sort=slug").getvalue().decode().splitlines() == [
        HEADER,
        f"alpha,XB,partner,beta,XA,lead,lamps,3,Lamps,,,project,operating,2025-01-01,2024-05,,,{report}",
        f"alpha,XB,partner,gamma,XB,reference,lamps,3,Lamps,,,project,operating,2025-01-01,2024-05,,,{report}",
        f"beta,XA,lead,gamma,XB,reference,lamps,3,Lamps,,,project,operating,2025-01-01,2024-05,,,{report}",
        f"alpha,XB,partner,delta,XC,partner,trams,2,Trams,,,project,agreed,2025-01-01,2024,,rail,{report}",
    ]


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        # Filters by place apply to both cities. The city in the first filtered place is listed first.
        ("country=xa,xb", ["beta alpha lamps", "beta gamma lamps"]),
        ("country=xb,xa", ["alpha beta lamps", "gamma beta lamps"]),
        ("country=XB&with_country=xa", ["alpha beta lamps", "gamma beta lamps"]),
        (
            "country=xa&country=xc&country_match=any",
            ["beta alpha lamps", "beta gamma lamps", "delta alpha trams"],
        ),
        ("country=xa&country=xc&country_match=all", []),
        ("country=xb", ["alpha gamma lamps", "alpha beta lamps", "gamma beta lamps", "alpha delta trams"]),
        ("country=xa,xb,xc", []),
        ("city=gamma", ["gamma alpha lamps", "gamma beta lamps"]),
        ("city=gamma&with_country=xa", ["gamma beta lamps"]),
        ("city=alpha,delta", ["alpha delta trams"]),
        # Other filters apply to the initiative.
        ("reference=gamma", ["alpha beta lamps", "alpha gamma lamps", "beta gamma lamps"]),
        ("theme=rail", ["alpha delta trams"]),
        ("country=-xa", ["alpha delta trams"]),
        ("city=alpha&city=-gamma", ["alpha delta trams"]),
        ("status=stalled", []),
        ("", ["alpha beta lamps", "alpha gamma lamps", "beta gamma lamps", "alpha delta trams"]),
    ],
)
def test_filters_by_place_are_about_the_pair_and_others_about_the_initiative(client, query, found):
    assert pairs(client, query) == found
    document = client.get(f"/ties.json?{query}&sort=slug").json()
    rows = [f"{row['city']} {row['with_city']} {row['initiative']}" for row in document["results"]]
    assert (document["count"], rows) == (len(found), found)
    page = client.get(f"/api/ties/?{query}&sort=slug").json()
    assert (page["count"], page["results"]) == (len(found), document["results"])


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("order", ["", "&sort=slug", "&sort=-slug"])
def test_pages_of_the_api_have_whole_initiatives_and_every_row_once(client, order):
    found, address = [], f"/api/ties/?per_page=1{order}"
    while address:
        page = client.get(address).json()
        assert page["count"] == 4
        assert len({row["initiative"] for row in page["results"]}) == 1
        found += [(row["initiative"], row["city"], row["with_city"]) for row in page["results"]]
        address = page["next"]
    assert len(found) == len(set(found)) == 4


@pytest.mark.usefixtures("lamps")
def test_only_published_cities_and_initiatives_are_in_a_pair(client):
    Initiative.objects.get(slug="lamps").cities.filter(slug="gamma").update(state="draft")
    Initiative.objects.filter(slug="trams").update(state="withdrawn")
    assert pairs(client) == ["alpha beta lamps"]
    (row,) = client.get("/api/ties/").json()["results"]
    assert row["city_count"] == 2


@pytest.mark.usefixtures("lamps")
def test_names_are_beside_slugs_on_request(client):
    (row,) = client.get("/ru/api/ties/?labels=1&theme=rail").json()["results"]
    names = {name: value for name, value in row.items() if name.endswith("_names")}
    assert set(names) == {
        "city_names", "country_names", "with_city_names", "with_country_names", "themes_names",
    }  # fmt: skip
    assert row["url"] == "http://testserver/ru/initiatives/trams/"
    header = client.get("/ties.csv?labels=1&bom=1").getvalue().decode().splitlines()[0]
    assert header.startswith(
        "\N{ZERO WIDTH NO-BREAK SPACE}city,city_names,country,country_names,role,with_city,"
    )


@pytest.mark.parametrize("path", ["/ties.csv", "/ties.json", "/api/ties/"])
@pytest.mark.parametrize("query", ["country=china", "columns=city", "facets=status", "sort=city"])
def test_an_invalid_parameter_is_rejected(client, path, query):
    make.make_country("xa")
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    is_text = path.endswith(".csv")
    assert response["Content-Type"] == (
        "text/plain; charset=utf-8" if is_text else "application/problem+json"
    )
    assert query.partition("=")[0] in response.content.decode()


@pytest.mark.parametrize("extension", ["csv", "json"])
def test_a_long_file_is_streamed_with_every_row_once(client, monkeypatch, extension):
    whole = [f"/ties.{extension}?sort=slug", f"/ties.{extension}?sort=-slug"]
    for number in range(5):
        make.make_initiative(f"lamps-{number}", partner=[make.make_city("alpha"), make.make_city("beta")])
    expected = [client.get(path).getvalue() for path in whole]
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 1)
    monkeypatch.setattr(streaming_response, "SHORT_LIST", 2)
    monkeypatch.setattr(streaming_response.Export.key_batches, "__defaults__", (2,))
    # The page cache has no response for these URLs.
    responses = [client.get(f"{path}&labels=0") for path in whole]
    assert [response.streaming for response in responses] == [True, True]
    assert [response.getvalue() for response in responses] == expected
    if extension == "json":
        assert json.loads(expected[0])["count"] == len(json.loads(expected[0])["results"]) == 5
    assert responses[0]["Content-Disposition"] == f'attachment; filename="ties.{extension}"'
    assert "describedby" not in responses[0]["Link"]
