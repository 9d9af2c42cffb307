"""Delegates, events and who was where, at the curator's desk."""

import pytest

from delegates.models import Attendance, Event, Statement
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    EVIDENCE,
    Desk,
    added,
    address,
    curator_client,
    errors_in,
    filled_in,
    options_of,
    row,
    soup,
    without,
)


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def event():
    """Published, with evidence for each value and none about the event as a whole."""
    event = make.make_event(starts_on="")
    make.make_evidence(event, "name_en")
    make.make_evidence(event, "kind")
    return event


def test_who_attended_a_published_event_needs_evidence(desk, event):
    guest = {"delegate": make.make_delegate().pk, "role_at_event": "speaker"}
    sent = added(desk.open(event), ATTENDANCES, **guest)
    desk.send(sent)
    assert "No published report supports: attendances." in errors_in(desk.response)
    assert filled_in(desk.response)[f"{ATTENDANCES}-0-role_at_event"] == "speaker"
    note = {"field": "attendances", "passage": make.make_report().passages.first().pk, "stance": "supports"}
    desk.send(added(sent, EVIDENCE, reported_value="", **note))
    assert desk.was_saved
    assert event.attendances.count() == 1


def test_nobody_is_added_to_a_published_event_from_the_other_side_without_evidence(desk, event):
    delegate = make.make_delegate()
    make.support_everything(delegate)
    visit = {"event": event.pk, "role_at_event": "guest"}
    desk.send(added(desk.open(delegate), ATTENDANCES, **visit))
    [error] = soup(desk.response).select(f"#{ATTENDANCES}-0 .field-event .errorlist li")
    assert "nothing there supports its attendances" in error.text
    make.make_evidence(event, "attendances")
    desk.send(added(desk.open(delegate), ATTENDANCES, **visit))
    assert desk.was_saved


def test_anybody_is_added_to_an_event_that_is_a_draft(desk):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    draft = make.make_event(state=PublicationState.DRAFT)
    desk.send(added(desk.open(delegate), ATTENDANCES, event=draft.pk, role_at_event="guest"))
    assert desk.was_saved
    assert Attendance.objects.get().event == draft


@pytest.mark.parametrize("from_the_event", [True, False])
def test_nobody_attends_an_event_twice(from_the_event, desk):
    event, delegate = (
        make.make_event(state=PublicationState.DRAFT),
        make.make_delegate(state=PublicationState.DRAFT),
    )
    make.make_attendance(event, delegate)
    chosen = {"delegate": delegate.pk} if from_the_event else {"event": event.pk}
    sent = desk.open(event if from_the_event else delegate)
    desk.send(added(sent, ATTENDANCES, role_at_event="again", **chosen))
    assert "is listed already" in errors_in(desk.response)


def test_the_last_footnote_on_attendances_stays_while_there_are_any(desk, event):
    make.make_attendance(event, make.make_delegate())
    make.make_evidence(event, "attendances")
    sent = without(desk.open(event), EVIDENCE, 2)
    desk.send(sent)
    assert "No published report supports: attendances." in errors_in(desk.response)
    desk.send(without(sent, ATTENDANCES, 0))
    assert desk.was_saved


def test_evidence_on_an_event_can_speak_of_its_attendances(desk, event):
    desk.open(event)
    assert options_of(desk.response, f"{EVIDENCE}-0-field")["attendances"] == "attendances"


def test_an_event_is_not_part_of_itself(desk):
    event = make.make_event(state=PublicationState.DRAFT)
    part = make.make_event("part", parent=event, state=PublicationState.DRAFT)
    desk.send(desk.open(event) | {"parent": part.pk})
    assert "An event cannot be part of itself." in errors_in(desk.response)


def test_a_circle_of_other_events_holds_nobody_up(desk):
    first, event = make.make_event("first"), make.make_event(state=PublicationState.DRAFT)
    Event.objects.filter(pk=first.pk).update(parent=make.make_event("second", parent=first))
    desk.send(desk.open(event) | {"parent": first.pk})
    assert desk.was_saved


def test_a_role_needs_a_footnote_of_its_own(desk):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    make.make_evidence(delegate)
    desk.send(desk.open(delegate) | {"state": "published"})
    assert "No published report supports: role." in errors_in(desk.response)


def test_the_passages_that_quote_a_delegate_are_kept_with_the_delegate(desk):
    delegate = make.make_delegate(state=PublicationState.DRAFT)
    passages = make.make_report(passages=2).passages.all()
    desk.send(desk.open(delegate) | {"passages": [passage.pk for passage in passages]})
    assert set(delegate.passages.all()) == set(passages)
    desk.read()
    shown = list(options_of(desk.response, "passages"))
    assert sorted(shown) == [f"gazette-20250101#{n} Passage {n} of gazette-20250101." for n in (1, 2)]


def test_a_statement_names_who_said_it_or_where(curator):
    sent = filled_in(curator.get(address(Statement, "add"))) | {"summary": "Lamps are good.", "slug": "good"}
    response = curator.post(address(Statement, "add"), sent)
    assert "Name the delegate who said it or the event at which it was said." in errors_in(response)
    curator.post(address(Statement, "add"), sent | {"event": make.make_event().pk})
    assert Statement.objects.get().slug == "good"


def test_a_new_event_takes_its_guests_along(curator):
    delegate = make.make_delegate()
    sent = filled_in(curator.get(address(Event, "add"))) | {
        "name_en": "Lamp forum", "slug": "lamp-forum", "kind": "forum",
        **row(ATTENDANCES, 0, delegate=delegate.pk, role_at_event="host"),
    }  # fmt: skip
    assert curator.post(address(Event, "add"), sent).status_code == 302
    assert Attendance.objects.get().event.slug == "lamp-forum"
