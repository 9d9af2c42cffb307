"""The home page, what is new, and what the site says about itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from sco_cities.cities.data_sources import DATA_SOURCES
from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.facet_index.refresh import require_facet_index

from . import home, recent


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is known in one look; every number leads to its list."""
    with require_facet_index(*home.COLLECTIONS) as state:
        context = {"known": home.home_context(state), "charted": ChartScope.everything(state)}
        return render(request, "dashboard/home.html", context)


@require_safe
def recent_changes(request: HttpRequest) -> HttpResponse:
    """What has been published in the last 30 days, by kind, and what was corrected."""
    with require_facet_index(*home.COLLECTIONS) as state:
        context = {
            "kinds": home.recent_groups(state),
            "corrections": recent.corrections(state, home.MAX_NEWS),
            "since": recent.since(),
        }
        return render(request, "dashboard/recent.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How to read the site, what its words mean, and whose data it stands on."""
    return render(request, "site/about.html", {"references": DATA_SOURCES})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The site's sign, wherever this version keeps it."""
    return redirect(static("img/favicon.svg"))
