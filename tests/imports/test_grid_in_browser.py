"""A curator edits a grid in a browser with the keys of a spreadsheet program."""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.datapackage.dump import dump_files
from tests.axe import CONTENT, axe_violations
from tests.curation.admin_client import log_in_as_curator


@pytest.fixture
def grid(page, editable_site):
    """The page with a grid of the first 50 initiatives."""
    log_in_as_curator(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin/initiatives/initiative/")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(label="Edit as a grid")
    page.get_by_role("button", name="Go", exact=True).first.click()
    expect(page.locator(".grid-table tbody tr")).to_have_count(50)
    # The deferred script of the grid runs before this event.
    page.wait_for_load_state("domcontentloaded")
    return page


def field(page, row: int, column: str):
    return page.locator(f'[name="{row}:{column}"]')


def values(page, column: str, rows=range(1, 6)) -> list[str]:
    return [field(page, row, column).input_value() for row in rows]


def paste(page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_a_block_is_pasted_filled_down_undone_previewed_saved_and_reverted(grid):
    page, before = grid, dump_files()
    assert axe_violations(page, within=CONTENT) == []
    titles, statuses = values(page, "title_zh"), values(page, "status")

    field(page, 1, "title_zh").focus()
    paste(page, '灯一\tproject\tAgreed\n"灯 ""二"""\tPLAN\tno such status\n')
    assert values(page, "title_zh") == ["灯一", '灯 "二"', *titles[2:]]
    assert values(page, "status") == ["agreed", *statuses[1:]]
    expect(page.get_by_role("status")).to_have_text(
        "Filled cells: 5. These values were not pasted, because the table has no cell for them or the cell "
        "does not accept them: "
        "“no such status”"
    )
    page.keyboard.press("Control+z")
    assert (values(page, "title_zh"), values(page, "status")) == (titles, statuses)
    expect(page.locator(".grid-count")).to_have_text("0")

    field(page, 1, "status").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    assert values(page, "status") == [statuses[0]] * 3 + statuses[3:]
    page.keyboard.press("Control+z")
    assert values(page, "status") == statuses

    field(page, 1, "title_zh").focus()
    page.keyboard.press("Enter")
    expect(field(page, 2, "title_zh")).to_be_focused()
    page.keyboard.type("灯二")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+d")
    page.keyboard.press("Shift+Enter")
    expect(field(page, 2, "title_zh")).to_be_focused()
    assert values(page, "title_zh") == [titles[0], "灯二", "灯二", *titles[3:]]
    expect(page.locator(".grid-count")).to_have_text("2")
    assert axe_violations(page, within=CONTENT) == []

    # In a cell, the shortcut for saving opens the preview.
    page.keyboard.press("Control+s")
    expect(page.locator(".results ins")).to_have_text(["灯二", "灯二"])
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_label("Reason for the change").fill("Shorter titles")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".summary")).to_contain_text("Applied: create 0, update 2")
    assert Initiative.objects.filter(title_zh="灯二").count() == 2
    page.get_by_role("link", name="Revert this change").click()
    page.get_by_label("Reason for reverting").fill("The old ones were better")
    page.get_by_role("button", name="Revert change").click()
    expect(page.locator(".messagelist")).to_contain_text("Reverted. Initiative “")
    assert dump_files() == before


def test_leaving_the_page_with_unsaved_cells_requires_confirmation(grid):
    page, questions = grid, []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    field(page, 1, "title_en").fill("Typed")
    page.get_by_role("link", name="Home").click()
    page.wait_for_timeout(300)
    assert (questions, field(page, 1, "title_en").input_value()) == (["beforeunload"], "Typed")


def test_pasted_cells_outside_the_table_are_named(grid):
    page = grid
    field(page, 50, "title_en").focus()
    paste(page, "Last\nToo far")
    assert field(page, 50, "title_en").input_value() == "Last"
    expect(page.get_by_role("status")).to_contain_text("“Too far”")


def test_quotes_of_a_copied_cell_are_not_pasted_and_paragraphs_stay_in_one_cell(grid):
    page = grid
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Summary in English").check()
    page.get_by_role("button", name="Show these columns").click()
    texts = values(page, "summary_en")
    field(page, 1, "summary_en").focus()
    paste(page, '"One ""line""\nand another"\n')
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    paste(page, "A paragraph.\n\nAnother one.")
    assert values(page, "summary_en") == [
        'One "line"\nand another', "A paragraph.\n\nAnother one.", *texts[2:],
    ]  # fmt: skip


def test_a_second_tab_with_the_grid_does_not_undo_the_cells_of_the_first(grid):
    page, second = grid, grid.context.new_page()
    second.goto(page.url)
    field(page, 1, "title_zh").fill("灯一")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator(".results ins")).to_have_text(["灯一"])
    field(second, 2, "title_zh").fill("灯二")
    second.get_by_role("button", name="Preview").first.click()
    expect(second.locator(".results ins")).to_have_text(["灯一", "灯二"])
