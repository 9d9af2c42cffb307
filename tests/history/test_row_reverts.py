"""Reverts of rows of records: passages, figures and evidence."""

from sco_cities.cities.models import City
from sco_cities.sources.models import Passage
from tests import factories as make

from .snapshots import recording, snapshot
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
