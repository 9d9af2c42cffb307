"""The page of the list of initiatives and its CSV file, with the shipped data package and with small test data."""

import csv
import io
import math

import pytest
from bs4 import BeautifulSoup

from initiatives.models import Initiative
from sco_cities.cities.models import City
from tests import factories as make
from tests.shipped_package import initiatives_with, items, rows_of


def csv_rows(response) -> list[dict]:
    assert response.status_code == 200
    text = b"".join(response).decode()
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.usefixtures("loaded_package")
def test_the_csv_has_every_initiative_of_the_package_with_every_value(client):
    expected = {row["slug"]: row for row in rows_of("initiatives")}
    roles = {(row["initiative"], row["role"]): [] for row in rows_of("initiative_cities")}
    for row in rows_of("initiative_cities"):
        roles[row["initiative"], row["role"]].append(row["city"])
    rows = csv_rows(client.get("/initiatives.csv"))
    assert len(rows) == len(expected) > 100
    for row in rows:
        fact = expected.pop(row["slug"])
        for name in ("title_en", "title_ru", "title_zh", "summary_en", "kind", "status"):
            assert row[name] == fact[name]
        for name in ("starts_on", "ends_on", "event"):
            assert row[name] == fact[name]
        for name in ("countries", "organisations", "themes"):
            assert sorted(items(row[name])) == sorted(items(fact[name]))
        for role in ("lead", "partner", "reference"):
            assert sorted(items(row[f"{role}_cities"])) == sorted(roles.get((row["slug"], role), []))
    assert expected == {}


@pytest.mark.usefixtures("loaded_package")
def test_the_agreed_initiatives_with_kyrgyzstan_match_the_package(client):
    kyrgyz = initiatives_with("KG")
    expected = {
        row["slug"] for row in rows_of("initiatives") if row["status"] == "agreed" and row["slug"] in kyrgyz
    }
    rows = csv_rows(client.get("/initiatives.csv?country=kg&status=agreed"))
    assert {row["slug"] for row in rows} == expected
    assert len(rows) == len(expected) > 1


@pytest.mark.usefixtures("loaded_package")
def test_the_page_states_the_number_of_rows_of_the_csv(client):
    page = client.get("/initiatives/?theme=sister-cities&country=ir")
    rows = csv_rows(client.get("/initiatives.csv?theme=sister-cities&country=ir"))
    assert page.context["list_query"].count == len(rows) > 0
    assert f"{len(rows)} initiatives with Iran, on Sister cities" in page.content.decode()


@pytest.mark.django_db
def test_a_row_shows_title_status_cities_themes_and_years(client):
    make.make_initiative(
        "lamps", title_en="Lamps for Alpha", status="interest", starts_on="2024-05", lead=[make.make_city("alpha")],
        partner=[make.make_city("beta"), make.make_city("hidden", state="draft")], themes=[make.make_theme("lamps")],
        sourced=True,
    )  # fmt: skip
    page = client.get("/initiatives/").content.decode()
    row = page[page.index("<tbody") : page.index("</tbody>")]
    for part in (
        'href="/initiatives/lamps/"',
        "Lamps for Alpha",
        "interest",
        "Alpha",
        "Beta",
        "Lamps",
        "2024",
    ):
        assert part in row
    assert "Hidden" not in row


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "needs_scripts"),
    [("", False), ("?country=zz", True), ("?status=stalled", True), ("?page=9", True)],
)
def test_a_menu_that_needs_scripts_is_hidden_without_scripts(client, query, needs_scripts):
    make.make_initiative("lamps")
    page = BeautifulSoup(client.get(f"/initiatives/{query}").content, "html.parser")
    assert ("js-only" in page.select_one(".share")["class"]) is needs_scripts
    assert bool(page.select(".share li:not(.js-only, .app-share)")) is not needs_scripts


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        ("2024-05-01", "2026-03", "2024 to 2026"),
        ("2024?", "2026~", "2024 (?) to about 2026"),
        ("2024-05~", "2026", "about 2024 to 2026"),
        ("2024", "2026-03?", "2024 to 2026 (?)"),
        ("2024-05", "2024-09-01", "2024"),
        ("2024?", "2024", "2024 (?)"),
        ("2024", "2024-05~", "about 2024"),
        ("2024-03-01/2024-05", "", '<span class="cell-label">since </span>2024'),
        ("2024-03/2025-05", "", "2024 to 2025"),
        ("2024-03-01/2024-05", "2026", "2024 to 2026"),
        ("2024/..", "", "since 2024"),
        ("2024-05-02", "", '<span class="cell-label">since </span>2024'),
        ("", "2026-03", "until 2026"),
        ("", "", ""),
    ],
)
def test_a_row_names_the_years_and_the_reason_for_uncertainty(starts_on, ends_on, words, client):
    make.make_initiative("lamps", starts_on=starts_on, ends_on=ends_on)
    page = client.get("/initiatives/").content.decode()
    assert f'<td class="date">{words}</td>' in page


