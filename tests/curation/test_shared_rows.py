"""Rows that are edited on the pages of two records, attendances, are overwritten on neither unseen."""

import pytest
from django.contrib import admin

from delegates.models import Attendance
from sco_cities.history.serialization import document_schema
from sco_cities.sources.base_models import record_models
from tests import factories as make
from tests.curation.admin_client import ATTENDANCES, Desk, added, errors_in, row, without
from tests.curation.test_edit_conflicts import choose, shown
from tests.history.snapshots import edit


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def attendance(db):
    event = make.make_event("forum", state="draft")
    return make.make_attendance(event, make.make_delegate(state="draft"), role_at_event="speaker")


@pytest.mark.parametrize("is_first", ["event", "delegate"])
@pytest.mark.parametrize(("side", "role"), [("yours", "guest"), ("theirs", "chair")])
def test_an_attendance_that_was_changed_on_the_other_page_is_shown_from_three_sides(
    side, role, is_first, desk, attendance, curator
):
    theirs = getattr(attendance, is_first)
    mine = attendance.delegate if is_first == "event" else attendance.event
    other = Desk(curator)
    sent = desk.open(mine) | row(ATTENDANCES, 0, role_at_event="guest")
    other.send(other.open(theirs) | row(ATTENDANCES, 0, role_at_event="chair"))
    assert other.was_saved
    desk.send(sent)
    name = "Forum" if is_first == "event" else "Ada test"
    assert shown(desk) == {
        "Attendance both of you have changed it": [
            f"{name} · speaker",
            f"removed: {name} · speaker added: {name} · chair",
            f"removed: {name} · speaker added: {name} · guest",
        ]
    }
    choose(desk, **{f"{ATTENDANCES}-0": side})
    assert desk.was_saved, errors_in(desk.response)
    attendance.refresh_from_db()
    assert attendance.role_at_event == role


@pytest.mark.parametrize("is_first", ["event", "delegate"])
def test_an_attendance_that_was_removed_on_the_other_page_is_not_brought_back_unseen(
    is_first, desk, attendance, curator
):
    theirs = getattr(attendance, is_first)
    mine = attendance.delegate if is_first == "event" else attendance.event
    other = Desk(curator)
    sent = desk.open(mine) | row(ATTENDANCES, 0, role_at_event="guest")
    other.send(without(other.open(theirs), ATTENDANCES, 0))
    assert other.was_saved
    desk.send(sent)
    assert list(shown(desk)) == ["Attendance both of you have changed it"]
    choose(desk, **{f"{ATTENDANCES}-0": "theirs"})
    assert desk.was_saved, errors_in(desk.response)
    assert not Attendance.objects.exists()


def test_an_attendance_that_both_pages_add_is_chosen_and_no_error(desk, curator):
    event, ada = make.make_event("forum", state="draft"), make.make_delegate(state="draft")
    other = Desk(curator)
    sent = added(desk.open(ada), ATTENDANCES, event=event.pk, role_at_event="guest")
    other.send(added(other.open(event), ATTENDANCES, delegate=ada.pk, role_at_event="chair"))
    assert other.was_saved
    desk.send(sent)
    assert list(shown(desk)) == ["Attendance both of you have changed it"]
    choose(desk, **{f"{ATTENDANCES}-0": "yours"})
    assert desk.was_saved, errors_in(desk.response)
    assert Attendance.objects.get().role_at_event == "guest"


def test_what_else_has_changed_of_an_event_stands_in_no_delegates_way(desk, attendance):
    sent = desk.open(attendance.delegate) | row(ATTENDANCES, 0, role_at_event="guest")
    edit(attendance.event, slug="assembly", name_en="Assembly")
    desk.send(sent)
    assert desk.was_saved
    attendance.refresh_from_db()
    assert attendance.role_at_event == "guest"


def test_every_row_that_a_page_edits_is_part_of_its_record_or_known_to_be_shared():
    for model in record_models():
        known = {
            rows.model
            for rows in (*document_schema(model).rows.values(), *document_schema(model).shared.values())
        }
        page = admin.site.get_model_admin(model)
        edited = {inline.model for inline in page.get_inlines(None, model())}
        assert edited <= known, model
