"""Embeds that another site frames in a real browser, in both colour schemes, from 280 pixels wide, without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.other_site import page_on_other_site

pytestmark = pytest.mark.usefixtures("site")

RECORD = "/embed/initiatives/dushanbe-smart-city-projects/"
# The URLs of each kind of embed, and of an error.
EMBEDS = [
    RECORD,
    "/ru/embed/delegates/parvina-nematova/",
    "/zh-hans/embed/cities/tianjin/",
    "/ru/embed/initiatives/?country=kz",
    "/embed/statements/",
    "/zh-hans/embed/map/?country=kz",
    "/ru/embed/status/",
    "/embed/map/?status=certain",
    "/ru/embed/initiatives/nowhere/",
]


@pytest.fixture
def other_site(live_site):
    """The URL of a page on another site with an embed in a frame."""
    with page_on_other_site(
        f'<iframe src="{live_site.url}{RECORD}" title="Embed" width="600" height="260"></iframe>'
    ) as url:
        yield url


def test_every_embed_fits_into_280_pixels_and_shows_its_source(page):
    page.set_viewport_size({"width": 280, "height": 260})
    for url in EMBEDS:
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 280, url
        if "certain" not in url and "nowhere" not in url:
            expect(page.locator("footer a").first).to_be_in_viewport()


def test_a_frame_on_another_site_follows_the_scheme_of_the_reader_and_opens_links_outside(page, other_site):
    page.emulate_media(color_scheme="dark")
    page.goto(other_site)
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_css("background-color", "rgb(18, 24, 31)")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Dushanbe’s smart-city projects").click()
    assert opened.value.url.endswith(reverse("initiatives-record", args=["dushanbe-smart-city-projects"]))
    assert opened.value.evaluate("window.opener") is None
    assert page.context.cookies() == []


def test_the_code_is_copied_and_the_preview_is_shown(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/initiatives/?country=kz&status=agreed")
    page.locator("summary", has_text="Share").click()
    page.get_by_role("link", name="Embed").click()
    heading = page.locator("main h1 + p").inner_text()
    expect(page.frame_locator("iframe").get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_role("button", name="Copy code").click()
    expect(page.get_by_role("button", name="Code copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    assert code == page.locator("#embed-code").input_value()
    assert code.startswith('<iframe src="http://localhost') and "?country=kz&amp;status=agreed" in code
