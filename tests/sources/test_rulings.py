"""Rulings: what the editors hold of a disagreement, where readers find it, and when there can be one."""

import pytest
from django.urls import reverse

from sco_cities.history.models import Revision
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Ruling
from tests import factories as make
from tests.curation.admin_client import (
    EVIDENCE,
    FIGURES,
    Desk,
    added,
    curator_client,
    errors_in,
    options_of,
    row,
    soup,
    without,
)

RULINGS = "sources-ruling-content_type-object_id"
REASON = "The contract is signed, as two ministries say."


@pytest.fixture
def desk(db):
    return Desk(curator_client())


@pytest.fixture
def record(db):
    """An initiative with a disagreement about its status and one about a figure."""
    record = make.make_initiative("lamps", sourced=True)
    figure = make.make_figure(record, "lamps")
    make.make_evidence(record, figure)
    tribune = make.make_report("tribune", publisher="The Tribune").passages.get()
    make.make_evidence(record, "status", tribune, stance="differs", reported_value="proposed")
    make.make_evidence(record, figure, tribune, stance="differs", reported_value="11 lamps")
    return record


def rule(record, field, reason=REASON) -> Ruling:
    return Ruling.objects.create(record=record, field=field, reason=reason)


def test_readers_see_the_ruling_after_both_readings_marked_as_the_editors(client, record):
    rule(record, "status")
    page = soup(client.get(record.get_absolute_url()))
    [ruling] = page.select("#v-status .readings .ruling")
    assert ruling.text == f"The editors: {REASON}"
    assert ruling.find_previous_sibling("ul")
    assert len(page.select(".ruling")) == 1


def test_readers_see_the_ruling_on_a_figure(client, record):
    rule(record, "figure:lamps")
    page = soup(client.get(record.get_absolute_url()))
    assert page.select_one("#v-figure-1 .readings .ruling").text == f"The editors: {REASON}"


def test_a_ruling_is_text_and_not_html(client, record):
    rule(record, "status", "<b>Because</b>")
    page = soup(client.get(record.get_absolute_url()))
    assert "<b>Because</b>" in page.select_one(".ruling").text


def test_a_ruling_on_what_no_published_report_disputes_is_not_shown(client, record):
    rule(record, "status")
    record.evidence.filter(field="status", stance="differs").update(passage=draft_passage())
    assert not soup(client.get(record.get_absolute_url())).select(".ruling")


def draft_passage():
    return make.make_report("draft", state=PublicationState.DRAFT).passages.get()


def test_rulings_cost_one_query_on_a_disputed_record_and_none_on_others(record, django_assert_num_queries):
    quiet = make.make_initiative("quiet", sourced=True)
    for footnotes, expected in ((Footnotes(record), 1), (Footnotes(quiet), 0)):
        assert footnotes.figures is not None
        with django_assert_num_queries(expected):
            footnotes.of("status")
            footnotes.of("starts_on")


# The curator's desk


def test_a_curator_rules_on_a_field_or_a_figure_on_the_page_of_the_record(desk, record):
    sent = added(desk.open(record), RULINGS, field="status", reason=REASON)
    desk.send(sent)
    assert desk.was_saved
    figure = options_of(desk.client.get(desk.address), f"{RULINGS}-0-field")["figure: lamps"]
    desk.send(added(desk.read(), RULINGS, field=figure, reason="Counted."))
    assert list(Ruling.objects.values_list("field", "reason")) == [
        ("status", REASON), ("figure:lamps", "Counted."),
    ]  # fmt: skip
    assert Revision.objects.first().changes["rulings"]["added"] == [
        {"field": "figure:lamps", "reason": "Counted."}
    ]
    # Opened again, both are chosen as they were, and saving changes nothing.
    desk.send(desk.read())
    assert Ruling.objects.count() == 2


@pytest.mark.parametrize("field", ["starts_on", "*", "cities"])
def test_a_ruling_needs_a_disagreement_on_its_field(field, desk, record):
    desk.send(added(desk.open(record), RULINGS, field=field, reason=REASON))
    assert errors_in(desk.response) == "No passage differs on this: there is nothing to rule on."
    assert not Ruling.objects.exists()


def test_the_disagreement_may_be_written_down_together_with_the_ruling(desk, record):
    passage = record.evidence.first().passage
    sent = added(
        desk.open(record), EVIDENCE,
        field="starts_on", passage=passage.pk, stance="differs", reported_value="2019",
    )  # fmt: skip
    desk.send(added(sent, RULINGS, field="starts_on", reason=REASON))
    assert desk.was_saved
    assert Ruling.objects.get().field == "starts_on"


def test_the_last_footnote_that_differs_does_not_go_before_the_ruling_on_it(desk, record):
    rule(record, "status")
    sent = desk.open(record)
    items = list(record.evidence.order_by("pk"))
    place = next(n for n, item in enumerate(items) if item.field == "status" and item.stance == "differs")
    gone = without(sent, EVIDENCE, place)
    desk.send(gone)
    assert "No passage differs on this" in errors_in(desk.response)
    desk.send(without(gone, RULINGS, 0))
    assert desk.was_saved
    assert not Ruling.objects.exists()


def test_there_is_one_ruling_on_a_field(desk, record):
    rule(record, "status")
    desk.send(added(desk.open(record), RULINGS, field="status", reason="Again."))
    assert errors_in(desk.response) == "There is a ruling on this already."


def test_a_ruling_follows_its_figure_when_that_is_called_something_else(desk, record):
    record.state = PublicationState.DRAFT
    record.save()
    rule(record, "figure:lamps")
    desk.send(desk.open(record) | row(FIGURES, 0, label="street lamps"))
    assert desk.was_saved
    assert Ruling.objects.get().field == "figure:street lamps"
    # Also where both are edited at once.
    desk.send(desk.read() | row(FIGURES, 0, label="lights") | row(RULINGS, 0, reason="Counted."))
    assert Ruling.objects.values_list("field", "reason").get() == ("figure:lights", "Counted.")


def test_a_figure_does_not_go_before_the_ruling_on_it(desk, record):
    rule(record, "figure:lamps")
    gone = without(desk.open(record), FIGURES, 0)
    desk.send(gone)
    assert "No passage differs on this" in errors_in(desk.response)


def test_the_field_shows_the_ruling_in_the_admin(desk, record):
    rule(record, "status")
    desk.open(record)
    assert f"Ruling: {REASON}" in soup(desk.response).select_one("#notes-status").text


def test_records_that_no_evidence_speaks_of_have_no_rulings(desk):
    desk.open(make.make_report())
    assert not soup(desk.response).select(f"#{RULINGS}-group")


def test_a_record_page_in_other_languages_says_that_it_is_the_editors_reason(client, record):
    rule(record, "status")
    response = client.get(reverse("initiatives-record", args=[record.slug]))
    assert soup(response).select_one(".ruling span")["lang"] == "en"
