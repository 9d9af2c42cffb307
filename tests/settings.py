"""The settings of the site, with a few changes for tests."""

import os

from sco_cities.ops.environment import NAMES

# Tests must not depend on the environment, except for the engine that they run on.
for name in set(NAMES) - {"DATABASE_URL"}:
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "for tests only, and long enough for a public site"
# Nor on the files of a site in var/.
os.environ["ENV_FILE"] = ""

from sco_cities.settings import *  # noqa: E402, F403 - the usual way to extend Django settings

# Pages link plain files, so that no test needs collectstatic first.
STORAGES = STORAGES | {  # noqa: F405 - from the star above
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Finds files where they are; without it each worker would warn that STATIC_ROOT does not exist.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# The manifest of a release, for pages; tests that write releases have directories of their own.
RELEASES_DIR = BASE_DIR / "tests" / "data" / "releases"  # noqa: F405 - from the star above
# A strong hash takes a tenth of a second for each login.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests switch databases: a persistent connection would keep reading the previous one.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - from the star above
