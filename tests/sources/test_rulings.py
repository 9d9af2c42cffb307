"""The display of the editors' rulings on disputed values, and the rules for adding a ruling."""

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
    RecordPage,
    curator_client,
    errors_in,
    row,
    select_options,
    soup,
    with_deleted_row,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")

RULINGS = "sources-ruling-content_type-object_id"
REASON = "The contract is signed, as two ministries say."


@pytest.fixture
def record_page(db):
    return RecordPage(curator_client())


@pytest.fixture
def record(db):
    """An initiative with a disputed status and a disputed figure."""
    record = make.make_initiative("lamps", sourced=True)
    figure = make.make_figure(record, "lamps")
    make.make_evidence(record, figure)
    tribune = make.make_report("tribune", publisher="The Tribune").passages.get()
    make.make_evidence(record, "status", tribune, stance="differs", reported_value="proposed")
    make.make_evidence(record, figure, tribune, stance="differs", reported_value="11 lamps")
    return record


def rule(record, field, reason=REASON) -> Ruling:
    return Ruling.objects.create(record=record, field=field, reason=reason)


def test_the_ruling_comes_after_both_readings_and_names_the_editors(client, record):
    rule(record, "status")
    page = soup(client.get(record.get_absolute_url()))
    [ruling] = page.select("#v-status-readings .ruling")
    assert ruling.text == f"The editors: {REASON}"
    assert ruling.find_previous_sibling("ul")
    assert len(page.select(".ruling")) == 1


def test_the_ruling_on_a_figure_is_shown(client, record):
    rule(record, "figure:lamps")
    page = soup(client.get(record.get_absolute_url()))
    assert page.select_one("#v-figure-1 .readings .ruling").text == f"The editors: {REASON}"


def test_a_ruling_is_escaped(client, record):
    rule(record, "status", "<b>Because</b>")
    page = soup(client.get(record.get_absolute_url()))
    assert "<b>Because</b>" in page.select_one(".ruling").text


def test_a_ruling_on_a_value_that_no_published_report_disputes_is_not_shown(client, record):
    rule(record, "status")
    record.evidence.filter(field="status", stance="differs").update(passage=draft_passage())
    assert not soup(client.get(record.get_absolute_url())).select(".ruling")


def draft_passage():
    return make.make_report("draft", state=PublicationState.DRAFT).passages.get()


def test_rulings_need_one_query_for_a_disputed_record_and_none_for_others(record, django_assert_num_queries):
    quiet = make.make_initiative("quiet", sourced=True)
    for footnotes, expected in ((Footnotes(record), 1), (Footnotes(quiet), 0)):
        assert footnotes.figures is not None
        with django_assert_num_queries(expected):
            footnotes.notes_for("status")
            footnotes.notes_for("starts_on")


# In the admin


def test_a_ruling_on_a_field_or_a_figure_is_added_on_the_record_page(record_page, record):
    sent = with_new_row(record_page.open(record), RULINGS, field="status", reason=REASON)
    record_page.send(sent)
    assert record_page.was_saved
    figure = select_options(record_page.client.get(record_page.url), f"{RULINGS}-0-field")["figure: lamps"]
    record_page.send(with_new_row(record_page.read(), RULINGS, field=figure, reason="Counted."))
    assert list(Ruling.objects.values_list("field", "reason")) == [
        ("status", REASON), ("figure:lamps", "Counted."),
    ]  # fmt: skip
    assert Revision.objects.first().changes["rulings"]["added"] == [
        {"field": "figure:lamps", "reason": "Counted."}
    ]
    # Saving the form again without changes keeps both rulings.
    record_page.send(record_page.read())
    assert Ruling.objects.count() == 2


@pytest.mark.parametrize("field", ["starts_on", "*", "cities"])
def test_a_ruling_needs_a_disputed_field(field, record_page, record):
    record_page.send(with_new_row(record_page.open(record), RULINGS, field=field, reason=REASON))
    assert errors_in(record_page.response) == "No passage contradicts this field, so no reason is needed."
    assert not Ruling.objects.exists()


def test_the_differing_evidence_may_be_added_together_with_the_ruling(record_page, record):
    passage = record.evidence.first().passage
    sent = with_new_row(
        record_page.open(record), EVIDENCE,
        field="starts_on", passage=passage.pk, stance="differs", reported_value="2019",
    )  # fmt: skip
    record_page.send(with_new_row(sent, RULINGS, field="starts_on", reason=REASON))
    assert record_page.was_saved
    assert Ruling.objects.get().field == "starts_on"


def test_the_last_differing_evidence_cannot_be_removed_before_the_ruling(record_page, record):
    rule(record, "status")
    sent = record_page.open(record)
    items = list(record.evidence.order_by("pk"))
    place = next(n for n, item in enumerate(items) if item.field == "status" and item.stance == "differs")
    gone = with_deleted_row(sent, EVIDENCE, place)
    record_page.send(gone)
    assert "No passage contradicts this" in errors_in(record_page.response)
    record_page.send(with_deleted_row(gone, RULINGS, 0))
    assert record_page.was_saved
    assert not Ruling.objects.exists()


def test_a_field_has_at_most_one_ruling(record_page, record):
    rule(record, "status")
    record_page.send(with_new_row(record_page.open(record), RULINGS, field="status", reason="Again."))
    assert errors_in(record_page.response) == "There is already a reason for this field."


def test_a_ruling_follows_its_figure_when_the_label_changes(record_page, record):
    record.state = PublicationState.DRAFT
    record.save()
    rule(record, "figure:lamps")
    record_page.send(record_page.open(record) | row(FIGURES, 0, label="street lamps"))
    assert record_page.was_saved
    assert Ruling.objects.get().field == "figure:street lamps"
    # The ruling also stays with the figure if the figure and the ruling are edited together.
    record_page.send(
        record_page.read() | row(FIGURES, 0, label="lights") | row(RULINGS, 0, reason="Counted.")
    )
    assert Ruling.objects.values_list("field", "reason").get() == ("figure:lights", "Counted.")


def test_a_figure_cannot_be_removed_before_its_ruling(record_page, record):
    rule(record, "figure:lamps")
    gone = with_deleted_row(record_page.open(record), FIGURES, 0)
    record_page.send(gone)
    assert "No passage contradicts this" in errors_in(record_page.response)


def test_the_field_shows_the_ruling_in_the_admin(record_page, record):
    rule(record, "status")
    record_page.open(record)
    assert f"Why we keep this value: {REASON}" in soup(record_page.response).select_one("#notes-status").text


def test_records_without_evidence_fields_have_no_rulings(record_page):
    record_page.open(make.make_report())
    assert not soup(record_page.response).select(f"#{RULINGS}-group")


def test_the_reason_of_a_ruling_is_marked_as_english(client, record):
    rule(record, "status")
    response = client.get("/ru" + reverse("initiatives-record", args=[record.slug]))
    assert soup(response).select_one(".ruling span")["lang"] == "en"
