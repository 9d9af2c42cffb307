"""A fixed number of queries finds the fields without evidence for many records."""

import pytest

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure, Report
from sco_cities.themes.models import Theme
from tests import factories as make

pytestmark = pytest.mark.django_db


def unsourced_fields(record) -> list[str]:
    return evidence_coverage.unsourced_fields([record])[record.pk]


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("*", "the record as a whole"),
        ("starts_on", "starts on"),
        ("title_en", "title in English"),
        ("event", "event"),
        ("cities", "cities"),
        ("figure", "figure"),
        ("figure:cameras", "figure: cameras"),
        ("figure:a: b", "figure: a: b"),
    ],
)
def test_a_field_has_a_readable_label(key, label):
    assert evidence_coverage.field_label(Initiative, key) == label


def test_reverse_relations_have_plural_labels():
    assert evidence_coverage.field_label(Event, "attendances") == "attendances"


def test_every_evidence_field_has_a_label():
    for model in (Event, Initiative, Theme, Report):
        assert all(evidence_coverage.field_label(model, key) for key in model.evidence_fields)


def test_field_list_is_a_phrase():
    assert evidence_coverage.field_list(Initiative, ["status"]) == "status"
    assert evidence_coverage.field_list(Initiative, ["status", "kind", "cities"]) == "status, kind and cities"


@pytest.mark.parametrize("value", [0, False, "x"])
def test_other_values_count_as_filled(value):
    assert evidence_coverage.has_value(value)


@pytest.mark.parametrize("value", [None, ""])
def test_none_and_empty_text_are_empty_values(value):
    assert not evidence_coverage.has_value(value)


def test_each_of_many_records_has_its_filled_and_unsourced_fields():
    city, theme = make.make_city(), make.make_theme()
    bare = make.make_initiative("bare", lead=[city], themes=[theme], starts_on="")
    whole = make.make_initiative("whole", event=make.make_event(), ends_on="2030")
    make.make_evidence(whole)
    measured = make.make_initiative("measured", sourced=True)
    make.make_figure(measured, "cameras")
    make.make_evidence(measured, make.make_figure(measured, "lamps"))
    make.make_figure(make.make_theme("measured-theme"), "not an initiative's")

    records = [bare, whole, measured]
    expected = {
        bare.pk: ["title_en", "summary_en", "kind", "status", "themes", "cities"],
        whole.pk: ["status", "starts_on", "ends_on"],
        measured.pk: ["figure:cameras"],
    }
    assert evidence_coverage.unsourced_fields(records) == expected
    assert {record.pk: unsourced_fields(record) for record in records} == expected
    assert evidence_coverage.filled_fields([whole])[whole.pk] == [
        "title_en", "summary_en", "kind", "status", "starts_on", "ends_on", "event",
    ]  # fmt: skip
    assert evidence_coverage.supported_fields([measured])[measured.pk] >= {"*", "status", "figure:lamps"}


def test_the_attendances_of_an_event_are_a_value():
    event = make.make_event(starts_on="")
    make.make_evidence(event, "name_en")
    make.make_evidence(event, "kind")
    assert unsourced_fields(event) == []
    make.make_attendance(event, make.make_delegate())
    assert unsourced_fields(event) == ["attendances"]


def test_no_records_need_no_queries(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert evidence_coverage.unsourced_fields([]) == {}


def test_30_records_need_the_same_queries_as_3(django_assert_num_queries):
    records = [make.make_initiative(sourced=True) for _ in range(30)]
    evidence_coverage.unsourced_fields(records)
    # One query for all to-many relations, one for figures and one for evidence.
    for batch in (records[:3], records):
        with django_assert_num_queries(3):
            evidence_coverage.unsourced_fields(batch)


def test_dependent_records_would_lack_evidence_without_the_reports():
    first, second, unused = (make.make_report(slug) for slug in ("first", "second", "unused"))
    theme = make.make_theme()
    make.make_evidence(theme, make.make_figure(theme, "lamps"), first.passages.get())
    both = make.make_initiative("both")
    for report in (first, second):
        make.support_everything(both, report.passages.get())
    hidden = make.make_initiative("hidden", state=PublicationState.DRAFT)
    make.support_everything(hidden, second.passages.get())

    assert evidence_coverage.dependent_records([first]) == {first.pk: {theme: ["figure:lamps"]}}
    assert evidence_coverage.dependent_records([second]) == {}
    assert evidence_coverage.dependent_records([unused]) == {}
    of_all = evidence_coverage.dependent_records([first, second, unused])
    lost = ["title_en", "summary_en", "kind", "status", "starts_on"]
    assert of_all == {first.pk: {theme: ["figure:lamps"], both: lost}, second.pk: {both: lost}}


def test_fields_that_already_lack_evidence_do_not_make_a_record_dependent():
    report = make.make_report()
    record = make.make_initiative(starts_on="")
    make.make_evidence(record, "kind", report.passages.get())
    make.make_evidence(record, "kind", make.make_report("other").passages.get())
    assert unsourced_fields(record)
    assert evidence_coverage.dependent_records([report]) == {}


def test_figures_of_another_kind_of_record_with_the_same_key_are_ignored():
    theme, initiative = make.make_theme(), make.make_initiative(starts_on="")
    Theme.objects.filter(pk=theme.pk).update(id=initiative.pk)
    theme = Theme.objects.get()
    make.make_figure(theme, "of the theme")
    assert theme.pk == initiative.pk
    assert evidence_coverage.filled_fields([initiative])[initiative.pk] == [
        "title_en",
        "summary_en",
        "kind",
        "status",
    ]
    assert Figure.objects.count() == 1
    assert not Evidence.objects.exists()
