"""Comments in a browser are next to their fields, are sent without leaving the form, and suggest names."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from initiatives.models import Initiative
from sco_cities.curation.models import Comment
from tests import factories as make
from tests.accounts.roles import make_account
from tests.browser_console import console_errors

# The behaviour of a form in a browser does not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")


def test_a_comment_is_written_beside_a_field_and_keeps_what_is_typed_in_the_form(
    curators_page: Page, editable_site
):
    page, problems = curators_page, console_errors(curators_page)
    make_account("anna", "curator")
    initiative = Initiative.objects.get(slug="astana-lrt")
    whole = make.make_comment(initiative)
    page.goto(f"{reverse('admin:initiatives_initiative_change', args=[initiative.pk])}#comment-{whole.pk}")
    expect(page.locator(f"#comments #comment-{whole.pk}")).to_be_focused()
    title = page.get_by_label("Title in English:")
    title.fill("Trains above the streets")
    row = page.locator(".fieldBox.field-status, .form-row.field-status").last
    row.get_by_role("button", name="Comment", exact=True).click()
    text = row.get_by_role("textbox", name="Comment:")
    expect(text).to_be_focused()
    text.press_sequentially("Is this so, @an")
    row.get_by_role("button", name="@anna").click()
    expect(text).to_have_value("Is this so, @anna ")
    row.get_by_role("button", name="Send the comment").click()
    expect(row.locator(".comment")).to_contain_text("Is this so, @anna")
    expect(row.locator(".comment")).to_be_focused()
    comment = Comment.objects.latest("pk")
    assert (comment.thread.field, comment.mentioned.get().username) == ("status", "anna")
    row.locator("summary", has_text="Reply").click()
    reply = row.locator(".comment-box[open] textarea")
    reply.fill("Ask @nobody")
    row.get_by_role("button", name="Send the reply").click()
    expect(row.locator(".errorlist")).to_contain_text("No account is named @nobody.")
    expect(reply).to_have_value("Ask @nobody")
    reply.fill("")
    row.get_by_role("button", name="Resolve").click()
    expect(row.locator(".comment")).to_have_count(0)
    expect(page.locator(".resolved-comments summary")).to_have_text("Resolved comments (1)")
    expect(title).to_have_value("Trains above the streets")
    assert page.url.endswith(f"/{initiative.pk}/change/#comment-{whole.pk}")
    assert problems == []


def test_a_double_click_sends_a_comment_once(curators_page: Page, editable_site):
    page, sent = curators_page, []
    page.on("request", lambda request: sent.append(request.method) if "/comments/" in request.url else None)
    initiative = Initiative.objects.get(slug="astana-lrt")
    page.goto(reverse("admin:initiatives_initiative_change", args=[initiative.pk]))
    box = page.locator(".comment-new")
    box.get_by_role("textbox", name="Comment:").fill("Which one?")
    box.get_by_role("button", name="Send the comment").dblclick()
    expect(page.locator("#comments .comment")).to_contain_text("Which one?")
    assert sent.count("POST") == 1


def test_nothing_typed_in_another_box_is_lost_when_a_comment_is_sent(curators_page: Page, editable_site):
    page, initiative = curators_page, Initiative.objects.get(slug="astana-lrt")
    other, resolved = make.make_comment(initiative), make.make_comment(initiative, text="Closed by then")
    page.goto(reverse("admin:record_comments", args=["initiatives", initiative.pk]))
    new, about = page.locator("#new-text"), page.locator("#new-field")
    about.select_option("status")
    new.fill("To be sent later")
    for comment, text in ((other, "Sent now"), (resolved, "An answer to a closed one")):
        thread = page.locator(".comment-thread", has=page.locator(f"#comment-{comment.pk}"))
        thread.locator("summary", has_text="Reply").click()
        thread.locator("textarea").fill(text)
    resolved.thread.resolved_at = timezone.now()
    resolved.thread.save()
    page.locator(".comment-thread", has=page.locator(f"#comment-{other.pk}")).get_by_role(
        "button", name="Send the reply"
    ).click()
    expect(page.locator(".comment").filter(has_text="Sent now")).to_be_visible()
    expect(new).to_have_value("An answer to a closed one\n\nTo be sent later")
    expect(about).to_have_value("status")


def test_without_javascript_the_answer_opens_in_another_tab(curators_page: Page, editable_site):
    context = curators_page.context.browser.new_context(
        java_script_enabled=False,
        storage_state=curators_page.context.storage_state(),
        base_url=curators_page.url.partition("/admin/")[0],
    )
    page = context.new_page()
    initiative = Initiative.objects.get(slug="astana-lrt")
    page.goto(reverse("admin:initiatives_initiative_change", args=[initiative.pk]))
    page.get_by_label("Title in English:").fill("Trains above the streets")
    page.locator("#new-text").fill("Is this so?")
    with context.expect_page() as answer:
        page.get_by_role("button", name="Send the comment").click()
    expect(answer.value.locator(".comment")).to_contain_text("Is this so?")
    assert answer.value.url.endswith(f"#comment-{Comment.objects.get().pk}")
    expect(page.get_by_label("Title in English:")).to_have_value("Trains above the streets")
