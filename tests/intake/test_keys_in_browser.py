"""Keys on the page of an intake in a browser work after any click and skip no undecided proposal."""

import pytest
from playwright.sync_api import expect

from sco_cities.intake.models import Proposal

from .page_steps import read_in_browser

# The memorandum is in two passages, with a person between them.
REPORT = """Dushanbe and Tianjin look after their guests

Dushanbe and Tianjin of China and Tajikistan signed a memorandum on tourist safety for 40,000 visitors a year.

"Every guest should be able to call for help," Deputy Mayor of Dushanbe Farrukh Testov said.

The memorandum on tourist safety was signed by Dushanbe and Tianjin on 14 May 2025.

"They will come again," Mayor of Tianjin Zhang Ceshi said."""


@pytest.fixture
def intake_page(page, editable_site):
    read_in_browser(page, REPORT)
    return page


def current(page):
    return page.locator(".proposal.is-current")


CLICKED = ["h1", "#p2 .words", ".counts", "#site-name", "#content", ".theme-toggle", "#intake-keys > summary"]


def test_keys_work_after_any_click(intake_page):
    page = intake_page
    for place in CLICKED:
        target = page.locator(place).first
        # The click focuses a link without following it.
        target.evaluate("element => element.addEventListener('click', event => event.preventDefault())")
        target.click(position={"x": 3, "y": 3})
        page.keyboard.press("j")
        expect(current(page)).to_have_count(1)
        page.evaluate(
            "document.querySelectorAll('.is-current').forEach(e => e.classList.remove('is-current'))"
        )
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.locator("#intake-keys")).to_have_attribute("open", "")


def test_names_of_known_records_are_suggested_while_typing(intake_page):
    page = intake_page
    dushanbe = Proposal.objects.get(kind="city", shown="Dushanbe")
    page.locator(f"#proposal-{dushanbe.pk}").click()
    page.keyboard.press("e")
    page.locator(f"#same-{dushanbe.pk}").press_sequentially("tiAnj")
    expect(page.locator("#intake-names option")).to_have_text(["Tianjin"])
    page.locator(f"#same-{dushanbe.pk}").press("Enter")
    expect(page.locator(f"#proposal-{dushanbe.pk}-words")).to_contain_text("Tianjin")


@pytest.mark.thorough
def test_a_rejected_record_leaves_the_cursor_on_the_next_one_and_no_orphan_open(intake_page):
    page = intake_page
    memorandum = Proposal.objects.get(kind="initiative")
    page.locator(f"#proposal-{memorandum.pk}").click()
    page.keyboard.press("x")
    expect(current(page)).not_to_have_attribute("data-subject", str(memorandum.pk))
    expect(page.locator(f"[data-subject='{memorandum.pk}'][data-status=open]")).to_have_count(0)
    left = Proposal.objects.open().exclude(certainty="doubtful").count()
    expect(page.locator("#intake-counts")).to_have_text(f"{left} open · 0 accepted")


def test_the_words_of_a_passage_stay_in_view_beside_its_last_proposal(intake_page):
    page = intake_page
    page.set_viewport_size({"width": 1280, "height": 400})
    passage = page.locator(".passage", has=page.locator(".proposal")).first
    last = passage.locator(".add-by-hand")
    assert last.bounding_box()["y"] - passage.bounding_box()["y"] > 400
    last.scroll_into_view_if_needed()
    expect(passage.locator(".words")).to_be_in_viewport()


@pytest.mark.thorough
def test_accepting_all_of_a_record_skips_no_other_one(intake_page):
    page = intake_page
    memorandum = Proposal.objects.get(kind="initiative")
    assert memorandum.values.values("passage").distinct().count() > 1
    page.locator(f"#proposal-{memorandum.pk}").click()
    after = page.locator("[data-proposal]").evaluate_all(
        """(rows, subject) => rows.slice(rows.findIndex((row) => row.dataset.proposal === subject))
            .find((row) => row.dataset.status === "open" && row.dataset.subject !== subject).dataset.proposal""",
        str(memorandum.pk),
    )
    page.keyboard.press("A")
    expect(current(page)).to_have_attribute("data-proposal", after)
    expect(page.locator(f"[data-subject='{memorandum.pk}'][data-status=open]")).to_have_count(0)


@pytest.mark.thorough
def test_decided_proposals_cannot_be_accepted_together(intake_page):
    page = intake_page
    box = page.locator(".at-once", has_text="sure cities")
    expect(box.locator("summary")).to_have_text("Accept all sure cities (2) …")
    tianjin = Proposal.objects.get(kind="city", shown="Tianjin")
    page.locator(f"#proposal-{tianjin.pk}").click()
    page.keyboard.press("x")
    expect(box.locator("summary")).to_have_text("Accept all sure cities (1) …")
    box.locator("summary").click()
    box.get_by_role("button", name="Accept all of these proposals").click()
    expect(page.locator(f"#proposal-{tianjin.pk}")).to_have_attribute("data-status", "rejected")
    assert [each.shown for each in Proposal.objects.accepted()] == ["Dushanbe"]
