"""Deferred filters are opened in a browser while the reader uses the page, after data changes, and offline."""

import re

import pytest
from playwright.sync_api import expect

from sco_cities.listings.list_page import MAX_OPTIONS
from tests.shipped_package import number_of

pytestmark = pytest.mark.usefixtures("site")

NUMBER = number_of("initiatives", status="agreed")
AGREED, ONE_MORE = (f"{number} initiatives, agreed" for number in (NUMBER, NUMBER + 1))


@pytest.fixture
def page(page):
    """The list of initiatives after selecting an option, because a selection defers closed filters.

    The rows are marked to detect whether they are replaced.
    """
    page.goto("/initiatives/")
    select_agreed(page)
    return page


def select_agreed(page):
    page.locator("#filter-status input[value='agreed']").check()
    expect(page.get_by_role("heading", level=1)).to_have_attribute("data-announce", AGREED)
    page.evaluate("document.querySelector('.rows').isTheSame = true")


def are_the_same_rows(page):
    return bool(page.evaluate("document.querySelector('.rows').isTheSame"))


def options(page, name):
    return page.locator(f"#filter-{name} li")


def summary(page, name):
    return page.locator(f"#filter-{name} > summary")


def test_opening_a_filter_does_not_disturb_the_rest_of_the_page(page):
    # This filter is initially open.
    expect(options(page, "country")).to_have_count(MAX_OPTIONS)
    page.locator("#filter-country [data-show-all]").click()
    expect(options(page, "country").nth(MAX_OPTIONS)).to_be_attached()
    country_count = options(page, "country").count()
    summary(page, "city").click()
    title = page.locator(".list .title").first
    title.focus()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(title).to_be_focused()
    expect(options(page, "country")).to_have_count(country_count)
    assert are_the_same_rows(page)
    # Deferred options work like other options.
    count = options(page, "city").locator(".n").first.inner_text()
    options(page, "city").locator("input").first.check()
    expect(page.get_by_role("heading", level=1)).to_have_attribute(
        "data-announce", re.compile(f"^{count} initiatives, agreed, with ")
    )


@pytest.mark.parametrize(
    "change",
    [
        (f"{NUMBER} of ", f"{NUMBER + 1} of "),
        ('class="list"', 'class="list" title="Another row"'),
        ('<span class="n">', '<span class="n">1'),
    ],
    ids=["heading", "rows", "options"],
)
@pytest.mark.thorough
def test_if_records_have_changed_opening_a_filter_reloads_the_rows_too(change, page):
    def changed_response(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace(*change))

    page.route(re.compile(r"status=agreed"), changed_response)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(summary(page, "city")).to_be_focused()
    assert not are_the_same_rows(page)


@pytest.mark.parametrize("now", [AGREED, ONE_MORE])
@pytest.mark.thorough
def test_on_the_matrix_opening_a_filter_reloads_the_rest_if_the_number_of_initiatives_has_changed(now, page):
    page.goto("/matrix/")
    page.locator("#filter-status input[value='agreed']").check()
    expect(page.locator(".matrix-intro")).to_contain_text(AGREED)
    page.evaluate("document.querySelector('.rows').isTheSame = true")

    def changed_response(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace(AGREED, now))

    page.route(re.compile(r"status=agreed"), changed_response)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(page.locator(".matrix-intro")).to_contain_text(now)
    assert are_the_same_rows(page) == (now == AGREED)


@pytest.mark.thorough
def test_a_filter_opened_offline_closes_again_and_can_be_opened_later(page):
    page.context.set_offline(True)
    summary(page, "city").click()
    expect(page.locator("#filter-city")).not_to_have_attribute("open", "")
    expect(summary(page, "city")).to_be_focused()
    assert are_the_same_rows(page) and page.url.endswith("/initiatives/?status=agreed")
    page.context.set_offline(False)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    assert are_the_same_rows(page)


def test_without_htmx_the_visible_options_can_be_searched_and_a_link_shows_all_options(page):
    page.route("**/htmx*", lambda route: route.abort())
    page.goto("/initiatives/")
    summary(page, "city").click()
    find = page.get_by_label("Find in the list: City")
    find.fill("zzz")
    expect(page.locator("#filter-city li:visible")).to_have_count(0)
    find.fill("")
    page.locator("#filter-city [data-show-all]").click()
    expect(page).to_have_url(re.compile(r"\?all=city#filter-city$"))
    expect(options(page, "city").nth(MAX_OPTIONS)).to_be_attached()
