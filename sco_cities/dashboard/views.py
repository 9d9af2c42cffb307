"""The home page and the page of recent updates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.status_table import FIRST_ROWS, MAX_ROWS, status_table
from sco_cities.facet_index.refresh import facet_index

from . import home, recent
from .corrections import corrections, status_moves
from .findings import findings


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The home page with disc chart, map, pairs of cities, status table and news. Each number links to a list.

    If htmx requests the status table, only the table is returned.
    """
    table = home.HomeTable.of(request)
    with facet_index(*home.COLLECTIONS) as state:
        scope = ChartScope.everything(state)
        context = {
            "scope": scope,
            "choice": table,
            "findings": findings(state),
            "table": status_table(
                scope, table.grouping, table.order, MAX_ROWS if table.has_all_rows else FIRST_ROWS
            ),
        }
        if request.htmx and not request.htmx.history_restore_request and request.htmx.target == home.TABLE_ID:
            response = render(request, "dashboard/_status_table.html", context)
        else:
            response = render(request, "dashboard/home.html", {**context, "home": home.home_context(state)})
        patch_vary_headers(response, ("HX-Request", "HX-Target", "HX-History-Restore-Request"))
        return response


@require_safe
def recent_changes(request: HttpRequest) -> HttpResponse:
    """The records published in the last 30 days, by kind, and the status changes and corrections."""
    with facet_index(*home.COLLECTIONS) as state:
        context = {
            "kinds": home.recent_groups(state, home.MAX_PER_KIND),
            "moves": status_moves(state, home.MAX_PER_KIND),
            "corrections": corrections(state, home.MAX_PER_KIND),
            "since": recent.since(),
        }
        return render(request, "dashboard/recent.html", context)
