"""The calendar of events as parsed by calendar programs."""

import datetime

import pytest
from icalendar import Calendar

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def read(client, path: str) -> Calendar:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(b"".join(response))


def test_an_event_lasts_whole_days(client):
    make.make_event(
        "ball",
        name_en="Ball, with lamps",
        starts_on="2025-07-06",
        ends_on="2025-07-08",
        host_city=make.make_city("alphaville"),
    )
    (event,) = read(client, "/events.ics").walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (datetime.date(2025, 7, 6), datetime.date(2025, 7, 9))
    assert (str(event["summary"]), str(event["location"]), str(event["url"])) == (
        "Ball, with lamps",
        "Alphaville",
        "http://testserver/events/ball/",
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2025", ""),
        ("2025-07", "2025-07-08"),
        ("2025-07-06", "2025-08"),
        ("", ""),
        ("2025", "9999-12-31"),
        ("9999-12-31", ""),
    ],
)
def test_an_event_without_full_dates_is_counted_and_left_out(client, starts_on, ends_on):
    make.make_event("ball", starts_on=starts_on, ends_on=ends_on)
    fair = make.make_event("fair", starts_on="2025-07-06", ends_on="")
    calendar = read(client, "/ru/events.ics")
    assert [str(event["uid"]) for event in calendar.walk("VEVENT")] == [f"event-{fair.pk}@testserver"]
    assert "1 " in str(calendar["x-wr-caldesc"])


def test_the_id_of_an_event_has_the_host_of_the_site_address(client, settings):
    ball = make.make_event("ball", starts_on="2025-07-06")
    settings.SITE_URL = "https://cities.example.org"
    (event,) = read(client, "/events.ics").walk("VEVENT")
    assert str(event["uid"]) == f"event-{ball.pk}@cities.example.org"


def test_the_calendar_has_the_filters_of_the_list(client):
    for slug in ("ball", "fair"):
        make.make_event(slug, starts_on="2025-07-06", host_city=make.make_city(f"{slug}ville"))
    events = read(client, "/events.ics?city=fairville").walk("VEVENT")
    assert [str(event["url"]) for event in events] == ["http://testserver/events/fair/"]
    assert client.get("/events.ics?colour=red").status_code == 400
