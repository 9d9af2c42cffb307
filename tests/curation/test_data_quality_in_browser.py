"""The board and bulk edit as a curator handles them in a browser."""

import re

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet
from tests.axe import CONTENT, findings
from tests.browser_console import complaints


@pytest.fixture
def without_complaints(page):
    """Fails the test on any error that the browser reports, such as a breach of the policy."""
    problems = complaints(page)
    yield
    assert problems == []


def choose_action(page, name: str) -> None:
    page.get_by_label("Action:").select_option(name)
    page.get_by_role("button", name="Run", exact=False).or_(
        page.get_by_role("button", name="Go")
    ).first.click()


@pytest.mark.usefixtures("without_complaints")
def test_a_number_of_the_board_leads_through_its_queue(curators_page):
    page = curators_page
    page.get_by_role("link", name="Evidence health").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evidence health")
    page.get_by_label("state").select_option("published")
    page.get_by_role("button", name="Show").click()
    row = page.locator("#health tbody tr", has=page.get_by_role("rowheader", name="Initiatives", exact=True))
    undated = row.locator('a[href*="/undated/"]')
    number = int(undated.inner_text())
    undated.click()
    expect(page.locator("#queue caption")).to_have_text(
        re.compile(rf"^{number} in all, in {number} records$")
    )

    first, second, third = (link.inner_text() for link in page.locator("#queue tbody a").all()[:3])
    page.locator("#queue tbody a").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(first)
    page.get_by_role("textbox", name="Starts on").fill("2019")
    page.get_by_label(re.compile("^The evidence given supports")).check()
    page.get_by_label(re.compile("^Why")).fill("It began then.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    # A date needs evidence of its own, which there is none of: the form comes back, in its queue.
    expect(page.locator(".errorlist", has_text="No published report supports")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?queue=undated&state=published$"))
    page.get_by_role("textbox", name="Starts on").fill("")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(second)
    page.get_by_role("link", name="Next in this queue").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(third)
    page.get_by_role("link", name="Queue: Undated").click()
    expect(page.locator("#queue caption")).to_contain_text(f"{number} in all")


@pytest.mark.usefixtures("without_complaints")
def test_all_that_match_are_edited_at_once_and_taken_back(curators_page):
    page, before = curators_page, dump_files()
    number = Initiative.objects.filter(kind="platform").count()
    page.goto("/admin/initiatives/initiative/?kind__exact=platform")
    page.locator("#action-toggle").check()
    if page.locator(".actions .question a").is_visible():
        page.locator(".actions .question a").click()
    choose_action(page, "Edit these …")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Edit {number} records")
    page.get_by_label("Kind:").select_option("project")
    page.get_by_label("Why (for the history):").fill("A platform is a project.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#changes tbody tr")).to_have_text(
        [re.compile(rf"Kind\s*platform\s*project\s*{number}")]
    )
    expect(page.get_by_label("Kind:")).to_have_value("project")
    page.get_by_role("button", name=f"Change {number} records").click()
    expect(page.locator(".messagelist .success")).to_have_text(f"{number} records: changed.")
    assert not Initiative.objects.filter(kind="platform").exists()

    change = ChangeSet.objects.get(reason="A platform is a project.")
    page.goto(f"/admin/changes/{change.pk}/")
    page.get_by_role("link", name="Take back all of it").click()
    page.get_by_label(re.compile("^Why")).fill("It is not.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert dump_files() == before


PAGES = ["health/", "health/?country=kg", "health/?country=nowhere", "health/initiatives/unsourced/?state=draft",
         "health/initiatives/undated/", "health/reports/dead/"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_board_pass_axe(path, curators_page):
    curators_page.goto(f"/admin/{path}")
    assert findings(curators_page, within=CONTENT) == []


def test_the_page_of_bulk_edit_passes_axe_before_and_after_the_preview_and_with_errors(curators_page):
    page = curators_page
    page.goto("/admin/initiatives/initiative/?kind__exact=platform")
    page.locator("#result_list tbody").get_by_role("checkbox").first.check()
    choose_action(page, "Edit these …")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit 1 record")
    assert findings(page, within=CONTENT) == []
    page.get_by_label("Why (for the history):").fill("It is done.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".errornote")).to_be_visible()
    assert findings(page, within=CONTENT) == []
    page.get_by_label("Status:").select_option("completed")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview .refused")).to_be_visible()
    assert findings(page, within=CONTENT) == []
