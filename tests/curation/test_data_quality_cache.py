"""The cached metrics equal the result of a complete computation after any edit."""

import datetime
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from delegates.models import Attendance
from initiatives.models import Initiative
from sco_cities.curation.data_quality.metrics import ModelMetrics, cached_metrics
from sco_cities.facet_index import triggers
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import AddressCheck, Evidence, Figure, Passage, Report, Ruling
from tests import factories as make
from tests.extent import IS_COVERING, IS_FULL
from tests.random_edits import EDITS, apply
from tests.sample_records import make_sample_records


def non_empty(metrics: ModelMetrics) -> dict:
    """The metrics without empty fields and states."""
    results = {name: result for name, result in metrics.results.items() if result}
    return {
        "total": {name: result.total for name, result in results.items()},
        "states": {state: keys for state, keys in metrics.states.items() if keys},
        **{
            name: {field: keys for field, keys in result.by_field.items() if keys}
            for name, result in results.items()
        },
    }


def assert_equal_to_complete_computation(after: str) -> None:
    with cached_metrics(record_models()) as by_model:
        for model, metrics in by_model.items():
            assert non_empty(metrics) == non_empty(ModelMetrics.compute(model)), (
                f"{model.__name__} after: {after}"
            )


@pytest.mark.django_db
def test_after_any_edit_the_numbers_equal_a_complete_computation():
    make_sample_records()
    random = Random(7)
    assert_equal_to_complete_computation("the start")
    # In `make test`, and on the second engine in `make test-all`, the test compares only after several edits.
    done, at_once = [], 5 if IS_COVERING else 1 if IS_FULL or connection.vendor == "sqlite" else 3
    for number, name in enumerate(sorted(EDITS), start=1):
        apply(name, random.randrange(2**20))
        done.append(name)
        if number % at_once == 0 or number == len(EDITS):
            assert_equal_to_complete_computation(", ".join(done[-at_once:]))


# Edits, in this order, that the random edits do not make.
OTHER_EDITS = {
    "a figure is added": lambda: make.make_figure(Initiative.objects.get(), "more"),
    "a figure gets another label": lambda: Figure.objects.filter(label="more").update(label="poles"),
    "figures are deleted": lambda: Figure.objects.all().delete(),
    "an attendance is deleted": lambda: Attendance.objects.all()._raw_delete("default"),
    "an address is dead": lambda: AddressCheck.objects.update(is_dead=True),
    "another address was checked": lambda: AddressCheck.objects.update(address="https://gazette.example/old"),
    "a report gets the address that was checked": lambda: Report.objects.update(
        address="https://gazette.example/old"
    ),
    "an address has never been checked": lambda: AddressCheck.objects.all().delete(),
    "a report gets an older date": lambda: Report.objects.update(published_last="2001-01-01"),
    "a report is withdrawn": lambda: Report.objects.update(state=PublicationState.WITHDRAWN),
    "a report is published": lambda: Report.objects.update(state=PublicationState.PUBLISHED),
    "evidence is deleted": lambda: Evidence.objects.all()._raw_delete("default"),
    "a record is withdrawn": lambda: Initiative.objects.update(state=PublicationState.WITHDRAWN),
}


@pytest.mark.thorough
@pytest.mark.django_db
def test_after_edits_of_figures_attendances_addresses_and_reports_they_do_too():
    lamps = make.make_initiative("lamps", sourced=True)
    event = make.make_event()
    make.make_attendance(event, make.make_delegate())
    make.make_evidence(event, "attendances")
    make.make_evidence(lamps, make.make_figure(lamps))
    AddressCheck.objects.create(report=Report.objects.first(), checked_at=timezone.now(), is_dead=False)
    before = None
    assert_equal_to_complete_computation("the start")
    for name, edit in OTHER_EDITS.items():
        edit()
        assert_equal_to_complete_computation(name)
        with cached_metrics(record_models()) as by_model:
            now = [non_empty(metrics) for metrics in by_model.values()]
        assert now != before, f"{name} changes no number, so it tests nothing"
        before = now


@pytest.mark.django_db
def test_stale_values_are_computed_again_on_another_day(monkeypatch):
    lamps = make.make_initiative()
    report = make.make_report("dated", published_on="2024-03-01")
    make.make_evidence(lamps, "status", report.passages.get())
    stale = []
    for day in (1, 2):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: datetime.date(2026, 3, day))
        with cached_metrics([Initiative]) as by_model:
            stale.append(by_model[Initiative].results["stale"].count)
    assert stale == [0, 1]


def test_every_table_that_is_counted_or_compared_is_in_the_change_log():
    """A change of any other table would leave stale numbers and pairs."""
    models = {*record_models(), Evidence, Figure, Passage, Ruling, Attendance}
    tables = {model._meta.db_table for model in models}
    tables |= {field.m2m_db_table() for model in models for field in model._meta.local_many_to_many}
    assert tables <= triggers.watched_tables().keys()
