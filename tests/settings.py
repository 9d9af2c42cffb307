"""The settings of the site, with a few changes for tests."""

import os

from sco_cities.ops.environment import NAMES

# Tests must not depend on the environment, except for the database engine.
for name in set(NAMES) - {"DATABASE_URL"}:
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "for tests only, and long enough for a public site"
# Tests must not depend on the files of a site in var/ either.
os.environ["ENV_FILE"] = ""

from sco_cities.settings import *  # noqa: E402, F403 - the usual way to extend Django settings

# Pages link plain files, so tests need not run collectstatic first.
STORAGES = STORAGES | {  # noqa: F405 - from the star above
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Finds static files in their source folders. Without this setting, each worker would warn that STATIC_ROOT does not
# exist.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# The directory with the release manifest that pages read. Tests that write releases use separate directories.
RELEASES_DIR = BASE_DIR / "tests" / "data" / "releases"  # noqa: F405 - from the star above
# Logins use a weak hash, because a strong hash takes a tenth of a second.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests switch databases, and a persistent connection would keep reading the previous database.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - from the star above
