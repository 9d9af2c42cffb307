"""The application that gunicorn serves for the bench: the site, with two addresses more.

Settings and middleware are the site's own.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "sco_cities.settings"

from django.conf import settings

settings.ROOT_URLCONF = "scripts.bench.bench_urls"

from sco_cities.wsgi import application  # noqa: E402, F401 - made with the addresses above
