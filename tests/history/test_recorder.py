"""Every way in which the product writes a record leaves a revision; no admin writes without the history."""

from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from initiatives.models import Initiative
from sco_cities.curation.admin import limits
from sco_cities.history.admin import HistoryMixin
from sco_cities.history.models import ChangeSet, Revision
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import (
    ATTENDANCES,
    CITIES,
    EVIDENCE,
    FIGURES,
    PASSAGES,
    act,
    added,
    address,
    curated_models,
    filled_in,
    messages_in,
    row,
    without,
)
from tests.history.snapshots import snapshot


def revisions() -> list[tuple[str, str, list[str]]]:
    """Slug, action and changed fields of each revision, oldest first."""
    return [(each.slug, each.action, sorted(each.changes)) for each in Revision.objects.order_by("pk")]


def test_an_edit_notes_who_changed_what_and_why(desk, lamps):
    beta = make.make_city("betatown")
    sent = desk.open(lamps) | {"title_en": "Brighter lamps", "why": "A better name", "evidence_stands": "on"}
    desk.send(added(sent, CITIES, city=beta.pk, role="partner"))
    assert desk.was_saved
    revision = Revision.objects.of(lamps).get()
    assert (revision.change_set.made_by_name, revision.change_set.reason) == ("curator", "A better name")
    assert (revision.action, revision.state_before, revision.state) == ("changed", "published", "published")
    assert revision.changes == {
        "title_en": ["Bright lamps", "Brighter lamps"],
        "city_roles": {"removed": [], "added": [{"city": "betatown", "role": "partner"}]},
    }


def test_a_page_that_is_sent_back_untouched_leaves_no_revision(desk, lamps):
    desk.send(desk.open(lamps))
    assert desk.was_saved
    assert revisions() == []


def test_a_new_record_is_noted(curator):
    sent = filled_in(curator.get(address(Initiative, "add"))) | {
        "title_en": "Lamps", "summary_en": "Lamps are put up.", "slug": "lamps", "kind": "project",
        "status": "agreed", "why": "From the gazette",
    }  # fmt: skip
    assert curator.post(address(Initiative, "add"), sent).status_code == 302
    assert revisions() == [("lamps", "created", [])]
    assert ChangeSet.objects.get().reason == "From the gazette"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (lambda sent: sent | {"themes": [make.make_theme().pk]}, ["themes"]),
        (
            lambda sent: added(sent, CITIES, city=make.make_city("betatown").pk, role="partner"),
            ["city_roles"],
        ),
        (lambda sent: sent | row(CITIES, 0, role="partner"), ["city_roles"]),
        (lambda sent: without(sent, CITIES, 0), ["city_roles"]),
        (
            lambda sent: added(sent, FIGURES, label="lamps", value="3", unit="lamps", qualifier="exact"),
            ["figures"],
        ),
        (lambda sent: without(sent, EVIDENCE, 0), ["evidence"]),
        (lambda sent: sent | row(EVIDENCE, 0, stance="differs", reported_value="a plan"), ["evidence"]),
        (lambda sent: sent | {"slug": "dimmer-lamps"}, ["former_slugs", "slug"]),
        (lambda sent: sent | {"state": "in_review"}, ["state"]),
    ],
)
def test_rows_relations_and_addresses_are_noted(change, fields, desk, draft):
    desk.send(change(desk.open(draft)))
    assert desk.was_saved
    assert [(action, changed) for _slug, action, changed in revisions()] == [("changed", fields)]


@pytest.mark.parametrize(
    ("action", "state"),
    [("publish", "draft"), ("send_to_review", "draft"), ("back_to_draft", "withdrawn"),
     ("send_back", "in_review"), ("withdraw", "published")],
)  # fmt: skip
def test_every_move_of_a_list_is_noted(action, state, curator):
    record = make.make_theme(state=state)
    act(curator, action, [record], reason="It has to be so.")
    assert revisions() == [("lamps", "changed", ["state"])]


def test_a_deletion_is_noted_on_the_page_and_in_the_list(curator):
    first, second = make.make_theme("first"), make.make_theme("second")
    curator.post(address(first, "delete"), {"post": "yes"})
    act(curator, "delete_selected", [second], post="yes")
    assert [(slug, action) for slug, action, _changed in revisions()] == [
        ("first", "deleted"), ("second", "deleted"),
    ]  # fmt: skip


def test_a_rename_is_noted_with_all_that_name_the_record(desk, lamps):
    city = lamps.cities.get()
    passage_report = Report.objects.get()
    desk.send(desk.open(city) | {"slug": "alfaville"})
    assert revisions() == [
        ("alfaville", "changed", ["former_slugs", "slug"]), ("bright-lamps", "changed", ["city_roles"]),
    ]  # fmt: skip
    Revision.objects.all().delete()
    desk.send(desk.open(passage_report) | {"slug": "the-gazette"})
    assert sorted(revisions()) == [
        ("bright-lamps", "changed", ["evidence"]), ("the-gazette", "changed", ["former_slugs", "slug"]),
    ]  # fmt: skip


