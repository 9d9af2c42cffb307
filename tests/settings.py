"""The site's settings, and the little that differs in tests."""

import os

# Tests give the same answer in every shell.
for name in ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_REPLICA_URL"):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "for tests only"

from sco_cities.settings import *  # noqa: E402, F403 - Django's own way to build on other settings

# Pages link plain files, so that no test needs collectstatic first.
STORAGES = STORAGES | {  # noqa: F405 - from the star above
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Finds files where they are; without it each worker would warn that STATIC_ROOT does not exist.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# A strong hash costs a tenth of a second for every login of every test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests move between databases: a connection that outlives its request would go on reading the last one.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - from the star above
