"""A bulk edit has a preview and a reason, is written atomically, and can be reverted as one change."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delegates.models import Event, Organisation
from initiatives.models import Initiative
from sco_cities.admin_framework import site
from sco_cities.changes import revert
from sco_cities.curation.review import record_edits
from sco_cities.curation.review.publish_checks import RecordEdit
from sco_cities.curation.review.transitions import TRANSITIONS
from sco_cities.history import serialization
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import Report
from tests import factories as make
from tests.curation.admin_client import admin_url, errors_in, messages_in, soup
from tests.curation.bulk_edit_steps import (
    REASON,
    edit,
    edit_data,
    fingerprint_in,
    preview_edit,
    preview_sentences,
    previewed_changes,
)

# The form

FIELDS = {
    Initiative: [
        "set_kind", "set_status", "set_event", "empty_event", "add_countries", "remove_countries",
        "add_organisations", "remove_organisations", "add_themes", "remove_themes",
    ],
    Report: ["set_language"],
    Organisation: ["set_kind", "set_country", "empty_country", "set_city", "empty_city"],
    Event: [
        "set_kind", "set_host_city", "empty_host_city", "set_parent", "empty_parent", "add_themes",
        "remove_themes",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("model", "expected"), FIELDS.items())
def test_the_form_has_the_choices_foreign_keys_and_lists_of_the_model(model, expected, curator):
    record = {
        Initiative: make.make_initiative, Report: make.make_report, Organisation: make.make_organisation,
        Event: make.make_event,
    }[model]()  # fmt: skip
    page = soup(curator.post(admin_url(record), {"action": "edit_many", "_selected_action": [record.pk]}))
    names = [field["name"] for field in page.select(".module .form-row [name]")]
    assert names == [*expected, "move", "evidence_stands", "reason"]


def test_every_kind_of_record_offers_the_action(curator):
    for model in record_models():
        page = soup(curator.get(admin_url(model)))
        assert page.select_one("#changelist") is not None
    make.make_initiative()
    assert "Edit selected …" in [
        option.text for option in soup(curator.get(admin_url(Initiative))).select("option")
    ]


INVALID = [
    ({}, "Select at least one change."),
    ({"set_status": "nothing"}, "Select a valid choice. nothing is not one of the available choices."),
    ({"set_status": "agreed", "reason": ""}, "Enter a short reason for the change."),
    ({"add_themes": ["x"]}, "“x” is not a valid value."),
    (
        {"set_event": "99999999999999999999"},
        "Select a valid choice. That choice is not one of the available choices.",
    ),
    ({"move": "explode"}, "Select a valid choice. explode is not one of the available choices."),
]


@pytest.mark.parametrize(("values", "error"), INVALID)
def test_invalid_input_shows_an_error_and_changes_nothing(values, error, curator):
    record = make.make_initiative(state=PublicationState.DRAFT)
    response = preview_edit(curator, [record], **values)
    assert response.status_code == 200
    assert error in errors_in(response)
    assert not previewed_changes(response)
    assert not ChangeSet.objects.exists()


def test_contradicting_changes_are_errors(curator):
    theme, event = make.make_theme(), make.make_event()
    response = preview_edit(
        curator, [make.make_initiative()],
        set_event=event.pk, empty_event="on", add_themes=[theme.pk], remove_themes=[theme.pk],
    )  # fmt: skip
    assert errors_in(response) == (
        "Choose a value or clear the field, not both. "
        "These records are selected both to add and to remove: Lamps. Choose only one of the two."
    )


# The outcome


@pytest.fixture
def drafts(db):
    """Three drafts.

    Their statuses are agreed, agreed and under way. Their themes are lamps, none, and lamps with poles.
    """
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    return [
        make.make_initiative("one", state=PublicationState.DRAFT, themes=[lamps]),
        make.make_initiative("two", state=PublicationState.DRAFT),
        make.make_initiative(
            "three", state=PublicationState.DRAFT, status="under_way", themes=[lamps, poles]
        ),
    ]


def themes_of(record) -> list[str]:
    return sorted(record.themes.values_list("slug", flat=True))


def test_the_preview_counts_changes_by_old_and_new_value_and_writes_nothing(drafts, curator):
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    with CaptureQueriesContext(connection) as captured:
        response = preview_edit(
            curator, drafts, set_status="under_way", add_themes=[lamps.pk], remove_themes=[poles.pk]
        )
    assert previewed_changes(response) == [
        ("Status", "agreed", "under way", "2"),
        ("Themes", "", "Lamps", "1"),
        ("Themes", "Poles", "", "1"),
    ]
    assert preview_sentences(response) == ["3 records will be changed."]
    assert [
        query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ] == []


def test_fields_are_set_and_list_items_are_added_and_removed(drafts, curator):
    lamps, poles, event = make.make_theme("lamps"), make.make_theme("poles"), make.make_event()
    response = edit(
        curator, drafts, set_status="under_way", set_event=event.pk, add_themes=[lamps.pk],
        remove_themes=[poles.pk],
    )  # fmt: skip
    assert messages_in(response) == ["3 records: changed."]
    for record in drafts:
        before = record.updated_at
        record.refresh_from_db()
        assert (record.status, record.event, themes_of(record)) == ("under_way", event, ["lamps"])
        assert record.updated_at > before


def test_computed_columns_are_updated(curator):
    record = make.make_initiative(state=PublicationState.DRAFT, status="under_way", starts_on="2024")
    assert record.runs_until is None
    edit(curator, [record], set_status="completed")
    record.refresh_from_db()
    assert str(record.runs_until) == "2024-12-31"


def test_records_that_already_have_the_value_are_counted_separately_and_not_changed(drafts, curator):
    before = drafts[2].updated_at
    response = edit(curator, drafts, set_status="under_way")
    assert messages_in(response) == [
        "2 records: changed.", "1 record: these values were already set, so nothing was changed.",
    ]  # fmt: skip
    drafts[2].refresh_from_db()
    assert drafts[2].updated_at == before
    assert Revision.objects.count() == 2


def test_a_field_is_cleared(curator):
    record = make.make_initiative(state=PublicationState.DRAFT, event=make.make_event())
    edit(curator, [record], empty_event="on")
    record.refresh_from_db()
    assert record.event is None


def test_the_edit_is_one_change_with_a_reason_and_is_reverted_as_one(drafts, curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 2)
    keys = [record.pk for record in drafts]
    before = serialization.read_documents(Initiative, keys)
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    edit(curator, drafts, set_status="stalled", add_themes=[poles.pk], remove_themes=[lamps.pk])
    [change] = ChangeSet.objects.all()
    assert (change.source, change.reason, change.made_by_name) == (ChangeSource.BULK, REASON, "curator")
    assert change.revisions.count() == 3
    assert serialization.read_documents(Initiative, keys) != before
    revert.revert(change.revisions.all(), user=None, reason="A mistake.", reverts=change)
    assert serialization.read_documents(Initiative, keys) == before


def test_all_records_that_match_a_filter_are_edited(curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 7)
    records = [make.make_initiative(state=PublicationState.DRAFT) for _ in range(60)]
    other = make.make_initiative("other", kind="plan", state=PublicationState.DRAFT)
    page = f"{admin_url(Initiative)}?kind__exact=project"
    data = edit_data(records[:1], select_across="1", set_status="stalled")
    response = curator.post(page, data | {"_preview": "1"})
    assert soup(response).select_one("h1").text == "Edit 60 records"
    assert len(soup(response).select("input[name=_selected_action]")) == 1
    response = curator.post(page, data | {"_apply": "1", "seen": fingerprint_in(response)}, follow=True)
    assert messages_in(response) == ["60 records: changed."]
    assert response.redirect_chain[-1][0] == page
    assert Initiative.objects.filter(status="stalled").count() == 60
    other.refresh_from_db()
    assert other.status == "agreed"


def test_too_many_records_are_refused(drafts, curator, monkeypatch):
    monkeypatch.setattr(site, "MAX_RECORDS", 2)
    response = curator.post(admin_url(Initiative), edit_data(drafts), follow=True)
    assert messages_in(response) == [
        "You have selected too many records: 3. Filter the list, and select at most 2 at a time."
    ]


def test_a_failure_changes_nothing(drafts, curator, monkeypatch):
    monkeypatch.setattr(record_edits, "BATCH", 1)
    fingerprint = fingerprint_in(preview_edit(curator, drafts, set_status="stalled"))
    real, calls = record_edits._write, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise RuntimeError("the disk is full")
        real(*arguments)

    monkeypatch.setattr(record_edits, "_write", failing)
    with pytest.raises(RuntimeError):
        curator.post(
            admin_url(Initiative), edit_data(drafts, set_status="stalled", _apply="1", seen=fingerprint)
        )
    assert not Initiative.objects.filter(status="stalled").exists()
    assert not ChangeSet.objects.exists()


STALE = "The data has changed since the preview. Check it again."


def test_an_edit_without_a_current_preview_is_not_applied(drafts, curator):
    fingerprint = fingerprint_in(preview_edit(curator, drafts, set_status="stalled"))
    for data in (
        edit_data(drafts, set_status="completed", _apply="1", seen=fingerprint),
        edit_data(drafts[:2], set_status="stalled", _apply="1", seen=fingerprint),
        edit_data(drafts, set_status="stalled", _apply="1", seen=""),
        edit_data(drafts, set_status="stalled", _apply="1"),
    ):
        response = curator.post(admin_url(Initiative), data)
        assert messages_in(response) == [STALE]
        assert previewed_changes(response)
    Initiative.objects.filter(slug="two").update(status="operating")  # changed by another curator
    response = curator.post(
        admin_url(Initiative), edit_data(drafts, set_status="stalled", _apply="1", seen=fingerprint)
    )
    assert messages_in(response) == [STALE]
    assert not Initiative.objects.filter(status__in=("stalled", "completed")).exists()


# The queries of a bulk edit:
# - Session, user, permissions of user and group (4).
# - The list with the action (14): choices of countries and themes (twice), number of results, page, footnotes, fields
#   without evidence.
# - Keys of the selection (1). The chosen theme (2), and its name where the form is shown again.
# - For each batch: begin, records, themes, fields without evidence, and the documents before and after for the history.
NUMBERS_OF_RECORDS = 3, 30


def test_editing_30_records_needs_no_more_queries_than_editing_3(curator):
    ContentType.objects.get_for_models(*record_models())
    theme, counts = make.make_theme(), []
    for number in NUMBERS_OF_RECORDS:
        records = [make.make_initiative(sourced=True) for _ in range(number)]
        values = {"set_status": "completed", "evidence_stands": "on", "add_themes": [theme.pk]}
        fingerprint = fingerprint_in(preview_edit(curator, records, **values))
        with CaptureQueriesContext(connection) as captured:
            curator.post(admin_url(Initiative), edit_data(records, **values, _apply="1", seen=fingerprint))
        assert Initiative.objects.filter(status="completed", themes=theme).count() >= number
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 80


def test_the_summary_of_two_kinds_contains_the_changes_and_the_outcomes_of_both(db):
    publish = record_edits.BulkEdit(transition=TRANSITIONS["publish"])
    records = [
        make.make_event(),
        make.make_initiative("bright-lamps", state="draft", lead=[make.make_city()]),
    ]
    summary = record_edits.BulkEditSummary(publish)
    for number, record in enumerate(records, 1):
        summary.add([RecordEdit(record, columns={"state": ("draft", "published")})])
        assert summary.change_rows == [("Publication state", "draft", "published", number)]
        assert summary.changed_keys[type(record)] == [record.pk]
    assert [key for key, _refusal, _changes in summary.outcome] == [record.pk for record in records]
