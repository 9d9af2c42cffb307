"""Reverts of passages, figures and evidence, which are rows of records."""

import pytest

from sco_cities.cities.models import City
from sco_cities.history import delta
from sco_cities.sources.models import Passage, Report
from tests import factories as make
from tests.history.snapshots import recording, snapshot

from .test_revert import refusals, revert_set


def test_a_passage_added_with_the_correction_of_another_is_removed(db):
    report = make.make_report(passages=2)
    before = snapshot(report)
    with recording(report) as recorder:
        report.passages.filter(number=1).update(summary="Corrected.")
        Passage.objects.create(report=report, number=5, summary="Later.")
    reverted = revert_set(recorder.change_set)
    assert snapshot(report) == before
    revert_set(reverted)
    assert list(report.passages.values_list("number", flat=True)) == [1, 2, 5]
    assert report.passages.get(number=1).summary == "Corrected."


def test_a_passage_added_with_the_removal_of_another_is_removed(db):
    report = make.make_report(passages=2)
    before = snapshot(report)
    with recording(report) as recorder:
        report.passages.filter(number=1).delete()
        Passage.objects.create(report=report, number=5, summary="Later.", quotation="“Later.”")
    revert_set(recorder.change_set)
    assert snapshot(report) == before


def test_a_cited_passage_added_with_the_correction_of_another_is_not_removed(db):
    report = make.make_report()
    with recording(report) as recorder:
        report.passages.update(summary="Corrected.")
        passage = Passage.objects.create(report=report, number=5, summary="Later.")
    make.make_evidence(make.make_initiative("lamps"), passage=passage)
    after = snapshot(report)
    (reason,) = refusals(recorder.change_set)
    assert reason.startswith("report gazette-20250101: Other records depend on it")
    assert snapshot(report) == after


def test_a_reverted_number_of_a_passage_is_in_the_history_of_the_records_that_cite_it(lamps):
    report = make.make_report()
    before = snapshot(lamps)
    with recording(report, lamps) as recorder:
        Passage.objects.update(number=7)
    undone = revert_set(recorder.change_set)
    assert snapshot(lamps) == before
    [renumbered], [reverted] = (
        [
            each.changes
            for each in change_set.revisions.all()
            if each.object_id == lamps.pk and each.slug == lamps.slug
        ]
        for change_set in (recorder.change_set, undone)
    )
    assert reverted == delta.invert(renumbered)


def test_evidence_is_restored_with_the_figure_of_its_own_record(db):
    city, lamps = make.make_city(pk=1200), make.make_initiative("lamps", state="draft", pk=1200)
    for record, passage in zip((city, lamps), make.make_report(passages=2).passages.all(), strict=True):
        make.make_evidence(record, make.make_figure(record), passage)
    before = snapshot(city), snapshot(lamps)
    with recording(city, lamps) as recorder:
        City.objects.filter(pk=city.pk).delete()
        lamps.evidence.all().delete()
    revert_set(recorder.change_set)
    assert (snapshot(city), snapshot(lamps)) == before
    assert lamps.evidence.get().figure == lamps.figures.get()


def change_rows(record, rows, **values):
    """Changes all `rows` of a record and returns the change set."""
    with recording(record) as recorder:
        rows.update(**values)
    return recorder.change_set


def test_a_figure_that_was_changed_again_is_reverted_in_place_with_later_too(lamps):
    figure = make.make_figure(lamps, "lamps", 5)
    make.make_evidence(lamps, figure)
    before = snapshot(lamps)
    change_set = change_rows(lamps, lamps.figures, value=6)
    change_rows(lamps, lamps.figures, value=7)
    revert_set(change_set, later_too=True)
    assert snapshot(lamps) == before
    assert lamps.figures.get().pk == figure.pk
    assert revert_set(change_set, later_too=True) is None


def test_a_cited_passage_that_was_changed_again_is_reverted_with_later_too(lamps):
    report = make.make_report()
    before = snapshot(report)
    change_set = change_rows(report, report.passages, summary="Something else.")
    change_rows(report, report.passages, summary="Something else again.", quotation="“Again.”")
    revert_set(change_set, later_too=True)
    assert snapshot(report) == before


