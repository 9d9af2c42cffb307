"""The first line of the list of events names the upcoming events and the last event."""

import datetime

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Sets the date to 15 June 2026."""
    moment = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def first_line(client, address: str) -> str:
    lines = BeautifulSoup(client.get(address).content, "html.parser").select("#rows > p:not(.print-only)")
    return " | ".join(" ".join(line.text.split()) for line in lines)


@pytest.mark.parametrize(
    ("address", "events", "line"),
    [
        (
            "/events/",
            {"lamps": ("2026-02-27", ""), "older": ("2025", "")},
            "The reports do not mention any upcoming event. The last one was Lamps, 27 February 2026.",
        ),
        (
            "/events/",
            {"later": ("2027", ""), "sooner": ("2026-06-16", "2026-06-18"), "past": ("2026-06-14", "")},
            "Upcoming: Sooner (16 to 18 June 2026), Later (2027) | The last one was Past, 14 June 2026.",
        ),
        (
            "/events/",
            {"summit": ("2026", ""), "running": ("2026-06-14", "2026-06-15")},
            "The reports do not mention any upcoming event. | In progress, or without an exact date: Summit (2026), "
            "Running (14 to 15 June 2026)",
        ),
        ("/events/", {"undated": ("", "")}, "The reports do not mention any upcoming event."),
        ("/events/?kind=forum", {"lamps": ("2030", "")}, "Upcoming: Lamps (2030)"),
        (
            "/events/?year_to=2026",
            {"past": ("2026-06-14", ""), "later": ("2030", "")},
            "None of these events is upcoming. The last one was Past, 14 June 2026.",
        ),
        (
            "/events/",
            {f"event-{year}": (str(year), "") for year in range(2027, 2034)},
            "Upcoming: Event 2027 (2027), Event 2028 (2028), Event 2029 (2029), Event 2030 (2030), Event 2031 (2031) "
            "and 2 more",
        ),
        (
            "/ru/events/",
            {"lamps": ("2026-02-27", "")},
            "В источниках нет предстоящих мероприятий. Последнее: Lamps, 27 февраля 2026 г.",
        ),
        (
            "/zh-hans/events/",
            {"lamps": ("2026-02-27", "")},
            "报道中没有即将举行的活动。最近一次：Lamps，2026年2月27日。",
        ),
    ],
)
def test_the_list_names_the_events_ahead_and_the_last_one(client, address, events, line):
    for slug, (starts_on, ends_on) in events.items():
        make.make_event(slug, kind="forum", starts_on=starts_on, ends_on=ends_on)
    make.make_event("draft", starts_on="2028", state="draft")
    assert first_line(client, address) == line
