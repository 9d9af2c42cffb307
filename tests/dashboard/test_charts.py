"""The charts: each number is that of plain SQL, each mark leads to a list of just so many."""

import re
from collections import Counter

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative, Status
from sco_cities.dashboard.charts import years
from sco_cities.dashboard.charts.breakdowns import by_evidence, by_pillar, by_status
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.years import by_start, each_start
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.sources.models import Evidence
from tests import factories as make

pytestmark = pytest.mark.django_db

QUERIES = (
    "",
    "country=kz",
    "theme=smart-city&status=-agreed",
    "status=agreed&status=operating&year_from=2020",
)


def charted(query: str = "") -> ChartScope:
    with require_facet_index("initiatives") as state:
        return ChartScope.asked(state, QueryDict(query))


def stored(query: str):
    """The same initiatives by plain SQL."""
    with require_facet_index("initiatives"):
        selection = ListQuery(INITIATIVES, None, QueryDict(query))
        return Initiative.objects.filter(pk__in=list(selection.found[0:1000]))


def marks_of(these: ChartScope) -> list:
    """Every mark of every chart."""
    found = [*by_status(these), *by_evidence(these)]
    for each in by_pillar(these):
        found += [each.pillar, *each.themes]
    starts = by_start(these)
    for column in starts.columns:
        found += [column.mark, *(segment.mark for segment in column.segments)]
    return [*found, starts.undated]


@pytest.fixture
def lamps():
    """Four initiatives on two themes, begun in different years, and a draft."""
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    make.make_theme("hidden", state="draft")
    make.make_initiative("one", themes=[lamps, tunnels], status="agreed", starts_on="2020-05", sourced=True)
    make.make_initiative("two", themes=[lamps], status="agreed", starts_on="2021/2023")
    make.make_initiative("three", status="interest", starts_on="")
    make.make_initiative("four", themes=[make.make_theme("hidden")], status="completed", starts_on="2021")
    make.make_initiative("draft", themes=[lamps], status="stalled", state="draft", starts_on="2021")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("query", QUERIES)
def test_the_numbers_of_every_chart_are_those_of_plain_sql(query):
    these, rows = charted(query), stored(query)
    assert len(these) == rows.count() > 0
    assert {mark.value: mark.count for mark in by_status(these) if mark.count} == Counter(
        rows.values_list("status", flat=True)
    )
    on = Counter(rows.filter(themes__state="published").values_list("themes__slug", flat=True))
    shown = [theme for each in by_pillar(these) for theme in each.themes]
    assert {theme.value: theme.count for theme in shown if theme.count} == on
    under = rows.filter(themes__state="published").values_list("pk", "themes__pillar").distinct()
    counted = Counter(pillar for _key, pillar in under)
    assert {each.pillar.value: each.pillar.count for each in by_pillar(these)} == {
        pillar: counted[pillar] for pillar in ("governance", "cooperation", "security")
    }
    begun = Counter((day.year if day else None) for day in rows.values_list("starts_first", flat=True))
    assert {year: count for year, count, _statuses in each_start(these)} == begun
    firm = Counter(
        (day.year if day else None, status) for day, status in rows.values_list("starts_first", "status")
    )
    assert {
        (year, status.value): count
        for year, _count, statuses in each_start(these)
        for status, count in zip(Status, statuses, strict=True)
        if count
    } == firm
    told = Evidence.objects.about(Initiative).filter(
        object_id__in=rows.values("pk"), passage__report__state="published"
    )
    supporting = Counter(
        key
        for key, _report in set(told.filter(stance="supports").values_list("object_id", "passage__report"))
    )
    assert {mark.value: mark.count for mark in by_evidence(these)} == {
        "single": sum(count == 1 for count in supporting.values()),
        "several": sum(count > 1 for count in supporting.values()),
        "disputed": len(set(told.filter(stance="differs").values_list("object_id", flat=True))),
    }


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("query", QUERIES)
def test_every_mark_leads_to_a_list_of_just_so_many(query):
    these = charted(query)
    linked = [mark for mark in marks_of(these) if mark.address]
    assert len(linked) > 25
    for mark in linked:
        _path, _mark, asked = mark.address.partition("?")
        with require_facet_index("initiatives") as state:
            selection = ListQuery(INITIATIVES, state, QueryDict(asked))
        assert (selection.errors, selection.found.count()) == ({}, mark.count), mark


@pytest.mark.usefixtures("lamps")
def test_what_no_list_can_ask_for_has_no_link():
    governance, _cooperation, security = by_pillar(charted("theme=lamps&page=2&sort=slug"))
    assert (governance.themes[0].address, security.themes[0].address) == ("/initiatives/?theme=lamps", "")
    assert (security.themes[0].count, security.pillar.address) == (
        1,
        "/initiatives/?theme=lamps&pillar=security",
    )


