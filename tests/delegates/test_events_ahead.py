"""The first line of the list of events: what is ahead, and what was the last one."""

import datetime

import pytest
from bs4 import BeautifulSoup

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day is the 15th of June 2026."""
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
            "The reports name no event ahead. The last one was Lamps, 27 February 2026.",
        ),
        (
            "/events/",
            {"later": ("2027", ""), "sooner": ("2026-06-16", "2026-06-18"), "past": ("2026-06-14", "")},
            "Ahead: Sooner (16 to 18 June 2026), Later (2027) | The last one was Past, 14 June 2026.",
        ),
        (
            "/events/",
            {"summit": ("2026", ""), "running": ("2026-06-14", "2026-06-15")},
            "The reports name no event ahead. | Under way, or without an exact day: Summit (2026), "
            "Running (14 to 15 June 2026)",
        ),
        ("/events/", {"undated": ("", "")}, "The reports name no event ahead."),
        ("/events/?kind=forum", {"lamps": ("2030", "")}, "Ahead: Lamps (2030)"),
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
