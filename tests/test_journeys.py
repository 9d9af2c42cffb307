"""User journeys in a real browser."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from initiatives.models import Initiative
from sco_cities.sources.base_models import PublicationState
from tests.browser_console import console_errors
from tests.shipped_package import initiatives_with, number_of, rows_of

pytestmark = pytest.mark.every_engine


@pytest.fixture
def page(page: Page):
    """A page. Any HTTP error and any error in the browser console, such as a CSP violation, makes the test fail."""
    problems = console_errors(page)
    page.on(
        "response",
        lambda response: (
            problems.append(f"{response.status} {response.url}") if response.status >= 400 else None
        ),
    )
    yield page
    assert problems == []


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def listed_count(page: Page) -> int:
    return int(re.match(r"[\d,]+", heading(page).inner_text())[0].replace(",", ""))


def choose(page: Page, facet: str, option: str) -> None:
    panel = page.locator("details.options", has=page.locator("summary", has_text=facet)).first
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    # The label contains the count of the option.
    panel.get_by_role("checkbox", name=re.compile(rf"^{re.escape(option)}( ?[\d,]+)?$")).check()


@pytest.mark.usefixtures("site")
def test_a_reader_filters_by_clicking_removes_a_chip_and_goes_back(page):
    page.goto("/initiatives/")
    expect(heading(page)).to_have_text(f"{number_of('initiatives')} initiatives")
    choose(page, "Country", "Kyrgyzstan")
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives with Kyrgyzstan$"))
    expect(page).to_have_url(re.compile(r"/initiatives/\?.*country=kg"))
    choose(page, "Status", "agreed")
    kyrgyz = initiatives_with("KG")
    number = sum(row["slug"] in kyrgyz and row["status"] == "agreed" for row in rows_of("initiatives"))
    agreed = f"{number} initiatives, agreed, with Kyrgyzstan"
    expect(heading(page)).to_have_attribute("data-announce", agreed)
    expect(page.locator("tbody tr")).to_have_count(number)

    page.get_by_role("link", name="Remove Status: agreed").click()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives with Kyrgyzstan$"))
    expect(page).not_to_have_url(re.compile("status=agreed"))
    page.go_back()
    expect(heading(page)).to_have_attribute("data-announce", agreed)
    page.wait_for_load_state()
    page.reload()
    expect(heading(page)).to_have_attribute("data-announce", agreed)


@pytest.mark.usefixtures("site")
def test_a_reader_downloads_the_filtered_list_as_csv(page, tmp_path):
    page.goto("/initiatives/?theme=sister-cities&country=ru&sort=-starts_on")
    with page.expect_download() as download:
        page.locator("summary", has_text="Share").click()
        page.get_by_role("link", name="CSV for").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "initiatives-russia-sister-cities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == listed_count(page) > 0
    slugs = page.locator("tbody tr a[href^='/initiatives/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/')[2])"
    )
    assert [row["slug"] for row in rows][: len(slugs)] == slugs


@pytest.mark.usefixtures("site")
def test_everything_works_without_javascript(browser, browser_context_args):
    context = browser.new_context(**browser_context_args | {"java_script_enabled": False})
    page = context.new_page()
    page.goto("/initiatives/")
    choose(page, "Country", "Kyrgyzstan")
    page.get_by_role("button", name=re.compile("^Show")).click()
    expect(heading(page)).to_have_attribute("data-announce", re.compile(r"^\d+ initiatives with Kyrgyzstan$"))
    page.get_by_role("link", name="Remove Country: Kyrgyzstan").click()
    expect(heading(page)).to_have_text(f"{number_of('initiatives')} initiatives")
    page.goto("/initiatives/dushanbe-smart-city-projects/")
    marker = page.locator("a[href^='#note-']").first
    target = marker.get_attribute("href")
    marker.click()
    expect(page).to_have_url(re.compile(f"{re.escape(target)}$"))
    expect(page.locator(target)).to_be_in_viewport()
    context.close()


@pytest.mark.usefixtures("site")
def test_a_reader_follows_a_disagreement_to_the_differing_report(page):
    page.goto("/initiatives/dushanbe-smart-city-projects/")
    body = page.get_by_role("main")
    expect(body).to_contain_text("more than 20 projects in Tajikistan, including Dushanbe")
    expect(body).to_contain_text("smart-city projects")
    report = "SCO countries applaud China’s city governance innovations"
    body.get_by_role("link", name=re.compile(re.escape(report))).first.click()
    expect(heading(page)).to_contain_text(report)
    expect(page.get_by_role("main")).to_contain_text(
        "Dushanbe’s smart-city projects drawing on Chinese experience"
    )


@pytest.mark.usefixtures("site")
def test_an_interest_reads_as_interest_and_never_as_a_project(page):
    page.goto("/initiatives/moscow-air-taxi-interest/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("interest")
    assert not re.search(r"\bproject\b", main.inner_text())
    page.goto("/initiatives/?q=air+taxis")
    row = page.locator("tbody tr", has_text="Moscow’s interest in Chinese air taxis")
    expect(row).to_contain_text("interest")
    expect(row).not_to_contain_text("project")


@pytest.mark.usefixtures("site")
def test_a_search_in_russian_finds_the_city(page):
    page.goto("/")
    box = page.get_by_role("searchbox").first
    box.fill("Душанбе")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q="))
    page.get_by_role("main").get_by_role("link", name="Dushanbe", exact=True).first.click()
    expect(heading(page)).to_have_text("Dushanbe")


@pytest.mark.usefixtures("site")
def test_two_cities_in_the_search_box_open_the_page_about_both(page):
    page.goto("/ru/")
    box = page.get_by_role("searchbox").first
    box.fill("Ташкент и Тяньцзинь")
    box.press("Enter")
    page.get_by_role("link", name="4 совместные инициативы").click()
    expect(page).to_have_url(re.compile(r"/ru/together/tashkent/tianjin/$"))
    expect(page.locator(".entry")).to_have_count(4)


@pytest.mark.usefixtures("site")
def test_the_language_can_be_changed_on_the_page_and_keeps_the_filter(page):
    page.goto("/initiatives/?country=kg&status=agreed")
    count = page.locator("tbody tr").count()
    assert count > 1
    page.get_by_role("link", name="РУ").first.click()
    expect(page).to_have_url(re.compile(r"/ru/initiatives/\?country=kg&status=agreed$"))
    expect(page.locator("tbody tr")).to_have_count(count)


def open_in_the_admin(page: Page, slug: str) -> Initiative:
    initiative = Initiative.objects.get(slug=slug)
    page.goto(f"/admin/initiatives/initiative/{initiative.pk}/change/")
    return initiative


def test_a_curator_corrects_a_title_and_readers_see_it(curators_page):
    page = curators_page
    open_in_the_admin(page, "moscow-air-taxi-interest")
    page.get_by_role("textbox", name="Title in English").fill("Moscow asks about air taxis")
    page.get_by_label("Reason (for the history)").fill("Shorter")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_contain_text("was changed successfully")
    page.goto("/initiatives/moscow-air-taxi-interest/")
    expect(heading(page)).to_contain_text("Moscow asks about air taxis")


def test_a_curator_can_change_a_title_with_only_the_keyboard(curators_page):
    page = curators_page
    initiative = Initiative.objects.get(slug="moscow-air-taxi-interest")
    keys = []

    def press(key: str) -> None:
        keys.append(key)
        page.keyboard.press(key)

    page.goto("/admin/")
    focus = page.locator(":focus")
    while page.evaluate("document.activeElement.name") != "q" and len(keys) < 40:
        press("Tab")
    page.keyboard.insert_text(initiative.title_en)
    press("Enter")
    expect(focus).to_have_attribute("href", f"/admin/initiatives/initiative/{initiative.pk}/change/")
    press("Enter")
    expect(focus).to_have_attribute("name", "title_en")
    # The field gets the focus before the script handles Ctrl+S.
    page.wait_for_load_state()
    press("Control+A")
    page.keyboard.insert_text("Moscow asks about air taxis")
    press("Control+S")
    # The record is published, so the form requires a reason.
    expect(focus).to_have_attribute("name", "why")
    page.keyboard.insert_text("Shorter")
    press("Control+S")
    expect(page.locator(".messagelist .success")).to_contain_text("was changed successfully")
    initiative.refresh_from_db()
    assert initiative.title_en == "Moscow asks about air taxis"
    assert len(keys) <= 12


def test_a_curator_cannot_publish_without_evidence(curators_page):
    page = curators_page
    page.goto("/admin/initiatives/initiative/add/")
    page.get_by_label("Title in English:").fill("Lamps on the Moon")
    page.get_by_label("Summary in English:").fill("Lamps are to be put up on the Moon. Nobody says so.")
    page.get_by_label("Kind", exact=False).first.select_option("project")
    page.get_by_label("Status", exact=False).first.select_option("agreed")
    page.get_by_label("State", exact=False).first.select_option("published")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".errorlist", has_text="No published report supports")).to_contain_text("status")
    expect(page.get_by_label("Title in English:")).to_have_value("Lamps on the Moon")

    page.get_by_label("State", exact=False).first.select_option("draft")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_contain_text("was added successfully")
    assert Initiative.objects.get(slug="lamps-on-the-moon").state == PublicationState.DRAFT

    page.goto("/admin/initiatives/initiative/?q=moon")
    page.locator("tbody tr", has_text="Lamps on the Moon").get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("publish")
    page.get_by_role("button", name="Run", exact=False).or_(
        page.get_by_role("button", name="Go")
    ).first.click()
    expect(page.locator(".messagelist .error")).to_contain_text("Lamps on the Moon")
    assert Initiative.objects.get(slug="lamps-on-the-moon").state == PublicationState.DRAFT
    response = page.request.get("/initiatives/?q=lamps+on+the+moon")
    assert "0 initiatives" in response.text()
