"""Charts as CSV files, and a redirect from the former URL of the trends."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from initiatives.models import Status
from sco_cities.dashboard.csv_response import COUNT, CsvColumn, CsvTable, csv_response
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.past_lists import with_past_lists
from sco_cities.listings.year_filters import UNKNOWN

from .breakdowns import (
    by_evidence,
    by_pillar,
    by_status,
    city_roles,
    report_dates,
    single_source_by_theme,
    start_year_rows,
    theme_year_rows,
)
from .scope import ChartMark, ChartScope
from .status_changes import status_changes


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


def _ages(scope: ChartScope) -> CsvTable:
    dates = sorted(report_dates(scope).items())
    return [
        CsvColumn("last_reported", [date for date, _keys in dates]),
        CsvColumn(COUNT, [len(keys) for _date, keys in dates]),
    ]


def _single_source(scope: ChartScope) -> CsvTable:
    themes = single_source_by_theme(scope)
    theme, single = _marks_table("theme", [each.single for each in themes])
    return [
        theme,
        CsvColumn("single_source", single.values),
        CsvColumn(COUNT, [each.total for each in themes]),
    ]


def _roles(scope: ChartScope) -> CsvTable:
    cities = city_roles(scope)
    return [
        CsvColumn("city", [each.lead.value for each in cities], [str(each.lead.label) for each in cities]),
        CsvColumn("lead", [each.lead.count for each in cities]),
        CsvColumn("learns", [each.learns.count for each in cities]),
    ]


def _moves(scope: ChartScope) -> CsvTable:
    changes = sorted(status_changes(scope).items())
    return [
        *(
            CsvColumn(
                name,
                [pair[side].value for pair, _count in changes],
                [str(pair[side].label) for pair, _count in changes],
            )
            for side, name in enumerate(("status_before", "status"))
        ),
        CsvColumn(COUNT, [count for _pair, count in changes]),
    ]


# Functions by the name of the chart, which is also its file name.
CHARTS: dict[str, Callable[[ChartScope], CsvTable]] = {
    "firmness": _status,
    "pillars": _pillars,
    "themes": _themes,
    "years": _years,
    "evidence": _evidence,
    "trends": _trends,
    "ages": _ages,
    "single-source": _single_source,
    "roles": _roles,
    "moves": _moves,
}


@require_safe
def trends(request: HttpRequest) -> HttpResponse:
    """Redirects to the trends on the themes page and keeps the query string."""
    query = request.META.get("QUERY_STRING")
    return redirect(f"{reverse('themes-list')}{'?' if query else ''}{query}#trends", permanent=True)


@require_safe
@with_past_lists
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives in the list with the same query string, as CSV. Status 400 if the query is invalid."""
    if name not in CHARTS:
        raise Http404
    return csv_response(
        request,
        ListQuery,
        lambda list_query: [CHARTS[name](ChartScope.from_list(list_query))],
        lambda _list_query: name,
    )
