import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from initiatives.models import Initiative
from sco_cities.dashboard import home
from sco_cities.facet_index.refresh import facet_index
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


@pytest.mark.usefixtures("loaded_package")
def test_the_home_page_its_map_and_the_readme_have_the_same_number_of_cities(client):
    page = home_page(client)
    cities = page.select_one("#location-heading").get_text().split()[0]
    assert len(page.select(".map .discs a")) == int(cities) == home.extent(current_state()).cities
    assert f"{cities} cities take part in these initiatives." in page.select_one(".map figcaption").get_text()
    readme = " ".join((Path(__file__).parents[2] / "README.md").read_text().split())
    initiatives = len(page.select(".disc-chart .disc-cells a"))
    assert f"Browse {initiatives} initiatives of {cities} cities in lists," in readme
    assert f"The site ships with {initiatives} initiatives," in readme


def test_the_description_counts_published_initiatives_cities_that_take_part_and_reports(client):
    make.make_initiative("one", sourced=True)
    taking_part, hidden = make.make_city("alphaville"), make.make_city("hidden", state="draft")
    make.make_city("venue-only")
    make.make_initiative("two", lead=[taking_part], partner=[hidden])
    make.make_initiative("of-a-draft", lead=[make.make_city("betatown")], state="draft")
    assert home.extent(current_state()) == home.Extent(initiatives=2, cities=1, reports=1)
    description = home_page(client).select_one('meta[name="description"]')["content"]
    assert description.startswith(
        "An independent record of 2 initiatives and 1 city that take part in them, drawn from 1 report."
    )


def make_statuses(text: str) -> None:
    """Creates published initiatives from a list of statuses such as "agreed operating".

    Each is named after its status.
    """
    for number, status in enumerate(text.split()):
        make.make_initiative(f"{status}-{number}", status=status)


LEADS = [
    ("operating", "1 of 1 initiatives of cities of the Shanghai Cooperation Organization operates or is completed."),
    ("agreed", "1 is still on paper: interest, proposals, agreements."),
    ("agreed interest proposed", "3 are still on paper: interest, proposals, agreements."),
    ("completed operating agreed stalled",
     "2 of 4 initiatives of cities of the Shanghai Cooperation Organization operate or are completed. "
     "1 is still on paper: interest, proposals, agreements."),
    ("stalled under_way", ""),
]  # fmt: skip


@pytest.mark.parametrize(("statuses", "sentence"), LEADS)
def test_the_lead_counts_what_is_done_and_what_is_on_paper(client, statuses, sentence):
    make_statuses(statuses)
    lead = home_page(client).select_one(".lead")
    assert (lead.get_text(" ", strip=True) if lead else "") == sentence


def test_each_number_of_the_lead_links_to_the_list_with_it(client):
    make_statuses("completed operating agreed interest stalled")
    assert [(link.get_text(), link["href"]) for link in home_page(client).select(".lead a")] == [
        ("2", "/initiatives/?status=operating&status=completed"),
        ("2", "/initiatives/?status=interest&status=proposed&status=agreed"),
    ]


def test_the_pairs_with_the_most_joint_initiatives_have_their_number_and_a_disc_for_each(client):
    alpha, beta, gamma = map(make.make_city, ("alpha", "beta", "gamma"))
    draft = make.make_city("delta", state="draft")
    make.make_initiative("lamps", lead=[alpha], partner=[gamma], status="operating")
    make.make_initiative("music", lead=[alpha, gamma], partner=[draft], status="agreed")
    make.make_initiative("metro", lead=[beta], partner=[gamma], status="stalled")
    make.make_initiative("hidden", lead=[beta], partner=[gamma], state="draft")
    rows = [
        (
            row.a.get_text(),
            row.a["href"],
            [use["href"] for use in row.select("use")],
            row.select_one(".n").get_text(),
        )
        for row in home_page(client).select(".city-pairs li")
    ]
    assert rows == [
        ("Alpha and Gamma", "/together/alpha/gamma/", ["#disc-agreed", "#disc-operating"], "2"),
        ("Beta and Gamma", "/together/beta/gamma/", ["#disc-stalled"], "1"),
    ]


def test_without_joint_initiatives_there_are_no_pairs(client):
    make.make_initiative("lamps", lead=[make.make_city("alpha")])
    assert home_page(client).select("#pairs, .city-pairs") == []


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
    # An initiative with reports of several days is counted only for the newest day.
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


def test_an_empty_site_explains_what_to_do(client):
    page = home_page(client)
    text = page.select_one("main").get_text(" ")
    assert "Nothing is published here yet." in text
    assert "load_package data/summit-cities" in text
    assert [
        heading.get_text()
        for heading in page.select_one("main").select("h2, h3, caption, table, svg.stacked-bar")
    ] == []
    assert not re.search(r"\b(nan|none|inf)\b", text, re.IGNORECASE)


def test_a_site_without_initiatives_has_a_message(client):
    make.make_city()
    page = home_page(client)
    assert page.select_one("main p").get_text() == "No initiatives are published yet."
    assert page.select("main h2") == []


@pytest.mark.usefixtures("records")
def test_the_box_for_a_city_works_without_scripts_and_suggests_with_them(client):
    form = home_page(client).select_one(".opening form")
    field = form.select_one("input")
    assert (form["action"], field["name"], field["aria-label"]) == (
        "/search/",
        "q",
        "Find your city or country",
    )
    assert field["data-hx-get"] == "/search/suggestions/"
    assert form.select_one(".suggestions").has_attr("hidden")


@pytest.mark.usefixtures("loaded_package")
def test_the_home_page_runs_few_queries(check_query_count):
    # The queries read the change log, for the page and for the index, the titles of the discs, the initiatives in the
    # reports of the first days and these initiatives. They read the change sets of 30 days, their revisions and the
    # revisions of statuses, and for the map the change log again and the city roles.
    check_query_count("/", 10)


# On PostgreSQL, a process in a transaction checks for its own writes on every access.
@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("records")
def test_more_initiatives_do_not_add_queries(check_query_count):
    # The queries read the change log three times, the change sets, the evidence of the newest reports, the initiatives
    # and the titles of the discs.
    check_query_count("/", 7)
    for number in range(20):
        make.make_initiative(f"more-{number}", themes=[make.make_theme(f"more-{number}")], sourced=True)
    check_query_count("/", 7)
