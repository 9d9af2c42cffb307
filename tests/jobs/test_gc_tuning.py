"""Python looks for cycles seldom while the worker is at work, and as ever afterwards."""

import gc

import pytest

from sco_cities.history import background_revert
from sco_cities.history.tasks import run_revert
from sco_cities.imports import jobs
from sco_cities.imports.tasks import run_import
from sco_cities.jobs.gc_tuning import NEW_OBJECTS, relaxed_gc


@pytest.mark.parametrize("error", [None, ValueError])
def test_cycles_are_looked_for_seldom_only_until_the_work_ends_or_fails(error):
    before = gc.get_threshold()
    try:
        with relaxed_gc():
            assert gc.get_threshold()[0] == NEW_OBJECTS > before[0]
            if error:
                raise error
    except ValueError:
        assert error
    assert gc.get_threshold() == before


@pytest.mark.parametrize(("work", "task"), [(jobs, run_import), (background_revert, run_revert)])
def test_the_worker_does_its_work_so(work, task, monkeypatch):
    seen = []
    monkeypatch.setattr(work, "run", lambda number: seen.append((number, gc.get_threshold()[0])))
    task.func(7)
    assert seen == [(7, NEW_OBJECTS)]
