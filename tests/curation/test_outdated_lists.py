"""Actions and deletions of records that have changed since their list or page was shown."""

import pytest

from initiatives.models import Initiative
from sco_cities.changes.recorder import record_changes
from sco_cities.history.models import ChangeSource, Revision
from tests import factories as make
from tests.curation.admin_client import (
    CITIES,
    admin_url,
    form_data,
    messages_in,
    page_after_action,
    row,
    run_action,
    soup,
)
from tests.history.snapshots import edit, snapshot


@pytest.fixture
def lamps(db):
    return make.make_initiative("lamps", state="draft", lead=[make.make_city()])


def versions_on(client, model) -> str:
    return soup(client.get(admin_url(model))).select_one("input[name=versions]")["value"]


def test_an_action_skips_records_that_have_changed_since_the_list_was_shown(curator, lamps):
    other = make.make_initiative("lanterns", state="draft")
    list_versions = versions_on(curator, Initiative)
    edit(lamps, title_en="Their lamps")
    response = page_after_action(curator, "send_to_review", [lamps, other], versions=list_versions)
    skipped = (
        "These records were not changed, because they were edited after you opened the list. Review them and select "
        "them again:"
    )
    assert f"{skipped} Their lamps" in messages_in(response)
    assert (snapshot(lamps)["state"], snapshot(other)["state"]) == ("draft", "in_review")
    run_action(curator, "send_to_review", [lamps], versions=versions_on(curator, Initiative))
    assert snapshot(lamps)["state"] == "in_review"


def test_a_bulk_deletion_skips_records_changed_since_the_list_or_the_confirmation(curator, lamps):
    list_versions = versions_on(curator, Initiative)
    confirmation = page_after_action(curator, "delete_selected", [lamps], versions=list_versions)
    sent = form_data(confirmation)
    assert sent["versions"] == list_versions
    edit(lamps, title_en="Their lamps")
    del sent["_save"]  # The confirmation has no such button.
    response = curator.post(admin_url(Initiative), sent, follow=True)
    assert "not changed" in messages_in(response)[0]
    assert snapshot(lamps) is not None


@pytest.mark.parametrize("action", ["send_to_review", "delete_selected"])
def test_select_all_skips_new_and_changed_records(action, curator, lamps):
    other = make.make_initiative("lanterns", state="draft")
    list_versions = versions_on(curator, Initiative)
    edit(lamps, title_en="Their lamps")
    with record_changes(ChangeSource.EDIT) as recorder:
        new = make.make_initiative("new", state="draft", title_en="New lamps")
        recorder.note_created([new])
    sent = {"versions": list_versions, "select_across": "1", "index": "0", "post": "yes"}
    response = page_after_action(curator, action, [lamps], **sent)
    assert [name in messages_in(response)[0] for name in ("Their lamps", "New lamps", "Lanterns")] == [
        True, True, False,
    ]  # fmt: skip
    assert [snapshot(record)["state"] for record in (lamps, new)] == ["draft", "draft"]
    changed = snapshot(other)
    assert changed is None if action == "delete_selected" else changed["state"] == "in_review"


@pytest.mark.parametrize("versions", ["", "x", "1:", ":1", "1:2:3", "٣:1", "1:x 2", "9" * 50 + ":1"])
def test_invalid_versions_are_not_a_server_error(versions, curator, lamps):
    response = page_after_action(
        curator, "send_to_review", [lamps], versions=versions.replace("1:", f"{lamps.pk}:")
    )
    assert response.status_code == 200


def test_leading_zeros_do_not_change_a_key(curator, lamps):
    key = f"00{lamps.pk}"
    sent = {"action": "send_to_review", "_selected_action": [key], "versions": f"{key}:0"}
    assert curator.post(admin_url(Initiative), sent).status_code == 302
    assert snapshot(lamps)["state"] == "in_review"
    edit(lamps, state="draft")
    response = curator.post(admin_url(Initiative), sent, follow=True)
    assert "not changed" in messages_in(response)[-1]
    assert snapshot(lamps)["state"] == "draft"


def test_an_invalid_row_key_is_not_a_server_error(record_page, lamps):
    sent = record_page.open(lamps) | {"title_en": "My lamps"}
    edit(lamps, title_en="Their lamps")
    for key in ("9" * 5000, "٣", "-1"):
        assert record_page.send(sent | row(CITIES, 0, id=key)).status_code == 200


def test_a_record_that_has_changed_since_is_not_deleted(curator, lamps):
    url = admin_url(lamps, "delete")
    sent = form_data(curator.get(url))
    edit(lamps, title_en="Their lamps")
    response = curator.post(url, sent, follow=True)
    assert messages_in(response) == ["The record has changed since you opened this page. Check it again."]
    assert snapshot(lamps) is not None
    curator.post(url, form_data(response) | {"why": "Wrong record"})
    assert snapshot(lamps) is None
    assert Revision.objects.first().change_set.reason == "Wrong record"
