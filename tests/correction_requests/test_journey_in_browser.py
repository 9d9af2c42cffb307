"""A reader reports an error, a curator answers and the reader reads the answer in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests import page_catalogue
from tests.browser_console import console_errors
from tests.curation.admin_client import log_in_as_curator

RECORD = "/initiatives/astana-lrt/"
TEXT = "The line has been open since May."

pytestmark = pytest.mark.every_engine


def test_a_reader_reports_an_error_and_reads_the_answer_of_a_curator(page, editable_site):
    problems = console_errors(page)
    page.goto(RECORD)
    page.locator(".note").filter(has_text="status").get_by_role(
        "link", name="Report an error in footnote"
    ).first.click()
    expect(page).to_have_title("Report an error – Astana driverless light rail · SCO Cities")
    page.get_by_label("Which value?").select_option("status")
    page.get_by_label("Which page gives the correct value?").fill("timesca.com/lrt")
    page.get_by_role("button", name="Send to the editors").click()
    expect(page).to_have_title(re.compile("^Error: Report an error"))
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    expect(page.get_by_label("Which page gives the correct value?")).to_have_value("timesca.com/lrt")
    assert list(page_catalogue.page_errors(page)) == []
    page.keyboard.type(TEXT)
    page.get_by_label("Your e-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Send to the editors").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    confirmation = page.url
    reference = page.locator("dd").first.inner_text()
    assert re.fullmatch(r"\w{4}-\w{4}", reference)
    assert list(page_catalogue.page_errors(page)) == []

    log_in_as_curator(page)
    page.goto("/admin/")
    page.locator(".queues").get_by_role("link", name="Correction requests").click()
    page.get_by_role("link", name=reference).click()
    expect(page.locator("#content")).to_contain_text(TEXT)
    expect(page.get_by_role("link", name="reader@example.org")).to_be_visible()
    page.get_by_label("State:").select_option("corrected")
    page.get_by_label("Answer:").fill("Thank you, it is corrected.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.get_by_role("link", name=reference)).to_have_count(1)

    page.goto(confirmation)
    expect(page.get_by_role("main")).to_contain_text("accepted and corrected")
    expect(page.get_by_role("main")).to_contain_text("Thank you, it is corrected.")
    assert problems == []


@pytest.mark.thorough
def test_an_error_is_reported_without_javascript_on_a_phone_in_chinese(
    browser, browser_context_args, editable_site
):
    context = browser.new_context(
        **browser_context_args | {"java_script_enabled": False, "viewport": {"width": 360, "height": 800}}
    )
    page = context.new_page()
    page.goto("/zh-hans/cities/tianjin/")
    page.get_by_role("link", name="报告错误", exact=True).last.click()
    page.get_by_role("button", name="发送给编者").click()
    expect(page.get_by_label("哪里有误？")).to_be_focused()
    page.keyboard.type("人口有误。")
    page.get_by_role("button", name="发送给编者").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("谢谢")
    context.close()
