import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from sco_cities.search.views import MAX_SUGGESTIONS, suggestions
from tests import factories as make
from tests.browser_console import console_errors


@pytest.fixture
def places(db):
    alpha = make.make_city("alpha", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城")
    make.make_city("hidden", name_en="Alphaburg", state="draft")
    make.make_organisation("alpha-office", name_en="Alphaville Lamp Office", city=alpha)
    make.make_initiative("lamps", title_en="Lamps for Alphaville", lead=[alpha])
    make.make_delegate("ada", name_en="Ada Alphova", name_ru="Ада Альфова", city=alpha)
    make.make_report("gazette", title="News of the day", publisher="Alphaville Gazette")


def suggested_links(client, phrase, prefix=""):
    response = client.get(f"{prefix}/search/suggestions/", {"q": phrase})
    assert response.status_code == 200
    fragment = BeautifulSoup(response.content.decode(), "html5lib")
    return [
        (link["href"], re.sub(r"\s+", " ", link.text).strip())
        for link in fragment.select("li:not(:last-child) a")
    ]


OFFICE = ("/organisations/alpha-office/", "Alphaville Lamp Office organisation, Alphaville")
CITY = ("/cities/alpha/", "Alphaville city, Country XA")
ADA = ("/delegates/ada/", "Ada Alphova delegate, Alphaville")
LAMPS = ("/initiatives/lamps/", "Lamps for Alphaville initiative, Alphaville")
REPORT = ("/reports/gazette/", "News of the day report")


@pytest.mark.usefixtures("places")
def test_a_delegate_of_an_unpublished_city_is_shown_with_the_country(client):
    country = make.make_country("xb", name_en="Betaland")
    make.make_delegate(
        "bea", name_en="Bea Betova", city=make.make_city("betaburg", state="draft"), country=country
    )
    assert suggested_links(client, "Betova") == [("/delegates/bea/", "Bea Betova delegate, Betaland")]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Alphaville", [CITY, OFFICE, LAMPS, REPORT]),
        ("alphavi", [CITY, OFFICE, LAMPS, REPORT]),
        ("Альфавиль", [CITY, OFFICE, LAMPS, REPORT]),
        ("阿尔法城", [CITY, OFFICE, LAMPS, REPORT]),
        ("альфова", [ADA]),
        ("lamps", [LAMPS]),
        ("alphaburg", []),
        ("a", []),
        ("", []),
        ("!", []),
        ("x" * 201, []),
        ("\x00", []),
        ('"* OR', []),
    ],
)
def test_suggestions_have_kind_and_place_and_exact_names_first(phrase, expected, client):
    assert suggested_links(client, phrase) == expected


@pytest.mark.usefixtures("places")
def test_suggestions_link_to_pages_in_the_readers_language(client):
    [(address, text)] = suggested_links(client, "альфова", "/ru")
    assert address == "/ru/delegates/ada/"
    assert text.startswith("Ада Альфова")


@pytest.mark.usefixtures("places")
def test_suggestions_are_a_fragment_with_the_typed_words_highlighted(client):
    text = client.get("/search/suggestions/?q=lam").content.decode()
    assert "<html" not in text
    assert "<mark>Lamps</mark> for Alphaville" in text
    assert client.get("/search/suggestions/?q=zzz").content.strip() == b""


@pytest.mark.usefixtures("loaded_package")
def test_there_is_a_best_match_with_at_most_two_others_of_a_kind_and_few_queries(
    django_assert_max_num_queries,
):
    assert len(suggestions("tianjin", "default")) == MAX_SUGGESTIONS
    # The first queries read the names, the keys and the facet index. The other queries read the initiatives and their
    # cities.
    with django_assert_max_num_queries(8):
        items = suggestions("tianjin", "default")
    kinds = [str(suggestion.kind) for suggestion in items]
    assert kinds == ["city", "organisation", "organisation", "initiative", "initiative"]


@pytest.mark.django_db
def test_more_than_two_of_a_kind_are_suggested_if_no_other_kind_matches(client):
    for number in range(7):
        make.make_theme(f"lamp-{number}", name_en=f"Lamp {number}")
    assert [address for address, _text in suggested_links(client, "lamp")] == [
        f"/themes/lamp-{number}/" for number in range(5)
    ]


@pytest.mark.usefixtures("places")
def test_the_last_link_opens_all_results(client):
    fragment = BeautifulSoup(
        client.get("/ru/search/suggestions/?q=alpha%26%22b").content.decode(), "html5lib"
    )
    assert fragment.select("a") == []
    fragment = BeautifulSoup(client.get("/search/suggestions/?q=Alphaville").content.decode(), "html5lib")
    last = fragment.select("li a")[-1]
    assert (last["href"], last.text) == ("/search/?q=Alphaville", "All results for “Alphaville”")


@pytest.fixture
def page(page: Page):
    """A browser page. Any error in the console, such as a CSP violation, makes the test fail."""
    problems = console_errors(page)
    yield page
    assert problems == []


@pytest.mark.usefixtures("site")
def test_a_reader_types_a_name_and_opens_a_suggestion_by_keyboard(page):
    page.goto("/cities/almaty/")
    box = page.get_by_role("searchbox", name="Search everything")
    links = page.locator(".suggestions a")
    box.press_sequentially("душан", delay=20)
    expect(links.first).to_have_text(re.compile(r"Dushanbe\s+city, Tajikistan"))
    heading = page.get_by_role("heading", level=1).inner_text()
    box.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("душан")
    # No other part of the page has changed.
    assert page.get_by_role("heading", level=1).inner_text() == heading
    expect(page.locator("#status-message")).to_have_text("")
    box.press_sequentially("бе")
    expect(links.first).to_be_visible()
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cities/dushanbe/$"))


@pytest.mark.usefixtures("site")
def test_enter_in_the_box_searches_and_a_click_elsewhere_closes_the_suggestions(page):
    page.goto("/about/")
    box = page.get_by_role("searchbox", name="Search everything")
    box.press_sequentially("tianj")
    expect(page.locator(".suggestions a")).to_have_count(MAX_SUGGESTIONS + 1)
    # The suggestions are listed vertically, within the width of the field.
    boxes = [link.bounding_box() for link in page.locator(".suggestions a").all()]
    assert len({box["y"] for box in boxes}) == len(boxes)
    form = page.locator("form.search").bounding_box()
    assert page.locator(".suggestions").bounding_box()["width"] == pytest.approx(form["width"])
    page.locator("main").click(position={"x": 1, "y": 1})
    expect(page.locator(".suggestions")).to_be_hidden()
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=tianj$"))
    expect(page.locator("mark").first).to_have_text("Tianjin")


@pytest.mark.usefixtures("site")
def test_a_search_for_a_misspelt_name_offers_the_name_with_one_click(page):
    page.goto("/search/?q=Dushambe")
    page.get_by_role("link", name="Dushanbe", exact=True).click()
    expect(page).to_have_title("Search for “Dushanbe” · SCO Cities")
    expect(page.get_by_role("heading", name=re.compile("^Cities"))).to_be_visible()


@pytest.mark.usefixtures("site")
def test_without_javascript_the_box_is_a_form(browser, live_site):
    context = browser.new_context(java_script_enabled=False, base_url=live_site.url)
    page = context.new_page()
    page.goto("/about/")
    box = page.get_by_role("searchbox", name="Search everything")
    box.fill("杜尚别")
    box.press("Enter")
    expect(page.locator("section[aria-labelledby=cities] mark")).to_have_text("Dushanbe")
    expect(page.locator(".suggestions:visible")).to_have_count(0)
    context.close()
