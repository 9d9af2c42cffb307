import re

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from initiatives import related_stats
from sco_cities.sources import related_records
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.html import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def page_of(client, slug="alphaville"):
    return read_page(client, f"/cities/{slug}/")


def passage(slug="gazette-20250101"):
    return make.make_report(slug).passages.first()


@pytest.fixture
def city():
    return make.make_city(
        "alphaville", latitude="-33.86785", longitude="151.20732", population=1_234_567, geonames_id=42,
        wikidata_id="Q42", aliases="Alpha; Ville",
    )  # fmt: skip


@pytest.mark.usefixtures("city")
def test_reference_data_is_marked_once_and_stays_in_the_data(client):
    page = page_of(client)
    text = page.text()
    assert "Country XA" in text
    assert page.links("v-name-en") == ["#reference"]
    assert text.count("[†]") == 2  # next to the title, and in the explanation
    for value in ("1,234,567", "33.87", "Q42", "GeoNames 42"):
        assert value not in text
    assert not any(link.startswith("#note") for link in page.links())


@pytest.mark.usefixtures("city")
def test_the_data_sources_are_named_with_licence_and_link(client):
    page = page_of(client)
    text = page.text("reference")
    assert "No report is cited for these values." in text
    for name in ("Natural Earth", "GeoNames ids (CC BY 4.0)", "Wikidata ids (CC0)", "(public domain)"):
        assert name in text
    assert "https://www.naturalearthdata.com/" in page.links("reference")


def test_a_value_that_a_report_supports_has_a_footnote_instead(client, city):
    make.make_evidence(city, "population", passage())
    assert page_of(client).text("v-population") == "Population 1,234,567 [1]"


def test_a_value_without_a_report_is_marked_if_the_name_has_one(client, city):
    make.make_evidence(city, "name_en", passage())
    page = page_of(client)
    assert page.text("v-name-en") == "[1]"
    assert "Country XA [†]" in page.text()
    assert "GeoNames ids (CC BY 4.0)" in page.text("reference")
    make.make_evidence(city, "country", passage())
    # The population is still listed in the reference data of the page.
    assert "GeoNames ids (CC BY 4.0)" in page_of(client).text("reference")
    make.make_evidence(city, "population", passage())
    assert page_of(client).element("reference") is None


def test_unknown_values_have_no_row(client):
    make.make_city("alphaville")
    page = page_of(client)
    assert [id for id in page.all_ids() if id.startswith("v-")] == ["v-name-en"]


def test_the_citys_initiatives_are_list_rows_with_status_and_cities(client, city):
    other = make.make_city("betaburg")
    make.make_initiative("led", lead=[city], status="operating", starts_on="2024-05")
    make.make_initiative("joined", lead=[other], partner=[city], status="interest")
    make.make_initiative("foreign", lead=[other])
    make.make_initiative("hidden", lead=[city], state=PublicationState.DRAFT)
    page = page_of(client)
    rows = [
        row.get_text(" ", strip=True)
        for row in soup(page).select("section[aria-labelledby=initiatives] tbody tr")
    ]
    assert len(rows) == 2
    assert {row.split()[0]: row.split()[1] for row in rows} == {"Led": "operating", "Joined": "interest"}
    assert any("Betaburg – with Alphaville" in row for row in rows)
    assert "/initiatives/?city=alphaville" in page.links()


def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page.response.content, "html.parser")


def test_the_citys_delegates_organisations_and_events_are_listed(client, city):
    make.make_delegate(
        "ada-test", city=city, role="Mayor", organisation=make.make_organisation("lamp-office")
    )
    make.make_delegate("hidden-person", city=city, state=PublicationState.DRAFT)
    make.make_organisation("water-office", city=city)
    make.make_event("fair-2024", host_city=city, starts_on="2024-06")
    page = page_of(client)
    text = page.text()
    assert "Ada test, Mayor, date not known, Lamp office" in text
    assert "Water office, company" in text
    assert "Fair 2024, June 2024" in text
    assert "Hidden" not in text
    assert {"/delegates/ada-test/", "/organisations/water-office/", "/events/fair-2024/"} <= set(page.links())
    assert {"/delegates/?city=alphaville", "/events/?city=alphaville"} <= set(page.links())


def test_only_the_first_of_many_initiatives_are_shown_with_a_link_to_all(client, city, monkeypatch):
    monkeypatch.setattr(related_stats, "MAX_SHOWN", 2)
    for number in range(4):
        make.make_initiative(f"initiative-{number}", lead=[city])
    assert "first 2" not in page_of(client).text("content")
    make.make_initiative("initiative-4", lead=[city])
    text = page_of(client).text()
    assert (
        "Initiatives Subscribe: Initiatives All 5 in the list Showing the first 2 of 5. "
        "http://testserver/initiatives/?city=alphaville" in text
    )
    assert "Initiative 1" in text
    assert "Initiative 2" not in text


