"""Duplicates are found, compared, merged, and restored by a revert in a browser."""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.datapackage.dump import dump_files
from tests import factories
from tests.axe import CONTENT, axe_violations, page_load


@pytest.fixture
def pair(editable_site):
    """The city Dushanbe, and a duplicate of it with an initiative."""
    stored = City.objects.get(slug="dushanbe")
    duplicate = factories.make_city(
        "dushambe",
        country=stored.country,
        name_en="Dushambe",
        name_zh="杜尚别",
        latitude="38.5",
        longitude="68.7",
    )
    factories.make_initiative("lamps-of-dushambe", lead=[duplicate], sourced=True)
    return stored, duplicate


@pytest.mark.thorough
def test_a_pair_is_found_compared_merged_and_reverted(curators_page, pair):
    page, stored, before = curators_page, pair[0], dump_files()
    page.goto("/admin/")
    page.get_by_role("link", name="Duplicates").click()
    with page_load(page):
        page.get_by_role("navigation", name="Kinds of record").get_by_role("link", name="cities").click()
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_role("link", name="Compare Dushanbe and Dushambe").click()
    expect(page.locator("#moves")).to_contain_text("Lamps of dushambe: lead")
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_label("Reason").fill("One city, misspelled.")
    page.get_by_role("button", name="Merge").click()
    expect(page.locator(".messagelist .success")).to_contain_text("“Dushambe” was merged into “Dushanbe”")
    revert_url = page.get_by_role("link", name="Revert change").get_attribute("href")

    page.goto("/cities/dushambe/")
    assert page.url.endswith("/cities/dushanbe/")
    assert Initiative.objects.get(slug="lamps-of-dushambe").city_roles.get().city == stored

    page.goto(revert_url)
    page.get_by_label("Reason").fill("They are two after all.")
    page.get_by_role("button", name="Revert change").click()
    page.goto("/cities/dushambe/")
    assert page.url.endswith("/cities/dushambe/")
    assert dump_files() == before


@pytest.mark.thorough
def test_adding_a_duplicate_requires_confirmation(curators_page, pair):
    page = curators_page
    page.goto("/admin/cities/city/add/")
    page.get_by_label("Name in English:").fill("Душанбе")
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
    expect(page.get_by_text("A similar record may already exist:")).to_be_visible()
    page.get_by_label("Save anyway. This is a different record.").check()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
