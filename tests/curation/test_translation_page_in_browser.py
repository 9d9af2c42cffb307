"""The translation page with a keyboard."""

from playwright.sync_api import expect

from delegates.models import Statement
from sco_cities.history.models import ChangeSet
from tests.axe import CONTENT, axe_violations
from tests.browser_console import console_errors


def test_five_texts_are_translated_by_keyboard(curators_page):
    page = curators_page
    problems = console_errors(page)
    statements = list(Statement.objects.order_by("pk")[:5])
    Statement.objects.filter(pk__in=[each.pk for each in statements]).update(summary_ru="")
    page.get_by_role("link", name="Translations").first.click()
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Statements: summary"))
    row.get_by_role("link", name="5").click()
    for number, statement in enumerate(statements):
        expect(page.locator("#translation p[lang=en]")).to_have_text(statement.summary)
        expect(page.locator("textarea")).to_be_focused()
        page.keyboard.type(f"Перевод {number}")
        if number:
            page.keyboard.press("Tab")
            expect(page.get_by_role("button", name="Save and next")).to_be_focused()
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("Control+s")
        expect(page.locator(".messagelist")).to_have_text("1 text saved.")
    expect(page.get_by_text("This queue is empty.")).to_be_visible()
    translated = Statement.objects.filter(summary_ru__startswith="Перевод").order_by("pk")
    assert [each.summary_ru for each in translated] == [f"Перевод {number}" for number in range(5)]
    assert ChangeSet.objects.filter(reason="Translation").count() == 5
    assert axe_violations(page, within=CONTENT) == []
    assert problems == []
