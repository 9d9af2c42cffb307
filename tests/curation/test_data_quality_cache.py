"""What the board remembers: after whatever is written, its numbers are those of measuring everything anew."""

import datetime
from random import Random

import pytest
from django.utils import timezone

from delegates.models import Attendance
from initiatives.models import Initiative
from sco_cities.curation.data_quality.metric_cache import (
    OF_REPORTS,
    MetricCache,
    cached_metrics,
    up_to_date,
)
from sco_cities.facet_index import triggers
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import AddressCheck, Evidence, Figure, Report
from tests import factories as make
from tests.random_edits import EDITS, apply
from tests.sample_records import make_world


def said(census: MetricCache) -> dict:
    """What a census says, without the fields and states in which there is nothing."""
    found = {name: each for name, each in census.found.items() if each}
    return {
        "among": {name: each.among for name, each in found.items()},
        "states": {state: keys for state, keys in census.states.items() if keys},
        **{
            name: {field: keys for field, keys in each.by_field.items() if keys}
            for name, each in found.items()
        },
    }


def assert_as_if_measured_anew(after: str) -> None:
    with cached_metrics(record_models()) as by_model:
        for model, census in by_model.items():
            assert said(census) == said(MetricCache.taken(model)), f"{model.__name__} after: {after}"


@pytest.mark.django_db
def test_the_numbers_after_any_edit_are_those_of_measuring_anew():
    make_world()
    random = Random(7)
    assert_as_if_measured_anew("the beginning")
    for name in sorted(EDITS):
        apply(name, random.randrange(2**20))
        assert_as_if_measured_anew(name)


# What the random edits leave alone, in the order in which it is done.
EDITS_OF_PARTS = {
    "a figure comes": lambda: make.make_figure(Initiative.objects.get(), "more"),
    "a figure gets another label": lambda: Figure.objects.filter(label="more").update(label="poles"),
    "figures go": lambda: Figure.objects.all().delete(),
    "a guest goes": lambda: Attendance.objects.all()._raw_delete("default"),
    "an address dies": lambda: AddressCheck.objects.update(is_dead=True),
    "an address has never been looked up": lambda: AddressCheck.objects.all().delete(),
    "a report is older than was thought": lambda: Report.objects.update(published_last="2001-01-01"),
    "a report is withdrawn": lambda: Report.objects.update(state=PublicationState.WITHDRAWN),
    "a report is published": lambda: Report.objects.update(state=PublicationState.PUBLISHED),
    "evidence goes": lambda: Evidence.objects.all()._raw_delete("default"),
    "a record is withdrawn": lambda: Initiative.objects.update(state=PublicationState.WITHDRAWN),
}


@pytest.mark.django_db
def test_so_are_those_after_edits_of_figures_guests_addresses_and_reports():
    lamps = make.make_initiative("lamps", sourced=True)
    event = make.make_event()
    make.make_attendance(event, make.make_delegate())
    make.make_evidence(event, "attendances")
    make.make_evidence(lamps, make.make_figure(lamps))
    AddressCheck.objects.create(report=Report.objects.first(), checked_at=timezone.now(), is_dead=False)
    before = None
    for name, edit in EDITS_OF_PARTS.items():
        assert_as_if_measured_anew("before")
        edit()
        assert_as_if_measured_anew(name)
        with cached_metrics(record_models()) as by_model:
            now = [said(census) for census in by_model.values()]
        assert now != before, f"{name} changes no number: it tests nothing"
        before = now


@pytest.mark.django_db
def test_what_is_stale_is_measured_anew_on_another_day(monkeypatch):
    lamps = make.make_initiative()
    report = make.make_report("dated", published_on="2024-03-01")
    make.make_evidence(lamps, "status", report.passages.get())
    stale = []
    for day in (1, 2):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: datetime.date(2026, 3, day))
        with cached_metrics([Initiative]) as by_model:
            stale.append(by_model[Initiative].found["stale"].number)
    assert stale == [0, 1]


@pytest.mark.django_db
def test_all_that_the_board_follows_is_logged():
    logged = {
        f"{table}.{column.partition('/')[0]}"
        for table, watched in triggers.watched_tables().items()
        for column in watched.columns
    }
    parts = {*OF_REPORTS, *(name for model in record_models() for name in up_to_date(model))}
    assert {part.partition("/")[0] for part in parts} <= logged
