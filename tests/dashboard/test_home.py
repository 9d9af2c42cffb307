import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from initiatives.models import Initiative
from sco_cities.dashboard import home
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.sources.models import Evidence
from tests import factories as make

pytestmark = pytest.mark.django_db


def state():
    with require_facet_index(*home.COLLECTIONS) as now:
        return now


def home_page(client) -> BeautifulSoup:
    return BeautifulSoup(client.get("/").content, "html.parser")


@pytest.fixture
def known():
    lamps, tunnels, music = (
        make.make_theme("lamps"), make.make_theme("tunnels", pillar="security"), make.make_theme("music"),
    )  # fmt: skip
    make.make_theme("hidden", state="draft")
    make.make_initiative("one", themes=[lamps, tunnels], status="agreed", sourced=True)
    make.make_initiative("two", themes=[lamps, music], status="agreed")
    make.make_initiative("three", status="interest")
    make.make_initiative("draft", themes=[lamps], status="stalled", state="draft")


@pytest.mark.usefixtures("known")
def test_the_counts_are_those_of_published_records_and_a_kind_without_any_is_not_told():
    make.make_city()
    assert [(each.collection, each.count, each.label, each.new) for each in home.counts(state())] == [
        ("initiatives", 3, "initiatives", 0), ("cities", 1, "city", 0), ("themes", 3, "themes", 0),
        ("reports", 1, "report", 0),
    ]  # fmt: skip


@pytest.mark.usefixtures("known")
def test_soundness_counts_footnotes_to_published_reports():
    initiative = make.make_initiative("disputed")
    first, second = make.make_report("gazette", passages=2).passages.all()
    draft = make.make_report("draft-report", state="draft").passages.get()
    make.make_report("cited-by-nothing")
    for passage, value in ((first, "plan"), (second, "route")):
        make.make_evidence(initiative, "kind", passage, stance="differs", reported_value=value)
    make.make_evidence(make.make_initiative("other"), "kind", draft, stance="differs", reported_value="plan")
    # Five footnotes of initiative "one" lead to one report, two more to another.
    assert home.evidence_quality(state()) == home.EvidenceQuality(footnotes=7, reports=2)


@pytest.mark.usefixtures("loaded")
def test_the_footnotes_are_as_many_as_plain_sql_counts():
    report = Evidence.objects.first().passage.report
    report.state = "withdrawn"
    report.save()
    told = Evidence.objects.filter(passage__report__state="published")
    assert home.evidence_quality(state()) == home.EvidenceQuality(
        told.count(), told.values("passage__report").distinct().count()
    )


def test_newest_is_what_the_newest_reports_speak_of():
    for slug, day in (("old", "2020-01-01"), ("new", "2025"), ("undated", "")):
        report = make.make_report(f"report-{slug}", published_on=day)
        make.support_everything(make.make_initiative(slug), report.passages.get())
    found = home.latest_changes(state())
    assert [(initiative.slug, initiative.reported_on) for initiative in found] == [
        ("new", "2025"),
        ("old", "2020-01-01"),
    ]


def test_of_one_day_the_first_titles_are_the_newest_and_each_initiative_is_there_once():
    for day in range(1, 4):
        report = make.make_report(f"report-{day}", published_on=f"2025-01-0{day}")
        for number in range(3):
            slug = f"of-{number}" if day == 1 else f"on-{day}-{number}"
            initiative = Initiative.objects.filter(slug=slug).first() or make.make_initiative(slug)
            make.make_evidence(initiative, "*", report.passages.get())
    # One that is told of on several days goes by the newest.
    for day in (2, 3):
        newer = make.make_report(f"report-{day}").passages.get()
        make.make_evidence(Initiative.objects.get(slug="of-2"), "*", newer)
    assert [each.slug for each in home.latest_changes(state())] == [
        "of-2", "on-3-0", "on-3-1", "on-3-2", "on-2-0",
    ]  # fmt: skip


def test_of_one_day_the_first_are_those_by_the_titles_of_the_readers_language():
    report = make.make_report().passages.get()
    for slug, title in (("a-lamps", "Яркие"), ("b-lamps", "Белые")):
        make.make_evidence(make.make_initiative(slug, title_ru=title), "*", report)
    with translation.override("ru"):
        assert [each.slug for each in home.latest_changes(state())] == ["b-lamps", "a-lamps"]


def test_an_empty_site_says_so_and_what_to_do(client):
    page = home_page(client)
    said = page.select_one("main").get_text(" ")
    assert "Nothing is published here yet." in said
    assert "load_package data/summit-cities" in said
    assert [heading.get_text() for heading in page.select("h2, h3, caption, table, svg.stack")] == []
    assert not re.search(r"\b(nan|none|inf)\b", said, re.IGNORECASE)


def test_a_site_without_initiatives_has_its_counts_and_no_empty_chart(client):
    make.make_city()
    page = home_page(client)
    assert [item.get_text(" ", strip=True) for item in page.select(".counts li")] == ["1 city"]
    assert page.select("h2") == []


@pytest.mark.usefixtures("known")
def test_every_number_of_the_home_page_leads_to_its_list(client):
    page = client.get("/").content.decode()
    for link in (
        "/initiatives/", "/themes/", "/reports/", "/initiatives/?status=agreed", "/initiatives/?status=interest",
        "/initiatives/?theme=lamps", "/initiatives/?pillar=security", "/initiatives/?evidence=single",
        "/initiatives/?started=2024", "/charts/firmness.csv", "/charts/themes.csv", "/charts/years.csv",
        "/charts/evidence.csv",
    ):  # fmt: skip
        assert f'href="{link}"' in page, link


@pytest.mark.usefixtures("loaded")
def test_every_link_with_a_number_leads_to_a_list_of_just_so_many(client):
    page = home_page(client)
    numbers = {}
    for row in page.select(".phases tbody tr, .pillars tbody tr"):
        numbers[row.select_one("a")["href"]] = row.select_one("td").get_text()
    for cell in page.select(".data td a"):
        numbers[cell["href"]] = cell.get_text()
    for item in page.select(".counts li a"):
        numbers[item["href"]] = item.select_one("b").get_text()
    assert len(numbers) > 60
    # One of each kind: which lists find how many is tested with the charts.
    for address in [*list(numbers)[::12], reverse("initiatives-list")]:
        heading = BeautifulSoup(client.get(address).content, "html.parser").select_one("h1").get_text()
        assert heading.split()[0] == numbers[address], address


@pytest.mark.usefixtures("loaded")
def test_the_home_page_asks_few_queries(asks):
    # the log of changes, for the page and for the index; the change sets of 30 days and what each did; the footnotes,
    # and the reports that they lead to; of which initiatives the reports of the first days tell, and of the next days;
    # these initiatives; for the map the log again, and which part which city has
    asks("/", 11)


# On PostgreSQL a transaction of its own follows its own writes at every look.
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("known")
def test_more_initiatives_ask_no_more_queries(asks):
    # the log thrice, the change sets, the footnotes, the reports that they lead to, what these tell of, the initiatives
    asks("/", 8)
    for number in range(20):
        make.make_initiative(f"more-{number}", themes=[make.make_theme(f"more-{number}")], sourced=True)
    asks("/", 8)
