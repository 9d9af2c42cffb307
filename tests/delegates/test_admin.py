"""Delegates, events and attendances in the admin."""

import pytest

from delegates.models import Attendance, Event, Statement
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    EVIDENCE,
    RecordPage,
    admin_url,
    errors_in,
    form_data,
    row,
    select_options,
    soup,
    unrendered_form_data,
    with_deleted_row,
    with_new_row,
)

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def record_page(curator):
    return RecordPage(curator)


@pytest.fixture
def event():
    """A published event with evidence for each value but not for the whole record."""
    event = make.make_event(starts_on="")
    make.make_evidence(event, "name_en")
    make.make_evidence(event, "kind")
    return event


def test_attendances_of_a_published_event_need_evidence(record_page, event):
    guest = {"delegate": make.make_delegate().pk, "role_at_event": "speaker"}
    sent = with_new_row(record_page.open(event), ATTENDANCES, **guest)
    record_page.send(sent)
    assert "No published report supports: attendances." in errors_in(record_page.response)
    assert form_data(record_page.response)[f"{ATTENDANCES}-0-role_at_event"] == "speaker"
    note = {"field": "attendances", "passage": make.make_report().passages.first().pk, "stance": "supports"}
    record_page.send(with_new_row(sent, EVIDENCE, reported_value="", **note))
    assert record_page.was_saved
    assert event.attendances.count() == 1


def test_no_attendance_at_a_published_event_is_added_on_the_delegate_page_without_evidence(
    record_page, event
):
    delegate = make.make_delegate()
    make.support_everything(delegate)
    visit = {"event": event.pk, "role_at_event": "guest"}
    record_page.send(with_new_row(record_page.open(delegate), ATTENDANCES, **visit))
    [error] = soup(record_page.response).select(f"#{ATTENDANCES}-0 .field-event .errorlist li")
    assert "no evidence supports its attendances" in error.text
    make.make_evidence(event, "attendances")
    record_page.send(with_new_row(record_page.open(delegate), ATTENDANCES, **visit))
    assert record_page.was_saved


def test_attendances_of_a_draft_event_need_no_evidence(record_page):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    draft = make.make_event(state=PublicationState.DRAFT)
    record_page.send(
        with_new_row(record_page.open(delegate), ATTENDANCES, event=draft.pk, role_at_event="guest")
    )
    assert record_page.was_saved
    assert Attendance.objects.get().event == draft


@pytest.mark.parametrize("on_event_page", [True, False])
def test_a_delegate_attends_an_event_only_once(on_event_page, record_page):
    event, delegate = (
        make.make_event(state=PublicationState.DRAFT),
        make.make_delegate(state=PublicationState.DRAFT),
    )
    make.make_attendance(event, delegate)
    other_side = {"delegate": delegate.pk} if on_event_page else {"event": event.pk}
    sent = record_page.open(event if on_event_page else delegate)
    record_page.send(with_new_row(sent, ATTENDANCES, role_at_event="again", **other_side))
    assert "is already listed" in errors_in(record_page.response)


def test_the_last_evidence_for_attendances_cannot_be_removed_while_there_are_any(record_page, event):
    make.make_attendance(event, make.make_delegate())
    make.make_evidence(event, "attendances")
    sent = with_deleted_row(record_page.open(event), EVIDENCE, 2)
    record_page.send(sent)
    assert "No published report supports: attendances." in errors_in(record_page.response)
    record_page.send(with_deleted_row(sent, ATTENDANCES, 0))
    assert record_page.was_saved


def test_attendances_are_an_evidence_field_of_an_event(record_page, event):
    record_page.open(event)
    assert select_options(record_page.response, f"{EVIDENCE}-0-field")["attendances"] == "attendances"


def test_an_event_cannot_be_part_of_itself(record_page):
    event = make.make_event(state=PublicationState.DRAFT)
    part = make.make_event("part", parent=event, state=PublicationState.DRAFT)
    record_page.send(record_page.open(event) | {"parent": part.pk})
    assert "An event cannot be part of itself." in errors_in(record_page.response)


def test_a_circle_of_other_events_does_not_block_saving(record_page):
    first, event = make.make_event("first"), make.make_event(state=PublicationState.DRAFT)
    Event.objects.filter(pk=first.pk).update(parent=make.make_event("second", parent=first))
    record_page.send(record_page.open(event) | {"parent": first.pk})
    assert record_page.was_saved


def test_a_role_needs_its_own_evidence(record_page):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    make.make_evidence(delegate)
    record_page.send(record_page.open(delegate) | {"state": "published"})
    assert "does not cover them: role." in errors_in(record_page.response)


def test_the_passages_that_quote_a_delegate_are_saved_with_the_delegate(record_page):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    passages = make.make_report(passages=2).passages.all()
    record_page.send(record_page.open(delegate) | {"passages": [passage.pk for passage in passages]})
    assert set(delegate.passages.all()) == set(passages)
    record_page.read()
    options = list(select_options(record_page.response, "passages"))
    report = "Gazette 20250101 (The Gazette, 1 January 2025)"
    assert sorted(options) == [f"{report} ¶{n} Passage {n} of gazette-20250101." for n in (1, 2)]


def test_a_statement_needs_a_delegate_or_an_event(curator):
    sent = unrendered_form_data(curator, admin_url(Statement, "add")) | {
        "summary": "Lamps are good.",
        "slug": "good",
    }
    response = curator.post(admin_url(Statement, "add"), sent)
    assert "Enter the delegate who made the statement or the event where it was made." in errors_in(response)
    curator.post(admin_url(Statement, "add"), sent | {"event": make.make_event().pk})
    assert Statement.objects.get().slug == "good"


def test_a_new_event_is_saved_with_its_attendances(curator):
    delegate = make.make_delegate()
    sent = unrendered_form_data(curator, admin_url(Event, "add")) | {
        "name_en": "Lamp forum", "slug": "lamp-forum", "kind": "forum",
        **row(ATTENDANCES, 0, delegate=delegate.pk, role_at_event="host"),
    }  # fmt: skip
    assert curator.post(admin_url(Event, "add"), sent).status_code == 302
    assert Attendance.objects.get().event.slug == "lamp-forum"
