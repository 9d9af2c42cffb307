"""Trends: starts by theme and year on one scale, beside the reports read; every number matches plain SQL."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from sco_cities.dashboard.charts import trends, years
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.trends import TrendChart, trend_chart
from sco_cities.facet_index.refresh import facet_index
from tests import factories as make
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def this_year(monkeypatch):
    for module in (years, trends):
        monkeypatch.setattr(module, "this_year", lambda: 2026)


def make_chart(query: str = "") -> TrendChart:
    with facet_index("initiatives") as state:
        return trend_chart(ChartScope.from_params(state, QueryDict(query)))


def counts(marks) -> dict[str, int]:
    return {mark.value: mark.count for mark in marks if mark.count}


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "country=kz&status=-agreed",
        "started=2004",
        "started=2000/2016",
        "started=../1992&started=2000/2014&started=-1989&started=unknown",
    ],
)
def test_every_number_matches_plain_sql(query):
    chart, oracle = make_chart(query), Oracle()
    selected, rows = matching_keys(oracle, "initiatives", query), oracle.rows["initiatives"]
    columns = [mark.value for mark in chart.read]
    assert columns == ["../2012", *map(str, range(2013, 2027))]

    def expected(keys) -> Counter:
        starts = (rows[key]["starts_first"] for key in keys)
        return Counter(str(day.year) if day.year > 2012 else "../2012" for day in starts if day)

    values = oracle.values["initiatives"]
    for each in chart.pillars:
        keys = {key for key in selected if each.mark.value in values["pillar"](key)}
        assert each.mark.count == len(keys)
        for trend in each.themes:
            slug = trend.mark.value
            keys = matching_keys(oracle, "initiatives", f"{query}&theme={slug}") & selected
            assert (trend.mark.count, counts(trend.columns)) == (len(keys), expected(keys)), slug
            assert trend.recent == sum(count for year, count in expected(keys).items() if year >= "2024")
    assert chart.undated.count == sum(rows[key]["starts_first"] is None for key in selected)
    for mark in chart.read:
        assert len(matching_keys(oracle, "reports", mark.url.partition("?")[2])) == mark.count, mark
    marks = [mark for each in chart.pillars for trend in each.themes for mark in trend.columns if mark.count]
    for mark in marks[:: 1 if query else 7]:
        query_string = mark.url.partition("?")[2]
        assert len(matching_keys(oracle, "initiatives", query_string)) == mark.count, mark


@pytest.fixture
def lamps():
    lamps, music, tunnels = map(make.make_theme, ("lamps", "music", "tunnels"))
    for start, themes in (
        ("2000", [lamps, music]), ("2013", [lamps]), ("2014", [lamps]), ("2025", [music]),
        ("2025-05", [music, tunnels]), ("", [tunnels]),
    ):  # fmt: skip
        make.make_initiative(themes=themes, starts_on=start)
    make.make_report("read", published_on="2025")
    make.make_report("unread", published_on="2025", state="draft")


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_themes_have_one_scale_and_those_with_the_most_recent_starts_come_first():
    chart = make_chart()
    (governance,) = chart.pillars
    assert [(trend.mark.value, trend.recent, trend.mark.count) for trend in governance.themes] == [
        ("music", 2, 3), ("tunnels", 1, 2), ("lamps", 0, 3),
    ]  # fmt: skip
    shares = {
        trend.mark.value: [mark.share for mark in trend.columns if mark.count] for trend in governance.themes
    }
    assert shares == {"music": [0.5, 1], "tunnels": [0.5], "lamps": [0.5, 0.5, 0.5]}
    assert governance.mark.count == 6
    # The axis ends with the newest report or start.
    assert (counts(chart.read), chart.read[-1].label) == ({"2025": 1}, "2025")
    assert chart.undated.count == 1


@pytest.mark.only_on("sqlite")
def test_without_any_start_there_are_no_columns():
    make.make_report()
    assert (make_chart().pillars, make_chart().read) == ([], [])
    make.make_initiative(themes=[make.make_theme()], starts_on="")
    assert ([trend.columns for trend in make_chart().pillars[0].themes], make_chart().read) == ([[]], [])


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
def test_the_page_says_that_starts_are_no_growth_and_has_every_number_in_a_table(client):
    page = BeautifulSoup(client.get("/trends/").content, "html.parser")
    text = page.select_one("main").get_text()
    for part in (
        "0 of 6 initiatives were last reported more than two years ago",
        "No theme of this selection has five initiatives",
        "this does not show growth",
        "1 initiative with no reported start date",
        "since 2024 come first",
    ):
        assert part in text, part
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select(".number-table tr")]
    assert rows[0][:3] + rows[0][-1:] == ["Theme", "Initiatives", "up to 2011", "2025"]
    assert [[row[0], row[1], row[2], row[-1]] for row in rows[1:]] == [
        ["Music", "3", "1", "2"], ["Tunnels", "2", "", "1"], ["Lamps", "3", "1", ""], ["Reports read", "", "", "1"],
    ]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("query", ["", "?theme=lamps&started=2013/2014&sort=slug&utm_source=mail"])
def test_the_page_and_its_marks_lead_to_the_same_initiatives_without_unknown_parameters(client, query):
    page = BeautifulSoup(client.get(f"/trends/{query}").content, "html.parser").select_one("main")
    file = page.find("a", string="CSV")["href"]
    response = client.get(file)
    assert response.status_code == 200
    numbers = [int(line.rpartition(b",")[2]) for line in response.content.splitlines()[1:]]
    assert sum(numbers) == (2 if query else 8)
    marks = [link["href"] for link in page.select(".number-table td a")]
    assert len(marks) >= 2 and not [href for href in (file, *marks) if "utm_source" in href]


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?theme=lamps", "Lamps"),
        ("?theme=nowhere", "There is a problem with these filters."),
        ("?started=%00", "There is a problem with these filters."),
        ("?status=stalled", "No records match"),
        ("?colour=red", "Music"),
    ],
)
def test_the_page_takes_the_filters_of_the_list(client, query, expected):
    response = client.get(f"/trends/{query}")
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").select_one("main").get_text()
    assert expected in main
    assert ("Reports read" in main) == (expected in ("Lamps", "Music"))
