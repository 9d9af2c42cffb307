"""The home page and the recent updates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.facet_index.refresh import facet_index

from . import home, recent
from .corrections import corrections, status_moves


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The home page with counts, map and charts; every number links to its list."""
    with facet_index(*home.COLLECTIONS) as state:
        context = {"home": home.home_context(state), "scope": ChartScope.everything(state)}
        return render(request, "dashboard/home.html", context)


@require_safe
def recent_changes(request: HttpRequest) -> HttpResponse:
    """The records published in the last 30 days, by kind, the statuses that have moved, and the corrections."""
    with facet_index(*home.COLLECTIONS) as state:
        context = {
            "kinds": home.recent_groups(state),
            "moves": status_moves(state, home.MAX_PER_KIND),
            "corrections": corrections(state, home.MAX_PER_KIND),
            "since": recent.since(),
        }
        return render(request, "dashboard/recent.html", context)
