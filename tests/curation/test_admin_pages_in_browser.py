"""The custom pages of the admin in a browser with the width of a notebook screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories as make

FIELDS = "form.filter-form :is(input, select, button)"
EDGES = "boxes => boxes.map(box => [box.getBoundingClientRect().top, box.getBoundingClientRect().bottom])"


# The layout of a page does not depend on the database.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.thorough
def test_the_filter_fields_and_their_button_have_one_height_in_one_line(curators_page, language):
    page = curators_page
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "domain": "localhost", "path": "/admin/"}]
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    for name in ("review", "data_quality", "changes", "deleted_records"):
        page.goto(reverse(f"admin:{name}"))
        edges = page.locator(FIELDS).evaluate_all(EDGES)
        assert len(edges) > 1, name
        assert all(edge == pytest.approx(edges[0], abs=0.5) for edge in edges), name


@pytest.mark.only_on("sqlite")
@pytest.mark.thorough
def test_the_fields_of_an_import_start_at_the_same_left_edge(curators_page):
    curators_page.goto(reverse("admin:imports"))
    lefts = curators_page.locator("form.module .form-row :is(select, input)").evaluate_all(
        "boxes => boxes.map(box => Math.round(box.getBoundingClientRect().left))"
    )
    assert len(lefts) == 3
    assert len(set(lefts)) == 1


@pytest.mark.only_on("sqlite")
def test_a_form_with_unsaved_changes_is_not_left_without_a_question(curators_page):
    page, questions = curators_page, []

    def stay(dialog):
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(reverse("admin:themes_theme_add"))
    page.locator("#site-name a").click()
    expect(page.locator(".start-buttons")).to_be_visible()
    page.goto(reverse("admin:themes_theme_add"))
    page.get_by_role("textbox", name="Name in English").fill("Street lamps")
    page.locator("#site-name a").click()
    expect(page.get_by_role("textbox", name="Name in English")).to_have_value("Street lamps")
    assert questions == ["beforeunload"]
    # Ctrl+S saves from any field. A form with errors is not saved, and can be submitted again without a question.
    page.keyboard.press("Control+s")
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("#site-name a").click()
    assert questions == ["beforeunload"] * 2
    page.locator("#id_pillar").select_option("governance")
    page.locator("#id_description").fill("All about lamps.")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert questions == ["beforeunload"] * 2


@pytest.mark.only_on("sqlite")
def test_a_form_is_not_submitted_again_within_a_second(curators_page):
    page = curators_page
    page.goto(reverse("admin:themes_theme_add"))
    submit = """(form) => {
        const event = new SubmitEvent('submit', { bubbles: true, cancelable: true });
        return form.dispatchEvent(event);
    }"""
    form = page.locator("#theme_form")
    assert [form.evaluate(submit), form.evaluate(submit)] == [True, False]
    page.wait_for_timeout(1_000)
    assert form.evaluate(submit)


@pytest.mark.only_on("sqlite")
def test_the_row_of_buttons_below_a_form_has_only_save(curators_page):
    page = curators_page
    page.goto(reverse("admin:themes_theme_add"))
    rows = [
        [button.input_value() for button in row.locator(":scope > *:visible").all()]
        for row in page.locator(".submit-row").all()
    ]
    assert rows == [["Save", "Save and add another", "Save and continue editing"], ["Save"]]


@pytest.mark.only_on("sqlite")
def test_on_a_phone_only_save_stays_above_the_form_and_covers_no_field(curators_page):
    page = curators_page
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(reverse("admin:themes_theme_add"))
    row = page.locator(".submit-row").first
    assert [button.input_value() for button in row.locator(":scope > *:visible").all()] == ["Save"]
    field = page.get_by_role("textbox", name="Name in Russian")
    field.evaluate("field => { scrollBy(0, field.getBoundingClientRect().top - 10); field.focus(); }")
    edge = row.bounding_box()
    assert field.bounding_box()["y"] > edge["y"] + edge["height"]


@pytest.mark.only_on("sqlite")
def test_a_record_is_found_changed_and_saved_from_the_start_page_with_few_keys(curators_page):
    page = curators_page
    theme = make.make_theme("street-lamps", name_en="Street lamps", state="draft")
    page.goto(reverse("admin:index"))
    for _key in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("[type=search][name=q]")).to_be_focused()
    page.keyboard.type("lamps")
    page.keyboard.press("Enter")
    # The focus is first on the first result, then on the first field of its form.
    expect(
        page.locator(f"main a[href='{reverse('admin:themes_theme_change', args=[theme.pk])}']")
    ).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_name_en")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" at night")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    theme.refresh_from_db()
    assert theme.name_en == "Street lamps at night"
