"""A pasted report becomes published records in a browser with the keyboard.

A second report contains different values.
"""

import pytest
from playwright.sync_api import expect

from initiatives.models import Initiative
from sco_cities.curation.review.publish_checks import publish_errors
from sco_cities.intake import decisions
from sco_cities.intake.models import IntakePassage, Proposal
from sco_cities.intake.page import sections
from sco_cities.sources.models import Evidence
from tests.axe import CONTENT, axe_violations
from tests.curation.admin_client import log_in_as_curator

from .page_steps import url

REPORT = """Dushanbe and Tianjin look after their guests

DUSHANBE, May 14, 2025 (Pamir Press) -- Dushanbe and Tianjin signed a memorandum on tourist safety on Wednesday. \
The two cities will set up a hotline in three languages by June 2025; it is for over 40,000 visitors a year.

"Every guest should be able to call for help in a language that he knows," Deputy Mayor of Dushanbe Farrukh \
Testov said at the ceremony in the city hall."""
SECOND_REPORT = """A hotline for tourists

DUSHANBE, June 20, 2025 (Testov Herald) -- Dushanbe and Tianjin will set up a hotline in three languages for \
30,000 visitors a year, the city administration said."""
# A field must ignore the Enter key that ends the composition of an input method.
LEAVES_ENTER_OF_COMPOSITION = """field => field.dispatchEvent(new KeyboardEvent("keydown", {
    key: "Enter", isComposing: true, bubbles: true, cancelable: true,
}))"""
# The key K on a Russian keyboard.
CYRILLIC_K = """() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {
    key: "\N{CYRILLIC SMALL LETTER EL}", code: "KeyK", bubbles: true,
}))"""
SUMMARIES = {
    2: "The cities agreed on tourist safety and plan a telephone line for foreign guests.",
    3: "A deputy mayor wants help for visitors in their own language.",
}


