"""A long filter that is opened after a change, as a reader meets it: with the rest of the page in use, or offline."""

import re

import pytest
from playwright.sync_api import expect

from sco_cities.listings.list_page import MAX_OPTIONS

pytestmark = pytest.mark.usefixtures("site")

AGREED = "55 initiatives, agreed"


@pytest.fixture
def page(page):
    """The list of initiatives after a click, with a mark on its rows: filters that were closed wait."""
    page.goto("/initiatives/")
    narrow(page)
    return page


def narrow(page):
    page.locator("#filter-status input[value='agreed']").check()
    expect(page.get_by_role("heading", level=1)).to_have_text(AGREED)
    page.evaluate("document.querySelector('.rows').isTheSame = true")


def are_the_same_rows(page):
    return bool(page.evaluate("document.querySelector('.rows').isTheSame"))


def options(page, name):
    return page.locator(f"#filter-{name} li")


def summary(page, name):
    return page.locator(f"#filter-{name} > summary")


def test_opening_a_filter_leaves_alone_what_the_reader_does_elsewhere(page):
    # It was open from the beginning.
    expect(options(page, "country")).to_have_count(MAX_OPTIONS)
    page.locator("#filter-country [data-all]").click()
    expect(options(page, "country").nth(MAX_OPTIONS)).to_be_attached()
    of_countries = options(page, "country").count()
    summary(page, "city").click()
    title = page.locator(".list .title").first
    title.focus()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(title).to_be_focused()
    expect(options(page, "country")).to_have_count(of_countries)
    assert are_the_same_rows(page)
    # What came alone is used like the others.
    count = options(page, "city").locator(".n").first.inner_text()
    options(page, "city").locator("input").first.check()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(f"^{count} initiatives, agreed, with ")
    )


@pytest.mark.parametrize(
    "change",
    [
        (AGREED, "56 initiatives, agreed"),
        ('class="list"', 'class="list" title="Another row"'),
        ('<span class="n">1</span>', '<span class="n">2</span>'),
    ],
    ids=["heading", "rows", "options"],
)
def test_where_a_record_has_changed_meanwhile_an_opened_filter_comes_with_all_rows(change, page):
    def later(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(*change))

    page.route(re.compile(r"status=agreed"), later)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(summary(page, "city")).to_be_focused()
    assert not are_the_same_rows(page)


@pytest.mark.parametrize("now", [AGREED, "56 initiatives, agreed"])
def test_on_the_matrix_an_opened_filter_comes_alone_only_under_the_same_number_of_initiatives(now, page):
    page.goto("/matrix/")
    page.locator("#filter-status input[value='agreed']").check()
    expect(page.locator(".standfirst")).to_contain_text(AGREED)
    page.evaluate("document.querySelector('.rows').isTheSame = true")

    def later(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(AGREED, now))

    page.route(re.compile(r"status=agreed"), later)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    expect(page.locator(".standfirst")).to_contain_text(now)
    assert are_the_same_rows(page) == (now == AGREED)


def test_a_filter_that_is_opened_offline_is_closed_again_and_nothing_is_lost(page):
    page.context.set_offline(True)
    summary(page, "city").click()
    expect(page.locator("#filter-city")).not_to_have_attribute("open", "")
    expect(summary(page, "city")).to_be_focused()
    assert are_the_same_rows(page) and page.url.endswith("/initiatives/?status=agreed")
    page.context.set_offline(False)
    summary(page, "city").click()
    expect(options(page, "city")).to_have_count(MAX_OPTIONS)
    assert are_the_same_rows(page)


def test_without_htmx_long_lists_are_searched_as_far_as_they_are_shown_and_more_is_a_link(page):
    page.route("**/htmx*", lambda route: route.abort())
    page.goto("/initiatives/")
    summary(page, "city").click()
    find = page.get_by_label("Find in the list: City")
    find.fill("zzz")
    expect(page.locator("#filter-city li:visible")).to_have_count(0)
    find.fill("")
    page.locator("#filter-city [data-all]").click()
    expect(page).to_have_url(re.compile(r"\?all=city#filter-city$"))
    expect(options(page, "city").nth(MAX_OPTIONS)).to_be_attached()
