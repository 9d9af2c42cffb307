"""The WSGI application of the bench, which is the site with the URLs of `bench_urls`.

The settings and middleware are the same as in the site.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "sco_cities.settings"

from django.conf import settings

settings.ROOT_URLCONF = "scripts.bench.bench_urls"

from sco_cities.wsgi import application  # noqa: E402, F401 - uses the settings above
