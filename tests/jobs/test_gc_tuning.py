"""Garbage collection is rare while the worker runs a job, and normal afterwards."""

import gc

import pytest

from sco_cities.history import background_revert
from sco_cities.history.background_revert import run_revert
from sco_cities.imports import jobs
from sco_cities.imports.jobs import run_import
from sco_cities.jobs.gc_tuning import NEW_OBJECTS, relaxed_gc


@pytest.mark.parametrize("error", [None, ValueError])
def test_garbage_collection_is_rare_until_the_block_ends_or_fails(error):
    before = gc.get_threshold()
    try:
        with relaxed_gc():
            assert gc.get_threshold()[0] == NEW_OBJECTS > before[0]
            if error:
                raise error
    except ValueError:
        assert error
    assert gc.get_threshold() == before


@pytest.mark.parametrize(("module", "task"), [(jobs, run_import), (background_revert, run_revert)])
def test_the_worker_runs_jobs_with_rare_garbage_collection(module, task, monkeypatch):
    seen = []
    monkeypatch.setattr(module, "run", lambda number: seen.append((number, gc.get_threshold()[0])))
    task.func(7)
    assert seen == [(7, NEW_OBJECTS)]
