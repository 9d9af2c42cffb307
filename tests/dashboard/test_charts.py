"""Every number of a chart matches plain SQL, and every mark links to a list with the same count."""

from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, Status
from sco_cities.dashboard.charts.scope import (
    ChartScope,
    by_evidence,
    by_pillar,
    by_status,
    city_roles,
    single_source_by_theme,
)
from sco_cities.dashboard.charts.views import CHARTS
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.oracle_query import matching_keys
from tests.sql_oracle import Oracle

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

QUERIES = (
    "",
    "country=kz",
    "theme=smart-city&status=-agreed",
    "theme=-smart-city&city=-tianjin&country=cn&country=kz&country=-ru",
    "status=agreed&status=operating&year_from=2020",
    "started=../1992&started=1990/2024&started=-1989&started=unknown",
)


def make_scope(query: str = "") -> ChartScope:
    with facet_index("initiatives") as state:
        return ChartScope.from_params(state, QueryDict(query))


def sql_initiatives(query: str):
    """The initiatives that the oracle finds for the same query."""
    return Initiative.objects.filter(pk__in=matching_keys(Oracle(), "initiatives", query))


def all_marks(scope: ChartScope) -> list:
    """Every mark of every chart."""
    marks = [*by_status(scope), *by_evidence(scope)]
    marks += [mark for each in city_roles(scope) for mark in (each.lead, each.learns)]
    marks += [single for single, _total in single_source_by_theme(scope)]
    for pillar, themes in by_pillar(scope):
        marks += [pillar, *themes]
    return marks


@pytest.fixture
def lamps():
    """Four initiatives on two themes with different start years, and a draft."""
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    make.make_theme("hidden", state="draft")
    make.make_initiative("one", themes=[lamps, tunnels], status="agreed", starts_on="2020-05", sourced=True)
    make.make_initiative("two", themes=[lamps], status="agreed", starts_on="2021/2023")
    make.make_initiative("three", status="interest", starts_on="")
    make.make_initiative("four", themes=[make.make_theme("hidden")], status="completed", starts_on="2021")
    make.make_initiative("draft", themes=[lamps], status="stalled", state="draft", starts_on="2021")


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("query", QUERIES)
def test_the_numbers_of_every_chart_match_plain_sql(query):
    scope, rows = make_scope(query), sql_initiatives(query)
    assert len(scope) == rows.count() > 0
    assert {mark.value: mark.count for mark in by_status(scope) if mark.count} == Counter(
        rows.values_list("status", flat=True)
    )
    theme_counts = Counter(rows.filter(themes__state="published").values_list("themes__slug", flat=True))
    themes = [theme for _pillar, of_pillar in by_pillar(scope) for theme in of_pillar]
    assert {theme.value: theme.count for theme in themes if theme.count} == theme_counts
    pillars = rows.filter(themes__state="published").values_list("pk", "themes__pillar").distinct()
    pillar_counts = Counter(pillar for _key, pillar in pillars)
    assert {pillar.value: pillar.count for pillar, _themes in by_pillar(scope)} == {
        pillar: pillar_counts[pillar] for pillar in ("governance", "cooperation", "security")
    }
    year_counts = Counter(
        day.year if day else "unknown" for day in rows.values_list("starts_first", flat=True)
    )
    years = CHARTS["years"](scope).rows
    assert {year: count for year, count, *_statuses in years} == year_counts
    status_counts = Counter(
        (day.year if day else "unknown", status) for day, status in rows.values_list("starts_first", "status")
    )
    assert {
        (year, status): count
        for year, _count, *statuses in years
        for status, count in zip(Status.values, statuses, strict=True)
        if count
    } == status_counts
    evidence = Evidence.objects.for_records(Initiative).filter(
        object_id__in=rows.values("pk"), passage__report__state="published"
    )
    supporting = Counter(
        key
        for key, _report in set(
            evidence.filter(stance="supports").values_list("object_id", "passage__report")
        )
    )
    assert {mark.value: mark.count for mark in by_evidence(scope)} == {
        "single": sum(count == 1 for count in supporting.values()),
        "several": sum(count > 1 for count in supporting.values()),
        "disputed": len(set(evidence.filter(stance="differs").values_list("object_id", flat=True))),
    }


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("query", QUERIES)
def test_every_mark_links_to_a_list_with_the_same_count(query):
    linked = [mark for mark in all_marks(make_scope(query)) if mark.url]
    assert len(linked) > 15
    for mark in linked:
        _path, _question_mark, query_string = mark.url.partition("?")
        with facet_index("initiatives") as state:
            list_query = ListQuery(INITIATIVES, state, QueryDict(query_string))
        assert (list_query.errors, list_query.result_set.count()) == ({}, mark.count), mark


