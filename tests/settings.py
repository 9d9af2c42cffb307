"""The settings of the site, with a few changes for tests."""

import os

from sco_cities.ops.environment import NAMES

# Tests must not depend on the environment, except for the engine that they run on.
for name in set(NAMES) - {"DATABASE_URL"}:
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "for tests only, and long enough for a public site"
# They must not depend on the files of a site in var/ either.
os.environ["ENV_FILE"] = ""

from sco_cities.settings import *  # noqa: E402, F403 - the usual way to extend Django settings

# Pages link plain files, so that no test needs collectstatic first.
STORAGES = STORAGES | {  # noqa: F405 - from the star above
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Finds files in their source folders. Without it each worker would warn that STATIC_ROOT does not exist.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# The directory with the manifest of a release, for pages. Tests that write releases use separate directories.
RELEASES_DIR = BASE_DIR / "tests" / "data" / "releases"  # noqa: F405 - from the star above
# A strong hash takes a tenth of a second for each login.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests switch databases, and a persistent connection would keep reading the previous database.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - from the star above
