"""Taking back what is in the history: whole change sets, records, fields, deletions, and reversals themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.history import delta, revert, revert_plan
from sco_cities.history.models import ChangeSet, ChangeSource, Revision
from sco_cities.history.recorder import record_changes
from sco_cities.history.revert_plan import RevertOutcome
from sco_cities.sources.models import Evidence, Passage
from tests import factories as make
from tests.curation.admin_client import EVIDENCE, act, added, soup
from tests.history.snapshots import changing, created, edit, snapshot


def take_back(change_set, **how):
    return revert.revert(
        change_set.revisions.all(), **{"user": None, "reason": "wrong", "reverts": change_set} | how
    )


def refusals(change_set, **how) -> list[str]:
    with pytest.raises(revert.RevertRefused) as refused:
        take_back(change_set, **how)
    return refused.value.reasons


def outcomes(change_set, **how) -> dict:
    """What the whole plan comes to, with which what a preview looks at agrees."""
    revisions = change_set.revisions.all()
    steps = list(revert_plan.revert_plan(revisions, **how))
    if "later_too" not in how:
        assert revert_plan.outcomes(revisions, **how) == revert_plan.summary(steps)
        for number in (1, 2, len(steps) + 1):
            assert revert_plan.preview_steps(revisions, number, **how) == steps[:number]
    return dict(revert_plan.summary(steps))


def test_what_was_done_is_taken_back_and_noted_as_a_change(desk, lamps):
    before = snapshot(lamps)
    sent = desk.open(lamps) | {"status": "completed", "evidence_stands": "on"}
    passage = make.make_report("almanac").passages.first()
    desk.send(added(sent, EVIDENCE, field="kind", passage=passage.pk, stance="supports"))
    assert desk.was_saved
    change_set = ChangeSet.objects.get()
    done = take_back(change_set)
    assert snapshot(lamps) == before
    assert (done.reverts, done.reason, done.way) == (change_set, "wrong", ChangeSource.REVERT)
    assert done.revisions.get().changes == delta.invert(change_set.revisions.get().changes)


def test_a_reversal_is_taken_back_too(lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    after = snapshot(lamps)
    undone = take_back(change_set)
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    take_back(undone)
    assert snapshot(lamps) == after


def test_a_deleted_record_comes_back_with_all_its_parts_and_goes_again(curator):
    theme = make.make_theme()
    lamps = make.make_initiative("bright-lamps", lead=[make.make_city()], themes=[theme], sourced=True)
    make.make_evidence(lamps, make.make_figure(lamps))
    before, key = snapshot(lamps), lamps.pk
    act(curator, "delete_selected", [lamps], post="yes")
    assert not Initiative.objects.exists()
    back = take_back(ChangeSet.objects.get())
    lamps = Initiative.objects.get(pk=key)
    assert snapshot(lamps) == before
    assert back.revisions.get().action == "created"
    gone = take_back(back)
    assert snapshot(lamps) is None
    take_back(gone)
    assert snapshot(lamps) == before


def test_a_deleted_theme_is_missed_by_what_named_it(curator):
    theme = make.make_theme()
    lamps = make.make_initiative("bright-lamps", themes=[theme], sourced=True)
    act(curator, "delete_selected", [theme], post="yes")
    assert Revision.objects.of(lamps).get().changes == {"themes": {"removed": ["lamps"], "added": []}}
    take_back(ChangeSet.objects.get())
    assert [each.slug for each in lamps.themes.all()] == ["lamps"]


def test_records_that_name_one_another_come_back_together(db):
    event, delegate = make.make_event(state="draft"), make.make_delegate(state="draft")
    make.make_attendance(event, delegate)
    before = snapshot(event), snapshot(delegate)
    with changing(event, delegate) as recorder:
        event.attendances.all().delete()
        key, other = event.pk, delegate.pk
        event.delete()
        delegate.delete()
    event.pk, delegate.pk = key, other
    take_back(recorder.change_set)
    assert (snapshot(event), snapshot(delegate)) == before


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(["title_en"], ("Bright lamps", "completed")), (["status"], ("Brighter lamps", "agreed")),
     (["title_en", "status"], ("Bright lamps", "agreed"))],
)  # fmt: skip
def test_single_fields_are_taken_back(fields, expected, lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    done = take_back(change_set, fields=fields)
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == expected
    assert set(done.revisions.get().changes) == set(fields)


def test_what_has_changed_since_is_left_alone_unless_that_is_wanted(lamps):
    change_set = edit(lamps, title_en="Brighter lamps", status="completed")
    edit(lamps, title_en="The brightest lamps")
    (step,) = revert_plan.revert_plan(change_set.revisions.all())
    assert (step.outcome, step.since, set(step.changes)) == (RevertOutcome.CHANGED, ["title_en"], {"status"})
    take_back(change_set)
    assert (snapshot(lamps)["title_en"], snapshot(lamps)["status"]) == ("The brightest lamps", "agreed")
    assert outcomes(change_set) == {RevertOutcome.LEFT: 1}
    assert take_back(change_set) is None
    take_back(change_set, later_too=True)
    assert snapshot(lamps)["title_en"] == "Bright lamps"
    assert outcomes(change_set) == {RevertOutcome.UNDONE: 1}


def test_a_created_record_goes_unless_it_has_changed_since(db):
    city, change_set = created(make.make_city, "alphaville")
    later = edit(city, population=12)
    assert outcomes(change_set) == {RevertOutcome.LEFT: 1}
    assert take_back(change_set) is None
    # Changed and changed back again it is as it was created.
    take_back(later)
    assert outcomes(change_set) == {RevertOutcome.REMOVED: 1}
    take_back(change_set)
    assert not City.objects.exists()
    assert outcomes(change_set) == {RevertOutcome.UNDONE: 1}


def test_a_created_record_goes_with_what_has_changed_since_if_that_is_wanted(db):
    city, change_set = created(make.make_city, "alphaville")
    edit(city, population=12)
    assert outcomes(change_set, later_too=True) == {RevertOutcome.REMOVED: 1}
    take_back(change_set, later_too=True)
    assert not City.objects.exists()


def test_a_change_of_a_record_that_has_been_deleted_since_is_passed_over(lamps):
    change_set = edit(lamps, title_en="Brighter lamps")
    with changing(lamps):
        Initiative.objects.filter(pk=lamps.pk).delete()
    assert outcomes(change_set) == {RevertOutcome.GONE: 1}
    assert take_back(change_set) is None


def test_a_record_that_others_rest_on_is_not_removed_and_they_are_named(db):
    city, change_set = created(make.make_city, "alphaville")
    created(make.make_city, "betatown")
    make.make_initiative("lamps", lead=[city])
    (reason,) = refusals(change_set)
    assert reason.startswith("city alphaville: Others rest on it: ")
    assert City.objects.count() == 2


def test_a_figure_is_changed_back_and_keeps_its_evidence(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    with changing(lamps) as recorder:
        lamps.figures.update(value=13)
    take_back(recorder.change_set)
    assert (lamps.figures.get().pk, lamps.figures.get().value) == (figure.pk, 12)
    assert Evidence.objects.filter(figure=figure).count() == 1


def test_a_figure_is_called_again_what_it_was(lamps):
    figure = make.make_figure(lamps, "lamps", 12)
    make.make_evidence(lamps, figure)
    before = snapshot(lamps)
    with changing(lamps) as recorder:
        lamps.figures.update(label="lanterns")
    take_back(recorder.change_set)
    assert snapshot(lamps) == before
    assert lamps.figures.get().pk == figure.pk


def test_a_passage_is_changed_back_while_evidence_rests_on_it(lamps):
    report = make.make_report()
    before = snapshot(report)
    with changing(report) as recorder:
        Passage.objects.update(summary="Something else.")
    take_back(recorder.change_set)
    assert snapshot(report) == before
    assert lamps.evidence.exists()


def test_a_passage_that_evidence_rests_on_is_not_removed(db):
    report = make.make_report(passages=1)
    with changing(report) as recorder:
        passage = Passage.objects.create(report=report, number=2, summary="Later.")
    make.make_evidence(make.make_initiative("lamps"), passage=passage)
    (reason,) = refusals(recorder.change_set)
    assert reason.startswith("report gazette-20250101: Others rest on it")


def test_the_last_evidence_of_a_published_value_is_not_taken_back(db):
    lamps = make.make_initiative("lamps", state="draft")
    with changing(lamps) as recorder:
        make.support_everything(lamps)
    edit(lamps, state="published")
    (reason,) = refusals(recorder.change_set)
    assert reason.startswith("No published report would support Initiative lamps:")
    assert lamps.evidence.exists()


def test_a_report_that_published_records_rest_on_stays_published(db):
    report = make.make_report(state="draft")
    change_set = edit(report, state="published")
    make.make_initiative("lamps", sourced=True)
    (reason,) = refusals(change_set)
    assert reason.startswith("No published report would support Initiative lamps:")


def test_a_value_that_cannot_be_any_more_is_refused_with_the_reason(lamps):
    event = make.make_event()
    change_set = edit(lamps, event=None)
    edit(lamps, event=event)
    gone = edit(lamps, event=None)
    with changing(event):
        event.delete()
    assert refusals(gone) == ["initiative bright-lamps: There is no event “lamp-forum-2025” any more."]
    assert change_set is None


def test_an_event_does_not_become_part_of_what_has_become_part_of_it(db):
    whole, part = make.make_event("whole"), make.make_event("part")
    edit(part, parent=whole)
    taken_out = edit(part, parent=None)
    edit(whole, parent=part)
    assert refusals(taken_out) == ["event part: An event cannot be part of itself."]
    assert list(Event.objects.values_list("slug", "parent__slug")) == [("part", None), ("whole", "part")]


def test_a_slug_that_another_record_has_now_is_refused(lamps):
    change_set = edit(lamps, slug="brighter-lamps")
    type(lamps).objects.get(pk=lamps.pk).former_slugs.all().delete()
    make.make_initiative("bright-lamps")
    (reason,) = refusals(change_set)
    assert reason.startswith("initiative brighter-lamps: ")


def test_several_changes_of_a_record_in_one_change_set_are_taken_back_as_one(lamps):
    before = snapshot(lamps)
    with record_changes(ChangeSource.EDIT) as recorder:
        for title in ("Brighter lamps", "The brightest lamps"):
            recorder.watch(Initiative, [lamps.pk])
            Initiative.objects.filter(pk=lamps.pk).update(title_en=title)
            recorder.write()
    assert recorder.change_set.revisions.count() == 2
    take_back(recorder.change_set)
    assert snapshot(lamps) == before


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_a_batch_goes_and_comes_back_however_many_are_taken_at_a_time(at_once, monkeypatch, db):
    monkeypatch.setattr(revert_plan, "BATCH", at_once)
    city, theme = make.make_city(), make.make_theme()
    with record_changes(ChangeSource.IMPORT) as recorder:
        batch = [make.make_initiative(lead=[city], themes=[theme], sourced=True) for _ in range(5)]
        recorder.note_created(batch)
    before = [snapshot(each) for each in batch]
    assert outcomes(recorder.change_set) == {RevertOutcome.REMOVED: 5}
    gone = take_back(recorder.change_set)
    assert outcomes(recorder.change_set) == {RevertOutcome.UNDONE: 5}
    assert outcomes(gone) == {RevertOutcome.RESTORED: 5}
    assert not Initiative.objects.exists()
    assert gone.revisions.count() == 5
    take_back(gone)
    assert [snapshot(each) for each in batch] == before


def test_a_plan_asks_the_same_number_of_queries_for_more_records(db, django_assert_num_queries):
    def imported(number):
        with record_changes(ChangeSource.IMPORT) as recorder:
            recorder.note_created([make.make_initiative() for _ in range(number)])
        return recorder.change_set

    few, many = imported(2), imported(40)
    list(revert_plan.revert_plan(few.revisions.all()))
    # One for the keys of each of nine kinds; of one: revisions, seven parts of documents and what came later.
    for change_set in (few, many):
        with django_assert_num_queries(9 + 1 + 9 + 1):
            list(revert_plan.revert_plan(change_set.revisions.all()))


def test_what_becomes_of_records_of_several_kinds_is_counted_whatever_has_happened_to_them_since(db):
    cities = [make.make_city(f"testgrad-{number}") for number in range(4)]
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.watch(City, [city.pk for city in cities])
        City.objects.update(population=12)
        recorder.note_created([make.make_theme(f"theme-{number}") for number in range(2)])
    change_set = recorder.change_set
    assert outcomes(change_set) == {RevertOutcome.CHANGED: 4, RevertOutcome.REMOVED: 2}
    assert outcomes(change_set, fields=["name_en"]) == {RevertOutcome.UNDONE: 4, RevertOutcome.REMOVED: 2}
    first, second, third, _fourth = City.objects.order_by("pk")
    edit(first, population=13)
    edit(second, name_en="Testopolis")
    with changing(third):
        City.objects.filter(pk=third.pk).delete()
    assert outcomes(change_set) == {
        RevertOutcome.CHANGED: 2, RevertOutcome.LEFT: 1, RevertOutcome.GONE: 1, RevertOutcome.REMOVED: 2,
    }  # fmt: skip


def test_the_preview_of_taking_back_asks_as_many_queries_for_60_records_as_for_200(curator, monkeypatch):
    monkeypatch.setattr(revert_plan, "BATCH", 20)

    def asked(number):
        with record_changes(ChangeSource.IMPORT) as recorder:
            recorder.note_created([make.make_theme(f"theme-{number}-{each}") for each in range(number)])
        with CaptureQueriesContext(connection) as queries:
            page = curator.get(reverse("admin:take_back", args=[recorder.change_set.pk]))
        assert f"{number} will be removed" in " ".join(soup(page).select_one("#content-main").text.split())
        return len(queries)

    asked(51)
    assert asked(60) == asked(200)


def test_no_record_of_a_block_costs_queries_of_its_own_to_go_to_come_back_or_to_be_changed_back(db):
    def queries_of(change_set):
        with CaptureQueriesContext(connection) as queries:
            return take_back(change_set), len(queries)

    counts = []
    # The first time what kinds of record there are is learnt, and then remembered.
    for number in (1, 2, 20):
        city, theme = make.make_city(f"testgrad-{number}"), make.make_theme(f"theme-{number}")
        with record_changes(ChangeSource.IMPORT) as recorder:
            batch = [make.make_initiative(lead=[city], themes=[theme], sourced=True) for _ in range(number)]
            recorder.note_created(batch)
        with record_changes(ChangeSource.EDIT) as edited:
            edited.watch(Initiative, [each.pk for each in batch])
            Initiative.objects.filter(pk__in=[each.pk for each in batch]).update(
                title_en="Brighter", status="stalled"
            )
        back, changing_back = queries_of(edited.change_set)
        # Changed and changed back again: what was created is as it was.
        gone, going = queries_of(recorder.change_set)
        assert not Initiative.objects.filter(pk__in=[each.pk for each in batch]).exists()
        there, coming_back = queries_of(gone)
        assert Initiative.objects.filter(themes=theme, cities=city).count() == number
        assert back.revisions.count() == number
        counts.append((changing_back, going, coming_back))
        take_back(there)
    assert counts[1] == counts[2]