class CountingPage:
    """Counts keys and clicks on a page. A pasted text counts as one key, and summaries do not count."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self.page.keyboard.press(key)

    def click(self, locator) -> None:
        self.count += 1
        locator.click()

    def paste(self, locator, text: str) -> None:
        self.count += 1
        locator.evaluate("field => field.focus()")
        self.page.keyboard.insert_text(text)

    def says(self, text: str) -> None:
        expect(self.page.locator("#intake-status")).to_contain_text(text)

    @property
    def current(self):
        return self.page.locator(".proposal.is-current")


def new_report(hand: CountingPage, text: str, address: str) -> None:
    page = hand.page
    hand.click(page.get_by_role("link", name="New from a report"))
    hand.paste(page.locator("[name=text]:focus"), text)
    hand.click(page.get_by_role("button", name="Read the report"))
    hand.click(page.get_by_label("Address"))
    hand.paste(page.get_by_label("Address"), address)


def go_to(hand: CountingPage, words: str) -> None:
    """Moves from one undecided proposal to the next, up to the proposal with these words."""
    hand.press("j")
    while words not in hand.current.inner_text():
        hand.press("j")


def write_and_publish(hand: CountingPage) -> None:
    page = hand.page
    hand.click(page.get_by_role("button", name="Write …").first)
    expect(page.get_by_role("heading", name="Required before writing")).to_have_count(0)
    hand.click(page.get_by_label("Publish the report immediately"))
    hand.click(page.get_by_role("button", name="Write", exact=True))


def summarise(hand: CountingPage, number: int, words: str) -> None:
    """Clicks a field and types a summary. The click counts, and the typed keys do not."""
    needed = hand.page.locator(f"#p{number}-needed")
    expect(needed).not_to_be_empty()
    field = hand.page.locator(f"#summary-{number}")
    hand.click(field)
    field.fill(words)


@pytest.mark.thorough
def test_a_report_becomes_published_records_with_at_most_40_keys(page, editable_site):
    log_in_as_curator(page)
    hand = CountingPage(page)
    page.goto("/admin/")
    new_report(hand, REPORT, "https://pamir.example/tourists")
    assert Proposal.objects.open().count() == Proposal.objects.count() > 10
    hand.press("Escape")
    go_to(hand, "Memorandum: Dushanbe – Tianjin")
    assert hand.current.locator("input[data-value]").first.evaluate(LEAVES_ENTER_OF_COMPOSITION)
    memorandum = hand.current.get_attribute("data-subject")
    # The URL of the report is saved.
    hand.says("Saved.")
    # An unreadable response is reported, and does not stop later requests.
    broken = {"content_type": "application/json", "body": "{"}
    page.route("**/admin/intake/*/**", lambda route: route.fulfill(**broken), times=1)
    # Holding a key makes only one decision.
    page.keyboard.down("x")
    page.keyboard.down("x")
    page.keyboard.up("x")
    # The cursor is on the next record, because the values of the rejected record need no decision.
    expect(hand.current).not_to_have_attribute("data-subject", memorandum)
    hand.says("Your decision was not saved")
    page.evaluate(CYRILLIC_K)
    expect(hand.current).to_have_attribute("data-subject", memorandum)
    hand.press("A")
    hand.says("accepted")
    # The site matches the hotline with another project of the two cities.
    expect(hand.current).to_contain_text("Luban Workshop")
    hand.press("d")
    expect(hand.current).to_contain_text("Status: proposed")
    # The response contains rows of the new draft. The next key also accepts these rows.
    page.wait_for_load_state("networkidle")
    hand.press("A", "A", "A")
    hand.says("That was the last undecided proposal.")
    expect(page.locator("#intake-counts")).to_have_text("4 open · 18 accepted")
    # At the top of the page, the bar with the counts covers no button in part.
    page.evaluate("scrollTo(0, 0)")
    assert axe_violations(page, within=CONTENT) == []
    page.locator("a.by-hand[data-kind=figure]").first.click()
    page.route("**/admin/intake/*/**", lambda route: route.fulfill(**broken), times=1)
    page.locator(".hand-form form").evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    hand.says("Your decision was not saved")
    for number, words in SUMMARIES.items():
        summarise(hand, number, words)
    write_and_publish(hand)
    expect(page.locator(".written")).to_contain_text("Pamir Press")
    assert axe_violations(page, within=CONTENT) == []
    hand.click(page.get_by_role("button", name="Publish all"))
    expect(page.locator(".messagelist")).to_contain_text("4 records: now “published”.")
    hotline = Initiative.objects.published().get(title_en="Help for visitors: Dushanbe – Tianjin")
    assert (
        publish_errors([hotline, *Initiative.objects.filter(title_en__startswith="Memorandum: Dushanbe")])
        == {}
    )

    hand.click(page.get_by_role("navigation", name="Sidebar").get_by_role("link", name="From reports"))
    new_report(hand, SECOND_REPORT, "https://testov.example/hotline")
    hand.press("Escape")
    go_to(hand, "Help for visitors: Dushanbe – Tianjin")
    hand.press("A")
    expect(page.locator(".proposal.is-accepted:not(.is-record)", has_text="30,000")).to_contain_text(
        "the record keeps “over 40,000 visitors”"
    )
    summarise(hand, 2, "The line is meant for fewer guests.")
    write_and_publish(hand)
    expect(page.locator(".written")).to_contain_text("Testov Herald")
    assert hand.count <= 40
    figures = Evidence.objects.filter(passage__report__publisher="Testov Herald", figure__isnull=False)
    figure = figures.get(stance="differs")
    assert (figure.record, figure.reported_value) == (hotline, "30,000 visitors")
    page.goto(hotline.get_absolute_url())
    expect(page.locator("main")).to_contain_text("30,000 visitors")
    expect(page.locator("main")).to_contain_text("over 40,000 visitors")


@pytest.mark.thorough
def test_a_summary_is_saved_while_it_is_typed_and_overwrites_nobody(page, editable_site):
    log_in_as_curator(page)
    hand = CountingPage(page)
    page.goto("/admin/")
    new_report(hand, REPORT, "https://pamir.example/tourists")
    page.keyboard.press("Escape")
    hand.says("Saved.")
    summary, status = page.locator("#summary-2"), page.locator("#intake-status")
    stored = IntakePassage.objects.filter(number=2)
    for words in ("Two cities.", "Two cities care for guests."):
        summary.fill(words)
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            summary.blur()
        assert (answer.value.status, stored.get().summary) == (200, words)
    stored.update(summary="Summary of Ada")
    # The page shows an older summary. Another field on it is changed.
    page.locator("#summary-3").fill("A deputy mayor speaks.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(summary).to_have_value("Summary of Ada")
    stored.update(summary="Second summary of Ada")
    summary.fill("My summary")
    summary.blur()
    expect(status).to_contain_text("Someone has changed this since you opened it.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".own-words .note")).to_contain_text("Second summary of Ada")
    expect(summary).to_have_value("My summary")
    assert axe_violations(page, within=CONTENT) == []
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".own-words .note")).to_have_count(0)
    assert stored.get().summary == "My summary"


def test_write_waits_for_what_is_still_being_saved_and_a_saved_detail_is_no_longer_missing(
    page, editable_site
):
    log_in_as_curator(page)
    hand = CountingPage(page)
    page.goto("/admin/")
    new_report(hand, REPORT, "https://pamir.example/tourists")
    heading = page.locator(".report-details > summary")
    expect(heading).to_have_text("Missing details of the report: address")
    page.keyboard.press("Escape")
    hand.says("Saved.")
    expect(heading).to_have_text(
        "The report: Dushanbe and Tianjin look after their guests Pamir Press, 14 May 2025"
    )
    held = []
    page.route("**/admin/intake/*/**", lambda route: held.append(route), times=1)
    # The title has no proposals, so it needs no summary.
    expect(page.locator("#summary-1")).to_be_hidden()
    go_to(hand, "Memorandum: Dushanbe – Tianjin")
    hand.click(hand.current.get_by_role("button", name="Accept with its values"))
    page.locator("#summary-2").fill(SUMMARIES[2])
    page.get_by_role("button", name="Write …").first.click()
    # The first decision is held back, and all later requests wait for it.
    page.wait_for_timeout(300)
    assert Proposal.objects.accepted().count() == 0
    held[0].continue_()
    expect(page.locator("[aria-labelledby=plan-report]")).to_contain_text(SUMMARIES[2])
    expect(page.get_by_role("heading", name="Required before writing")).to_have_count(0)
    memorandum = Proposal.objects.get(kind="initiative", shown="Memorandum: Dushanbe – Tianjin")
    assert not memorandum.values.filter(status="open").exclude(certainty="doubtful").exists()


def test_titles_and_buttons_are_updated_when_cities_and_values_are_decided(page, editable_site):
    log_in_as_curator(page)
    new_report(CountingPage(page), REPORT, "https://gazette.example/guests")
    key = Proposal.objects.get(kind="initiative", shown="Memorandum: Dushanbe – Tianjin").pk
    row = page.locator(f"#proposal-{key}")
    with_values = row.get_by_role("button", name="Accept with its values")
    tianjin = page.locator(".proposal.is-record", has_text="city: Tianjin").first
    tianjin.get_by_role("button", name="Reject").click()
    expect(row.locator("b")).to_have_text("Memorandum: Dushanbe")
    row.get_by_role("button", name="Accept", exact=True).click()
    expect(row).to_have_attribute("data-status", "accepted")
    with_values.click()
    expect(page.locator(f"[data-subject='{key}'][data-status=open]")).to_have_count(0)
    expect(with_values).to_be_hidden()
    tianjin.get_by_role("button", name="Undo").click()
    expect(row.locator("b")).to_have_text("Memorandum: Dushanbe – Tianjin")
    expect(with_values).to_be_visible()


def test_the_effects_of_values_are_updated_when_their_record_is_matched_and_the_focus_stays(
    page, editable_site
):
    log_in_as_curator(page)
    new_report(CountingPage(page), REPORT, "https://gazette.example/guests")
    initiative = page.locator(".proposal.is-record", has_text="Initiative:").first
    key = initiative.get_attribute("data-proposal")
    status = page.locator(f".proposal[data-subject='{key}']:not(.is-record)", has_text="Status:")
    expect(status.locator(".effect")).to_have_count(0)
    known = Initiative.objects.published().filter(status="operating").first()
    initiative.locator("[data-edit]").click()
    page.locator(f"[name=same-{key}]").fill(known.slug)
    page.locator(f"#proposal-{key} .save-edit").click()
    expect(status.locator(".effect")).to_contain_text("the record keeps “operating”")
    # The row of the record is updated again when one of its values is rejected.
    link = page.locator(f"#proposal-{key} a.record")
    link.evaluate("link => { link.isOld = true; link.focus() }")
    status.get_by_role("button", name="Reject").evaluate("button => button.click()")
    expect(status).to_have_attribute("data-status", "rejected")
    assert not link.evaluate("link => link.isOld === true")
    expect(link).to_be_focused()


def test_rows_of_other_pages_are_not_added_to_a_page(page, editable_site, monkeypatch):
    monkeypatch.setattr(sections, "PASSAGES_PER_PAGE", 2)
    log_in_as_curator(page)
    new_report(CountingPage(page), REPORT, "https://gazette.example/guests")
    memorandum = Proposal.objects.get(kind="initiative", shown="Memorandum: Dushanbe – Tianjin")
    intake = memorandum.intake
    [last] = intake.passages.filter(number=3)
    guides = {"label": "guides", "value": "12", "unit": "guides", "qualifier": "exact", "period": ""}
    figure = decisions.add(
        intake, None, "figure", subject=memorandum, value=guides, start=last.start, end=last.end
    )
    page.goto(f"{url(intake)}?page=2")
    row = page.locator(f"#proposal-{figure.pk}")
    row.get_by_role("button", name="Undo").click()
    expect(row).to_have_attribute("data-status", "open")
    expect(page.locator(f"#proposal-{memorandum.pk}")).to_have_count(0)
