"""Charts as CSV files, and a redirect from the former URL of the trends."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from initiatives.models import Status
from sco_cities.dashboard.csv_response import COUNT, CsvTable, csv_response
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.registered_functions import with_past_lists

from .scope import (
    COLLECTION,
    ChartMark,
    ChartScope,
    by_evidence,
    by_pillar,
    by_status,
    city_roles,
    keys_by_year,
    report_dates,
    single_source_by_theme,
)
from .status_changes import status_changes


def _marks(name: str, marks: list[ChartMark]) -> CsvTable:
    rows = [(mark.value, str(mark.label), mark.count) for mark in marks]
    return CsvTable((name, f"{name}_names", COUNT), rows)


def _themes(scope: ChartScope) -> CsvTable:
    return CsvTable(
        ("pillar", "pillar_names", "theme", "theme_names", COUNT),
        [
            (pillar.value, str(pillar.label), theme.value, str(theme.label), theme.count)
            for pillar, themes in by_pillar(scope)
            for theme in themes
        ],
    )


def _years(scope: ChartScope) -> CsvTable:
    by_status = scope.state.facet(COLLECTION, "status")
    keys_of_statuses = [by_status.get(status, BitMap()) for status in Status.values]
    return CsvTable(
        ("started", COUNT, *Status.values),
        [
            (year, len(keys), *(own.intersection_cardinality(keys) for own in keys_of_statuses))
            for year, keys in keys_by_year(scope)
        ],
    )


def _trends(scope: ChartScope) -> CsvTable:
    years, by_theme = keys_by_year(scope), scope.state.facet(COLLECTION, "theme")
    themes = scope.state.index("themes").records
    published = sorted(scope.state.published("themes"), key=lambda key: themes[key].slug)
    return CsvTable(
        ("theme", "theme_names", "started", COUNT),
        [
            (themes[key].slug, str(themes[key].name), year, count)
            for key in published
            for year, keys in years
            if (count := by_theme.get(key, BitMap()).intersection_cardinality(keys))
        ],
    )


def _ages(scope: ChartScope) -> CsvTable:
    dates = sorted(report_dates(scope).items())
    return CsvTable(("last_reported", COUNT), [(date, len(keys)) for date, keys in dates])


def _single_source(scope: ChartScope) -> CsvTable:
    return CsvTable(
        ("theme", "theme_names", "single_source", COUNT),
        [
            (single.value, str(single.label), single.count, total)
            for single, total in single_source_by_theme(scope)
        ],
    )


def _roles(scope: ChartScope) -> CsvTable:
    return CsvTable(
        ("city", "city_names", "lead", "learns"),
        [
            (each.lead.value, str(each.lead.label), each.lead.count, each.learns.count)
            for each in city_roles(scope)
        ],
    )


def _moves(scope: ChartScope) -> CsvTable:
    return CsvTable(
        ("status_before", "status_before_names", "status", "status_names", COUNT),
        [
            (before.value, str(before.label), now.value, str(now.label), count)
            for (before, now), count in sorted(status_changes(scope).items())
        ],
    )


# Maps the names of charts, which are also file names, to functions that return the table.
CHARTS: dict[str, Callable[[ChartScope], CsvTable]] = {
    "firmness": lambda scope: _marks("status", by_status(scope)),
    "pillars": lambda scope: _marks("pillar", [pillar for pillar, _themes in by_pillar(scope)]),
    "themes": _themes,
    "years": _years,
    "evidence": lambda scope: _marks("evidence", by_evidence(scope)),
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
    """Returns a chart of the initiatives that match the query string as CSV, or 400 if the query is invalid."""
    if name not in CHARTS:
        raise Http404
    return csv_response(
        request,
        ListQuery,
        lambda list_query: CHARTS[name](ChartScope.from_list(list_query)),
        lambda _list_query: name,
    )
