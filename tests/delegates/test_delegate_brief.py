"""The brief of delegates has their events and statements."""

import pytest

from sco_cities.core.publication_state import PublicationState
from tests import factories as make
from tests.html import read_page

# What a page shows does not depend on the engine.
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
    make.make_evidence(said, "summary", make.make_report("gazette").passages.get())
    make.make_statement("draft", summary="Hidden.", delegate=ada, state=PublicationState.DRAFT)
    make.make_statement("whose", summary="Somebody said it.", event=said.event)
    page = brief(client)
    assert "Statements Lamps will shine. Fair, 2024 The Gazette ¶1" in page.text("entry-1")
    assert "/reports/gazette/#p1" in page.links("entry-1")
    assert "Hidden." not in page.text()
    assert "Somebody said it." not in page.text()


def test_a_delegate_without_events_and_statements_has_neither_line(client, ada):
    text = brief(client).text("entry-1")
    assert "Events" not in text
    assert "Statements" not in text
