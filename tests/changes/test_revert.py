"""Reverts of change sets, records, fields, deletions and earlier reverts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.changes import revert, revert_plan
from sco_cities.changes.recorder import record_changes
from sco_cities.changes.revert_plan import RevertOutcome
from sco_cities.cities.models import City
from sco_cities.core.exceptions import Refused
from sco_cities.history import delta
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from sco_cities.sources.models import Evidence, Passage
from tests import factories as make
from tests.curation.admin_client import EVIDENCE, run_action, soup, with_new_row
from tests.history.snapshots import create_recorded, edit, recording, snapshot


def revert_set(change_set, **options):
    return revert.revert(
        change_set.revisions.all(), **{"user": None, "reason": "wrong", "reverts": change_set} | options
    )


def refusals(change_set, **options) -> list[str]:
    with pytest.raises(Refused) as refused:
        revert_set(change_set, **options)
    return refused.value.reasons


def outcomes(change_set, **options) -> dict:
    """Returns the outcomes of the whole plan, and checks them against the preview."""
    revisions = change_set.revisions.all()
    steps = list(revert_plan.RevertPlan(revisions, **options))
    if "later_too" not in options:
        assert revert_plan.outcomes(revisions, **options) == revert_plan.summary(steps)
        for number in (1, 2, len(steps) + 1):
            assert revert_plan.preview_steps(revisions, number, **options) == steps[:number]
    return dict(revert_plan.summary(steps))


def test_a_revert_restores_the_record_and_is_recorded_as_a_change_set(record_page, lamps):
    before = snapshot(lamps)
    sent = record_page.open(lamps) | {"status": "completed", "evidence_stands": "on"}
    passage = make.make_report("almanac").passages.first()
    record_page.send(with_new_row(sent, EVIDENCE, field="kind", passage=passage.pk, stance="supports"))
    assert record_page.was_saved
    change_set = ChangeSet.objects.get()
    result = revert_set(change_set)
    assert snapshot(lamps) == before
    assert (result.reverts, result.reason, result.source) == (change_set, "wrong", ChangeSource.REVERT)
    assert result.revisions.get().changes == delta.invert(change_set.revisions.get().changes)


def test_a_revert_can_be_reverted(lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    after = snapshot(lamps)
    reverted = revert_set(change_set)
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    revert_set(reverted)
    assert snapshot(lamps) == after


def test_a_deleted_record_is_restored_with_all_its_parts_and_removed_again(curator):
    theme = make.make_theme()
    lamps = make.make_initiative("bright-lamps", lead=[make.make_city()], themes=[theme], sourced=True)
    make.make_evidence(lamps, make.make_figure(lamps))
    before, key = snapshot(lamps), lamps.pk
    run_action(curator, "delete_selected", [lamps], post="yes")
    assert not Initiative.objects.exists()
    restored = revert_set(ChangeSet.objects.get())
    lamps = Initiative.objects.get(pk=key)
    assert snapshot(lamps) == before
    assert restored.revisions.get().action == "created"
    removed = revert_set(restored)
    assert snapshot(lamps) is None
    revert_set(removed)
    assert snapshot(lamps) == before


def test_restoring_a_theme_restores_the_references_to_it(curator):
    theme = make.make_theme()
    lamps = make.make_initiative("bright-lamps", themes=[theme], sourced=True)
    run_action(curator, "delete_selected", [theme], post="yes")
    assert Revision.objects.of(lamps).get().changes == {"themes": {"removed": ["lamps"], "added": []}}
    revert_set(ChangeSet.objects.get())
    assert [each.slug for each in lamps.themes.all()] == ["lamps"]


def test_deleted_records_that_reference_each_other_are_restored_together(db):
    event, delegate = make.make_event(state="draft"), make.make_delegate(state="draft")
    make.make_attendance(event, delegate)
    before = snapshot(event), snapshot(delegate)
    with recording(event, delegate) as recorder:
        event.attendances.all().delete()
        key, other = event.pk, delegate.pk
        event.delete()
        delegate.delete()
    event.pk, delegate.pk = key, other
    revert_set(recorder.change_set)
    assert (snapshot(event), snapshot(delegate)) == before


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(["title_en"], ("Bright lamps", "completed")), (["status"], ("Brighter lamps", "agreed")),
     (["title_en", "status"], ("Bright lamps", "agreed"))],
)  # fmt: skip
def test_single_fields_are_reverted(fields, expected, lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    result = revert_set(change_set, fields=fields)
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == expected
    assert set(result.revisions.get().changes) == set(fields)


def test_later_changes_are_kept_unless_later_too_is_set(lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    edit(lamps, title_en="The brightest lamps")
    (step,) = revert_plan.RevertPlan(change_set.revisions.all())
    assert (step.outcome, step.since, set(step.changes)) == (RevertOutcome.CHANGED, ["title_en"], {"status"})
    revert_set(change_set)
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("The brightest lamps", "agreed")
    assert outcomes(change_set) == {RevertOutcome.CHANGED_SINCE: 1}
    assert revert_set(change_set) is None
    revert_set(change_set, later_too=True)
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    assert outcomes(change_set) == {RevertOutcome.NOTHING_LEFT: 1}


def test_a_created_record_is_removed_unless_it_has_changed_since(db):
    city, change_set = create_recorded(make.make_city, "alphaville")
    later = edit(city, population=12)
    assert outcomes(change_set) == {RevertOutcome.CHANGED_SINCE: 1}
    assert revert_set(change_set) is None
    # Reverting the later change restores the record to its state at creation.
    revert_set(later)
    assert outcomes(change_set) == {RevertOutcome.REMOVED: 1}
    revert_set(change_set)
    assert not City.objects.exists()
    assert outcomes(change_set) == {RevertOutcome.NOTHING_LEFT: 1}


def test_a_created_record_is_removed_despite_later_changes_with_later_too(db):
    city, change_set = create_recorded(make.make_city, "alphaville")
    edit(city, population=12)
    assert outcomes(change_set, later_too=True) == {RevertOutcome.REMOVED: 1}
    revert_set(change_set, later_too=True)
    assert not City.objects.exists()


def test_a_change_to_a_record_that_has_since_been_deleted_is_skipped(lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    with recording(lamps):
        Initiative.objects.filter(pk=lamps.pk).delete()
    assert outcomes(change_set) == {RevertOutcome.DELETED_SINCE: 1}
    assert revert_set(change_set) is None


def test_a_record_that_others_depend_on_is_not_removed_and_they_are_listed(db):
    city, change_set = create_recorded(make.make_city, "alphaville")
    create_recorded(make.make_city, "betatown")
    make.make_initiative("lamps", lead=[city])
    (reason,) = refusals(change_set)
    assert reason.startswith("city Alphaville: Other records depend on it: ")
    assert City.objects.count() == 2


def test_a_reverted_figure_keeps_its_evidence(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    with recording(lamps) as recorder:
        lamps.figures.update(value=13)
    revert_set(recorder.change_set)
    assert (lamps.figures.get().pk, lamps.figures.get().value) == (figure.pk, 12)
    assert Evidence.objects.filter(figure=figure).count() == 1


def test_the_label_of_a_figure_is_reverted(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    before = snapshot(lamps)
    with recording(lamps) as recorder:
        lamps.figures.update(label="lanterns")
    revert_set(recorder.change_set)
    assert snapshot(lamps) == before
    assert lamps.figures.get().pk == figure.pk


def test_the_label_of_a_figure_is_reverted_with_its_evidence(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    before = snapshot(lamps)
    with recording(lamps) as recorder:
        lamps.figures.update(label="lanterns")
        Evidence.objects.filter(figure=figure).update(reported_value_ru="фонари")
    revert_set(recorder.change_set)
    assert snapshot(lamps) == before


def test_translations_to_be_checked_are_reverted_as_a_package_gave_them(lamps):
    lamps.title_ru, lamps.translated_from = "Лампы", "title_ru:0123abcd"
    lamps.take_translated_from_as_given()
    lamps.save()
    before = snapshot(lamps)
    with recording(lamps, source=ChangeSource.PACKAGE) as recorder:
        lamps.title_ru = "Фонари"
        lamps.take_translated_from_as_given()
        lamps.save()
    revert_set(recorder.change_set)
    assert snapshot(lamps) == before


def test_a_passage_cited_by_evidence_is_reverted_in_place(lamps):
    report = make.make_report()
    before = snapshot(report)
    with recording(report) as recorder:
        Passage.objects.update(summary="Something else.")
    revert_set(recorder.change_set)
    assert snapshot(report) == before
    assert lamps.evidence.exists()


def test_a_passage_cited_by_evidence_is_not_removed(db):
    report = make.make_report(passages=1)
    with recording(report) as recorder:
        passage = Passage.objects.create(report=report, number=2, summary="Later.")
    make.make_evidence(make.make_initiative("lamps"), passage=passage)
    (reason,) = refusals(recorder.change_set)
    assert reason.startswith("report gazette-20250101: Other records depend on it")


def test_the_last_evidence_of_a_published_value_is_not_removed(db):
    lamps = make.make_initiative("lamps", state="draft")
    with recording(lamps) as recorder:
        make.support_everything(lamps)
    edit(lamps, state="published")
    (reason,) = refusals(recorder.change_set)
    assert reason.startswith("No published report would support Initiative lamps:")
    assert lamps.evidence.exists()


def test_a_report_that_published_records_depend_on_stays_published(db):
    report = make.make_report(state="draft")
    change_set = edit(report, state="published")
    make.make_initiative("lamps", sourced=True)
    (reason,) = refusals(change_set)
    assert reason.startswith("No published report would support Initiative lamps:")


def test_a_reference_to_a_deleted_record_is_refused_with_the_reason(lamps):
    event = make.make_event()
    change_set = edit(lamps, event=None)
    edit(lamps, event=event)
    removed = edit(lamps, event=None)
    with recording(event):
        event.delete()
    assert refusals(removed) == ["initiative Bright lamps: The event “lamp-forum-2025” no longer exists."]
    assert change_set is None


def test_a_revert_does_not_make_an_event_part_of_itself(db):
    whole, part = make.make_event("whole"), make.make_event("part")
    edit(part, parent=whole)
    detached = edit(part, parent=None)
    edit(whole, parent=part)
    assert refusals(detached) == ["event Part: An event cannot be part of itself."]
    assert list(Event.objects.values_list("slug", "parent__slug")) == [("part", None), ("whole", "part")]


def test_a_slug_used_by_another_record_is_refused(lamps):
    change_set = edit(lamps, slug="brighter-lamps")
    type(lamps).objects.get(pk=lamps.pk).former_slugs.all().delete()
    make.make_initiative("bright-lamps")
    (reason,) = refusals(change_set)
    assert reason.startswith("initiative Bright lamps: ")


def test_several_revisions_of_a_record_in_one_change_set_are_reverted_as_one(lamps):
    before = snapshot(lamps)
    with record_changes(ChangeSource.EDIT) as recorder:
        for title in ("Brighter lamps", "The brightest lamps"):
            recorder.watch(Initiative, [lamps.pk])
            Initiative.objects.filter(pk=lamps.pk).update(title_en=title)
            recorder.write()
    assert recorder.change_set.revisions.count() == 2
    revert_set(recorder.change_set)
    assert snapshot(lamps) == before


@pytest.mark.parametrize("batch_size", [1, 2, 500])
def test_created_records_are_removed_and_restored_in_batches_of_any_size(batch_size, monkeypatch, db):
    monkeypatch.setattr(revert_plan, "BATCH", batch_size)
    city, theme = make.make_city(), make.make_theme()
    with record_changes(ChangeSource.IMPORT) as recorder:
        batch = [make.make_initiative(lead=[city], themes=[theme], sourced=True) for _ in range(5)]
        recorder.note_created(batch)
    before = [snapshot(each) for each in batch]
    assert outcomes(recorder.change_set) == {RevertOutcome.REMOVED: 5}
    removed = revert_set(recorder.change_set)
    assert outcomes(recorder.change_set) == {RevertOutcome.NOTHING_LEFT: 5}
    assert outcomes(removed) == {RevertOutcome.RESTORED: 5}
    assert not Initiative.objects.exists()
    assert removed.revisions.count() == 5
    revert_set(removed)
    assert [snapshot(each) for each in batch] == before


def test_the_queries_of_a_plan_do_not_grow_with_the_records(db, django_assert_num_queries):
    def imported(number):
        with record_changes(ChangeSource.IMPORT) as recorder:
            recorder.note_created([make.make_initiative() for _ in range(number)])
        return recorder.change_set

    few, many = imported(2), imported(40)
    list(revert_plan.RevertPlan(few.revisions.all()))
    # Ten queries read the keys of ten models. For one model, further queries read revisions, parts of documents and
    # later changes.
    for change_set in (few, many):
        with django_assert_num_queries(10 + 1 + 9 + 1):
            list(revert_plan.RevertPlan(change_set.revisions.all()))


def test_outcomes_are_counted_for_several_models_and_later_changes(db):
    cities = [make.make_city(f"testgrad-{number}") for number in range(4)]
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.watch(City, [city.pk for city in cities])
        City.objects.update(population=12)
        recorder.note_created([make.make_theme(f"theme-{number}") for number in range(2)])
    change_set = recorder.change_set
    assert outcomes(change_set) == {RevertOutcome.CHANGED: 4, RevertOutcome.REMOVED: 2}
    assert outcomes(change_set, fields=["name_en"]) == {
        RevertOutcome.NOTHING_LEFT: 4,
        RevertOutcome.REMOVED: 2,
    }
    first, second, third, _fourth = City.objects.order_by("pk")
    edit(first, population=13)
    edit(second, name_en="Testopolis")
    with recording(third):
        City.objects.filter(pk=third.pk).delete()
    assert outcomes(change_set) == {
        RevertOutcome.CHANGED: 2,
        RevertOutcome.CHANGED_SINCE: 1,
        RevertOutcome.DELETED_SINCE: 1,
        RevertOutcome.REMOVED: 2,
    }


def test_the_preview_takes_as_many_queries_for_60_records_as_for_200(curator, monkeypatch):
    monkeypatch.setattr(revert_plan, "BATCH", 20)

    def queries_for(number):
        with record_changes(ChangeSource.IMPORT) as recorder:
            recorder.note_created([make.make_theme(f"theme-{number}-{each}") for each in range(number)])
        with CaptureQueriesContext(connection) as queries:
            page = curator.get(reverse("admin:revert", args=[recorder.change_set.pk]))
        assert f"{number} will be removed" in " ".join(soup(page).select_one("#content-main").text.split())
        return len(queries)

    queries_for(51)
    assert queries_for(60) == queries_for(200)


def test_the_queries_of_a_revert_do_not_grow_within_a_batch(db):
    def queries_of(change_set):
        with CaptureQueriesContext(connection) as queries:
            return revert_set(change_set), len(queries)

    counts = []
    # The first run fills the cache of content types.
    for number in (1, 2, 12):
        city, theme = make.make_city(f"testgrad-{number}"), make.make_theme(f"theme-{number}")
        with record_changes(ChangeSource.IMPORT) as recorder:
            batch = [make.make_initiative(lead=[city], themes=[theme], sourced=True) for _ in range(number)]
            recorder.note_created(batch)
        with record_changes(ChangeSource.EDIT) as edited:
            edited.evidence_stands = True
            edited.watch(Initiative, [each.pk for each in batch])
            Initiative.objects.filter(pk__in=[each.pk for each in batch]).update(
                title_en="Brighter", status="stalled"
            )
        undo_edit, edit_queries = queries_of(edited.change_set)
        # The edit has been reverted, so the created records have their original values.
        removed, remove_queries = queries_of(recorder.change_set)
        assert not Initiative.objects.filter(pk__in=[each.pk for each in batch]).exists()
        restored, restore_queries = queries_of(removed)
        assert Initiative.objects.filter(themes=theme, cities=city).count() == number
        assert undo_edit.revisions.count() == number
        counts.append((edit_queries, remove_queries, restore_queries))
        revert_set(restored)
    assert counts[1] == counts[2]
