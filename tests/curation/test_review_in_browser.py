"""A contributor and a reviewer review a record in a browser, and readers see the published result."""

import pytest
from playwright.sync_api import expect

from sco_cities.themes.models import Theme
from tests import factories as make
from tests.accounts.roles import PASSWORD, make_account
from tests.axe import axe_violations, page_load
from tests.curation.admin_client import log_in_as_curator


@pytest.fixture
def accounts(editable_site):
    for name, role in (("ada", "contributor"), ("carl", "curator")):
        make_account(name, role)


@pytest.fixture
def sign_in(accounts, browser, browser_context_args):
    """Opens a separate browser context for an account and logs in."""
    contexts = []

    def open_page(name):
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1, name="Start page")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()


def save(page, saved=True):
    page.get_by_role("button", name="Save", exact=True).first.click()
    if saved:
        expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.thorough
def test_a_record_is_reviewed_and_published(sign_in, page):
    ada, carl = sign_in("ada"), sign_in("carl")

    ada.goto("/admin/themes/theme/add/")
    ada.get_by_label("Name in English:").fill("Street lamps")
    ada.get_by_label("Pillar:").select_option("governance")
    ada.get_by_role("textbox", name="Description:").fill("Lamps")
    assert ada.get_by_label("Publication state").locator("option").all_inner_texts() == ["draft", "in review"]
    ada.get_by_label("Publication state").select_option("in review")
    save(ada)

    carl.goto("/admin/")
    with page_load(carl):
        carl.get_by_role("link", name="Review", exact=True).click()
    assert axe_violations(carl) == []
    carl.get_by_role("link", name="Street lamps").click()
    expect(carl.locator(".diff")).to_contain_text("Lamps")
    assert axe_violations(carl) == []
    carl.get_by_label("What needs to be corrected?").fill("Say what the theme is about.")
    carl.get_by_role("button", name="Send back").click()
    expect(carl.locator(".messagelist .success")).to_contain_text("1 record: now “draft”.")
    page.goto("/themes/street-lamps/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")

    ada.goto("/admin/")
    ada.get_by_role("link", name="My records").click()
    expect(ada.locator(".sent-back")).to_contain_text("Say what the theme is about.")
    assert axe_violations(ada) == []
    ada.get_by_role("link", name="Street lamps").click()
    ada.get_by_role("link", name="Open the form").click()
    expect(ada.locator(".field-review")).to_contain_text("Sent back by carl")
    expect(ada.locator(".field-review")).to_contain_text("Say what the theme is about.")
    ada.get_by_role("textbox", name="Description:").fill("Lamps along streets, and who keeps them burning")
    ada.get_by_label("Publication state").select_option("in review")
    save(ada)

    carl.goto("/admin/review/")
    expect(carl.locator("#queue tbody tr")).to_contain_text("changed")
    carl.get_by_role("link", name="Street lamps").click()
    expect(carl.locator(".diff dt")).to_have_text(["description"])
    expect(carl.locator(".diff ins")).to_contain_text("who keeps them burning")
    carl.get_by_role("button", name="Publish").click()
    expect(carl.locator(".messagelist .success")).to_contain_text("1 record: now “published”.")
    expect(carl.get_by_text("No records are awaiting review.")).to_be_visible()

    page.goto("/themes/street-lamps/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Street lamps")
    key = Theme.objects.get(slug="street-lamps").pk
    ada.goto(f"/admin/themes/theme/{key}/change/")
    expect(ada.get_by_role("textbox", name="Description")).to_have_count(0)
    expect(ada.get_by_role("button", name="Save", exact=True)).to_have_count(0)


@pytest.mark.thorough
def test_a_curator_withdraws_a_record_with_a_reason(sign_in, page):
    carl = sign_in("carl")
    carl.goto("/admin/themes/theme/?q=international-crime")
    carl.locator("#result_list tbody tr").first.get_by_role("checkbox").check()
    carl.get_by_label("Action:").select_option("withdraw")
    with page_load(carl):
        carl.locator("[name=index]").first.click()
    assert axe_violations(carl) == []
    carl.get_by_label("Why is the record withdrawn?").fill("Covered by another theme.")
    carl.get_by_role("button", name="Withdraw").click()
    expect(carl.locator(".messagelist .success")).to_contain_text("1 record: now “withdrawn”.")
    response = page.goto("/themes/international-crime/")
    assert response.status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text("This record has been withdrawn")


def test_records_of_a_report_are_reviewed_and_published_with_the_keyboard(editable_site, page):
    report = make.make_report("lamps-report", state="in_review")
    lamps, roads = (make.make_initiative(f"{name}-plan", state="in_review") for name in ("lamps", "roads"))
    for record in (lamps, roads):
        make.support_everything(record, report.passages.get())
    log_in_as_curator(page)
    page.goto("/admin/review/")
    page.get_by_role("link", name="Review together").click()
    expect(page.get_by_text("Keyboard shortcuts outside fields")).to_be_visible()
    assert axe_violations(page) == []
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Lamps report")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Roads plan")).not_to_be_checked()
    # In a text field, letters are not shortcuts.
    page.get_by_text("Send back").click()
    page.get_by_label("What needs to be corrected?").press_sequentially("xP")
    expect(page.get_by_label("What needs to be corrected?")).to_have_value("xP")
    page.get_by_role("checkbox", name="Roads plan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Roads plan")).to_be_visible()
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Shift+P")
    expect(page.locator(".messagelist .success")).to_contain_text("2 records: now “published”.")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
