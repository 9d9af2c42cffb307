"""The data quality report, its work queues and bulk edit in a browser."""

import re

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from sco_cities.history.models import ChangeSet
from tests.axe import CONTENT, axe_violations
from tests.browser_console import console_errors


@pytest.fixture
def without_complaints(page):
    """Fails the test on any error in the browser console, such as a CSP violation."""
    problems = console_errors(page)
    yield
    assert problems == []


def choose_action(page, name: str) -> None:
    page.get_by_label("Action:").select_option(name)
    page.get_by_role("button", name="Run", exact=False).or_(
        page.get_by_role("button", name="Go")
    ).first.click()


@pytest.mark.thorough
@pytest.mark.usefixtures("without_complaints")
def test_a_number_of_the_report_leads_through_its_queue(curators_page):
    page = curators_page
    page.get_by_role("link", name="Data quality").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Data quality")
    page.get_by_label("publication state").select_option("published")
    page.get_by_role("button", name="Show").click()
    row = page.locator(
        "#data-quality tbody tr", has=page.get_by_role("rowheader", name="Initiatives", exact=True)
    )
    undated = row.locator('a[href*="/undated/"]')
    number = int(undated.inner_text())
    undated.click()
    expect(page.locator("#queue caption")).to_have_text(
        re.compile(rf"^{number} in total, in {number} records$")
    )

    first, second, third = (link.inner_text() for link in page.locator("#queue tbody a").all()[:3])
    page.locator("#queue tbody a").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(first)
    page.get_by_role("textbox", name="Starts on").fill("2019")
    page.get_by_label(re.compile("^The existing evidence also supports")).check()
    page.get_by_label("Reason (for the history):").fill("It began then.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    # A date needs separate evidence, which is missing, so the form is shown again with its queue.
    expect(page.locator(".errorlist", has_text="does not cover them")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?queue=undated&state=published$"))
    page.get_by_role("textbox", name="Starts on").fill("")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(second)
    page.get_by_role("link", name="Next in this queue").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text(third)
    page.get_by_role("link", name="Queue: No date").click()
    expect(page.locator("#queue caption")).to_contain_text(f"{number} in total")


@pytest.mark.usefixtures("without_complaints")
def test_all_matching_records_are_edited_in_bulk_and_reverted(curators_page):
    page, before = curators_page, dump_files()
    number = Initiative.objects.filter(kind="platform").count()
    page.goto("/admin/initiatives/initiative/?kind__exact=platform")
    page.locator("#action-toggle").check()
    if page.locator(".actions .question a").is_visible():
        page.locator(".actions .question a").click()
    choose_action(page, "Edit selected …")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Edit {number} records")
    page.get_by_label("Kind:").select_option("project")
    page.get_by_label("Reason (for the history):").fill("A platform is a project.")
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
    page.get_by_role("link", name="Revert the whole change").click()
    page.get_by_label(re.compile("^Reason")).fill("It is not.")
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert dump_files() == before


PAGES = ["health/", "health/?country=kg", "health/?country=nowhere", "health/initiatives/unsourced/?state=draft",
         "health/initiatives/undated/", "health/reports/dead/"]  # fmt: skip


@pytest.mark.thorough
def test_the_data_quality_pages_pass_axe(curators_page):
    violations = {}
    for path in PAGES:
        curators_page.goto(f"/admin/{path}")
        violations[path] = axe_violations(curators_page, within=CONTENT)
    assert violations == {path: [] for path in PAGES}


@pytest.mark.thorough
def test_the_bulk_edit_page_passes_axe_before_and_after_the_preview_and_with_errors(curators_page):
    page = curators_page
    page.goto("/admin/initiatives/initiative/?kind__exact=platform")
    page.locator("#result_list tbody").get_by_role("checkbox").first.check()
    choose_action(page, "Edit selected …")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit 1 record")
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_label("Reason (for the history):").fill("It is done.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".errornote")).to_be_visible()
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_label("Status:").select_option("completed")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview .refused")).to_be_visible()
    assert axe_violations(page, within=CONTENT) == []
