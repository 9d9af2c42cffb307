"""The date of the newest report that supports the status of an initiative, and the filter by report age."""

import datetime

import pytest
from bs4 import BeautifulSoup

from initiatives.models import Initiative
from sco_cities.core.edtf import years_before
from sco_cities.sources import newest_report
from sco_cities.sources.models import Evidence, Passage, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def csv_of(client):
    """Returns a function that lists the slug and date of each initiative in the CSV file."""

    def get(query: str = "") -> list[str]:
        response = client.get(f"/initiatives.csv?columns=slug,status_reported_on&{query}")
        return b"".join(response).decode().split("\r\n")[1:-1]

    return get


def support_status(initiative, published_on: str, **values) -> Report:
    report = make.make_report(f"report-{Report.objects.count()}", published_on=published_on, **values)
    make.make_evidence(initiative, "status", report.passages.get())
    return report


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], ""),
        ([""], ""),
        (["2021-05"], "2021-05"),
        (["2021-05", "", "2020-06-07"], "2021-05"),
        (["2021-05", "2021-05-02"], "2021-05-02"),
        # If dates have the same first day, the more precise date is newer.
        (["2021", "2021-01", "2021-01-01"], "2021-01-01"),
        (["2021/..", "2021"], "2021"),
        # Without a first day, the date is unknown.
        (["../2021"], ""),
    ],
)
def test_the_newest_report_with_a_date_counts(csv_of, client, dates, expected):
    lamps = make.make_initiative("lamps")
    for date in dates:
        support_status(lamps, date)
    assert csv_of() == [f"lamps,{expected}"]
    text = BeautifulSoup(client.get("/initiatives/lamps/").content, "html.parser").select_one(".intro").text
    assert ("reported" in text) == bool(expected)


def test_only_published_reports_that_support_the_status_count(csv_of):
    lamps = make.make_initiative("lamps")
    support_status(lamps, "2020")
    support_status(lamps, "2021", state="draft")
    newer = make.make_report("newer", published_on="2022").passages.get()
    make.make_evidence(lamps, passage=newer)
    make.make_evidence(lamps, "kind", newer)
    make.make_evidence(lamps, "status", newer, stance="differs", reported_value="stalled")
    make.make_evidence(make.make_city(), passage=newer)
    assert csv_of() == ["lamps,2020"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda newest: Report.objects.filter(pk=newest.pk).update(state="withdrawn"), "2020"),
        (lambda newest: (setattr(newest, "published_on", "2019"), newest.save()), "2020"),
        (lambda newest: (setattr(newest, "published_on", "2021-03-04"), newest.save()), "2021-03-04"),
        (lambda newest: Evidence.objects.filter(passage__report=newest).delete(), "2020"),
        (lambda newest: Evidence.objects.filter(passage__report=newest).update(field="kind"), "2020"),
        (
            lambda newest: Evidence.objects.filter(passage__report=newest).update(
                stance="differs", reported_value="stalled"
            ),
            "2020",
        ),
        (lambda newest: support_status(Initiative.objects.get(), "2023"), "2023"),
        (
            lambda newest: Passage.objects.filter(report=newest).update(
                report=make.make_report("other", passages=0, published_on="2018")
            ),
            "2020",
        ),
        (lambda newest: Report.objects.all().update(state="draft"), ""),
    ],
    ids=(
        "withdrawn", "earlier date", "later date", "evidence deleted", "other field", "other stance", "new report",
        "passage moved", "all unpublished",
    ),
)  # fmt: skip
def test_the_date_follows_every_change_of_reports_and_evidence(csv_of, change, expected):
    lamps = make.make_initiative("lamps")
    support_status(lamps, "2020")
    newest = support_status(lamps, "2021")
    assert csv_of() == ["lamps,2021"]
    change(newest)
    assert csv_of() == [f"lamps,{expected}"]


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2026-11-27", "under_1"), ("2030", "under_1"), ("2025-11-27", "under_1"), ("2025-11-26", "1_to_2"),
        ("2024-11-27", "1_to_2"), ("2024-11-26", "2_to_5"), ("2021-11-27", "2_to_5"), ("2021-11-26", "over_5"),
        # The age is calculated from the last possible publication date.
        ("2024-11", "1_to_2"), ("2024", "1_to_2"), ("2023", "2_to_5"), ("2019/2021-12", "2_to_5"),
        ("2019/..", "under_1"),
    ],
)  # fmt: skip
def test_an_age_counts_from_the_last_possible_day(date, code):
    assert newest_report.age_of(date, datetime.date(2026, 11, 27)) == code


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [("2026-11-27", 2, "2024-11-27"), ("2028-02-29", 1, "2027-02-28"), ("2028-02-29", 4, "2024-02-29")],
)
def test_a_day_years_ago_exists(day, years, expected):
    assert str(years_before(datetime.date.fromisoformat(day), years)) == expected


