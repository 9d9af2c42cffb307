"""The home page and what is new in a browser: for every reader, on any screen."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")


def test_a_segment_of_a_year_leads_to_the_list_of_just_so_many(page):
    page.goto("/")
    segment = page.locator(".timeline a:has(rect.agreed)").last
    name, count = segment.locator("title").text_content().rsplit(": ", 1)
    year = name.split(",")[0]
    segment.click()
    expect(page.locator("h1")).to_have_text(f"{count} initiatives, agreed, begun in {year}")
