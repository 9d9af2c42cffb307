"""Versions: what lists and deletions have shown, what a record said at one, and the reason for a new one."""

import pytest

from initiatives.models import Initiative
from sco_cities.history.models import ChangeSource, Revision
from sco_cities.history.recorder import record_changes
from sco_cities.history.versions import document_at, version_of
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    Desk,
    act,
    address,
    errors_in,
    filled_in,
    messages_in,
    row,
    soup,
)
from tests.history.snapshots import changing, edit, snapshot


@pytest.fixture
def desk(curator):
    return Desk(curator)


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()])


# Lists and deletions


def versions_on(client, model) -> str:
    return soup(client.get(address(model))).select_one("input[name=versions]")["value"]


def test_an_action_leaves_records_alone_that_have_changed_since_the_list_was_shown(curator, lamps):
    other = make.make_initiative("lanterns", state="draft")
    listed = versions_on(curator, Initiative)
    edit(lamps, title_en="Their lamps")
    response = act(curator, "send_to_review", [lamps, other], versions=listed)
    left_alone = (
        "Left alone, for they have changed since the list was shown. Look at them, then choose again:"
    )
    assert f"{left_alone} Their lamps" in messages_in(response)
    assert (snapshot(lamps)["state"], snapshot(other)["state"]) == ("draft", "in_review")
    act(curator, "send_to_review", [lamps], versions=versions_on(curator, Initiative))
    assert snapshot(lamps)["state"] == "in_review"


def test_a_deletion_of_many_leaves_alone_what_has_changed_since_the_list_or_the_question(curator, lamps):
    listed = versions_on(curator, Initiative)
    question = act(curator, "delete_selected", [lamps], versions=listed)
    sent = filled_in(question)
    assert sent["versions"] == listed
    edit(lamps, title_en="Their lamps")
    del sent["_save"]  # the question is no form of a record
    response = curator.post(address(Initiative), sent, follow=True)
    assert "Left alone" in messages_in(response)[0]
    assert snapshot(lamps) is not None


@pytest.mark.parametrize("action", ["send_to_review", "delete_selected"])
def test_all_that_match_are_those_that_were_there_and_have_not_changed_since(action, curator, lamps):
    other = make.make_initiative("lanterns", state="draft")
    listed = versions_on(curator, Initiative)
    edit(lamps, title_en="Their lamps")
    with record_changes(ChangeSource.EDIT) as recorder:
        new = make.make_initiative("new", state="draft", title_en="New lamps")
        recorder.note_created([new])
    sent = {"versions": listed, "select_across": "1", "index": "0", "post": "yes"}
    response = act(curator, action, [lamps], **sent)
    assert [name in messages_in(response)[0] for name in ("Their lamps", "New lamps", "Lanterns")] == [
        True, True, False,
    ]  # fmt: skip
    assert [snapshot(record)["state"] for record in (lamps, new)] == ["draft", "draft"]
    touched = snapshot(other)
    assert touched is None if action == "delete_selected" else touched["state"] == "in_review"


@pytest.mark.parametrize("versions", ["", "x", "1:", ":1", "1:2:3", "٣:1", "1:x 2", "9" * 50 + ":1"])
def test_versions_that_are_none_are_no_error_page(versions, curator, lamps):
    response = act(curator, "send_to_review", [lamps], versions=versions.replace("1:", f"{lamps.pk}:"))
    assert response.status_code == 200


def test_a_key_with_noughts_before_it_is_the_same_key(curator, lamps):
    key = f"00{lamps.pk}"
    sent = {"action": "send_to_review", "_selected_action": [key], "versions": f"{key}:0"}
    assert curator.post(address(Initiative), sent).status_code == 302
    assert snapshot(lamps)["state"] == "in_review"
    edit(lamps, state="draft")
    response = curator.post(address(Initiative), sent, follow=True)
    assert "Left alone" in messages_in(response)[-1]
    assert snapshot(lamps)["state"] == "draft"


def test_a_row_whose_key_is_none_is_no_error_page(desk, lamps):
    sent = desk.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    for key in ("9" * 5000, "٣", "-1"):
        assert desk.send(sent | row(CITIES, 0, id=key)).status_code == 200


def test_a_record_that_has_changed_since_is_not_deleted(curator, lamps):
    place = address(lamps, "delete")
    sent = filled_in(curator.get(place))
    edit(lamps, title_en="Their lamps")
    response = curator.post(place, sent, follow=True)
    assert messages_in(response) == ["It has changed since this page was shown. Look at it again."]
    assert snapshot(lamps) is not None
    curator.post(place, filled_in(response) | {"why": "A mistake"})
    assert snapshot(lamps) is None
    assert Revision.objects.first().change_set.reason == "A mistake"


# Versions


def test_a_version_tells_what_a_record_said_then(lamps):
    first = snapshot(lamps)
    edit(lamps, title_en="Brighter lamps")
    second, number = snapshot(lamps), version_of(lamps)
    with changing(lamps):
        lamps.city_roles.all().delete()
    assert document_at(lamps, 0) == first
    assert document_at(lamps, number) == second
    assert document_at(lamps, version_of(lamps)) == snapshot(lamps)


def test_a_version_of_a_deleted_record_is_told_too(curator, lamps):
    before, key = snapshot(lamps), lamps.pk
    act(curator, "delete_selected", [lamps], post="yes")
    lamps.pk = key
    assert document_at(lamps, version_of(lamps)) is None
    assert document_at(lamps, 0) == before


# A reason


def test_a_published_record_is_not_changed_without_a_reason(desk, db):
    lamps = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    sent = desk.open(lamps)
    desk.send(sent | {"title_en": "Brighter lamps", "why": ""})
    assert "say in a few words why it is changed" in errors_in(desk.response)
    assert snapshot(lamps)["title_en"] == "Lamps"
    desk.send(sent | {"why": ""})
    assert desk.was_saved  # nothing was changed
    desk.send(sent | {"title_en": "Brighter lamps", "why": "A better name"})
    assert desk.was_saved
    assert Revision.objects.get().change_set.reason == "A better name"


def test_a_draft_needs_no_reason(desk, lamps):
    desk.send(desk.open(lamps) | {"title_en": "Brighter lamps", "why": ""})
    assert desk.was_saved
