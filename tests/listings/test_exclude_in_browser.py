"""Excluding an option in a browser keeps the other selected options of the filter."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def heading(page):
    return page.get_by_role("heading", level=1)


def checkbox(page, value):
    return page.locator(f"#filter-status input[value='{value}']")


def test_excluding_an_option_keeps_what_else_is_selected_in_its_filter(page):
    page.goto("/initiatives/")
    checkbox(page, "agreed").check()
    checkbox(page, "operating").check()
    page.get_by_role("button", name="Exclude: proposed").click()
    expect(page).to_have_url(re.compile(r"\?status=-proposed&status=agreed&status=operating$"))
    words = re.compile("initiatives, agreed or operating, not proposed$")
    expect(heading(page)).to_have_attribute("data-announce", words)
    # Selecting an excluded value includes it. A value is never both included and excluded.
    checkbox(page, "-proposed").click()
    checkbox(page, "proposed").check()
    expect(heading(page)).to_have_attribute(
        "data-announce", re.compile("initiatives, proposed, agreed or operating$")
    )
    expect(page).to_have_url(re.compile(r"\?status=proposed&status=agreed&status=operating$"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (
            "country=cn&city=tashkent&city=dushanbe&city=astana",
            "with China, with Tashkent, Dushanbe or Astana, not with Bishkek",
        ),
        ("country=cn,kz&city=tianjin,astana", "with China and Kazakhstan, with .+ and .+, not with Bishkek"),
    ],
)
@pytest.mark.thorough
def test_excluding_a_city_keeps_the_other_cities_and_whether_all_must_match(page, query, shown):
    page.goto(f"/initiatives/?{query}")
    panel = page.locator("#filter-city")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    page.get_by_label("Find in the list: City").press_sequentially("bishk")
    page.get_by_role("button", name="Exclude: Bishkek").click()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(f"^[0-9]+ initiatives? {shown}$"))
    expect(page).to_have_url(re.compile("city=-bishkek"))
