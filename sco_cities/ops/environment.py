"""Reads the operator's settings from environment variables and the file `var/env`, and configures logging.

The file has one `NAME=value` per line, and comments that begin with `#`. A value may be in single or double quotes.
Variables and escape sequences are not replaced. This module has its own parser, because no installed package parses
these files. Other parsers skip invalid lines, so the site would start without one of the operator's settings.
"""

import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

VAR_DIR = Path(__file__).resolve().parents[2] / "var"
NAMES = (
    "ALLOWED_HOSTS", "ARCHIVE_URL", "BIND", "CSRF_TRUSTED_ORIGINS", "DATABASE_REPLICA_URL", "DATABASE_REPLICA_URL_FILE",
    "DATABASE_URL", "DATABASE_URL_FILE", "DEBUG", "DOI", "EMAIL_FROM", "EMAIL_URL", "HSTS", "HTTPS", "INTAKE_KEEP_DAYS",
    "INTAKE_LLM_KEY", "INTAKE_LLM_MODEL", "INTAKE_LLM_URL", "LOG_FORMAT", "MAINTENANCE", "METRICS_BIND", "PORT",
    "PUBLISHER_CONTACT", "PUBLISHER_NAME",
    "RELEASES_DIR", "RELEASES_KEEP", "RELEASE_EVERY", "REPLICA_MAX_LAG_S", "SECOND_FACTOR", "SECRET_KEY",
    "SECRET_KEY_FALLBACKS", "SECRET_KEY_FILE", "SECURITY_CONTACT", "SITE_URL", "TRUSTED_PROXIES", "WEB_PROCESSES",
    "WEB_THREADS",
)  # fmt: skip
# Settings that can be read from a file. The suffix `_FILE` marks a setting that names a file. The file's only line is
# the value.
IN_FILES = {name: f"{name}_FILE" for name in ("DATABASE_REPLICA_URL", "DATABASE_URL", "SECRET_KEY")}
LOG_FORMATS = ("line", "json")
DEFAULT_HSTS = "max-age=63072000"
MIN_PRELOAD_SECONDS = 365 * 24 * 60 * 60
KEY_BYTES = 64
HEADER = """\
# Settings of the site, read by make run, manage.py and gunicorn. Environment variables override this file.
# One NAME=value per line; docs/operators/settings.md lists the names.
"""


def environment_file() -> Path | None:
    """Returns the environment file, which may not exist. An empty `ENV_FILE` disables the file and returns None."""
    path = os.environ.get("ENV_FILE")
    return VAR_DIR / "env" if path is None else Path(path) if path else None


def read_environment() -> dict[str, str]:
    """Returns the non-empty settings in NAMES, from environment variables or else from the environment file.

    A setting in IN_FILES, such as `SECRET_KEY_FILE`, names a file. The file's content is returned as the value of
    `SECRET_KEY`. Raises ImproperlyConfigured, with a one-line message, if a file is invalid, or if other users can read
    the environment file.
    """
    variables = _with_files({name: os.environ[name] for name in NAMES if os.environ.get(name)})
    path = environment_file()
    return variables if path is None else _with_files(_read(path)) | variables


def _with_files(values: dict[str, str]) -> dict[str, str]:
    values = dict(values)
    for name, setting in IN_FILES.items():
        if (file := values.pop(setting, None)) is None:
            continue
        if name in values:
            raise ImproperlyConfigured(f"{name} and {setting} are both set: remove one of them.")
        values[name] = _only_line(setting, Path(file))
    return values


def _only_line(setting: str, path: Path) -> str:
    # The file's permissions are not checked, because every user in a container can read the secrets that the engine
    # mounts.
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{setting} names {path}, which is not a UTF-8 text file.") from None
    except OSError as error:
        raise ImproperlyConfigured(
            f"{setting} names {path}, which cannot be read: {error.strerror}."
        ) from None
    if len(lines) != 1 or not lines[0].strip() or "\0" in lines[0]:
        raise ImproperlyConfigured(f"{setting} names {path}. The file must contain only the value.")
    return lines[0].strip()


def parse_whole_number(name: str, value: str, least: int, most: int) -> int:
    """Parses the setting `name`. Raises ImproperlyConfigured if the number is not between `least` and `most`."""
    if not re.fullmatch(r"[0-9]{1,9}", value.strip()) or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name}={value[:100]} is not valid. Expected an integer from {least} to {most}."
        )
    return int(value)


def parse_choice(name: str, value: str, choices: Collection[str]) -> str:
    """Returns the value of the setting `name`. Raises ImproperlyConfigured if it is not in `choices`."""
    value = value.strip().lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value[:100]} is not valid: use {' or '.join(choices)}.")
    return value


def parse_release_schedule(value: str, site_url: str) -> str:
    """Parses the worker's release schedule. Raises ImproperlyConfigured without SITE_URL, which releases contain."""
    value = parse_choice("RELEASE_EVERY", value, ("never", "day", "week", "month"))
    if value != "never" and not site_url:
        raise ImproperlyConfigured(
            f"RELEASE_EVERY={value} needs SITE_URL, the URL of the site, such as "
            "https://cities.example.org. The files of a release contain this URL permanently."
        )
    return value


