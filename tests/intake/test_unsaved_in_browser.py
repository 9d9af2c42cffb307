"""If the page of an intake is left in a browser while decisions are being saved, nothing is lost."""

import pytest
from playwright.sync_api import expect

from sco_cities.intake.models import IntakePassage, Proposal

from .page_steps import read_in_browser
from .reports import MEMORANDUM

IS_LEFT_WITHOUT_A_QUESTION = "window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"


@pytest.fixture
def intake_page(page, editable_site):
    read_in_browser(page, MEMORANDUM)
    expect(page.locator("#intake-keys")).to_be_visible()
    return page


@pytest.fixture
def held(intake_page):
    """The request that accepts a city. It is held back, and later requests wait for its end."""
    requests = []
    intake_page.route("**/admin/intake/*/**", lambda route: requests.append(route), times=1)
    city = intake_page.locator(".proposal.is-record[data-status=open]", has_text="Dushanbe").first
    city.get_by_role("button", name="Accept", exact=True).click()
    return requests


def says(page, text: str) -> None:
    expect(page.locator("#intake-status")).to_contain_text(text)


def test_write_stays_on_the_page_if_a_decision_was_not_saved(intake_page, held):
    page = intake_page
    address = page.url
    page.locator("#summary-2").fill("The cities care for guests.")
    write = page.get_by_role("button", name="Write …").first
    write.click()
    expect(write).to_have_attribute("aria-busy", "true")
    held[0].abort()
    expect(write).not_to_have_attribute("aria-busy", "true")
    # The page does not show the later message about the saved summary.
    says(page, "Your decision was not saved")
    assert page.url == address
    write.click()
    page.wait_for_url("**/write/")


def test_a_link_is_followed_after_the_decisions_have_been_saved(intake_page, held):
    page = intake_page
    address = page.url
    link = page.get_by_role("link", name="doubtful proposal")
    link.click()
    expect(link).to_have_attribute("aria-busy", "true")
    assert page.url == address
    assert not page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    held[0].continue_()
    page.wait_for_url("**doubtful=1**")
    assert Proposal.objects.accepted().count() == 1
    assert page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)


def test_a_record_added_by_hand_is_sent_once_as_it_was_when_it_was_sent(intake_page, held):
    page = intake_page
    page.locator("#p2 a.by-hand[data-kind=city]").click()
    name, add = page.locator("[name=add-name]"), page.get_by_role("button", name="Add and accept")
    name.fill("Nowhereville")
    add.click()
    add.click()
    name.fill("Osh")
    page.get_by_role("button", name="Write …").first.click()
    held[0].continue_()
    # The rejected form shows its errors, so the browser stays on the page.
    expect(page.locator(".hand-form .errorlist")).to_be_visible()
    expect(name).to_have_value("Nowhereville")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    name.fill("Osh")
    add.click()
    page.get_by_role("button", name="Write …").first.click()
    page.wait_for_url("**/write/")
    assert Proposal.objects.accepted().filter(kind="city").count() == 2


def test_a_changed_value_of_an_accepted_proposal_is_saved_before_the_plan_is_made(intake_page):
    page = intake_page
    person = page.locator(".proposal.is-record", has_text="Farrukh Testov").first
    key = person.get_attribute("data-proposal")
    row = page.locator(f"#proposal-{key}")
    row.get_by_role("button", name="Accept", exact=True).click()
    expect(row).to_have_attribute("data-status", "accepted")
    row.locator("[data-edit]").click()
    row.get_by_label("name in English").fill("Farrukh Proven")
    page.get_by_role("button", name="Write …").first.click()
    page.wait_for_url("**/write/")
    assert Proposal.objects.get(pk=key).final_value["name_en"] == "Farrukh Proven"


def test_input_that_has_not_been_sent_is_shown_instead_of_the_plan_or_another_form(intake_page):
    page = intake_page
    page.locator("#p2 a.by-hand[data-kind=city]").click()
    page.locator("[name=add-name]").fill("Osh")
    write = page.get_by_role("button", name="Write …").first
    address = page.url
    doubtful = page.get_by_role("link", name="doubtful proposal")
    for element in (write, page.locator("#p2 a.by-hand[data-kind=organisation]"), doubtful):
        element.click()
        says(page, "This form has not been sent. Choose “Add and accept” or “Cancel” first.")
        expect(page.locator("[name=add-name]")).to_be_focused()
        expect(page.locator("[name=add-name]")).to_have_value("Osh")
    page.locator(".hand-form .cancel").click()
    row = page.locator(".proposal[data-status=open]", has_text="Farrukh Testov").first
    row.locator("[data-edit]").click()
    field = row.get_by_label("name in English")
    field.fill("Farrukh Proven")
    write.click()
    says(page, "This change has not been saved. Accept or reject the proposal first.")
    expect(field).to_be_focused()
    assert page.url == address


def test_the_browser_asks_before_it_closes_a_page_with_unsaved_input(intake_page):
    page = intake_page
    page.locator("#p2 a.by-hand[data-kind=city]").click()
    page.locator("[name=add-name]").fill("Osh")
    assert not page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    page.locator(".hand-form .cancel").click()
    assert page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    row = page.locator(".proposal.is-record", has_text="Farrukh Testov").first
    row.locator("[data-edit]").click()
    name = row.get_by_label("name in English")
    for button, status in (("Accept", "accepted"), ("Undo", "open"), ("Reject", "rejected")):
        row.get_by_role("button", name=button, exact=True).click()
        expect(row).to_have_attribute("data-status", status)
        if name.is_hidden():
            row.locator("[data-edit]").click()
        typed = name.input_value()
        name.fill("Farrukh Proven")
        assert not page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
        name.fill(typed)
        assert page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)


def test_a_text_that_is_being_typed_is_saved_when_the_page_is_closed(intake_page):
    page = intake_page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#summary-2").fill("The cities care for guests.")
        assert not page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    says(page, "Saved.")
    assert page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    IntakePassage.objects.update(summary="Summary of Ada")
    page.locator("#summary-2").fill("My summary")
    page.locator("#summary-2").blur()
    says(page, "Someone has changed this since you opened it.")
    # The form with both versions is shown without a question.
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".own-words .note")).to_contain_text("Summary of Ada")
    assert not page.evaluate(IS_LEFT_WITHOUT_A_QUESTION)
    assert not IntakePassage.objects.filter(summary="My summary").exists()


def test_adding_a_city_that_is_on_another_page_is_no_error(page, editable_site):
    paragraphs = "\n\n".join(f"Paragraph {number} is about guests." for number in range(24))
    read_in_browser(page, f"{paragraphs}\n\n{MEMORANDUM}")
    link = page.locator("#p2 a.by-hand[data-kind=city]")
    link.click()
    page.locator(".hand-form [name=add-name]").fill("Dushanbe")
    page.locator(".hand-form [type=submit]").click()
    says(page, "Added.")
    expect(page.locator("#p2 a.by-hand").first).to_be_focused()
    assert Proposal.objects.get(kind="city", shown="Dushanbe").status == "accepted"