def test_a_disputed_initiative_is_marked(client, city):
    make.make_initiative("agreed-on", lead=[city])
    disputed = make.make_initiative("told-two-ways", lead=[city])
    make.make_evidence(disputed, "status", passage(), stance="differs", reported_value="interest")
    [row] = [row for row in soup(page_of(client)).select("tbody tr") if "≠" in row.text]
    assert "Told two ways" in row.text


def test_only_the_first_of_many_delegates_are_shown_with_the_total(client, city, monkeypatch):
    monkeypatch.setattr(related_records, "MAX_RELATED", 2)
    monkeypatch.setattr(related_records, "TOLERANCE", 0)
    for number in range(3):
        make.make_delegate(f"delegate-{number}", city=city)
    text = page_of(client).text()
    shown = "Delegate 0, Mayor, date not known Delegate 1, Mayor, date not known"
    assert f"Delegates 3 All 3 in the list {shown}" in text
    assert "Delegate 2" not in text


def test_empty_sections_and_zeros_are_omitted(client, city):
    make.make_initiative(
        "hidden", lead=[city], partner=[make.make_city("betaburg")], state=PublicationState.DRAFT
    )
    text = page_of(client).text()
    assert text.startswith(
        "Cities · Copy link Alphaville [†] Country XA · Also called: Alpha, Ville Compare with similar cities"
    )
    assert not re.search(r"\b0 [a-z]", page_of(client).text("content"))
    for heading in (
        "Status",
        "Themes",
        "Partner cities",
        "Initiatives",
        "Figures",
        "Events",
        "Organisations",
    ):
        assert heading not in text


def test_partners_are_ranked_with_shared_and_learned_experience(client, city):
    beta, gamma, hidden = (
        make.make_city("betaburg"),
        make.make_city("gamma"),
        make.make_city("hidden-town", state=PublicationState.DRAFT),
    )
    make.make_initiative("taught", reference=[city], lead=[gamma], partner=[hidden])
    make.make_initiative("led", lead=[city], partner=[gamma], reference=[beta])
    make.make_initiative("with-nobody-seen", lead=[city], partner=[hidden])
    make.make_initiative("draft", lead=[beta], partner=[city], state=PublicationState.DRAFT)
    page = page_of(client)
    assert (
        "City Joint initiatives Alphaville shares Alphaville learns "
        "Gamma Joint initiatives 2 shares experience 1 "
        "Betaburg Joint initiatives 1 learns 1" in page.text()
    )
    assert "2 as the lead 1 as a model for others 1 sharing experience 1 learning from others" in page.text()
    assert {
        "/together/alphaville/gamma/",
        "/initiatives/?shares=alphaville&learns=gamma",
        "/initiatives/?shares=betaburg&learns=alphaville",
    } <= set(page.links())
    assert "Hidden" not in page.text()


# The page cache, the view, the initiatives, the statements, the charts, the map, the form and the speakers query the
# change log. Other queries read the city with its country, delegates, organisations, events, initiatives with their
# roles and reports, evidence, figures, and the public change history. After each change, one query reads the roles of
# all cities.
QUERIES = 8 + 9 + 1 + 1


# A city without organisations needs one query fewer.
@pytest.mark.parametrize(("slug", "more"), [("tianjin", 0), ("kazan", -1)])
@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_queries_of_a_city_page_is_constant(slug, more, check_query_count):
    check_query_count(f"/cities/{slug}/", QUERIES + more)


@pytest.mark.usefixtures("loaded_package")
def test_the_trips_of_moscow_are_a_disputed_figure(client):
    text = page_of(client, "moscow").text("v-figure-1")
    assert "over 16.6 million trips per day, 2025 [2] ≠" in text
    assert "7.71 million metro users" in text


@pytest.mark.parametrize(
    ("state", "partner", "has_form"),
    [
        ("published", "/together/alphaville/beta/", True),
        # There is no page for a pair of cities if one is a draft.
        ("draft", "/initiatives/?city=alphaville%2Cbeta", False),
    ],
)
def test_only_a_published_city_links_to_pages_about_several_places(
    admin_client, city, state, partner, has_form
):
    make.make_initiative(lead=[city], partner=[make.make_city("beta")])
    city.state = state
    city.save()
    links = page_of(admin_client).links()
    assert partner in links
    assert ("/together/alphaville/beta/" in links) is has_form
    assert ("/cities/alphaville/gaps/" in links) is has_form
    assert (b'action="/together/"' in admin_client.get("/cities/alphaville/").content) is has_form


def test_a_city_without_initiatives_can_be_compared(city):
    links = render_to_string("dashboard/dossier/_place_links.html", {"record": city})
    assert '<input type="hidden" name="place" value="alphaville">' in links
    assert 'href="/cities/alphaville/gaps/"' in links
