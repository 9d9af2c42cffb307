"""Every write to a record creates a revision, and every admin class uses the history."""

from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from initiatives.models import Initiative
from sco_cities.admin_framework import site
from sco_cities.changes.admin_mixin import HistoryMixin
from sco_cities.changes.recorder import record_changes
from sco_cities.core.exceptions import Refused
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from sco_cities.history.versions import has_unrecorded_changes
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    FIGURES,
    PASSAGES,
    admin_url,
    curated_models,
    form_data,
    messages_in,
    page_after_action,
    row,
    run_action,
    unrendered_form_data,
    with_deleted_row,
    with_new_row,
)
from tests.history.snapshots import snapshot


@pytest.fixture(autouse=True)
def complete_histories(db):
    """Checks after each test that every record agrees with its newest revision."""
    yield
    for model in curated_models():
        for record in model._base_manager.all():
            assert not has_unrecorded_changes(record), record


def revisions() -> list[tuple[str, str, list[str]]]:
    """Returns the slug, action and changed fields of each revision, oldest first."""
    return [(each.slug, each.action, sorted(each.changes)) for each in Revision.objects.order_by("pk")]


def test_an_edit_is_recorded_with_user_changes_and_reason(record_page, lamps):
    beta = make.make_city("betatown")
    sent = record_page.open(lamps) | {
        "title_en": "Brighter lamps",
        "why": "A better name",
        "evidence_stands": "on",
    }
    record_page.send(with_new_row(sent, CITIES, city=beta.pk, role="partner"))
    assert record_page.was_saved
    revision = Revision.objects.of(lamps).get()
    assert (revision.change_set.made_by_name, revision.change_set.reason) == ("curator", "A better name")
    assert (revision.action, revision.state_before, revision.state) == ("changed", "published", "published")
    assert revision.changes == {
        "title_en": ["Bright lamps", "Brighter lamps"],
        "city_roles": {"removed": [], "added": [{"city": "betatown", "role": "partner"}]},
    }


def test_saving_an_unchanged_form_leaves_no_revision(record_page, lamps):
    record_page.send(record_page.open(lamps))
    assert record_page.was_saved
    assert revisions() == []


def test_a_new_record_is_recorded(curator):
    sent = unrendered_form_data(curator, admin_url(Initiative, "add")) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "why": "From the gazette",
    }  # fmt: skip
    assert curator.post(admin_url(Initiative, "add"), sent).status_code == 302
    assert revisions() == [("lamps", "created", [])]
    assert ChangeSet.objects.get().reason == "From the gazette"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (lambda sent: sent | {"themes": [make.make_theme().pk]}, ["themes"]),
        (
            lambda sent: with_new_row(sent, CITIES, city=make.make_city("betatown").pk, role="partner"),
            ["city_roles"],
        ),
        (lambda sent: sent | row(CITIES, 0, role="partner"), ["city_roles"]),
        (lambda sent: with_deleted_row(sent, CITIES, 0), ["city_roles"]),
        (
            lambda sent: with_new_row(
                sent, FIGURES, label="lamps", value="3", unit="lamps", qualifier="exact"
            ),
            ["figures"],
        ),
        (lambda sent: with_deleted_row(sent, EVIDENCE, 0), ["evidence"]),
        (lambda sent: sent | row(EVIDENCE, 0, stance="differs", reported_value="a plan"), ["evidence"]),
        (lambda sent: sent | {"slug": "dimmer-lamps"}, ["former_slugs", "slug"]),
        (lambda sent: sent | {"state": "in_review"}, ["state"]),
    ],
)
def test_changes_of_rows_relations_and_slugs_are_recorded(change, fields, record_page, draft):
    record_page.send(change(record_page.open(draft)))
    assert record_page.was_saved
    assert [(action, changed) for _slug, action, changed in revisions()] == [("changed", fields)]


