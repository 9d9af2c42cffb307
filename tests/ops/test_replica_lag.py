"""The replica is used only if it contains all data that the primary had REPLICA_MAX_LAG_S ago.

`test_standby.py` uses a real replica.
"""

import threading
from math import inf
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from sco_cities.ops import replica
from sco_cities.ops.environment import parse_whole_number
from sco_cities.ops.replica import ReplicaLag

AWAY = OperationalError("could not connect")


@pytest.fixture
def clock(monkeypatch, settings):
    """A stopped clock. Tests change its time with `now`."""
    settings.REPLICA_MAX_LAG_S = 5
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(replica.time, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def lag(clock):
    """A replica measured by `measure` instead of a thread."""
    lag = ReplicaLag("replica")
    lag.thread = threading.current_thread()
    return lag


def measure(lag, monkeypatch, primary, standby):
    """Runs one of the thread's measurements with these responses."""

    def position(using, query):
        answer = standby if using == "replica" else primary
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, tuple) else (1, answer)

    monkeypatch.setattr(replica, "_position", position)
    lag._ask_primary()
    lag._ask_replica()
    return lag.is_within_limit()


# The seconds since the first measurement, the primary's and replica's responses, and True if the replica is then used.
@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param([(0, 10, 10, True), (60, 10, 10, True)], id="it has everything"),
        pytest.param([(0, 10, 9, False), (1, 20, 10, True), (2, 30, 20, True)], id="it is a second behind"),
        pytest.param([(0, 10, 10, True), (4, 20, 10, True), (6, 30, 10, False)], id="it stands still"),
        pytest.param(
            [(0, 10, 10, True), (6, 20, 10, False), (7, 30, 20, True)], id="it reaches what it lacked in time"
        ),
        pytest.param([(0, 10, 10, True), (6, 20, 10, False), (12, 30, 20, False)], id="it catches up too late"),
        pytest.param([(0, AWAY, 10, True), (60, AWAY, 10, True)], id="the primary is away"),
        pytest.param([(0, 10, 10, True), (60, AWAY, 10, True), (61, 20, 10, False)], id="the primary is back"),
        pytest.param([(0, 10, 10, True), (4, 10, AWAY, True), (6, 10, AWAY, False)], id="the replica is away"),
        pytest.param([(0, 10, 15, True), (6, (2, 12), 15, False), (9, (2, 16), 15, False)], id="a lost server's"),
        pytest.param([(0, 9, 9, True), (6, (2, 9), (2, 8), False), (7, (2, 9), (2, 9), True)], id="the new server's"),
        pytest.param([(0, 10, None, True), (60, 90, None, True)], id="it is no standby"),
        pytest.param([(0, 10, None, True), (1, 90, 10, True), (9, 90, 10, False)], id="it becomes a standby"),
    ],
)  # fmt: skip
def test_a_replica_is_read_if_its_lag_is_within_the_limit(rounds, lag, clock, monkeypatch):
    start = clock.now
    for seconds, primary, standby, expected in rounds:
        clock.now = start + seconds
        assert measure(lag, monkeypatch, primary, standby) is expected, seconds


def test_between_two_rounds_the_lag_grows(lag, clock, monkeypatch):
    assert measure(lag, monkeypatch, 10, 10)
    clock.now += 5
    assert lag.is_within_limit()
    clock.now += 0.1
    assert not lag.is_within_limit()


def test_monitoring_gets_the_lag(lag, clock, monkeypatch):
    assert lag.seconds() == inf, "nothing is known yet"
    measure(lag, monkeypatch, 10, 10)
    assert lag.seconds() == 0
    clock.now += 7
    assert lag.seconds() == 7
    measure(lag, monkeypatch, 10, None)
    assert lag.seconds() == 0, "it is no standby"


def test_a_hanging_primary_is_treated_as_unavailable(lag, clock, monkeypatch):
    assert measure(lag, monkeypatch, 10, 10)
    lag.asked_at = clock.now + 1
    clock.now += 10
    assert lag.is_within_limit()


@pytest.mark.parametrize("behind", [2, 8, 100, 1000])
def test_monitoring_gets_the_lag_of_a_replica_with_a_constant_lag(behind, lag, clock, monkeypatch):
    """The primary writes one byte per second."""
    start = clock.now
    for seconds in range(2 * 3600):
        clock.now = start + seconds
        is_read = measure(lag, monkeypatch, seconds, max(seconds - behind, -1))
        assert is_read is (seconds >= behind and behind <= 5)
        if seconds >= behind + 60:
            assert behind <= lag.seconds() <= 1.1 * behind + 1


def test_monitoring_gets_the_lag_of_a_replica_that_briefly_lost_its_primary(lag, clock, monkeypatch):
    start = clock.now
    for seconds in range(3600):
        clock.now = start + seconds
        measure(lag, monkeypatch, seconds, min(seconds, 10))
    assert lag.seconds() == 3589
    measure(lag, monkeypatch, 3600, 3600)
    assert lag.seconds() == 0


@pytest.mark.parametrize("standby", [0, None, AWAY], ids=["behind", "no standby", "away"])
def test_only_the_newest_measurements_are_kept(standby, lag, clock, monkeypatch):
    monkeypatch.setattr(replica, "MAX_POSITIONS", 50)
    for _round in range(200):
        clock.now += 1
        measure(lag, monkeypatch, clock.now, standby)
    assert len(lag.positions) <= replica.MAX_POSITIONS


def test_old_responses_of_a_lost_primary_do_not_hide_newer_responses(lag, clock, monkeypatch):
    """For example, the database of the lost primary was restored to a new server."""
    start = clock.now
    for seconds in range(100):
        clock.now = start + seconds
        measure(lag, monkeypatch, 1000 + seconds if seconds < 10 else seconds, seconds - 8)
    assert 8 <= lag.seconds() <= 9


@pytest.mark.parametrize("value", ["2", " 5 ", "3600"])
def test_the_limit_is_a_whole_number_of_seconds(value):
    assert parse_whole_number("REPLICA_MAX_LAG_S", value, 2, 3600) == int(value)


@pytest.mark.parametrize("value", ["0", "1", "3601", "-5", "2.5", "5s", "never", "٥", "9" * 12])
def test_any_other_limit_is_rejected_with_the_expected_format(value):
    with pytest.raises(ImproperlyConfigured) as error:
        parse_whole_number("REPLICA_MAX_LAG_S", value, 2, 3600)
    assert str(error.value) == f"REPLICA_MAX_LAG_S={value} is not valid. Expected an integer from 2 to 3600."