def test_themes_are_in_order_of_the_share_of_their_initiatives_with_one_report():
    for name, reports in (("light", (1, 1, 1, 1, 2)), ("music", (1, 2, 2, 2, 2)), ("rare", (1, 1))):
        theme = make.make_theme(name)
        for number, count in enumerate(reports):
            initiative = make.make_initiative(f"{name}-{number}", themes=[theme])
            for report in range(count):
                make.make_evidence(
                    initiative, "*", make.make_report(f"{name}-{number}-{report}").passages.get()
                )
    shares = [(single.value, single.count, total) for single, total in single_source_by_theme(make_scope())]
    # A theme with only two initiatives is not compared.
    assert shares == [("light", 4, 5), ("music", 1, 5)]


@pytest.mark.usefixtures("lamps")
def test_a_mark_without_a_matching_list_has_no_link():
    (_pillar, [lamps]), _cooperation, (security, [tunnels]) = by_pillar(
        make_scope("theme=lamps&page=2&sort=slug")
    )
    assert (lamps.url, tunnels.url) == ("/initiatives/?theme=lamps", "")
    assert (tunnels.count, security.url) == (
        1,
        "/initiatives/?theme=lamps&pillar=security",
    )


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("query", "column", "expected"),
    [
        ("", "../2012", "../2012"),
        ("started=2005", "../2012", "2005"),
        ("started=2000/2016", "../2012", "2000/2012"),
        ("started=2000/2016", "2012", "2012"),
        ("started=2000/..", "2032/..", "2032/.."),
        ("started=2004&started=2004/..&started=2020", "../2012", "2004 2004/2012"),
        ("started=2010/2012&started=2011/..", "2011", "2011"),
        ("started=-2009&started=unknown&started=../2012", "2010/..", "2010/2012 -2009"),
        ("started=-2009", "unknown", "unknown -2009"),
    ],
)
def test_a_mark_of_years_links_to_those_of_the_query_among_them(query, column, expected):
    _path, _question_mark, query_string = make_scope(query).url(started=column).partition("?")
    assert QueryDict(query_string).getlist("started") == expected.split()


@pytest.mark.usefixtures("lamps")
def test_statuses_are_ordered_from_interest_on():
    marks = by_status(make_scope())
    assert [mark.value for mark in marks] == Status.values
    assert [(mark.value, mark.share) for mark in marks if mark.count] == [
        ("interest", 0.25), ("agreed", 0.5), ("completed", 0.25),
    ]  # fmt: skip


@pytest.mark.usefixtures("lamps")
def test_a_pillar_counts_an_initiative_once_and_shows_only_published_themes():
    make.make_initiative("five", themes=[make.make_theme("lamps"), make.make_theme("music")])
    assert [
        (
            pillar.value,
            pillar.count,
            [(theme.value, theme.count, theme.share) for theme in themes],
        )
        for pillar, themes in by_pillar(make_scope())
    ] == [
        ("governance", 3, [("lamps", 3, 1.0), ("music", 1, 1 / 3)]),
        ("cooperation", 0, []),
        ("security", 1, [("tunnels", 1, 1 / 3)]),
    ]


