"""In the disc chart, a disc in the group of its status represents one initiative or several."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from initiatives.models import STATUS_GROUPS, Status
from sco_cities.dashboard.charts import discs
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def chart() -> discs.DiscChart:
    with facet_index("initiatives") as state:
        return discs.disc_chart(state)


def drawn(group: discs.DiscGroup) -> list[tuple[str, str, str, bool]]:
    """The URL, title and shape of each disc, and whether it is pale."""
    links = BeautifulSoup(group.discs, "html.parser").select("a")
    return [(a["href"], a["title"], a.use["href"], "pale" in a.get("class", [])) for a in links]


def make_reported(slug: str, status: str, published_on: str, **values) -> None:
    report = make.make_report(f"report-{slug}", published_on=published_on)
    make.make_evidence(make.make_initiative(slug, status=status, **values), "status", report.passages.get())


def test_every_status_belongs_to_one_group():
    statuses = [status for group in STATUS_GROUPS for status in group.statuses]
    assert sorted(statuses) == sorted(Status)


def test_each_published_initiative_has_a_disc_in_the_group_of_its_status():
    for slug, values in {
        "metro": {"status": "operating"},
        "port": {"status": "completed"},
        "ties": {"status": "interest"},
        "fair": {"status": "stalled"},
        "hidden": {"status": "stalled", "state": "draft"},
    }.items():
        make.make_initiative(slug, title_en=f"The {slug}", **values)
    assert {group.status_group.name: drawn(group) for group in chart().groups} == {
        "on-paper": [("/initiatives/ties/", "The ties: interest", "#disc-interest", False)],
        "done": [
            ("/initiatives/metro/", "The metro: operating", "#disc-operating", False),
            ("/initiatives/port/", "The port: completed", "#disc-completed", False),
        ],
        "stalled": [("/initiatives/fair/", "The fair: stalled", "#disc-stalled", False)],
    }


def test_the_heading_of_a_group_links_to_the_list_of_its_discs(client):
    for status in ("operating", "completed", "agreed"):
        make.make_initiative(status, status=status)
    page = BeautifulSoup(client.get("/").content, "html.parser")
    assert [(link.get_text(), link["href"]) for link in page.select(".disc-chart h2 a")] == [
        ("1 on paper", "/initiatives/?status=interest&status=proposed&status=agreed"),
        ("2 operating or completed", "/initiatives/?status=operating&status=completed"),
    ]
    for link in page.select(".disc-chart h2 a"):
        listed = BeautifulSoup(client.get(link["href"]).content, "html.parser")
        assert len(listed.select("tbody .title")) == int(link.get_text().split()[0])


def test_a_disc_is_pale_and_comes_last_if_its_status_was_last_reported_over_two_years_ago():
    year = datetime.date.today().year
    make_reported("old", "operating", str(year - 4))
    make_reported("new", "operating", f"{year - 1}-12")
    make_reported("newer", "operating", str(year))
    (group,) = chart().groups
    assert [(address, title.rpartition(" ")[-1], pale) for address, title, _shape, pale in drawn(group)] == [
        ("/initiatives/newer/", str(year), False),
        ("/initiatives/new/", str(year - 1), False),
        ("/initiatives/old/", str(year - 4), True),
    ]


def test_titles_are_in_the_language_of_the_reader_and_escaped():
    make.make_initiative("lamps", status="agreed", title_en="Lamps <b>", title_ru='Лампы "Свет"')
    assert "&lt;b&gt;: agreed" in chart().groups[0].discs
    with translation.override("ru"):
        assert drawn(chart().groups[0])[0][1] == "Лампы «Свет»: согласовано"


@pytest.mark.parametrize(
    ("count", "most", "per_disc"),
    [(0, 600, 1), (1, 600, 1), (600, 600, 1), (601, 600, 2), (1201, 600, 5), (3001, 600, 10), (6001, 600, 20),
     (1_000_000, 600, 2000), (13, 12, 2)],
)  # fmt: skip
def test_a_disc_stands_for_as_few_initiatives_as_fit(count, most, per_disc):
    assert discs.initiatives_per_disc(count, most) == per_disc


def test_a_disc_can_represent_several_initiatives_and_links_to_their_list(client, monkeypatch):
    monkeypatch.setattr(discs, "MAX_DISCS", 2)
    for number in range(3):
        make.make_initiative(f"metro-{number}", status="operating")
    make.make_initiative("plan", status="proposed")
    one = "/initiatives/?status=operating"
    assert {group.status_group.name: drawn(group) for group in chart().groups} == {
        "on-paper": [("/initiatives/?status=proposed", "proposed: 1 initiative", "#disc-proposed", False)],
        "done": [(one, "operating: 3 initiatives", "#disc-operating", False)] * 2,
    }
    page = BeautifulSoup(client.get("/").content, "html.parser")
    assert (
        page.select_one(".caption:not(.status-key)")
        .get_text()
        .startswith("One disc represents up to 2 initiatives.")
    )


def test_the_chart_follows_the_data():
    make.make_initiative("plan", status="proposed")
    assert [group.count.count for group in chart().groups] == [1]
    make.make_initiative("metro", status="operating")
    assert [group.count.count for group in chart().groups] == [1, 1]
