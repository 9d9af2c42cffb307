import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from initiatives.models import Initiative
from sco_cities.dashboard import home
from sco_cities.facet_index.refresh import facet_index
from sco_cities.sources.models import Evidence
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def current_state():
    with facet_index(*home.COLLECTIONS) as state:
        return state


def home_page(client) -> BeautifulSoup:
    return BeautifulSoup(client.get("/").content, "html.parser")


@pytest.fixture
def records():
    lamps, tunnels, music = (
        make.make_theme("lamps"), make.make_theme("tunnels", pillar="security"), make.make_theme("music"),
    )  # fmt: skip
    make.make_theme("hidden", state="draft")
    make.make_initiative("one", themes=[lamps, tunnels], status="agreed", sourced=True)
    make.make_initiative("two", themes=[lamps, music], status="agreed")
    make.make_initiative("three", status="interest")
    make.make_initiative("draft", themes=[lamps], status="stalled", state="draft")


@pytest.mark.usefixtures("records")
def test_the_counts_include_only_published_records_and_omit_empty_kinds():
    make.make_city()
    assert [(each.collection, each.count, each.label, each.new) for each in home.counts(current_state())] == [
        ("initiatives", 3, "initiatives", 0), ("cities", 1, "city", 0), ("themes", 3, "themes", 0),
        ("reports", 1, "report", 0),
    ]  # fmt: skip


@pytest.mark.usefixtures("records")
def test_evidence_quality_counts_footnotes_to_published_reports():
    initiative = make.make_initiative("disputed")
    first, second = make.make_report("gazette", passages=2).passages.all()
    draft = make.make_report("draft-report", state="draft").passages.get()
    make.make_report("cited-by-nothing")
    for passage, value in ((first, "plan"), (second, "route")):
        make.make_evidence(initiative, "kind", passage, stance="differs", reported_value=value)
    make.make_evidence(make.make_initiative("other"), "kind", draft, stance="differs", reported_value="plan")
    # Five footnotes of initiative "one" cite one report, two more cite another.
    assert home.evidence_quality(current_state()) == home.EvidenceQuality(footnotes=7, reports=2)


@pytest.mark.usefixtures("loaded_package")
def test_the_number_of_footnotes_matches_plain_sql():
    report = Evidence.objects.first().passage.report
    report.state = "withdrawn"
    report.save()
    evidence = Evidence.objects.filter(passage__report__state="published")
    assert home.evidence_quality(current_state()) == home.EvidenceQuality(
        evidence.count(), evidence.values("passage__report").distinct().count()
    )


def test_the_latest_initiatives_are_those_in_the_newest_reports():
    for slug, day in (("old", "2020-01-01"), ("new", "2025"), ("undated", "")):
        report = make.make_report(f"report-{slug}", published_on=day)
        make.support_everything(make.make_initiative(slug), report.passages.get())
    initiatives = home.latest_initiatives(current_state())
    assert [(initiative.slug, initiative.reported_on) for initiative in initiatives] == [
        ("new", "2025"),
        ("old", "2020-01-01"),
    ]


def test_latest_initiatives_of_one_day_are_ordered_by_title_and_appear_once():
    for day in range(1, 4):
        report = make.make_report(f"report-{day}", published_on=f"2025-01-0{day}")
        for number in range(3):
            slug = f"of-{number}" if day == 1 else f"on-{day}-{number}"
            initiative = Initiative.objects.filter(slug=slug).first() or make.make_initiative(slug)
            make.make_evidence(initiative, "*", report.passages.get())
    # An initiative in reports of several days counts for the newest day.
    for day in (2, 3):
        newer = make.make_report(f"report-{day}").passages.get()
        make.make_evidence(Initiative.objects.get(slug="of-2"), "*", newer)
    assert [each.slug for each in home.latest_initiatives(current_state())] == [
        "of-2", "on-3-0", "on-3-1", "on-3-2", "on-2-0",
    ]  # fmt: skip


def test_latest_initiatives_of_one_day_are_ordered_by_title_in_the_readers_language():
    report = make.make_report().passages.get()
    for slug, title in (("a-lamps", "Яркие"), ("b-lamps", "Белые")):
        make.make_evidence(make.make_initiative(slug, title_ru=title), "*", report)
    with translation.override("ru"):
        assert [each.slug for each in home.latest_initiatives(current_state())] == ["b-lamps", "a-lamps"]


