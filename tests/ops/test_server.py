"""The hooks in the gunicorn settings."""

import gc
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sco_cities.facet_index import refresh
from sco_cities.search import frequent_words

SETTINGS = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"


@pytest.fixture
def default_interval():
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


def test_a_new_worker_sets_the_switch_interval_and_reads_the_index(default_interval, monkeypatch):
    intervals, alive = [], []
    monkeypatch.setattr(
        refresh, "warm_up", lambda on_wait: (intervals.append(sys.getswitchinterval()), on_wait())
    )
    steps = []
    monkeypatch.setattr(frequent_words, "warm_up", lambda: steps.append("words"))
    # The objects of the tests are not to be frozen.
    monkeypatch.setattr(gc, "freeze", lambda: steps.append("freeze"))
    worker = SimpleNamespace(alive=True, notify=lambda: alive.append(True))
    runpy.run_path(str(SETTINGS))["post_worker_init"](worker)
    assert intervals == [pytest.approx(default_interval / 10)]
    # While it waits, it reports that it is alive.
    assert alive == [True]
    assert steps == ["words", "freeze"]


def test_the_server_prints_its_url(capsys):
    server = SimpleNamespace(LISTENERS=["http://127.0.0.1:8123"])
    runpy.run_path(str(SETTINGS))["when_ready"](server)
    assert capsys.readouterr().out == (
        "SCO Cities is at http://127.0.0.1:8123/ (admin: http://127.0.0.1:8123/admin/), Ctrl-C stops it\n"
    )