@pytest.fixture
def by_age(today):
    """Initiatives with reports in each age group on 27 November 2026."""
    today(datetime.date(2026, 11, 27))
    for slug, date in (
        ("d-fresh", "2026-05"),
        ("c-year", "2025-05"),
        ("b-old", "2022-05"),
        ("a-older", "2015"),
    ):
        support_status(make.make_initiative(slug), date)
    make.make_initiative("e-unknown")
    support_status(make.make_initiative("f-draft", state="draft"), "2022-05")


@pytest.fixture
def today(monkeypatch):
    """Sets the current date."""

    def set_date(day: datetime.date) -> None:
        moment = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_date


@pytest.mark.usefixtures("by_age")
@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", "d-fresh c-year b-old a-older e-unknown"),
        ("sort=status_reported_on", "a-older b-old c-year d-fresh e-unknown"),
        ("sort=title_en", "a-older b-old c-year d-fresh e-unknown"),
        ("reported=under_1", "d-fresh"),
        ("reported=1_to_2", "c-year"),
        ("reported=2_to_5", "b-old"),
        ("reported=over_5", "a-older"),
        ("reported=unknown", "e-unknown"),
        ("reported=2_to_5&reported=over_5", "b-old a-older"),
        ("reported=-unknown&reported=-under_1", "c-year b-old a-older"),
    ],
)
def test_initiatives_are_filtered_by_age_and_have_the_newest_first(csv_of, query, slugs):
    assert [row.partition(",")[0] for row in csv_of(query)] == slugs.split()


@pytest.mark.usefixtures("by_age")
def test_options_rows_and_the_home_page_change_with_the_day(client, today):
    def shown() -> tuple[str, list[str], str]:
        page = BeautifulSoup(client.get("/initiatives/").content, "html.parser")
        option = page.select_one('input[name="reported"][value="over_5"]').find_parent("li").select_one(".n")
        old = [cell.get_text() for cell in page.select("tbody .old")]
        link = BeautifulSoup(client.get("/").content, "html.parser").select_one(
            '.caption a[href*="reported="]'
        )
        return option.get_text(" ", strip=True), old, f"{link['href']} {link.get_text()}"

    address = "/initiatives/?reported=2_to_5&reported=over_5"
    option, old, link = shown()
    assert option == "1"
    assert (old, link) == (["reported May 2022", "reported 2015"], f"{address} 2")
    today(datetime.date(2027, 6, 1))
    option, old, link = shown()
    assert option == "2"
    assert (old, link) == (["reported May 2025", "reported May 2022", "reported 2015"], f"{address} 3")


@pytest.mark.usefixtures("loaded_package")
def test_the_package_has_as_many_old_statuses_as_its_files_tell(client):
    limit = years_before(datetime.date.today(), 2)
    newest = {}
    for item in Evidence.objects.filter(field="status", stance="supports").select_related("passage__report"):
        day = item.passage.report.published_last or datetime.date.min
        newest[item.object_id] = max(newest.get(item.object_id, day), day)
    old = sum(datetime.date.min < day < limit for day in newest.values())
    page = client.get("/initiatives/?reported=2_to_5&reported=over_5")
    assert page.context["list_query"].count == old > 0
