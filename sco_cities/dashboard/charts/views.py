"""The page of trends, and charts as CSV."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from initiatives.models import Status
from sco_cities.dashboard.csv_response import COUNT, CsvColumn, CsvTable, csv_response
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.year_filters import UNKNOWN

from .breakdowns import by_evidence, by_pillar, by_status
from .scope import ChartMark, ChartScope
from .trends import RECENT_YEARS, theme_year_rows
from .years import start_year_rows, this_year


def _marks_table(name: str, marks: list[ChartMark]) -> CsvTable:
    return [
        CsvColumn(name, [mark.value for mark in marks], [str(mark.label) for mark in marks]),
        CsvColumn(COUNT, [mark.count for mark in marks]),
    ]


def _status(scope: ChartScope) -> CsvTable:
    return _marks_table("status", by_status(scope))


def _evidence(scope: ChartScope) -> CsvTable:
    return _marks_table("evidence", by_evidence(scope))


def _pillars(scope: ChartScope) -> CsvTable:
    return _marks_table("pillar", [each.pillar for each in by_pillar(scope)])


def _themes(scope: ChartScope) -> CsvTable:
    pairs = [(each.pillar, theme) for each in by_pillar(scope) for theme in each.themes]
    pillars = [pillar for pillar, _theme in pairs]
    return [
        CsvColumn("pillar", [each.value for each in pillars], [str(each.label) for each in pillars]),
        *_marks_table("theme", [theme for _pillar, theme in pairs]),
    ]


def _years(scope: ChartScope) -> CsvTable:
    rows = start_year_rows(scope)
    return [
        CsvColumn("started", [UNKNOWN if year is None else year for year, _count, _statuses in rows]),
        CsvColumn(COUNT, [count for _year, count, _statuses in rows]),
        *(
            CsvColumn(status.value, [statuses[place] for _year, _count, statuses in rows])
            for place, status in enumerate(Status)
        ),
    ]


def _trends(scope: ChartScope) -> CsvTable:
    rows = theme_year_rows(scope)
    return [
        CsvColumn(
            "theme",
            [theme.slug for theme, _year, _count in rows],
            [str(theme.name) for theme, *_rest in rows],
        ),
        CsvColumn("started", [UNKNOWN if year is None else year for _theme, year, _count in rows]),
        CsvColumn(COUNT, [count for _theme, _year, count in rows]),
    ]


# By name of the chart, which is also the name of its file.
CHARTS: dict[str, Callable[[ChartScope], CsvTable]] = {
    "firmness": _status,
    "pillars": _pillars,
    "themes": _themes,
    "years": _years,
    "evidence": _evidence,
    "trends": _trends,
}


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """The initiatives for the query string by theme and start year; for an invalid value, the error and no chart."""
    with facet_index(INITIATIVES.collection) as state:
        list_query = ListPage.of(INITIATIVES, state, request)
        context = {
            "list_query": list_query,
            "listing": INITIATIVES,
            "scope": ChartScope.from_list(list_query),
            "since": this_year() - RECENT_YEARS + 1,
        }
        return render(request, "dashboard/trends.html", context)


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives that the list shows for the same query string; 400 if that is invalid."""
    if name not in CHARTS:
        raise Http404
    return csv_response(
        request,
        ListQuery,
        lambda list_query: [CHARTS[name](ChartScope.from_list(list_query))],
        lambda _list_query: name,
    )
