"""The start page and the navigation count records in review, drafts of the account and reports to decide."""

import pytest
from django.urls import reverse

from sco_cities.admin_framework import pages
from sco_cities.curation import admin_pages
from sco_cities.intake.models import Intake, Proposal
from sco_cities.sources.base_models import PublicationState
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import run_action, soup, with_creator

START = "/admin/"
OWN = "/admin/my-records/"


def draft_by(client, slug):
    """A theme that the user of the client has created."""
    return with_creator(client.user, make.make_theme(slug, state=PublicationState.DRAFT))


def sent_by(client, slug):
    """A theme that the user of the client has created and sent to review."""
    theme = draft_by(client, slug)
    run_action(client, "send_to_review", [theme])
    return theme


def words(element) -> str:
    return " ".join(element.text.split())


def waiting(client) -> list[str]:
    """Returns the queues on the start page. Asserts that the sidebar of other pages has the same numbers."""
    on_start_page = [words(heading) for heading in soup(client.get(START)).select(".queues h3")]
    in_sidebar = soup(client.get(OWN)).select("#nav-sidebar th:has(.waiting-count)")
    assert [words(cell) for cell in in_sidebar] == on_start_page
    return on_start_page


def entries(page, queue: str) -> list[str]:
    """The rows of a queue on the start page."""
    heading = next(heading for heading in page.select(".queues h3") if heading.a.text == queue)
    return [words(row) for row in heading.find_next_sibling("ul").select("li")]


def test_reviewers_see_how_many_records_wait_and_nothing_when_none_does(ada, carl):
    for number in range(3):
        sent_by(ada, f"theme-{number}")
    assert waiting(carl) == ["Review 3"]
    assert waiting(ada) == []
    run_action(carl, "publish", list(Theme.objects.all()))
    assert waiting(carl) == []


# The steps of the review of Ada's record by Carl, and her numbers of drafts and of returned records afterwards.
STEPS = [
    ("carl send_back", 1, 1),
    ("ada back_to_draft", 1, 0),
    ("carl send_back, ada send_to_review", 0, 0),
    ("carl send_back, ada send_to_review, carl send_back", 1, 1),
    ("carl send_back, carl publish", 0, 0),
    ("carl send_back, carl publish, carl back_to_draft", 1, 0),
    ("carl send_back, carl delete_selected", 0, 0),
]


@pytest.mark.parametrize(("steps", "drafts", "sent_back"), STEPS)
def test_contributors_see_how_many_drafts_they_have(steps, drafts, sent_back, ada, bela, carl):
    lamps = sent_by(ada, "lamps")
    others = sent_by(bela, "roads")
    run_action(carl, "send_back", [others], reason="Correct it.")
    for step in steps.split(", "):
        who, action = step.split()
        run_action({"ada": ada, "carl": carl}[who], action, [lamps], reason="Correct it.", post="yes")
    assert waiting(ada) == ([f"My records {drafts}"] if drafts else [])
    assert len(soup(ada.get(OWN)).select(".sent-back")) == sent_back
    assert waiting(bela) == ["My records 1"]


def test_the_start_page_has_the_first_entries_of_each_queue_and_opens_the_next_one(ada, carl):
    sent = [sent_by(ada, f"theme-{number}") for number in range(7)]
    draft_by(carl, "lamps")
    page = soup(carl.get(START))
    assert page.select_one(".queues h2").text == "8 items await you"
    rows = entries(page, "Review")
    assert [row.split(" Theme · ")[0] for row in rows] == [str(each) for each in sent[:5]] + ["Show all 7"]
    assert "Sent for review by ada on " in rows[0]
    assert entries(page, "My records") == ["Lamps Theme · draft"]
    button = page.select_one(".start-buttons .default")
    assert button.text == "Open the next one"
    assert button["href"] == reverse("admin:review_record", args=("themes", sent[0].pk))
    assert (
        words(page.select_one(".queues .quiet"))
        == "Nothing to do in: My grids · Correction requests · Comments · From reports"
    )


def test_records_that_were_sent_back_come_before_newer_drafts(ada, carl):
    lamps = sent_by(ada, "lamps")
    run_action(carl, "send_back", [lamps], reason="Correct it.")
    for number in range(5):
        draft_by(ada, f"theme-{number}")
    first, second, *others = entries(soup(ada.get(START)), "My records")
    assert first.startswith("Lamps Theme · Sent back by carl on ")
    assert second.startswith("Theme 4 ")
    assert others[-1] == "Show all 6"


def test_more_than_999_drafts_are_not_counted_further(ada, monkeypatch):
    monkeypatch.setattr(admin_pages, "MAX_COUNT", 2)
    monkeypatch.setattr(pages, "MAX_COUNT", 2)
    for number in range(4):
        draft_by(ada, f"theme-{number}")
    assert waiting(ada) == ["My records 2+"]
    assert soup(ada.get(START)).select_one(".queues h2").text == "2+ items await you"


def test_a_start_page_without_work_offers_to_enter_a_report(ada):
    page = soup(ada.get(START))
    assert page.select_one(".queues h2").text == "Nothing awaits you"
    assert page.select_one(".start-buttons .default").text == "New from a report"
    assert (
        words(page.select_one(".queues .quiet"))
        == "Nothing to do in: My grids · My records · Comments · From reports"
    )
    assert page.select(".quality-numbers") == []


def test_own_reports_wait_until_all_proposals_but_the_doubtful_ones_are_decided(ada, carl):
    intake = Intake.objects.create(title="Lamps for all", text="Lamps.", made_by=ada.user)
    proposals = [
        Proposal.objects.create(intake=intake, kind="city", certainty=certainty)
        for certainty in ("sure", "likely", "doubtful")
    ]
    Proposal.objects.create(
        intake=Intake.objects.create(text="Dropped.", made_by=ada.user, purged_at="2026-01-01T00:00Z"),
        kind="city",
        certainty="sure",
    )
    assert waiting(ada) == ["From reports 1"]
    assert entries(soup(ada.get(START)), "From reports") == ["Lamps for all 2 proposals to decide"]
    assert waiting(carl) == []
    for proposal in proposals[:2]:
        Proposal.objects.filter(pk=proposal.pk).update(status="rejected")
    assert waiting(ada) == []


@pytest.mark.usefixtures("transactional_db")  # committed, because later requests use what has been compared
def test_curators_see_the_numbers_of_data_quality_that_are_not_zero(carl, ada, monkeypatch):
    make.make_initiative("lamps", title_ru="Лампы", sourced=True)
    make.make_initiative("lamps-2", title_en="Lamps", title_ru="Лампы", sourced=True)

    def numbers(client):
        return {words(link): link["href"] for link in soup(client.get(START)).select(".quality-numbers a")}

    assert "Possible duplicates 1" not in numbers(carl)
    # The site compares records when the page of duplicates is opened.
    carl.get(reverse("admin:duplicates"))
    shown = numbers(carl)
    assert shown["Possible duplicates 1"] == reverse("admin:duplicates")
    assert any(text.startswith("Untranslated ") for text in shown)
    assert not any(text.startswith("Disputed") for text in shown)
    assert numbers(ada) == {}
    monkeypatch.setattr(admin_pages, "MAX_EVIDENCE", 0)
    assert list(numbers(carl)) == ["Possible duplicates 1"]
