"""Paths from the home page to a printed dossier, similar cities and completed projects, in three languages."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("site")

# The names of two cities, one city and a summit, by language.
LANGUAGES = {
    "": ("Tashkent Tianjin", "Almaty", "Tianjin summit"),
    "/ru": ("Ташкент Тяньцзинь", "Алматы", "саммит Тяньцзинь"),
    "/zh-hans": ("塔什干 天津", "阿拉木图", "天津峰会"),
}


# Counts the reader's steps. Printing is disabled, because it would wait for a dialog.
COUNTING = """
  window.print = () => {};
  addEventListener("pointerdown", () => countStep("click"), true);
  addEventListener("keydown", event => event.key === "Enter" && countStep("Enter"), true);
"""


@pytest.fixture
def steps(page) -> list[str]:
    """The clicks of the reader so far, and each Enter, which submits a form like a click on its button."""
    made = []
    page.expose_function("countStep", lambda step: made.append(step))
    page.add_init_script(COUNTING)
    return made


@pytest.mark.parametrize(("prefix", "names"), LANGUAGES.items())
def test_two_cities_are_at_most_four_clicks_from_home_to_two_printed_pages(page, steps, prefix, names):
    page.goto(f"{prefix}/")
    box = page.get_by_role("searchbox").first
    box.fill(names[0])
    box.press("Enter")
    page.locator("#joint-initiatives a").click()
    expect(page).to_have_url(re.compile(rf"{prefix}/together/tashkent/tianjin/$"))
    page.locator("[data-print]").click()
    assert steps[0] == "Enter"
    assert 2 <= len(steps) <= 4
    # A PDF file has the same pages as the print.
    pages = re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))
    assert len(pages) <= 2


@pytest.mark.parametrize(("prefix", "names"), LANGUAGES.items())
@pytest.mark.thorough
def test_initiatives_of_similar_cities_are_at_most_four_clicks_from_home(page, steps, prefix, names):
    page.goto(f"{prefix}/")
    box = page.get_by_role("searchbox").first
    box.fill(names[1])
    box.press("Enter")
    page.locator(".best-match h2 a").first.click()
    page.locator('a[href$="/cities/almaty/gaps/"]').click()
    page.locator('a[href="?peers=size"]').click()
    expect(page).to_have_url(re.compile(rf"{prefix}/cities/almaty/gaps/\?peers=size$"))
    expect(page.locator("[id^=gap-]").first).to_be_visible()
    assert steps[0] == "Enter"
    assert 2 <= len(steps) <= 4


@pytest.mark.parametrize(("prefix", "names"), LANGUAGES.items())
def test_the_outcome_of_the_announcements_of_a_summit_is_two_clicks_from_home(page, steps, prefix, names):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{prefix}/")
    box = page.get_by_role("searchbox").first
    box.fill(names[2])
    box.press("Enter")
    page.locator('main a[href$="/events/sco-summit-tianjin-2025/"]').first.click()
    expect(page.locator('main p a[href*="since_event=none"]')).to_be_in_viewport()
    assert steps == ["Enter", "click"]


@pytest.mark.thorough
def test_both_cities_are_ticked_and_the_reader_chooses_all_of_them_without_scripts(browser, live_site):
    context = browser.new_context(java_script_enabled=False, base_url=live_site.url)
    page = context.new_page()
    page.goto("/initiatives/?city=tashkent&city=tianjin")
    expect(page.get_by_role("heading", level=1)).to_have_attribute(
        "data-announce", re.compile("with Tashkent or Tianjin")
    )
    page.get_by_label("City: records must match").select_option("all")
    page.get_by_role("button", name=re.compile("^Show")).click()
    expect(page.get_by_role("heading", level=1)).to_have_attribute(
        "data-announce", "4 initiatives with Tashkent and Tianjin"
    )
    expect(page.get_by_role("checkbox", name=re.compile("^(Tashkent|Tianjin)"), checked=True)).to_have_count(
        2
    )
    context.close()