def test_a_ruling_that_was_changed_again_is_reverted_with_later_too(lamps):
    lamps.rulings.create(field="status", reason="The newer report.")
    before = snapshot(lamps)
    change_set = change_rows(lamps, lamps.rulings, reason="The older report.")
    change_rows(lamps, lamps.rulings, reason="The longer report.")
    revert_set(change_set, later_too=True)
    assert snapshot(lamps) == before


def test_an_added_figure_that_was_changed_later_is_removed_with_later_too(db):
    city = make.make_city(state="draft")
    make.make_figure(city, "trains", 3)
    before = snapshot(city)
    with recording(city) as recorder:
        figure = make.make_figure(city, "lamps", 5)
    change_rows(city, city.figures.filter(pk=figure.pk), value=7)
    revert_set(recorder.change_set, later_too=True)
    assert snapshot(city) == before


def test_a_removed_figure_that_was_added_again_is_restored_with_later_too(db):
    city = make.make_city(state="draft")
    make.make_figure(city, "lamps", 5)
    before = snapshot(city)
    with recording(city) as recorder:
        city.figures.all().delete()
    with recording(city):
        make.make_figure(city, "lamps", 7, unit="street lamps")
    revert_set(recorder.change_set, later_too=True)
    assert snapshot(city) == before


@pytest.mark.parametrize(
    "later",
    [
        [{"reported_value": "30 lamps"}],
        [{"stance": "earlier", "reported_value": "30 lamps"}],
        [{"reported_value": "30 lamps"}, {"reported_value_ru": "30 ламп"}],
        [{"reported_value": "30 lamps"}, {"reported_value": "20 lamps"}],
    ],
)
def test_a_footnote_that_was_changed_again_is_reverted_with_later_too(later, lamps):
    item = make.make_evidence(lamps, "status", stance="differs", reported_value="20 lamps")
    before = snapshot(lamps)
    changing = lamps.evidence.filter(pk=item.pk)
    change_set = change_rows(lamps, changing, reported_value="25 lamps")
    for values in later:
        change_rows(lamps, changing, **values)
    revert_set(change_set, later_too=True)
    assert snapshot(lamps) == before


def test_a_later_footnote_of_another_field_is_kept_with_later_too(lamps):
    passage = make.make_report("almanac").passages.get()
    with recording(lamps) as recorder:
        item = make.make_evidence(lamps, "status", passage)
    change_rows(lamps, lamps.evidence.filter(pk=item.pk), field="starts_on")
    revert_set(recorder.change_set, later_too=True)
    assert lamps.evidence.filter(passage=passage).values_list("field", flat=True).get() == "starts_on"


def test_footnotes_and_figures_added_later_are_kept_with_later_too(lamps):
    figure = make.make_figure(lamps, "lamps", 5)
    item = make.make_evidence(lamps, "status", stance="differs", reported_value="20 lamps")
    with recording(lamps) as recorder:
        lamps.figures.update(value=6)
        lamps.evidence.filter(pk=item.pk).update(reported_value="25 lamps")
    with recording(lamps):
        lamps.figures.update(value=7)
        lamps.evidence.filter(pk=item.pk).delete()
        trains = make.make_figure(lamps, "trains", 3)
        for value in (figure, trains):
            make.make_evidence(lamps, value)
    revert_set(recorder.change_set, later_too=True, evidence_stands=True)
    assert set(lamps.figures.values_list("label", "value")) == {("lamps", 5), ("trains", 3)}
    assert set(lamps.evidence.filter(field="figure").values_list("figure", flat=True)) == {
        figure.pk,
        trains.pk,
    }
    assert lamps.evidence.get(field="status", stance="differs").reported_value == "20 lamps"


def test_a_footnote_to_a_report_that_the_revert_renames_is_reverted_with_later_too(lamps):
    report = make.make_report("almanac")
    item = make.make_evidence(
        lamps, "status", report.passages.get(), stance="differs", reported_value="20 lamps"
    )
    before = snapshot(lamps)
    with recording(lamps, report) as recorder:
        Report.objects.filter(pk=report.pk).update(slug="yearbook")
        lamps.evidence.filter(pk=item.pk).update(reported_value="25 lamps")
    change_rows(lamps, lamps.evidence.filter(pk=item.pk), reported_value="30 lamps")
    revert_set(recorder.change_set, later_too=True)
    assert snapshot(lamps) == before
