"""Settings of the site. Machine-specific settings come from environment variables or `var/env`.

`sco_cities.ops.environment` reads these settings, and `docs/operators/settings.md` describes them.
"""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from sco_cities.db.config import database_from_url, description_of_url
from sco_cities.ops import setting_values
from sco_cities.ops.environment import (
    DEFAULT_HSTS,
    LOG_FORMATS,
    VAR_DIR,
    logging_settings,
    parse_choice,
    parse_hsts,
    parse_release_schedule,
    parse_whole_number,
    read_environment,
    require_same_database,
)

BASE_DIR = Path(__file__).resolve().parent.parent

_environment = read_environment()


def _env_flag(name: str) -> bool:
    return parse_choice(name, _environment.get(name, "0"), ("0", "1")) == "1"


def _env_list(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in _environment.get(name, default).split(",") if word.strip()]


def _env_contact(name: str) -> str:
    return setting_values.parse_contact(name, _environment.get(name, ""))


def _env_number(name: str, default: str, *, least: int, most: int) -> int:
    return parse_whole_number(name, _environment.get(name, default), least=least, most=most)


DEBUG = _env_flag("DEBUG")
HTTPS = _env_flag("HTTPS")
# If true, every page shows a maintenance message and does not use the database.
MAINTENANCE = _env_flag("MAINTENANCE")

SECRET_KEY = _environment.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. `make run` creates one in var/env; or set it to a long random string that stays "
            "the same between restarts, or set DEBUG=1 for development."
        )
    SECRET_KEY = secrets.token_urlsafe(50)
