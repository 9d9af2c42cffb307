"""Duplicates as a curator handles them in a browser: found, compared, merged, and taken apart again."""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.datapackage.dump import dump_files
from tests import factories
from tests.axe import CONTENT, arriving, findings


@pytest.fixture
def pair(editable_site):
    """Dushanbe, and a double of it that an initiative names."""
    stored = City.objects.get(slug="dushanbe")
    double = factories.make_city(
        "dushambe",
        country=stored.country,
        name_en="Dushambe",
        name_zh="杜尚别",
        latitude="38.5",
        longitude="68.7",
    )
    factories.make_initiative("lamps-of-dushambe", lead=[double], sourced=True)
    return stored, double


def test_a_pair_is_found_compared_merged_and_taken_apart_again(curators_page, pair):
    page, stored, before = curators_page, pair[0], dump_files()
    page.goto("/admin/")
    page.get_by_role("link", name="Duplicates").click()
    with arriving(page):
        page.get_by_role("navigation", name="Kinds of record").get_by_role("link", name="cities").click()
    assert findings(page, within=CONTENT) == []
    page.get_by_role("link", name="Compare Dushanbe and Dushambe").click()
    expect(page.locator("#moves")).to_contain_text("Lamps of dushambe: lead")
    assert findings(page, within=CONTENT) == []
    page.get_by_label("Why").fill("One city, misspelled.")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".messagelist .success")).to_contain_text("“Dushambe” was merged into “Dushanbe”")
    undo = page.get_by_role("link", name="Take it back").get_attribute("href")

    page.goto("/cities/dushambe/")
    assert page.url.endswith("/cities/dushanbe/")
    assert Initiative.objects.get(slug="lamps-of-dushambe").city_roles.get().city == stored

    page.goto(undo)
    page.get_by_label("Why").fill("They are two after all.")
    page.get_by_role("button", name="Take it back").click()
    page.goto("/cities/dushambe/")
    assert page.url.endswith("/cities/dushambe/")
    assert dump_files() == before


def test_a_curator_who_adds_a_double_is_asked_first(curators_page, pair):
    page = curators_page
    page.goto("/admin/cities/city/add/")
    page.get_by_label("Name in English").fill("Душанбе")
    page.locator("#id_slug").fill("dushanbe-again")
    page.get_by_label("Latitude").fill("38.5")
    page.get_by_label("Longitude").fill("68.7")
    page.evaluate(
        f"""() => {{
            const select = document.getElementById("id_country");
            select.append(new Option("Tajikistan", "{pair[0].country_id}", true, true));
        }}"""
    )
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("There may be a record of this already:")).to_be_visible()
    page.get_by_label("Save anyway: it is another one.").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