def parse_hsts(value: str) -> tuple[int, bool, bool]:
    """Parses a Strict-Transport-Security value into its seconds, subdomains flag and preload flag.

    The value can also be only a number of seconds. Raises ImproperlyConfigured for any other value, and for values that
    the browsers' preload list rejects.
    """
    seconds, *words = [word.strip().removeprefix("max-age=") for word in value.lower().split(";")]
    subdomains, preload = "includesubdomains" in words, "preload" in words
    is_number = seconds.isascii() and seconds.isdecimal() and len(seconds) <= 10
    is_known = set(words) <= {"includesubdomains", "preload"}
    if not (is_number and is_known) or (preload and not (subdomains and int(seconds) >= MIN_PRELOAD_SECONDS)):
        raise ImproperlyConfigured(
            f"HSTS={value[:100]} is not valid. Expected seconds, for example HSTS=31536000, or to bind more than this "
            'site HSTS="31536000; includeSubDomains; preload". "preload" needs the two others, and a year or longer.'
        )
    return int(seconds), subdomains, preload


def create_secret_key() -> None:
    """Writes a SECRET_KEY to the environment file if no key is set."""
    path = environment_file()
    if path is None or "SECRET_KEY" in read_environment():
        return
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    start = HEADER if not before else "" if before.endswith("\n") else "\n"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(f"{start}SECRET_KEY={secrets.token_urlsafe(KEY_BYTES)}\n")


def display_name(path: Path) -> str:
    """Returns the path relative to the project directory, or the full path of a file outside the directory."""
    root = VAR_DIR.parent
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _read(path: Path) -> dict[str, str]:
    name = display_name(path)
    try:
        mode = path.stat().st_mode
        if mode & 0o027:
            raise ImproperlyConfigured(f"Other users can read or change {name}: run `chmod 600 {name}`.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if "ENV_FILE" in os.environ:
            raise ImproperlyConfigured(f"ENV_FILE names {name}, which does not exist.") from None
        return {}
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name} is not encoded in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error.strerror}.") from None
    return _parse(text, name)


def _parse(text: str, file_name: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if error := _line_error(name, equals, value, values):
            raise ImproperlyConfigured(f"Line {number} of {file_name}: {error}")
        values[name] = value[1:-1] if value[:1] in {"'", '"'} else value
    return {name: value for name, value in values.items() if value}


def _line_error(name: str, equals: str, value: str, seen: dict[str, str]) -> str:
    """Returns an error message with the expected line format, or "". Omits the value, because it may be a password."""
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return "expected NAME=value without spaces around “=”, or a comment that begins with #."
    if name not in NAMES:
        return f"{name} is not a setting. The settings are {', '.join(NAMES)}."
    if name in seen:
        return f"{name} is set a second time. Remove one of the two lines."
    if "\0" in value:
        return f"the value of {name} contains a NUL byte."
    quote = value[:1]
    if quote in {"'", '"'} and (len(value) < 2 or not value.endswith(quote) or quote in value[1:-1]):
        return f"the value of {name} begins with a quote. A closing quote is expected at the end of the line."
    if quote not in {"'", '"'} and re.search(r"^\s|\s#", value):
        return f"expected {name}=value without a space after “=” and without a comment behind the value."
    return ""


def logging_settings(log_format: str) -> dict[str, Any]:
    """Returns the value of LOGGING for one of LOG_FORMATS."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "sco_cities.monitoring.log_format.LineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "datefmt": "%Y-%m-%d %H:%M:%S %z",
                "style": "{",
            },
            "json": {"()": "sco_cities.monitoring.log_format.JsonFormatter"},
        },
        "filters": {
            "rejected_requests": {"()": "sco_cities.monitoring.log_format.RejectedRequestFilter"},
            "outages": {"()": "sco_cities.monitoring.log_format.OutageFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["rejected_requests"],
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "sco_cities": {"level": "INFO"},
            "sco_cities.outages": {"filters": ["outages"]},
            # gunicorn discards the body of each response to a HEAD request, and would log a line for it.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            # Requests for missing or forbidden pages are not errors of the site.
            "django.request": {"level": "ERROR"},
            # The security log contains the same events with user names and IP addresses.
            "axes": {"level": "ERROR"},
        },
    }


# The file that records the site's last database, without the password. This file prevents the site from creating and
# serving a second database if the operator forgets DATABASE_URL.
LAST_DATABASE = VAR_DIR / "last_database"
# The environment variable with the running server's database. A replacement process must not fail if a command has used
# a different database since the server started.
SERVED = "SERVED_DATABASE"


def record_database(description: str) -> None:
    """Records the database of the site. If `ENV_FILE` is empty, the process does not use `var/` and records nothing."""
    os.environ[SERVED] = description
    if environment_file() is None:
        return
    # The site also works if it cannot write this file.
    with suppress(OSError):
        VAR_DIR.mkdir(mode=0o700, exist_ok=True)
        with open(
            os.open(LAST_DATABASE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(f"{description}\n")


def require_same_database(description: str, url: str) -> None:
    """Raises ImproperlyConfigured if the site last used a database other than `description`, the default at `url`.

    A process of a running server compares `description` with the server's own database.
    """
    path = environment_file()
    if path is None or not LAST_DATABASE.exists():
        return
    last = os.environ.get(SERVED) or LAST_DATABASE.read_text(encoding="utf-8").strip()
    if last and last != description:
        is_sqlite = last.startswith("SQLite")
        example = "sqlite:////path/to/file" if is_sqlite else "postgres://user:password@host/name"
        raise ImproperlyConfigured(
            f"DATABASE_URL is not set, but the site last ran on {last}. "
            f"Write one of two lines into {display_name(path)}:\n"
            f"  DATABASE_URL={example} (yours) to stay there\n"
            f"  DATABASE_URL={url} to use {description}"
        )