@pytest.mark.django_db
def test_an_invalid_country_shows_an_error_and_no_rows(client):
    make.make_initiative("lamps", countries=[make.make_country("xa")])
    response = client.get("/initiatives/?country=zz")
    page = response.content.decode()
    assert response.status_code == 200
    assert "“zz” was not found. Choose from the list." in page
    assert "/initiatives/lamps/" not in page


@pytest.mark.django_db
def test_an_empty_list_has_a_message_and_offers_filters_with_results(client):
    make.make_initiative("lamps", countries=[make.make_country("xa", name_en="Exland")])
    page = client.get("/initiatives/?country=xa&status=stalled").content.decode()
    assert "0 initiatives, stalled, with Exland" in page
    assert 'href="/initiatives/?country=xa"' in page


@pytest.mark.django_db
def test_htmx_gets_only_the_results_and_the_response_varies_by_header(client):
    make.make_initiative("lamps")
    whole = client.get("/initiatives/")
    part = client.get("/initiatives/", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "/initiatives/lamps/" in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in whole["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/initiatives/", "/initiatives.csv"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
def test_a_list_allows_only_reading(address, method, client):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "title"), [("", "Lamps"), ("/ru", "Лампы"), ("/zh-hans", "灯")])
def test_the_list_is_available_in_each_language(prefix, title, client):
    make.make_initiative("lamps", title_ru="Лампы", title_zh="灯")
    page = client.get(f"{prefix}/initiatives/").content.decode()
    assert f'href="{prefix}/initiatives/lamps/"' in page
    assert title in page


@pytest.mark.usefixtures("loaded_package")
def test_a_page_number_past_the_end_shows_an_error_and_no_rows(client):
    last = math.ceil(len(rows_of("initiatives")) / 50)
    response = client.get(f"/initiatives/?page={last + 1}")
    assert response.status_code == 200
    assert f"Page {last + 1} does not exist. The last page is {last}." in response.content.decode()
    assert list(response.context["list_query"].page) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda: Initiative.objects.filter(slug="beacons").update(title_en="Lanterns"), "Lanterns"),
        (lambda: Initiative.objects.filter(slug="beacons").update(status="stalled"), "disc-stalled"),
        (lambda: City.objects.filter(slug="first-city").update(name_en="Omega"), "Omega"),
    ],
    ids=["title", "status", "name of a city"],
)
def test_a_row_that_was_shown_before_shows_a_later_change(change, text, client):
    make.make_initiative("beacons", lead=[make.make_city("first-city", "xa")], status="agreed")

    def rows(address: str) -> str:
        page = client.get(address).content.decode()
        return page.partition("<tbody>")[2].partition("</tbody>")[0]

    addresses = ("/initiatives/", "/ru/initiatives/", "/initiatives/?sort=-title_en")
    assert not [address for address in addresses if text in rows(address)]
    change()
    assert [text in rows(address) for address in addresses] == [True, True, True]