@pytest.mark.parametrize(
    ("action", "state"),
    [("publish", "draft"), ("send_to_review", "draft"), ("back_to_draft", "withdrawn"),
     ("send_back", "in_review"), ("withdraw", "published")],
)  # fmt: skip
def test_every_state_action_of_the_changelist_is_recorded(action, state, curator):
    record = make.make_theme(state=state)
    run_action(curator, action, [record], reason="Required.")
    assert revisions() == [("lamps", "changed", ["state"])]


def test_a_deletion_is_recorded_on_the_page_and_in_the_changelist(curator):
    first, second = make.make_theme("first"), make.make_theme("second")
    curator.post(admin_url(first, "delete"), {"post": "yes"})
    run_action(curator, "delete_selected", [second], post="yes")
    assert [(slug, action) for slug, action, _changed in revisions()] == [
        ("first", "deleted"), ("second", "deleted"),
    ]  # fmt: skip


def test_a_rename_is_recorded_with_all_referencing_records(record_page, lamps):
    city = lamps.cities.get()
    report = Report.objects.get()
    record_page.send(record_page.open(city) | {"slug": "alfaville"})
    assert revisions() == [
        ("alfaville", "changed", ["former_slugs", "slug"]), ("bright-lamps", "changed", ["city_roles"]),
    ]  # fmt: skip
    Revision.objects.all().delete()
    record_page.send(record_page.open(report) | {"slug": "the-gazette"})
    assert sorted(revisions()) == [
        ("bright-lamps", "changed", ["evidence"]), ("the-gazette", "changed", ["former_slugs", "slug"]),
    ]  # fmt: skip


def test_an_attendance_edited_on_a_delegates_page_is_recorded_for_the_event(record_page, db):
    event, delegate = make.make_event(state="draft"), make.make_delegate(state="draft")
    record_page.send(
        with_new_row(record_page.open(delegate), ATTENDANCES, event=event.pk, role_at_event="speaker")
    )
    assert record_page.was_saved
    assert revisions() == [("lamp-forum-2025", "changed", ["attendances"])]


def test_a_passage_is_recorded_with_its_report_wherever_it_is_edited(record_page, curator):
    report = make.make_report()
    passage = report.passages.get()
    record_page.send(record_page.open(passage) | {"summary": "Clearer."})
    record_page.send(record_page.open(report) | row(PASSAGES, 0, summary="Clearer still."))
    sent = unrendered_form_data(curator, admin_url(passage, "add"))
    curator.post(
        admin_url(passage, "add"), sent | {"report": report.pk, "number": "2", "summary": "Another."}
    )
    curator.post(admin_url(passage, "delete"), form_data(curator.get(admin_url(passage, "delete"))))
    expected = ("gazette-20250101", "changed", ["passages"])
    assert revisions() == [expected] * 4


def test_a_renumbered_passage_is_recorded_with_the_evidence_that_cites_it(record_page, lamps):
    passage = Report.objects.get().passages.get()
    record_page.send(record_page.open(passage) | {"number": "7"})
    assert sorted(revisions()) == [
        ("bright-lamps", "changed", ["evidence"]), ("gazette-20250101", "changed", ["passages"]),
    ]  # fmt: skip


def test_a_data_package_is_recorded_as_one_change_set(db, tmp_path):
    theme = make.make_theme()
    call_command("dump_package", str(tmp_path), stdout=StringIO())
    theme.delete()
    call_command("load_package", str(tmp_path), verbosity=0)
    assert revisions() == [("lamps", "created", [])]
    assert ChangeSet.objects.get().source == "package"


def test_no_admin_that_curators_use_writes_without_the_history(rf, curator):
    request = rf.get("/")
    request.user = get_user_model().objects.get(username="curator")
    unrecorded = []
    for model in curated_models():
        found = admin.site.get_model_admin(model)
        rights = (found.has_add_permission, found.has_change_permission, found.has_delete_permission)
        if any(may(request) for may in rights) and not isinstance(found, HistoryMixin):
            unrecorded.append(model.__name__)
    assert unrecorded == []


def test_every_record_model_has_an_admin_with_history():
    with_history = {model for model, found in admin.site._registry.items() if isinstance(found, HistoryMixin)}
    assert Report in with_history
    assert not [model.__name__ for model in curated_models() if model not in with_history]


