"""What lacks evidence: for many records at once, with a fixed number of queries."""

import pytest

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure, Report
from sco_cities.themes.models import Theme
from tests import factories as make

pytestmark = pytest.mark.django_db


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
def test_a_field_is_called_what_people_call_it(key, label):
    assert evidence_coverage.field_label(Initiative, key) == label


def test_rows_that_point_to_a_record_are_called_by_their_plural():
    assert evidence_coverage.field_label(Event, "attendances") == "attendances"


def test_every_field_that_evidence_can_speak_of_has_a_label():
    for model in (Event, Initiative, Theme, Report):
        assert all(evidence_coverage.field_label(model, key) for key in model.evidence_fields)


def test_fields_are_listed_as_in_a_sentence():
    assert evidence_coverage.field_list(Initiative, ["status"]) == "status"
    assert evidence_coverage.field_list(Initiative, ["status", "kind", "cities"]) == "status, kind and cities"


@pytest.mark.parametrize("value", [0, False, "x"])
def test_something_is_a_value(value):
    assert evidence_coverage.holds_a_value(value)


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_no_value(value):
    assert not evidence_coverage.holds_a_value(value)


def test_of_many_records_each_gets_what_it_holds_and_lacks():
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
    assert {record.pk: record.unsourced_fields() for record in records} == expected
    assert evidence_coverage.filled_fields([whole])[whole.pk] == [
        "title_en", "summary_en", "kind", "status", "starts_on", "ends_on", "event",
    ]  # fmt: skip
    assert evidence_coverage.supported_fields([measured])[measured.pk] >= {"*", "status", "figure:lamps"}


def test_the_rows_of_an_event_are_a_value_of_it():
    event = make.make_event(starts_on="")
    make.make_evidence(event, "name_en")
    make.make_evidence(event, "kind")
    assert event.unsourced_fields() == []
    make.make_attendance(event, make.make_delegate())
    assert event.unsourced_fields() == ["attendances"]


def test_no_records_need_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert evidence_coverage.unsourced_fields([]) == {}


def test_30_records_need_the_same_queries_as_3(django_assert_num_queries):
    records = [make.make_initiative(sourced=True) for _ in range(30)]
    evidence_coverage.unsourced_fields(records)
    # Relations to many, all in one; figures; evidence.
    for some in (records[:3], records):
        with django_assert_num_queries(3):
            evidence_coverage.unsourced_fields(some)


def test_a_record_rests_on_the_reports_without_which_it_would_lack_evidence():
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
    together = evidence_coverage.dependent_records([first, second, unused])
    lost = ["title_en", "summary_en", "kind", "status", "starts_on"]
    assert together == {first.pk: {theme: ["figure:lamps"], both: lost}, second.pk: {both: lost}}


def test_what_a_record_lacks_already_is_not_held_against_a_report():
    report = make.make_report()
    record = make.make_initiative(starts_on="")
    make.make_evidence(record, "kind", report.passages.get())
    make.make_evidence(record, "kind", make.make_report("other").passages.get())
    assert record.unsourced_fields()
    assert evidence_coverage.dependent_records([report]) == {}


def test_figures_of_other_kinds_of_records_with_the_same_key_are_not_mixed_up():
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
