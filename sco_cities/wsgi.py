"""The WSGI entry point: `gunicorn sco_cities.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sco_cities.settings")

application = get_wsgi_application()