CSV = {
    "firmness": "status,initiatives\r\ninterest,1\r\nproposed,0\r\nagreed,2\r\nunder_way,0\r\noperating,0\r\n"
    "completed,1\r\nstalled,0\r\nunknown,0\r\n",
    "firmness?status=agreed&bom=1": "\ufeffstatus,initiatives\r\ninterest,0\r\nproposed,0\r\nagreed,2\r\n"
    "under_way,0\r\noperating,0\r\ncompleted,0\r\nstalled,0\r\nunknown,0\r\n",
    "pillars": "pillar,initiatives\r\ngovernance,2\r\ncooperation,0\r\nsecurity,1\r\n",
    "themes?labels=1": "pillar,pillar_names,theme,theme_names,initiatives\r\n"
    "governance,digitally empowered governance,lamps,Lamps,2\r\n"
    "security,security as a foundation,tunnels,Tunnels,1\r\n",
    "years": "started,initiatives,interest,proposed,agreed,under_way,operating,completed,stalled,unknown\r\n"
    "2020,1,0,0,1,0,0,0,0,0\r\n2021,2,0,0,1,0,0,1,0,0\r\nunknown,1,1,0,0,0,0,0,0,0\r\n",
    "trends?labels=1": "theme,theme_names,started,initiatives\r\nlamps,Lamps,2020,1\r\nlamps,Lamps,2021,1\r\n"
    "tunnels,Tunnels,2020,1\r\n",
    "trends?status=interest": "theme,started,initiatives\r\n",
    "years?theme=tunnels": "started,initiatives,interest,proposed,agreed,under_way,operating,completed,stalled,unknown"
    "\r\n2020,1,0,0,1,0,0,0,0,0\r\n",
    "ages": "last_reported,initiatives\r\n2025-01-01,1\r\n",
    "single-source": "theme,single_source,initiatives\r\n",
    "roles?labels=1": "city,city_names,lead,learns\r\n",
    "moves": "status_before,status,initiatives\r\n",
    "evidence": "evidence,initiatives\r\nsingle,1\r\nseveral,0\r\ndisputed,0\r\n",
}  # fmt: skip


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(("address", "expected"), CSV.items())
def test_a_chart_is_available_as_csv_with_any_filter(address, expected, client):
    name, _question_mark, query = address.partition("?")
    response = client.get(f"/charts/{name}.csv?{query}")
    assert response.content.decode() == expected
    filtered = {
        "status=agreed&bom=1": "-agreed",
        "status=interest": "-interest",
        "theme=tunnels": "-tunnels",
    }.get(query, "")
    assert response["Content-Disposition"] == f'attachment; filename="{name}{filtered}.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("status=soft", "status: “soft” is not one of the options"),
        ("colour=red", "colour: Unknown parameter. Correct or remove it."),
        ("columns=status", "columns: Unknown parameter. Correct or remove it."),
        ("year_from=2022&year_to=2021", "year_to: 2021 is earlier than 2022."),
        ("started=soon", "started: “soon” is not a valid start year"),
    ],
)
def test_a_chart_with_an_invalid_query_is_rejected_with_the_reason(query, reason, client):
    response = client.get(f"/charts/years.csv?{query}")
    assert (response.status_code, response.content.decode().startswith(reason)) == (400, True)


def test_an_unknown_chart_is_not_found(client):
    assert client.get("/charts/money.csv").status_code == 404


@pytest.mark.parametrize(
    ("query", "lengths"),
    [
        ("", {"Alphaville": 100, "Betaville": 25, "Gammaville": None}),
        ("?sort=initiatives&per_page=20", {"Gammaville": None, "Betaville": 25, "Alphaville": 100}),
        # The longest bar has the full width.
        ("?country=xb", {"Betaville": 100}),
    ],
)
def test_the_bars_of_a_list_are_as_long_as_their_numbers(client, query, lengths):
    cities = [
        make.make_city("alphaville"),
        make.make_city("betaville", country="xb"),
        make.make_city("gammaville"),
    ]
    for number, status in enumerate(("agreed", "agreed", "operating", "completed")):
        partners = [] if number else [cities[1]]
        make.make_initiative(f"lamp-{number}", status=status, lead=[cities[0]], partner=partners)
    rows = {}
    page = BeautifulSoup(client.get(f"/cities/{query}").content, "html.parser")
    for row in page.select("tbody tr"):
        widths = [float(rect["width"].rstrip("%")) for rect in row.select(".stacked-bar rect")]
        rows[row.select_one("th").get_text(strip=True)] = round(sum(widths)) if widths else None
    assert rows == lengths
