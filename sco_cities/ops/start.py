"""Checks the settings before the server starts, and prints one line for errors that an operator can fix.

`make run`, gunicorn and manage.py use this module. `python -m sco_cities.ops.start` is the first step of make run.
"""

import errno
import runpy
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection

from sco_cities.db.database_errors import first_line
from sco_cities.ops.environment import (
    LOG_FORMATS,
    create_secret_key,
    parse_choice,
    parse_whole_number,
    read_environment,
    record_database,
)

SETTINGS = Path(__file__).resolve().parents[1] / "settings.py"
INTERRUPTED = 128 + 2


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Exits with status 1 and a one-line message if a setting is invalid or the database is unavailable.

    Ctrl-C exits without a message. If the command line contains `--traceback`, the exception is raised instead.
    """
    try:
        yield
    except (ImproperlyConfigured, Error) as error:
        message = str(error) if isinstance(error, ImproperlyConfigured) else _database_error()
        if not message or "--traceback" in sys.argv:
            raise
        sys.exit(message)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _database_error() -> str:
    """Returns the reason why the database is unavailable, or "" if the error had another cause."""
    try:
        connection.close()
        connection.ensure_connection()
    except Error as error:
        reason, advice = first_line(error).rstrip("."), "Start the server, create the database"
        if connection.vendor == "sqlite":
            advice = "Check that the file is a database and that its directory exists and is yours"
        return (
            f"The database does not respond ({settings.DATABASE_DESCRIPTION}): {reason}. "
            f"{advice}, or correct DATABASE_URL."
        )
    return ""


def database_description() -> str:
    """Returns a description of the database in the settings. Raises ImproperlyConfigured if a setting is invalid.

    Does not load the settings through Django, because the server would keep them and start later workers with old
    values.
    """
    return runpy.run_path(str(SETTINGS))["DATABASE_DESCRIPTION"]


def bind_address() -> str:
    """Returns gunicorn's address from BIND and PORT. Raises ImproperlyConfigured if the address cannot be used."""
    host, port = _host_and_port()
    _try_to_bind(host, 0)
    return joined(host, port)


def joined(host: str, port: int) -> str:
    """Formats an address for gunicorn."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def metrics_address() -> tuple[str, int] | None:
    """Parses METRICS_BIND, the address of the metrics. Raises ImproperlyConfigured for an invalid value."""
    environment = read_environment()
    value = environment.get("METRICS_BIND", "")
    if not value:
        return None
    host, _colon, port = value.rpartition(":")
    host = host.strip("[]")
    if not host or not _is_port(port):
        raise ImproperlyConfigured(
            f"METRICS_BIND={value[:100]} is not an address and a port: use 127.0.0.1:9100, or another port."
        )
    if int(port) == _host_and_port()[1]:
        raise ImproperlyConfigured(f"METRICS_BIND={value} has the port of the site (PORT=). Use another.")
    _try_to_bind(host, 0, "METRICS_BIND")
    return host, int(port)


def processes_and_threads() -> tuple[int, int]:
    """Returns the numbers of web processes and of threads per process, from WEB_PROCESSES and WEB_THREADS."""
    environment = read_environment()
    processes = parse_whole_number("WEB_PROCESSES", environment.get("WEB_PROCESSES", "2"), least=1, most=64)
    # The minimum is 2, because one thread is reserved for health checks.
    threads = parse_whole_number("WEB_THREADS", environment.get("WEB_THREADS", "4"), least=2, most=64)
    return processes, threads


def log_format() -> str:
    """Returns the format of the log, from LOG_FORMAT."""
    return parse_choice("LOG_FORMAT", read_environment().get("LOG_FORMAT", "line"), LOG_FORMATS)


def _host_and_port() -> tuple[str, int]:
    environment = read_environment()
    port = environment.get("PORT", "8000")
    if not _is_port(port):
        raise ImproperlyConfigured(
            f"PORT={port[:20]} is not a port: use a number from 1 to 65535, such as 8000."
        )
    return environment.get("BIND", "127.0.0.1").strip("[]"), int(port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:9]) < 65536


def _try_to_bind(host: str, port: int, setting: str = "BIND") -> None:
    advice = "Use 127.0.0.1 (this machine only), 0.0.0.0 (all its addresses) or one of its addresses."
    name_of_port = "PORT" if setting == "BIND" else setting
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise ImproperlyConfigured(f"{setting}={host[:100]} is not an address. {advice}") from None
    try:
        with socket.socket(family, kind, protocol) as probe:
            # As in gunicorn, the port can be reused immediately, despite open connections from a server that has just
            # stopped.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reasons = {
            errno.EADDRNOTAVAIL: f"{setting}={host} is not an address of this machine. {advice}",
            errno.EADDRINUSE: f"Port {port} of {host} is in use. Stop the other program, or use another port "
            f"({name_of_port}=).",
            errno.EACCES: f"Port {port} requires root. Use a port from 1024 ({name_of_port}=) and a proxy.",
        }
        message = reasons.get(
            error.errno, f"Port {port} of {host} cannot be used ({name_of_port}=): {error.strerror}."
        )
        raise ImproperlyConfigured(message) from None


def main() -> None:
    """Creates the files for a first start, rejects invalid settings, and prints the name of the database."""
    with one_line_errors():
        create_secret_key()
        _try_to_bind(*_host_and_port())
        processes_and_threads()
        if address := metrics_address():
            _try_to_bind(*address, "METRICS_BIND")
        print(f"Database: {database_description()}", flush=True)


def on_starting(server) -> None:
    """Rejects invalid settings before any worker starts, and records the database (a gunicorn hook)."""
    with one_line_errors():
        description = database_description()
    server.log.info("Database: %s", description)
    record_database(description)


if __name__ == "__main__":
    main()
