"""An outage is one line a minute: its beginning with the cause, how many requests were refused, and its end."""

import pytest

from sco_cities.monitoring import outage_log
from sco_cities.monitoring.outage_log import OutageLog

pytestmark = pytest.mark.only_on("sqlite")

CAUSE = "OperationalError: connection refused"
ANSWERED = {"default": 1}


@pytest.fixture
def clock(monkeypatch):
    """Sets the time."""
    now = [1000.0]
    monkeypatch.setattr(outage_log.time, "monotonic", lambda: now[0])

    def at(seconds: float) -> None:
        now[0] = 1000.0 + seconds

    return at


def play(log: OutageLog, clock, events: list[tuple[float, str]]) -> None:
    for seconds, event in events:
        clock(seconds)
        if event == "answered":
            log.answered(ANSWERED)
        else:
            log.refused(event, CAUSE)


BEGIN = f"The database does not answer ({CAUSE}): requests are refused with status 503."


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(0, "answered")], []),
        ([(second / 20, "database") for second in range(100)], [BEGIN]),
        (
            [(second, "database") for second in range(130)],
            [
                BEGIN,
                f"The database does not answer ({CAUSE}): 60 more requests were refused.",
                f"The database does not answer ({CAUSE}): 60 more requests were refused.",
            ],
        ),
        (
            [(0, "database"), (5, "database"), (9, "answered"), (15, "answered"), (16, "answered")],
            [BEGIN, "The database answers again. In 5 s, 2 requests were refused."],
        ),
        # A page that needs no answer of the database says nothing about it; two kinds have lines of their own.
        (
            [(0, "database"), (0, "busy"), (20, "answered")],
            [
                BEGIN,
                f"There are more requests than the site can answer ({CAUSE}): requests are refused with status 503.",
                "The database answers again. In 0 s, 1 requests were refused.",
                "All requests are answered again. In 0 s, 1 requests were refused.",
            ],
        ),
        # One that comes and goes does not fill the log either.
        (
            [(second, event) for second in range(0, 60, 15) for event in ("answered", "database")],
            [BEGIN, "The database answers again. In 0 s, 1 requests were refused."],
        ),
        (
            [(0, "database"), (20, "answered"), (61, "database")],
            [BEGIN, "The database answers again. In 0 s, 1 requests were refused.", BEGIN],
        ),
    ],
    ids=["none", "many in a moment", "minutes", "over", "two kinds", "flapping", "another one"],
)
def test_lines_of_outages(clock, caplog, events, expected):
    play(OutageLog(), clock, events)
    assert [record.getMessage() for record in caplog.records] == expected


def test_only_refusals_that_need_an_operator_are_errors(clock, caplog):
    play(OutageLog(), clock, [(0, reason) for reason in outage_log.TEXTS])
    levels = [record.levelname for record in caplog.records]
    assert dict(zip(outage_log.TEXTS, levels, strict=True)) == {
        "database": "ERROR",
        "timeout": "ERROR",
        "locked": "ERROR",
        "busy": "WARNING",
        "index": "WARNING",
        "maintenance": "WARNING",
    }


def test_an_answer_without_the_primary_ends_nothing(clock, caplog):
    log = OutageLog()
    play(log, clock, [(0, "database")])
    clock(20)
    log.answered({})
    log.answered({"replica": 3})
    assert len(caplog.records) == 1
