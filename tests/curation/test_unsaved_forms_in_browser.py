"""Input is kept when a tab is closed, a session ends, another account logs in or two people edit one record."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from initiatives.models import Initiative
from sco_cities.curation.models import EditingSession, UnsavedForm
from tests.accounts.roles import PASSWORD, make_account
from tests.browser_console import console_errors
from tests.history.snapshots import edit

# The behaviour of a form in a browser does not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")
KEPT = "Your input is kept until you save the form."
TYPED = "Trains above the streets of Astana"
SLOW_KEEPING = """
    const send = window.fetch;
    window.fetch = async (url, options) => {
        await new Promise((done) => setTimeout(done, url.includes("/forms/keep/") ? 1500 : 0));
        return send(url, options);
    };
"""


@pytest.fixture
def url(editable_site):
    return reverse("admin:initiatives_initiative_change", args=[Initiative.objects.get(slug="astana-lrt").pk])


def title(page: Page):
    return page.get_by_label("Title in English:")


def status_of(page):
    """The line of the form that names the other users who have the record open."""
    return page.locator("#initiative_form").get_by_role("status")


def offer(page: Page):
    return page.locator("form.unsaved-form")


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def type_title(page: Page, url: str) -> None:
    page.goto(url)
    title(page).fill(TYPED)
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=10_000)


def page_of(page: Page, name: str) -> Page:
    """A page of another browser with another curator logged in."""
    make_account(name, "curator")
    other = page.context.browser.new_context(base_url=page.url.partition("/admin/")[0]).new_page()
    other.goto("/admin/login/")
    log_in(other, name)
    expect(other.locator("#user-tools")).to_be_visible()
    return other


def test_unsaved_input_of_a_closed_tab_is_offered_continued_and_saved(curators_page, url):
    problems = console_errors(curators_page)
    type_title(curators_page, url)
    context = curators_page.context
    # The browser closes the page without a dialog.
    curators_page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(url)
    expect(title(page)).not_to_have_value(TYPED)
    expect(offer(page)).to_contain_text("You have unsaved input from")
    offer(page).get_by_role("link", name="Continue with it").click()
    expect(title(page)).to_have_value(TYPED)
    expect(page.locator(".errorlist, .errornote")).to_have_count(0)
    page.get_by_label("Reason (for the history)").fill("As the report states.")
    page.locator("[name=evidence_stands]").check()
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Initiative.objects.get(slug="astana-lrt").title_en == TYPED
    page.goto(url)
    expect(title(page)).to_have_value(TYPED)
    expect(offer(page)).to_have_count(0)
    assert not UnsavedForm.objects.filter(is_used=False).exists()
    assert problems == []


def test_discarded_input_is_not_offered_again(curators_page, url):
    page = curators_page
    type_title(page, url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(url)
    offer(page).get_by_role("button", name="Discard").click()
    expect(title(page)).not_to_have_value(TYPED)
    expect(offer(page)).to_have_count(0)
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_a_form_that_is_hidden_is_kept_without_waiting(curators_page, url):
    page = curators_page
    page.goto(url)
    title(page).fill(TYPED)
    with page.expect_response(lambda response: "/forms/keep/" in response.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert UnsavedForm.objects.get().values["title_en"] == [TYPED]


def test_input_sent_while_the_form_is_saved_is_not_offered_afterwards(curators_page, url):
    page = curators_page
    page.add_init_script(SLOW_KEEPING)
    page.goto(url)

    def save_slowly(route):
        if route.request.method == "POST":
            response = route.fetch()
            page.wait_for_timeout(4000)
            route.fulfill(response=response)
        else:
            route.continue_()

    page.route(lambda address: address.endswith(url), save_slowly)
    page.get_by_label("Reason (for the history)").fill("As the report states.")
    page.locator("[name=evidence_stands]").check()
    # The first request runs, and the second waits for it.
    for text in (TYPED, f"{TYPED}!"):
        title(page).fill(text)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=10_000)
    assert not UnsavedForm.objects.filter(is_used=False).exists()


def test_another_account_does_not_get_what_was_typed_and_two_people_see_each_other(curators_page, url):
    page = curators_page
    type_title(page, url)
    boris = page_of(page, "boris")
    boris.goto(url)
    expect(status_of(boris)).to_contain_text("curator has had this record open since ")
    expect(offer(boris)).to_have_count(0)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status_of(page)).to_contain_text("boris has had this record open since ")
    boris.goto("/admin/")
    expect(boris.locator(".start-buttons")).to_be_visible()
    left = EditingSession.objects.filter(account__username="boris")
    for _second in range(50):
        if left.exists():
            boris.wait_for_timeout(200)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status_of(page)).to_have_text("")


def test_the_second_tab_with_a_record_shows_a_message(curators_page, url):
    curators_page.goto(url)
    second = curators_page.context.new_page()
    second.goto(url)
    expect(status_of(second)).to_have_text("You have this record open in another tab.")


def test_unsaved_input_for_an_older_version_opens_the_conflict_page(curators_page, url):
    page = curators_page
    type_title(page, url)
    edit(Initiative.objects.get(slug="astana-lrt"), title_en="Trains of Astana")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(url)
    offer(page).get_by_role("link", name="Continue with it").click()
    page.get_by_label("Reason (for the history)").fill("As the report states.")
    page.locator("[name=_save]").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Someone has changed this since you opened it.")
    expect(page.get_by_role("group").first).to_contain_text("Title in English")


def test_a_form_reports_that_input_is_not_kept_after_the_session_has_ended(curators_page, url):
    page = curators_page
    page.goto(url)
    Session.objects.all().delete()
    title(page).fill(TYPED)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status_of(page)).to_contain_text("Your input is not kept")
    expect(title(page)).to_have_value(TYPED)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_input_saved_after_the_session_has_ended_is_shown_after_a_login_in_another_tab(
    curators_page, url, java_script_enabled
):
    make_account("boris", "curator")
    context = curators_page.context.browser.new_context(
        base_url=curators_page.url.partition("/admin/")[0], java_script_enabled=java_script_enabled
    )
    page = context.new_page()
    page.goto("/admin/login/")
    log_in(page, "boris")
    page.goto(url)
    title(page).fill(TYPED)
    Session.objects.all().delete()
    page.locator("[name=_save]").first.click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Log in in another tab.").click()
    log_in(opened.value, "boris")
    expect(opened.value.locator("#user-tools")).to_be_visible()
    page.get_by_role("button", name="Show the form").click()
    expect(page.locator(".unsaved-form").first).to_contain_text("It has not been saved yet.")
    expect(title(page)).to_have_value(TYPED)
    assert Initiative.objects.get(slug="astana-lrt").title_en != TYPED
    page.get_by_label("Reason (for the history)").fill("As the report states.")
    page.locator("[name=evidence_stands]").check()
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert not UnsavedForm.objects.filter(is_used=False).exists()