def test_initiatives_not_reported_on_for_two_years_are_counted_and_listed(client):
    year = datetime.date.today().year
    for slug, day, state in (
        ("this-year", f"{year}", "published"),
        ("three-years", f"{year - 3}", "published"),
        ("seven-years", f"{year - 7}", "published"),
        ("draft", f"{year - 7}", "draft"),
        ("undated", "", "published"),
    ):
        report = make.make_report(f"report-{slug}", published_on=day)
        make.make_evidence(make.make_initiative(slug, state=state), "status", report.passages.get())
    number = home.not_reported(current_state())
    assert number.count == 2
    assert b"".join(client.get(number.address.replace("/?", ".csv?columns=slug&"))).split()[1:] == [
        b"three-years", b"seven-years",
    ]  # fmt: skip
    [link] = home_page(client).select(f'a[href="{number.address}"]')
    assert link.get_text() == "Not reported on for two years: 2"


def test_an_empty_site_explains_what_to_do(client):
    page = home_page(client)
    text = page.select_one("main").get_text(" ")
    assert "Nothing is published here yet." in text
    assert "load_package data/summit-cities" in text
    assert [heading.get_text() for heading in page.select("h2, h3, caption, table, svg.stacked-bar")] == []
    assert not re.search(r"\b(nan|none|inf)\b", text, re.IGNORECASE)


def test_a_site_without_initiatives_shows_counts_and_no_empty_chart(client):
    make.make_city()
    page = home_page(client)
    assert [item.get_text(" ", strip=True) for item in page.select(".counts li")] == ["1 city"]
    assert page.select("h2") == []


@pytest.mark.usefixtures("records")
def test_every_number_of_the_home_page_links_to_its_list(client):
    page = client.get("/").content.decode()
    for link in (
        "/initiatives/", "/themes/", "/reports/", "/initiatives/?status=agreed", "/initiatives/?status=interest",
        "/initiatives/?theme=lamps", "/initiatives/?pillar=security", "/initiatives/?evidence=single",
        "/initiatives/?started=2024", "/charts/firmness.csv", "/charts/themes.csv", "/charts/years.csv",
        "/charts/evidence.csv",
    ):  # fmt: skip
        assert f'href="{link}"' in page, link


@pytest.mark.usefixtures("loaded_package")
def test_every_link_with_a_number_leads_to_a_list_with_that_number(client):
    page = home_page(client)
    numbers = {}
    for row in page.select(".share-table tbody tr, .pillars tbody tr"):
        numbers[row.select_one("a")["href"]] = row.select_one("td").get_text()
    for cell in page.select(".chart-data td a"):
        numbers[cell["href"]] = cell.get_text()
    for item in page.select(".counts li a"):
        numbers[item["href"]] = item.select_one("b").get_text()
    assert len(numbers) > 60
    # A sample: the counts of all lists are tested with the charts.
    for address in [*list(numbers)[::12], reverse("initiatives-list")]:
        heading = BeautifulSoup(client.get(address).content, "html.parser").select_one("h1").get_text()
        assert heading.split()[0] == numbers[address], address


@pytest.mark.usefixtures("loaded_package")
def test_the_home_page_runs_few_queries(check_query_count):
    # the change log, for the page and for the index; the change sets of 30 days, their revisions, those of statuses;
    # the footnotes and the cited reports; the initiatives in the reports of the first days, and of the next days; these
    # initiatives; for the map the change log again, and the city roles; for the statements at first two for
    # the passages that support initiatives too
    check_query_count("/", 14)


# On PostgreSQL, a process inside a transaction checks its own writes on every access.
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("records")
def test_more_initiatives_do_not_add_queries(check_query_count):
    # the change log three times, the change sets, the footnotes, the cited reports, their evidence, the initiatives
    check_query_count("/", 8)
    for number in range(20):
        make.make_initiative(f"more-{number}", themes=[make.make_theme(f"more-{number}")], sourced=True)
    check_query_count("/", 8)
