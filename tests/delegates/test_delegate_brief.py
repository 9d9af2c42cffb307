"""The brief of delegates contains their events and statements."""

import re

import pytest

from sco_cities.core.publication_state import PublicationState
from tests import factories as make
from tests.html import read_page

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def brief(client):
    return read_page(client, "/delegates/?view=brief")


@pytest.fixture
def ada():
    return make.make_delegate("ada", name_en="Ada")


def test_events_are_listed_with_their_dates_the_newest_first(client, ada):
    for slug, starts_on, state in (
        ("fair", "2024-06", "published"), ("talks", "2025", "published"), ("walk", "", "published"),
        ("secret", "2025", "draft"),
    ):  # fmt: skip
        make.make_attendance(make.make_event(slug, starts_on=starts_on, state=state), ada)
    make.make_attendance(make.make_event("elsewhere"), make.make_delegate("eva"))
    assert "Events Talks (2025); Fair (June 2024); Walk" in brief(client).text("entry-1")
    assert "Secret" not in brief(client).text()


def test_statements_are_listed_with_their_events_and_reports(client, ada):
    said = make.make_statement(
        "said", summary="Lamps will shine.", delegate=ada, event=make.make_event("fair", starts_on="2024")
    )
    make.make_evidence(said, "summary", make.make_report("gazette", passages=2).passages.get(number=2))
    make.make_statement("draft", summary="Hidden.", delegate=ada, state=PublicationState.DRAFT)
    make.make_statement("whose", summary="Somebody said it.", event=said.event)
    page = brief(client)
    assert "Statements Lamps will shine. [1] Fair, 2024" in page.text("entry-1")
    assert "#note-1" in page.links("entry-1")
    assert "The Gazette" not in page.text("entry-1")
    assert page.text("note-1").startswith("[1] Passage 2 of gazette. ¶2")
    assert {"/reports/gazette/#p2", "#entry-1"} <= set(page.links("note-1"))
    assert "Hidden." not in page.text()
    assert "Somebody said it." not in page.text()


def test_statements_are_in_the_order_of_the_page_of_their_delegate(client, ada):
    passages = make.make_report("gazette", passages=4).passages.order_by("number")
    fair, talks = make.make_event("fair", starts_on="2024"), make.make_event("talks", starts_on="2025")
    for slug, event, place in (
        ("c-third", fair, 3),
        ("a-first", fair, 1),
        ("b-second", talks, 2),
        ("no-event", None, 0),
    ):
        statement = make.make_statement(slug, summary=f"Said as {slug}.", delegate=ada, event=event)
        make.make_evidence(statement, "summary", passages[place])
    texts = read_page(client, "/delegates/ada/").text(), brief(client).text("entry-1")
    orders = [re.findall(r"Said as ([a-z-]+)\.", text) for text in texts]
    assert orders == [["a-first", "c-third", "b-second", "no-event"]] * 2


def test_a_statement_shares_the_notes_of_its_delegate_and_shows_other_versions_and_figures(client, ada):
    passages = make.make_report("gazette", passages=2).passages.order_by("number")
    make.make_evidence(ada, "role", passages[0])
    # This evidence supports a value whose footnotes are not in the brief.
    other = make.make_report("herald").passages.get()
    said = make.make_statement("said", summary="Lamps will shine.", delegate=ada)
    make.make_evidence(said, "summary", passages[0])
    make.make_evidence(said, "themes", other)
    make.make_evidence(said, "summary", passages[1], stance="differs", reported_value="Lamps may shine.")
    make.make_evidence(said, make.make_figure(said, label="lamps", value="12", unit="lamps"), passages[1])
    page = brief(client)
    entry = page.text("entry-1")
    assert "Lamps will shine. [1] ≠ Lamps: 12 lamps [2]" in entry
    assert "Reports differ" in entry or "The report contradicts itself" in entry
    assert "Lamps may shine." in page.text("entry-1-said-v-summary")
    assert "#entry-1-said-v-summary" in page.links("entry-1")
    assert "2 footnotes · 1 report · 1 disputed value" in page.text()
    # The note links to the entry only once, although both the delegate and the statement cite the passage.
    assert page.links("note-1").count("#entry-1") == 1


def test_a_delegate_without_events_and_statements_has_no_lines_for_them(client, ada):
    text = brief(client).text("entry-1")
    assert "Events" not in text
    assert "Statements" not in text
