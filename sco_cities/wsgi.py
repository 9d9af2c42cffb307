"""The WSGI entry point for `gunicorn sco_cities.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from sco_cities.ops.wsgi_charset import strip_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")

application = strip_charset(get_wsgi_application())

# Imports all views. Otherwise Django does so with the first request, which would wait a quarter of a second.
reverse("home")
