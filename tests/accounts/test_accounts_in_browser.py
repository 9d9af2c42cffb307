"""Two-step verification in a real browser, by keyboard, without console errors or violations that axe reports."""

import re
from base64 import b32decode

import pytest
from playwright.sync_api import Page, expect

from tests import page_catalogue
from tests.browser_console import console_errors

from .login_steps import make_person
from .roles import PASSWORD

pytestmark = pytest.mark.usefixtures("second_factor")
HEADINGS = {
    "en": "Enter a code to continue",
    "ru": "Чтобы продолжить, введите код",
    "zh-hans": "请输入验证码以继续",
}


def give_password(page: Page, person) -> None:
    page.goto("/admin/account/")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def errors_of(page: Page, number: int) -> list[str]:
    return [f"{page.url}: {error}" for error in page_catalogue.page_errors(page, number=number)]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_newcomer_sets_up_and_logs_in_again_by_keyboard(page, editable_site, width):
    page.set_viewport_size({"width": width, "height": 844})
    problems = console_errors(page)
    eve = make_person("eve", enrolled=False)
    give_password(page, eve)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up two-step verification")
    wrong = errors_of(page, 0)
    page.get_by_role("button", name="Set up").press("Enter")
    qr_code = page.get_by_role("img", name="QR code with the secret shown below")
    expect(qr_code).to_be_visible()
    page.wait_for_load_state("load")
    assert qr_code.evaluate("image => image.complete && image.naturalWidth > 100")
    eve.key = b32decode(page.locator(".secret").inner_text().replace(" ", "")).hex()
    wrong += errors_of(page, 1)
    # The field for the code has the focus.
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_contain_text("does not match the secret")
    wrong += errors_of(page, 0)
    page.get_by_label("Authentication code").fill(eve.code())
    page.keyboard.press("Enter")
    expect(page.locator("#recovery-codes code")).to_have_count(10)
    codes = page.locator("#recovery-codes code").all_inner_texts()
    wrong += errors_of(page, 1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").press("Enter")
    assert page.title() == "printed"
    page.get_by_role("link", name=re.compile("I have saved the codes")).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    wrong += errors_of(page, 0)
    page.get_by_role("button", name="Log out everywhere").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("You were logged out on all devices")
    eve.forget_used_codes()
    give_password(page, eve)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS["en"])
    wrong += errors_of(page, 1)
    page.keyboard.type(eve.code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    assert wrong == [], "\n".join(wrong)
    assert problems == []


@pytest.mark.thorough
def test_the_page_for_a_code_is_in_the_language_of_the_curator(page, editable_site, live_site):
    give_password(page, make_person())
    for language, heading in HEADINGS.items():
        page.locator(f".languages button[value={language}]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert errors_of(page, 0) == []