@pytest.mark.usefixtures("lamps")
def test_firmness_runs_from_interest_on():
    marks = by_status(charted())
    assert [mark.value for mark in marks] == Status.values
    assert [(mark.value, mark.share) for mark in marks if mark.count] == [
        ("interest", 0.25), ("agreed", 0.5), ("completed", 0.25),
    ]  # fmt: skip


@pytest.mark.usefixtures("lamps")
def test_a_pillar_counts_an_initiative_once_and_has_only_themes_that_readers_see():
    make.make_initiative("five", themes=[make.make_theme("lamps"), make.make_theme("music")])
    assert [
        (
            each.pillar.value,
            each.pillar.count,
            [(theme.value, theme.count, theme.share) for theme in each.themes],
        )
        for each in by_pillar(charted())
    ] == [
        ("governance", 3, [("lamps", 3, 1.0), ("music", 1, 1 / 3)]),
        ("cooperation", 0, []),
        ("security", 1, [("tunnels", 1, 1 / 3)]),
    ]


@pytest.mark.usefixtures("lamps")
def test_a_column_stands_on_what_is_firmest():
    starts = by_start(charted())
    assert [
        (column.mark.value, column.mark.count, column.top,
         [(part.mark.value, part.top, part.mark.share) for part in column.segments])
        for column in starts.columns
    ] == [
        ("2020", 1, 0.5, [("agreed", 0.5, 0.5)]),
        ("2021", 2, 0, [("completed", 0.5, 0.5), ("agreed", 0, 0.5)]),
    ]  # fmt: skip
    assert starts.undated.count == 1


def test_long_ago_and_far_ahead_stand_together(monkeypatch):
    monkeypatch.setattr(years, "this_year", lambda: 2026)
    for year in (1066, 1999, 2007, 2008, 2020, 2031, 2032, 2090):
        make.make_initiative(f"of-{year}", starts_on=str(year))
    columns = by_start(charted()).columns
    assert [(column.mark.value, column.mark.count) for column in columns if column.mark.count] == [
        ("../2007", 3), ("2008", 1), ("2020", 1), ("2031", 1), ("2032/..", 2),
    ]  # fmt: skip
    assert len(columns) == years.MAX_COLUMNS + 2
    # The years beside the ends have no label on a phone.
    assert [column.mark.value for column in columns if column.has_room] == [
        "../2007",
        "2015",
        "2020",
        "2025",
        "2032/..",
    ]


@pytest.mark.parametrize(
    ("begun", "told"),
    [
        ("2023", "2023"),
        ("2023 2024", "2023 2024"),
        ("2021 2025", "2021 2022 2023 2024 2025"),
        ("2019 2024", "2019 2024"),
        ("2019 2025", "2019 2025"),
        ("2014 2026", "2014 2020 2026"),
    ],
)
def test_the_first_and_the_last_year_are_told_however_little_room_there_is(begun, told):
    for year in begun.split():
        make.make_initiative(f"of-{year}", starts_on=year)
    columns = by_start(charted()).columns
    assert " ".join(column.mark.value for column in columns if column.has_room) == told


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
    "years?theme=tunnels": "started,initiatives,interest,proposed,agreed,under_way,operating,completed,stalled,unknown"
    "\r\n2020,1,0,0,1,0,0,0,0,0\r\n",
    "evidence": "evidence,initiatives\r\nsingle,1\r\nseveral,0\r\ndisputed,0\r\n",
}  # fmt: skip


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(("asked", "expected"), CSV.items())
def test_a_chart_is_there_as_csv_for_any_filter(asked, expected, client):
    name, _mark, query = asked.partition("?")
    response = client.get(f"/charts/{name}.csv?{query}")
    assert response.content.decode() == expected
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("status=soft", "status: “soft” is none of the choices"),
        ("colour=red", "colour: There is no such parameter."),
        ("columns=status", "columns: There is no such parameter."),
        ("year_from=2022&year_to=2021", "year_to: 2021 comes before 2022."),
        ("started=soon", "started: “soon” is neither a year"),
    ],
)
def test_a_chart_of_a_wrong_question_is_refused_with_the_reason(query, reason, client):
    response = client.get(f"/charts/years.csv?{query}")
    assert (response.status_code, response.content.decode().startswith(reason)) == (400, True)


def test_there_is_no_chart_of_anything_else(client):
    assert client.get("/charts/money.csv").status_code == 404


@pytest.mark.usefixtures("lamps")
def test_the_table_of_years_has_the_number_of_every_segment(client):
    page = client.get("/").content.decode()
    table = re.search(r'<details class="data">.*?</details>', page, re.DOTALL).group()
    rows = [
        re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]
    assert rows == [
        ["Start", "Initiatives", "agreed", "completed"],
        ["2020", "1", "1"],
        ["2021", "2", "1", "1"],
    ]
