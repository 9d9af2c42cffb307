"""Renders the home pages before a web process accepts requests."""

import logging
import time
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.urls import reverse
from django.utils import translation
from django_htmx.middleware import HtmxDetails

from sco_cities.facet_index import refresh

from . import views

log = logging.getLogger(__name__)

# After this many seconds, no further page is started, because a restart must not take long.
MAX_S = 5


def make_home_pages(is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Renders the home page in each language. This fills the caches that all pages in the language share.

    With 100,000 initiatives, the first home page of a process takes 0.3 s per language, and each further page 0.02 s.
    Without this function, the first readers would wait for all of this. Stops early if `is_wanted` returns False.
    """
    until = time.monotonic() + MAX_S
    try:
        for code, _name in settings.LANGUAGES:
            if not is_wanted() or time.monotonic() > until:
                return
            with translation.override(code):
                views.index(_request(reverse("home")))
    except Exception as error:
        # The process must start despite the error. If the error persists, the home page is an error page.
        refresh.log_failure(log, "The home pages could not be made before the first request", error)
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
