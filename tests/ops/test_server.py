"""What the settings of the web server have it say, and each of its processes do as it begins."""

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sco_cities.facet_index import refresh

SETTINGS = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"


@pytest.fixture
def usual_interval():
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


def test_a_process_that_begins_lets_threads_take_turns_often_and_reads_the_index_ahead(
    usual_interval, monkeypatch
):
    begun = []
    monkeypatch.setattr(refresh, "warm_up", lambda: begun.append(sys.getswitchinterval()))
    runpy.run_path(str(SETTINGS))["post_worker_init"](None)
    assert begun == [pytest.approx(usual_interval / 10)]


def test_the_server_says_where_it_listens_whatever_it_was_started_with(capsys):
    server = SimpleNamespace(LISTENERS=["http://127.0.0.1:8123"])
    runpy.run_path(str(SETTINGS))["when_ready"](server)
    assert capsys.readouterr().out == (
        "SCO Cities is at http://127.0.0.1:8123/ (admin: http://127.0.0.1:8123/admin/), Ctrl-C stops it\n"
    )