# Former keys. Sessions and cookies signed with a former key stay valid.
SECRET_KEY_FALLBACKS = _env_list("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = _env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
setting_values.require_safe_start(
    secret_key=SECRET_KEY,
    debug=DEBUG,
    https=HTTPS,
    allowed_hosts=ALLOWED_HOSTS,
    bind=_environment.get("BIND", ""),
    former_keys=SECRET_KEY_FALLBACKS,
)
CSRF_TRUSTED_ORIGINS = _env_list("CSRF_TRUSTED_ORIGINS")
SECURITY_CONTACT = _env_contact("SECURITY_CONTACT")
# The publisher of the site, shown on the About page and as the author in citations.
PUBLISHER_NAME = _environment.get("PUBLISHER_NAME", "").strip()
PUBLISHER_CONTACT = _env_contact("PUBLISHER_CONTACT")
# The DOI of the series of all releases.
DOI = setting_values.parse_doi(_environment.get("DOI", ""))

# If EMAIL_URL is not set, no e-mail is sent. Links in e-mails and releases use SITE_URL, never the host of a request.
SENDS_EMAIL = "EMAIL_URL" in _environment
SITE_URL = ""
if SENDS_EMAIL or "SITE_URL" in _environment:
    SITE_URL = setting_values.parse_site_url(_environment.get("SITE_URL", ""), ALLOWED_HOSTS)
_mailer = {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
if SENDS_EMAIL:
    _server = setting_values.parse_mail_server(_environment["EMAIL_URL"])
    _mailer = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _server}
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = setting_values.parse_sender(_environment.get("EMAIL_FROM", ""))
if hasattr(mail, "mailers"):
    MAILERS = {"default": _mailer}
else:  # Django before 6.1
    EMAIL_BACKEND = _mailer["BACKEND"]
    if SENDS_EMAIL:
        EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = _server["host"], _server["port"], _server["timeout"]
        EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server["username"], _server["password"]
        EMAIL_USE_TLS, EMAIL_USE_SSL = _server["use_tls"], _server["use_ssl"]

INSTALLED_APPS = [
    "sco_cities.core",
    "sco_cities.sources",
    "sco_cities.themes",
    "sco_cities.cities",
    "delegates",
    "initiatives",
    "sco_cities.facet_index",
    "sco_cities.listings",
    "sco_cities.search",
    "sco_cities.curation",
    "sco_cities.history",
    "sco_cities.changes",
    # Placed before django_tasks_db, because it overrides the command db_worker.
    "sco_cities.jobs",
    # Placed before imports, whose admin module unregisters the task admin.
    "django_tasks_db",
    "sco_cities.imports",
    "sco_cities.intake",
    "sco_cities.correction_requests",
    "sco_cities.datapackage",
    "sco_cities.backup",
    "sco_cities.releases",
    "sco_cities.dashboard",
    "sco_cities.embeds",
    "sco_cities.api",
    "sco_cities.reconciliation",
    "sco_cities.feeds",
    "sco_cities.subscriptions",
    "sco_cities.mementos",
    "sco_cities.discovery",
    "sco_cities.site",
    "sco_cities.ops",
    "sco_cities.monitoring",
    # Placed before Django, because it overrides Django's catalogue commands.
    "sco_cities.i18n",
    "sco_cities.admin_framework.config.CuratorsAdminConfig",
    "sco_cities.accounts.apps.AccountsAuthConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    # Placed after axes, which counts an attempt before it is recorded, and after django-otp, to remove its pages.
    "sco_cities.accounts",
]

# Middleware in order, outermost first. The first group can respond without the database.
OUTER_MIDDLEWARE = [
    # Outermost, because it must measure the final form of each response.
    "sco_cities.monitoring.middleware.MonitoringMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # Outside the page cache, and outside the method check, which would reject OPTIONS.
    "sco_cities.ops.middleware.CrossOriginMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sco_cities.ops.health.HealthMiddleware",
    "sco_cities.ops.middleware.RequestValidationMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
MIDDLEWARE = [
    *OUTER_MIDDLEWARE,
    "sco_cities.ops.page_cache.PageCacheMiddleware",
    "sco_cities.ops.middleware.TextGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sco_cities.i18n.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sco_cities.accounts.login_session.LoginStepsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sco_cities.urls"
SILENCED_SYSTEM_CHECKS = []
if MAINTENANCE:
    MIDDLEWARE, ROOT_URLCONF = OUTER_MIDDLEWARE, "sco_cities.maintenance_urls"
    # These checks concern middleware for the admin and axes, which are not used during maintenance.
    SILENCED_SYSTEM_CHECKS += ["admin.E408", "admin.E409", "admin.E410", "axes.W002"]
WSGI_APPLICATION = "sco_cities.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

_database_url = _environment.get("DATABASE_URL")
if not _database_url:
    # SQLite creates the file but not the directory. Only this user has access to the directory.
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    _database_url = f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
    require_same_database(description_of_url(_database_url), _database_url)
DATABASES = {"default": database_from_url(_database_url)}
# The name of the database in start messages and in errors for operators.
DATABASE_DESCRIPTION = description_of_url(_database_url)
if "DATABASE_REPLICA_URL" in _environment:
    DATABASES["replica"] = database_from_url(_environment["DATABASE_REPLICA_URL"], replica=True)
    DATABASE_ROUTERS = ["sco_cities.ops.replica.ReplicaRouter"]
# The maximum age of the replica's data, in seconds. The age is measured once a second.
REPLICA_MAX_LAG_S = _env_number("REPLICA_MAX_LAG_S", "5", least=2, most=3600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "sco_cities.core.form_renderer.FormRenderer"

# Background jobs are stored in the database and run by `manage.py db_worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# English pages have no URL prefix. Pages in other languages have /ru/ or /zh-hans/. The admin has no prefixes, because
# a cookie stores the curator's language.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("zh-hans", _("Chinese"))]
LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["sco_cities.i18n.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "sco_cities.ops.static_storage.MinifyingStaticFilesStorage"
    },
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "sco_cities.accounts.backend.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
# The page after a login if the `next` parameter is not a URL of this site.
LOGIN_REDIRECT_URL = "admin:index"

# Marks a browser that has logged in to an account before. Only the login page reads the cookie.
KNOWN_DEVICE_COOKIE_NAME = "known_device"
# Five wrong passwords lock out a pair of user name and IP address for 15 minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# More attempts do not extend the lockout, because the page shows the end of the lockout.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "sco_cities.accounts.login_limits.LockoutHandler"
AXES_USERNAME_CALLABLE = "sco_cities.accounts.login_limits.client_username"
AXES_CLIENT_IP_CALLABLE = "sco_cities.ops.rate_limit.client_address"
AXES_LOCKOUT_CALLABLE = "sco_cities.accounts.login_limits.lockout_response"
# The site's own security log keeps all logins for a limited time. Administrators unlock accounts there.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
# Proxies in front of the site, whose header X-Forwarded-For is trusted.
TRUSTED_PROXIES = setting_values.parse_trusted_proxies(_environment.get("TRUSTED_PROXIES", ""))

# Determines whether accounts with access to the admin need a code after the password.
SECOND_FACTOR = parse_choice(
    "SECOND_FACTOR", _environment.get("SECOND_FACTOR", "staff" if HTTPS else "off"), ("off", "staff")
)
# The name of the site in authenticator apps.
OTP_TOTP_ISSUER = "SCO Cities"
# The password of the first account, until it is changed.
FIRST_PASSWORD_FILE = VAR_DIR / "first_password"

# Pages do not load resources from other hosts or contain inline code. This applies to public pages and the admin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# Disables browser features that no page of the site uses.
_UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = dict.fromkeys(_UNUSED_FEATURES, ())
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Static files have no CORS header, because scripts on other sites do not need them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Load balancers request health checks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# `accounts.login_session` ends login sessions. This setting ends all other sessions.
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sco_cities.accounts.carried_form.csrf_failure"
# Messages are stored in the session, not in a separate cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD = parse_hsts(
        _environment.get("HSTS", DEFAULT_HSTS)
    )
    # HSTS for subdomains and the preload list affects other sites, so only the owner of the domain may enable it. A
    # site without EMAIL_URL intentionally sends no e-mail.
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021", "mail.E001"]
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    KNOWN_DEVICE_COOKIE_NAME = "__Secure-known_device"

# The web archive for the command archive_reports. If this setting is empty, the command requests no copies.
ARCHIVE_URL = setting_values.parse_archive(_environment.get("ARCHIVE_URL", ""))

# The number of days to keep report texts from the intake page.
INTAKE_KEEP_DAYS = _env_number("INTAKE_KEEP_DAYS", "90", least=1, most=3650)
# An optional language model, which curators can ask for a second opinion on a report.
INTAKE_LLM_MODEL = _environment.get("INTAKE_LLM_MODEL", "")
INTAKE_LLM_URL = setting_values.parse_endpoint(_environment.get("INTAKE_LLM_URL", ""), INTAKE_LLM_MODEL)
INTAKE_LLM_KEY = setting_values.parse_key(_environment.get("INTAKE_LLM_KEY", ""))

# Releases, which are dated files of all published records. The settings are the directory, the worker's schedule, and
# the number of automatic releases to keep.
RELEASES_DIR = Path(_environment.get("RELEASES_DIR") or VAR_DIR / "releases")
RELEASE_EVERY = parse_release_schedule(_environment.get("RELEASE_EVERY", "never"), SITE_URL)
RELEASES_KEEP = _env_number("RELEASES_KEEP", "30", least=1, most=3650)

# Limits for the total body with files, form data without files, number of fields, and number of files.
MAX_BODY_SIZE = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# Uploaded files are always stored on disk, because another process reads them.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# `line` is for people, and omits requests. `json` is for log collectors, and has a line per request.
LOG_FORMAT = parse_choice("LOG_FORMAT", _environment.get("LOG_FORMAT", "line"), LOG_FORMATS)
LOGGING = logging_settings(LOG_FORMAT)
