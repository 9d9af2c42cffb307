"""The WSGI entry point: `gunicorn sco_cities.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from sco_cities.ops.wsgi_charset import strip_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")

application = strip_charset(get_wsgi_application())
