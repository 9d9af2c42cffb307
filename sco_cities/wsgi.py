"""The WSGI entry point for `gunicorn sco_cities.wsgi`."""

import os
import re
from collections.abc import Callable

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

# Matches a charset parameter, which can be ignored, because browsers always send the forms of UTF-8 pages in UTF-8.
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def strip_charset(application: Callable) -> Callable:
    """Wraps a WSGI application so that it reads every request as UTF-8 and ignores the charset of Content-Type.

    Django uses this charset to decode the query string while it creates the request, where errors are not handled.
    Without this function, a codec that cannot decode text ("hex" or "undefined") or too many parameters would raise an
    exception, and the client would get a plain response with status 500 from the web server.
    """

    def with_utf8(environ: dict, start_response: Callable):
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return application(environ, start_response)

    return with_utf8


def with_default_scheme(application: Callable) -> Callable:
    """Wraps a WSGI application so that a request without X-Forwarded-Proto is treated as encrypted if HTTPS=1 is set.

    Otherwise, Django would redirect the request to the same URL again and again. RequestValidationMiddleware rejects
    the request.
    """

    def with_scheme(environ: dict, start_response: Callable):
        if settings.SECURE_SSL_REDIRECT:
            environ["wsgi.url_scheme"] = "https"
        return application(environ, start_response)

    return with_scheme


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")

application = with_default_scheme(strip_charset(get_wsgi_application()))

# Imports all views. This takes 0.25 s, and would otherwise delay the first request.
reverse("home")
