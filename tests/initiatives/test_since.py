"""Filters for initiatives with reports since their event, or since their first report."""

import pytest

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.sources.models import Evidence, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


def cite(initiative, published_on: str, field="status", **values) -> Report:
    report = make.make_report(f"report-{Report.objects.count()}", published_on=published_on)
    make.make_evidence(initiative, field, report.passages.get(), **values)
    return report


def earlier(status: str) -> dict[str, str]:
    return {"stance": "earlier", "reported_value": f"as of 2025: {status}"}


@pytest.fixture
def since(client):
    """The slug of each initiative with the filter value that finds it, for example "lamps none"."""

    def get(name: str = "since_event") -> list[str]:
        return [
            f"{slug} {code}"
            for code in ("none", "reported", "moved")
            for slug in b"".join(client.get(f"/initiatives.csv?columns=slug&{name}={code}"))
            .decode()
            .split()[1:]
        ]

    return get


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], ["lamps none"]),
        ([("2025-09-01", "status", {})], ["lamps none"]),
        # The event ends on 1 September. The time of the announcement ends thirty days later, on 1 October.
        ([("2025-10-01", "kind", {})], ["lamps none"]),
        ([("2025-10-02", "kind", {})], ["lamps reported"]),
        # A report of October may have been published on 1 October, within the thirty days.
        ([("2025-10", "status", {})], ["lamps none"]),
        ([("2025-11", "status", {})], ["lamps reported"]),
        ([("", "status", {})], ["lamps none"]),
        ([("2025-09-01", "status", earlier("agreed")), ("2025-12-01", "status", {})], ["lamps moved"]),
        ([("2025-09-01", "status", earlier("signed (agreed)")), ("2025-12-01", "kind", {})], ["lamps moved"]),
        # The status was the same, or the report names no status.
        ([("2025-09-01", "status", earlier("under_way")), ("2025-12-01", "status", {})], ["lamps reported"]),
        ([("2025-09-01", "status", earlier("they talk")), ("2025-12-01", "status", {})], ["lamps reported"]),
        # The newest report from the time of the event determines the status.
        (
            [("2025-08", "status", earlier("agreed")), ("2025-09-02", "status", {}), ("2026", "status", {})],
            ["lamps reported"],
        ),
        ([("2025-12-01", "status", earlier("agreed")), ("2026", "status", {})], ["lamps reported"]),
        ([("2025-09-01", "status", earlier("agreed"))], ["lamps none"]),
    ],
)
def test_reports_count_from_thirty_days_after_the_event(since, reports, expected):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    lamps = make.make_initiative("lamps", event=forum, status="under_way")
    make.make_initiative("without-event")
    make.make_initiative("of-an-event-without-a-date", event=make.make_event("undated", starts_on=""))
    for published_on, field, values in reports:
        cite(lamps, published_on, field, **values)
    assert since() == expected


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([], []),
        ([("", {})], []),
        ([("2024-05-01", {}), ("2024-05-31", {})], ["lamps none"]),
        ([("2024-05-01", {}), ("2024-06-01", {})], ["lamps reported"]),
        # The first report may have been published on any day of its year.
        ([("2024", {}), ("2025-01-30", {})], ["lamps none"]),
        ([("2024", earlier("agreed")), ("2025-01-31", {})], ["lamps moved"]),
    ],
)
def test_without_an_event_later_reports_are_counted_from_the_first_report(since, reports, expected):
    lamps = make.make_initiative("lamps", status="under_way")
    for published_on, values in reports:
        cite(lamps, published_on, **values)
    assert since("since_first") == expected
    assert since("since_event") == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: Report.objects.filter(published_on="2026").update(state="draft"), "none"),
        (lambda: Evidence.objects.filter(stance="earlier").delete(), "reported"),
        (lambda: Initiative.objects.update(status="agreed"), "reported"),
        (lambda: Evidence.objects.filter(stance="earlier").update(reported_value="under_way"), "reported"),
        (lambda: Initiative.objects.update(event=None), ""),
        (lambda: Event.objects.update(state="draft"), ""),
        (lambda: Event.objects.update(runs_until=None), ""),
        (lambda: Event.objects.update(runs_until="2026-01-01"), "none"),
        (lambda: Event.objects.update(runs_until="2025-08-01"), "reported"),
    ],
    ids=(
        "report withdrawn", "no earlier status", "status", "earlier status", "no event", "event withdrawn",
        "event undated", "event later", "event earlier",
    ),
)  # fmt: skip
def test_the_filter_follows_every_change_of_events_reports_and_evidence(since, change, expected):
    forum = make.make_event("forum", starts_on="2025-08-31", ends_on="2025-09-01")
    lamps = make.make_initiative("lamps", event=forum, status="under_way")
    cite(lamps, "2025-09-01", **earlier("agreed"))
    cite(lamps, "2026")
    assert since() == ["lamps moved"]
    change()
    assert since() == ([f"lamps {expected}"] if expected else [])
