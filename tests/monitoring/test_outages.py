"""Rejected requests are logged once a minute per reason, with the cause and the number of further requests."""

import logging

import pytest

from sco_cities.monitoring import log_format, middleware
from sco_cities.monitoring.log_format import OUTAGES, OutageFilter
from sco_cities.ops import rate_limit

pytestmark = pytest.mark.only_on("sqlite")

CAUSE = "OperationalError: connection refused"
LINE = f"The database does not respond ({CAUSE}): requests are rejected with status 503."


@pytest.fixture
def refuse(monkeypatch):
    """Simulates a rejected request at a given second in a new process."""
    now = [1000.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: now[0])
    logger = logging.getLogger("sco_cities.outages")
    monkeypatch.setattr(logger, "filters", [OutageFilter()])

    def at(seconds: float, reason: str = "database") -> None:
        now[0] = 1000.0 + seconds
        middleware._log_outage(reason, CAUSE)

    return at


def test_an_outage_is_logged_once_a_minute_with_the_number_of_rejected_requests(refuse, caplog):
    for second in range(130):
        refuse(second)
    more = f"{LINE} 59 more since the last line."
    assert caplog.messages == [LINE, more, more]


def test_each_reason_has_its_own_lines(refuse, caplog):
    for _time in range(2):
        for reason in OUTAGES:
            refuse(0, reason)
    assert [text.partition(" (")[0] for text in caplog.messages] == list(OUTAGES.values())
    levels = {record.reason: record.levelname for record in caplog.records}
    assert levels == {reason: "WARNING" if reason in log_format.PASSING else "ERROR" for reason in OUTAGES}


def test_the_settings_use_the_filter(settings):
    assert settings.LOGGING["loggers"]["sco_cities.outages"]["filters"] == ["outages"]
