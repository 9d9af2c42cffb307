"""The table of drafts before a report is written, and double clicks on the buttons of the page."""

import pytest
from playwright.sync_api import Page, expect

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.history.models import ChangeSet
from sco_cities.intake.models import Intake
from tests.axe import CONTENT, axe_violations
from tests.curation.admin_client import log_in_as_curator

from .page_steps import url
from .reports import ABOUT, IN_RUSSIAN, accept_all, read_report, summarise


@pytest.fixture
def plan(page: Page, editable_site) -> Page:
    """The page with the plan of a Russian report. Its only problem is the missing role of a person."""
    intake = read_report(IN_RUSSIAN, language="ru", **ABOUT)
    accept_all(intake)
    summarise(intake)
    log_in_as_curator(page)
    page.goto(url(intake, "write"))
    return page


def fill_role(page: Page) -> None:
    """Follows the link to the empty cell, fills in the cell and saves the table."""
    page.get_by_role("link", name="role: This field cannot be blank.").click()
    page.keyboard.type("Deputy Mayor of Dushanbe")
    page.get_by_role("button", name="Save the cells").click()


def test_the_drafts_of_a_report_are_edited_as_a_table_before_they_are_written(plan: Page):
    expect(plan.get_by_role("button", name="Write", exact=True)).to_have_count(0)
    plan.get_by_role("link", name="role: This field cannot be blank.").click()
    role = plan.get_by_label("Role in English")
    expect(role).to_be_focused()
    plan.keyboard.type("Deputy Mayor of Dushanbe")
    initiative = plan.get_by_role("region", name="Initiative")
    initiative.get_by_label("Title in English").fill("Safe tourists")
    initiative.get_by_label("Status").select_option("proposed")
    expect(plan.locator(".grid-count")).to_have_text("3")
    assert axe_violations(plan, within=CONTENT) == []
    plan.get_by_role("button", name="Save the cells").click()
    expect(plan.locator(".messagelist")).to_contain_text("Saved. Nothing has been written yet.")
    assert not ChangeSet.objects.filter(source="intake").exists()
    edited = Intake.objects.get().proposals.filter(status="edited")
    assert {each.kind: each.field for each in edited} == {"delegate": "", "initiative": "", "value": "status"}

    plan.get_by_role("button", name="Write", exact=True).click()
    expect(plan.locator(".written")).to_contain_text("Safe tourists")
    initiative = Initiative.objects.get(title_en="Safe tourists")
    assert (initiative.status, initiative.title_ru) == ("proposed", "Меморандум: Душанбе — Тяньцзинь")
    assert Delegate.objects.get(name_en="Farrukh Testov").role == "Deputy Mayor of Dushanbe"


@pytest.mark.parametrize("width", [390, 1280])
def test_each_value_is_shown_in_full_on_the_line_of_its_passage(plan: Page, width):
    plan.set_viewport_size({"width": width, "height": 800})
    cells = plan.locator(".grid-table td > span")
    texts = cells.locator("input:not(:placeholder-shown)")
    assert texts.count() > 5
    assert texts.evaluate_all(
        "fields => fields.every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)"
    )
    heights = cells.evaluate_all("cells => cells.map((cell) => cell.getBoundingClientRect().height)")
    assert max(heights) < 40


def test_a_pasted_block_stays_in_its_table_and_in_its_columns(plan: Page):
    plan.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plan.evaluate("navigator.clipboard.writeText('A\\tB\\nC\\tD')")
    cells = plan.locator(".grid-table :is(input, textarea, select)")
    before = cells.evaluate_all("cells => cells.map((cell) => cell.value)")
    person = plan.get_by_role("region", name="Delegate")
    person.get_by_label("Name in English").focus()
    plan.keyboard.press("Control+v")
    expect(plan.get_by_role("status")).to_contain_text("“C”, “D”")
    assert person.get_by_label("Name in English").input_value() == "A"
    assert person.get_by_label("Name in Russian").input_value() == "B"
    after = cells.evaluate_all("cells => cells.map((cell) => cell.value)")
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ["A", "B"]


def test_unsaved_cells_are_not_lost_by_a_click_on_write(plan: Page):
    fill_role(plan)
    plan.get_by_role("region", name="Initiative").get_by_label("Title in English").fill("Safe tourists")
    questions = []
    plan.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    plan.get_by_role("button", name="Write", exact=True).click()
    expect(plan.locator(".grid-count")).to_have_text("1")
    assert questions == ["beforeunload"]
    assert not ChangeSet.objects.filter(source="intake").exists()


def test_a_double_click_writes_and_publishes_once(plan: Page):
    fill_role(plan)
    plan.get_by_label("Publish the report immediately").check()
    plan.get_by_role("button", name="Write", exact=True).dblclick()
    expect(plan.locator(".messagelist")).to_have_text("Written as one change.")
    plan.get_by_role("button", name="Publish all").dblclick()
    expect(plan.locator(".messagelist")).to_contain_text("records: now “published”.")
    sources = ChangeSet.objects.order_by("pk").values_list("source", flat=True)
    assert list(sources)[-2:] == ["intake", "review"]
    assert ChangeSet.objects.filter(source__in=("intake", "review")).count() == 2