def test_an_attendance_on_a_delegates_page_is_noted_with_the_event(desk, db):
    event, delegate = make.make_event(state="draft"), make.make_delegate(state="draft")
    desk.send(added(desk.open(delegate), ATTENDANCES, event=event.pk, role_at_event="speaker"))
    assert desk.was_saved
    assert revisions() == [("lamp-forum-2025", "changed", ["attendances"])]


def test_a_passage_is_noted_with_its_report_wherever_it_is_edited(desk, curator):
    report = make.make_report()
    passage = report.passages.get()
    desk.send(desk.open(passage) | {"summary": "Clearer."})
    desk.send(desk.open(report) | row(PASSAGES, 0, summary="Clearer still."))
    sent = filled_in(curator.get(address(passage, "add")))
    curator.post(address(passage, "add"), sent | {"report": report.pk, "number": "2", "summary": "Another."})
    curator.post(address(passage, "delete"), filled_in(curator.get(address(passage, "delete"))))
    expected = ("gazette-20250101", "changed", ["passages"])
    assert revisions() == [expected] * 4


def test_a_renumbered_passage_is_noted_with_the_evidence_that_names_it(desk, lamps):
    passage = Report.objects.get().passages.get()
    desk.send(desk.open(passage) | {"number": "7"})
    assert sorted(revisions()) == [
        ("bright-lamps", "changed", ["evidence"]), ("gazette-20250101", "changed", ["passages"]),
    ]  # fmt: skip


def test_a_data_package_is_noted_as_one_change_set(db, tmp_path):
    theme = make.make_theme()
    call_command("dump_package", str(tmp_path), stdout=StringIO())
    theme.delete()
    call_command("load_package", str(tmp_path), verbosity=0)
    assert revisions() == [("lamps", "created", [])]
    assert ChangeSet.objects.get().way == "package"


def test_no_admin_of_what_curators_work_with_writes_without_the_history(rf, curator):
    request = rf.get("/")
    request.user = get_user_model().objects.get(username="curator")
    writing = []
    for model in curated_models():
        found = admin.site.get_model_admin(model)
        rights = (found.has_add_permission, found.has_change_permission, found.has_delete_permission)
        if any(may(request) for may in rights) and not isinstance(found, HistoryMixin):
            writing.append(model.__name__)
    assert len(curated_models()) > 10
    assert writing == []


def test_every_model_with_a_history_is_edited_by_an_admin_that_keeps_it():
    kept = {model for model, found in admin.site._registry.items() if isinstance(found, HistoryMixin)}
    assert Report in kept
    assert not [model.__name__ for model in curated_models() if model not in kept and hasattr(model, "slug")
                and model.__name__ != "FormerSlug"]  # fmt: skip


def test_deleting_25_records_asks_no_more_queries_than_deleting_5(curator):
    def asked(number):
        themes = [make.make_theme(f"theme-{number}-{each}") for each in range(number)]
        make.make_initiative(themes=themes)
        sent = {"action": "delete_selected", "_selected_action": [each.pk for each in themes], "post": "yes"}
        with CaptureQueriesContext(connection) as captured:
            curator.post(address(Theme), sent)
        assert not Theme.objects.exists()
        assert (
            Revision.objects.filter(action="deleted", slug__startswith=f"theme-{number}-").count() == number
        )
        return len(captured)

    asked(1)
    assert asked(5) == asked(25)


def test_asking_and_deleting_take_as_many_queries_for_25_records_with_parts_as_for_5(curator):
    def asked(number):
        records = []
        for each in range(number):
            city = make.make_city(f"city-{number}-{each}")
            passage = make.make_report(f"report-{number}-{each}").passages.get()
            records.append(make.make_initiative(lead=[city]))
            for field in ("*", make.make_figure(records[-1])):
                make.make_evidence(records[-1], field, passage)
        counted = []
        for sure in ({}, {"post": "yes"}):
            with CaptureQueriesContext(connection) as captured:
                response = act(curator, "delete_selected", records, **sure)
            counted.append(len(captured))
            if not sure:
                assert f"{city}, lead" in response.text
                assert f"figure:lamps supports ({passage})" in response.text
        assert not Initiative.objects.exists()
        return counted

    asked(1)
    assert asked(5) == asked(25)


def test_too_many_records_are_not_deleted_at_once(curator, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RECORDS", 2)
    themes = [make.make_theme(f"theme-{number}") for number in range(3)]
    for sure in ({}, {"post": "yes"}):
        response = act(curator, "delete_selected", themes, **sure)
        assert messages_in(response) == [
            "Choose at most 2 records at once, not 3: narrow the list by a filter."
        ]
    assert Theme.objects.count() == 3
    act(curator, "delete_selected", themes[:2], post="yes")
    assert Theme.objects.count() == 1


def test_what_is_refused_leaves_neither_a_change_nor_a_revision(desk, lamps):
    before = snapshot(lamps)
    desk.send(without(desk.open(lamps), EVIDENCE, 0))
    assert not desk.was_saved
    assert (snapshot(lamps), revisions()) == (before, [])
