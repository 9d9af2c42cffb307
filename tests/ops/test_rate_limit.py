"""Attempts are limited per key and period, with bounded memory."""

from sco_cities.ops import rate_limit
from sco_cities.ops.rate_limit import RateLimit


def test_the_counts_are_bounded_and_forgotten_after_their_period(monkeypatch):
    monkeypatch.setattr(rate_limit, "MAX_COUNTED", 100)
    now = [1000.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: now[0])
    limit = RateLimit(2, 60)
    assert [limit.take("ada") for _try in range(3)] == [0, 0, 60]
    now[0] += 59
    assert limit.take("ada") == 1
    now[0] += 1
    assert limit.take("ada") == 0
    for number in range(1000):
        limit.take(f"name {number}")
    assert len(limit._counts) == 100


def test_a_returned_attempt_does_not_count():
    limit = RateLimit(1, 60)
    assert limit.take("ada") == 0
    limit.give_back("ada")
    limit.give_back("nobody")
    assert [limit.take("ada") for _try in range(2)] == [0, 60]
