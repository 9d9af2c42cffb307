"""The home page, which a web process also renders before it accepts requests, and the page of recent updates."""

import logging
import time
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from sco_cities.dashboard.charts.scope import ChartScope
from sco_cities.dashboard.charts.status_table import FIRST_ROWS, MAX_ROWS, status_table
from sco_cities.facet_index import refresh
from sco_cities.facet_index.refresh import facet_index

from . import home, recent
from .corrections import corrections, status_moves
from .findings import findings

log = logging.getLogger(__name__)

# Rendering stops after the page that exceeds this many seconds, because a restart must not take long.
MAX_S = 5


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Returns the home page with disc chart, map, pairs of cities, status table and news. Each number links to a list.

    If htmx requests the status table, the view returns only the table.
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
    """Returns the records published in the last 30 days, by kind, and the status changes and corrections."""
    with facet_index(*home.COLLECTIONS) as state:
        context = {
            "kinds": home.recent_groups(state, home.MAX_PER_KIND),
            "moves": status_moves(state, home.MAX_PER_KIND),
            "corrections": corrections(state, home.MAX_PER_KIND),
            "since": recent.since(),
        }
        return render(request, "dashboard/recent.html", context)


def make_home_pages(is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Renders the home page in each language to fill the caches of the language.

    With 100,000 initiatives, the first home page of a process takes 0.3 s per language, and each further page 0.02 s.
    Otherwise, the first readers would wait for these pages. Stops early if `is_wanted` returns False.
    """
    until = time.monotonic() + MAX_S
    try:
        for code, _name in settings.LANGUAGES:
            if not is_wanted() or time.monotonic() > until:
                return
            with translation.override(code):
                index(_request(reverse("home")))
    except Exception as error:
        # The process must start despite the error. If the error persists, the home page shows an error message.
        refresh.log_failure(log, "The home pages could not be prepared before the first request", error)
    finally:
        connections.close_all()


def _request(path: str) -> WSGIRequest:
    environ = {
        "PATH_INFO": path,
        "HTTP_HOST": settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost"),
    }
    setup_testing_defaults(environ)
    request = WSGIRequest(environ)
    request.htmx = HtmxDetails(request)
    return request
