"""Profiles in a browser have a limited length on screen and on paper, and all parts are accessible."""

import re

import pytest

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("site")]

TIANJIN, DIALOGUE = "/cities/tianjin/", "/events/gmd-2025/"
# Returns the difference between the longest and shortest column in each row.
DIFFERENCES = """() => {
  const bottom = (part) => part.checkVisibility() ? part.getBoundingClientRect().bottom : 0;
  const columns = [...document.querySelectorAll(".body > *")].map((column) => {
    const { top } = column.getBoundingClientRect();
    return { top, height: Math.max(...[...column.querySelectorAll("*")].map(bottom)) - top };
  });
  return [...Map.groupBy(columns, (column) => column.top).values()]
    .map((row) => row.map((column) => column.height))
    .filter((heights) => heights.length > 1)
    .map((heights) => Math.max(...heights) - Math.min(...heights));
}"""


def open_page(page, address: str, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    return page


@pytest.mark.parametrize(("address", "width", "most"), [(TIANJIN, 1280, 2700), (DIALOGUE, 390, 7000)])
@pytest.mark.thorough
def test_a_profile_is_not_too_long(page, address, width, most):
    open_page(page, address, width)
    assert page.evaluate("document.documentElement.scrollHeight") <= most


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_the_initiatives_of_a_city_start_on_the_first_screen(page, language):
    open_page(page, f"{language}/cities/tashkent/", 1280)
    assert page.locator("#initiatives").bounding_box()["y"] <= 490


@pytest.mark.thorough
def test_no_column_is_empty_for_long(page):
    for width in (1280, 1920):
        open_page(page, TIANJIN, width)
        differences = page.evaluate(DIFFERENCES)
        assert differences
        assert max(differences) <= 200


def test_the_last_folded_section_and_the_links_at_the_foot_stand_as_others_do(page):
    open_page(page, TIANJIN, 1280)
    fold, aside = page.locator(".fold").last.bounding_box(), page.locator(".aside").bounding_box()
    assert aside["y"] - fold["y"] - fold["height"] >= 24
    embed, _report, *days = page.locator(".aside > .small").locator("a.correction-link, summary").all()
    for each in days:
        assert each.bounding_box()["y"] == embed.bounding_box()["y"]
        for name in ("color", "fontSize"):
            style = f"element => getComputedStyle(element).{name}"
            assert each.evaluate(style) == embed.evaluate(style)


@pytest.mark.thorough
def test_a_statement_further_down_is_opened_by_its_address(page):
    open_page(page, DIALOGUE, 390)
    hidden = page.locator(".more .statements > li").last
    assert not hidden.is_visible()
    address = hidden.get_attribute("id")
    page.goto(f"{DIALOGUE}?from=link#{address}")
    assert page.locator(f"#{address}").is_visible()


@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
@pytest.mark.thorough
def test_a_city_is_printed_on_four_pages(page, language):
    page.goto(language + TIANJIN)
    file = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", file)) <= 4


def test_print_shows_every_statement_but_no_changes(page):
    page.goto(DIALOGUE)
    page.emulate_media(media="print")
    visible = page.locator(".statements > li").evaluate_all(
        "all => all.filter(each => each.checkVisibility()).length"
    )
    assert visible == page.locator(".statements > li").count() > 30
    assert page.locator(".changes").count() == 1
    assert page.locator(".changes").is_hidden()