def test_deleting_25_records_takes_no_more_queries_than_deleting_5(curator):
    def queries_for(number):
        themes = [make.make_theme(f"theme-{number}-{each}") for each in range(number)]
        make.make_initiative(themes=themes)
        sent = {"action": "delete_selected", "_selected_action": [each.pk for each in themes], "post": "yes"}
        with CaptureQueriesContext(connection) as captured:
            curator.post(admin_url(Theme), sent)
        assert not Theme.objects.exists()
        assert (
            Revision.objects.filter(action="deleted", slug__startswith=f"theme-{number}-").count() == number
        )
        return len(captured)

    queries_for(1)
    assert queries_for(5) == queries_for(25)


def test_deleting_25_records_with_parts_takes_no_more_queries_than_5(curator):
    def queries_for(number):
        records = []
        for each in range(number):
            city = make.make_city(f"city-{number}-{each}")
            passage = make.make_report(f"report-{number}-{each}").passages.get()
            records.append(make.make_initiative(lead=[city]))
            for field in ("*", make.make_figure(records[-1])):
                make.make_evidence(records[-1], field, passage)
        counts = []
        for confirmation in ({}, {"post": "yes"}):
            with CaptureQueriesContext(connection) as captured:
                response = page_after_action(curator, "delete_selected", records, **confirmation)
            counts.append(len(captured))
            if not confirmation:
                assert f"{city}, lead" in response.text
                assert f"figure:lamps confirms ({passage})" in response.text
        assert not Initiative.objects.exists()
        return counts

    queries_for(1)
    assert queries_for(5) == queries_for(25)


def test_too_many_records_are_not_deleted_at_once(curator, monkeypatch):
    monkeypatch.setattr(site, "MAX_RECORDS", 2)
    themes = [make.make_theme(f"theme-{number}") for number in range(3)]
    for confirmation in ({}, {"post": "yes"}):
        response = page_after_action(curator, "delete_selected", themes, **confirmation)
        assert messages_in(response) == [
            "You have selected too many records: 3. Filter the list, and select at most 2 at a time."
        ]
    assert Theme.objects.count() == 3
    run_action(curator, "delete_selected", themes[:2], post="yes")
    assert Theme.objects.count() == 1


def test_a_refused_edit_leaves_neither_a_change_nor_a_revision(record_page, lamps):
    before = snapshot(lamps)
    record_page.send(with_deleted_row(record_page.open(lamps), EVIDENCE, 0))
    assert not record_page.was_saved
    assert (snapshot(lamps), revisions()) == (before, [])


def test_a_figure_that_is_renamed_and_changed_at_once_needs_evidence(lamps):
    make.make_evidence(lamps, make.make_figure(lamps, "lamps", 12))
    with (
        pytest.raises(Refused, match="no evidence was added for the new value of figure: lights"),
        record_changes(ChangeSource.EDIT) as recorder,
    ):
        recorder.watch(Initiative, [lamps.pk])
        lamps.figures.update(label="lights", value=13)


def test_a_footnote_that_moves_to_a_changed_figure_is_its_evidence(lamps):
    passage = make.make_evidence(lamps, make.make_figure(lamps, "lamps", 12)).passage
    lights = make.make_figure(lamps, "lights", 1)
    make.make_evidence(lamps, lights, make.make_report("herald").passages.first())
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.watch(Initiative, [lamps.pk])
        lamps.evidence.filter(figure__label="lamps").delete()
        lamps.figures.filter(pk=lights.pk).update(value=2)
        make.make_evidence(lamps, lights, passage)
    assert revisions() != []


def test_a_change_that_has_waited_for_another_one_has_a_later_date(lamps):
    with record_changes(ChangeSource.EVIDENCE, sets_dates=True) as recorder:
        # Another writer commits first.
        Initiative.objects.update(updated_at=timezone.now())
        before = Initiative.objects.get().updated_at
        recorder.watch(Initiative, [lamps.pk])
        make.make_evidence(lamps, "kind")
    assert Initiative.objects.get().updated_at > before
