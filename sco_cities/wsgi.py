"""The WSGI entry point for `gunicorn sco_cities.wsgi`."""

import os
import re
from collections.abc import Callable

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

# Browsers send forms in UTF-8, because the pages are in UTF-8.
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def strip_charset(application: Callable) -> Callable:
    """Wraps a WSGI application so that it reads every request as UTF-8 and ignores the charset of Content-Type.

    Django decodes the query string with the codec of that name while it creates the request, where no handler catches
    errors. "hex" and "undefined" are codecs that decode no text, and too many parameters raise an exception there too.
    The client would get the web server's plain 500.
    """

    def with_utf8(environ: dict, start_response: Callable):
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return application(environ, start_response)

    return with_utf8


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")

application = strip_charset(get_wsgi_application())

# Imports all views. Otherwise Django does so with the first request, which would wait a quarter of a second.
reverse("home")
