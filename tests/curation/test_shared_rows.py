"""Edit conflicts in attendances, which are rows on the pages of both an event and a delegate."""

import pytest
from django.contrib import admin

from delegates.models import Attendance
from sco_cities.history.serialization import document_schema
from sco_cities.sources.base_models import record_models
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    RecordPage,
    errors_in,
    row,
    with_deleted_row,
    with_new_row,
)
from tests.curation.test_edit_conflicts import choose, conflicts_on
from tests.history.snapshots import edit


@pytest.fixture
def attendance(db):
    event = make.make_event("forum", state="draft")
    return make.make_attendance(event, make.make_delegate(state="draft"), role_at_event="speaker")


@pytest.mark.parametrize("changed_first", ["event", "delegate"])
@pytest.mark.parametrize(("side", "role"), [("yours", "guest"), ("theirs", "chair")])
def test_an_attendance_changed_on_the_other_page_is_a_conflict_with_three_sides(
    side, role, changed_first, record_page, attendance, curator
):
    theirs = getattr(attendance, changed_first)
    mine = attendance.delegate if changed_first == "event" else attendance.event
    other = RecordPage(curator)
    data = record_page.open(mine) | row(ATTENDANCES, 0, role_at_event="guest")
    other.send(other.open(theirs) | row(ATTENDANCES, 0, role_at_event="chair"))
    assert other.was_saved
    record_page.send(data)
    name = "Forum" if changed_first == "event" else "Ada test"
    assert conflicts_on(record_page) == {
        "Attendance changed by both of you": [
            f"{name} · speaker",
            f"removed: {name} · speaker added: {name} · chair",
            f"removed: {name} · speaker added: {name} · guest",
        ]
    }
    choose(record_page, **{f"{ATTENDANCES}-0": side})
    assert record_page.was_saved, errors_in(record_page.response)
    attendance.refresh_from_db()
    assert attendance.role_at_event == role


@pytest.mark.parametrize("changed_first", ["event", "delegate"])
def test_an_attendance_removed_on_the_other_page_is_a_conflict(
    changed_first, record_page, attendance, curator
):
    theirs = getattr(attendance, changed_first)
    mine = attendance.delegate if changed_first == "event" else attendance.event
    other = RecordPage(curator)
    data = record_page.open(mine) | row(ATTENDANCES, 0, role_at_event="guest")
    other.send(with_deleted_row(other.open(theirs), ATTENDANCES, 0))
    assert other.was_saved
    record_page.send(data)
    assert list(conflicts_on(record_page)) == ["Attendance changed by both of you"]
    choose(record_page, **{f"{ATTENDANCES}-0": "theirs"})
    assert record_page.was_saved, errors_in(record_page.response)
    assert not Attendance.objects.exists()


def test_an_attendance_added_on_both_pages_is_a_conflict_and_not_an_error(record_page, curator):
    event, ada = make.make_event("forum", state="draft"), make.make_delegate(state="draft")
    other = RecordPage(curator)
    data = with_new_row(record_page.open(ada), ATTENDANCES, event=event.pk, role_at_event="guest")
    other.send(with_new_row(other.open(event), ATTENDANCES, delegate=ada.pk, role_at_event="chair"))
    assert other.was_saved
    record_page.send(data)
    assert list(conflicts_on(record_page)) == ["Attendance changed by both of you"]
    choose(record_page, **{f"{ATTENDANCES}-0": "yours"})
    assert record_page.was_saved, errors_in(record_page.response)
    assert Attendance.objects.get().role_at_event == "guest"


def test_another_change_of_an_event_causes_no_conflict_on_the_page_of_a_delegate(record_page, attendance):
    data = record_page.open(attendance.delegate) | row(ATTENDANCES, 0, role_at_event="guest")
    edit(attendance.event, slug="assembly", name_en="Assembly")
    record_page.send(data)
    assert record_page.was_saved
    attendance.refresh_from_db()
    assert attendance.role_at_event == "guest"


def test_every_inline_is_owned_by_its_record_or_declared_as_shared(db):
    for model in record_models():
        known = {
            rows.model
            for rows in (*document_schema(model).rows.values(), *document_schema(model).shared_rows.values())
        }
        page = admin.site.get_model_admin(model)
        edited = {inline.model for inline in page.get_inlines(None, model())}
        assert edited <= known, model
