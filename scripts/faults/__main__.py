"""Breaks dependencies of the site, and prints a table of the effect on readers and curators.

Run as `python -m scripts.faults`. DB= selects an engine, and ONLY= selects areas, such as `ONLY=logins,outage`. Exits
with status 1 if a goal is missed. The area "logins" measures the effect of a flood of logins on readers and on a
genuine login.
"""

import os
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench.site import Site
from tests.form_values import form_values
from tests.ops.site_process import copy_site, load_package, manage, running_site
from tests.postgres_cluster import temporary_cluster

from . import outage
from .outage import Row

FLOOD_S, FLOOD_PER_S, FLOOD_THREADS = 60, 50, 60
READER_PER_S = 10
GOAL_P95_MS = 300
ANY = (200, 302, 403, 429, 500, 502, 503)
LOGIN, PASSWORD = "/admin/login/", secrets.token_urlsafe()
_CREATE_CURATOR = f"""
from django.contrib.auth.models import User
User.objects.create_user("ada", password={PASSWORD!r}, is_staff=True)
"""


def _visitor(port: int, number: int) -> Site:
    """Returns a client with a separate local address."""
    return Site(
        port, timeout=60, source=f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255 or 254}"
    )


def _log_in(visitor: Site) -> int:
    """Logs in with the correct password, and retries while the status is 503. Returns the last status."""
    form = _login_form(visitor) | {"username": "ada", "password": PASSWORD}
    for _attempt in range(60):
        status = visitor.post(LOGIN, form, expected=ANY).status
        if status != 503:
            break
        time.sleep(0.5)
    return status


def _login_form(visitor: Site) -> dict:
    return form_values(visitor.get(LOGIN).text, "#login-form")


def login_checks(database_url: str) -> Iterator[Row]:
    """Yields rows for floods of logins from one and from 50 addresses.

    Each attempt has a new user name. Readers request pages at the same time.
    """
    load_package(database_url)
    manage(database_url, "shell", "--verbosity", "0", "--command", _CREATE_CURATOR)
    with (
        TemporaryDirectory() as directory,
        running_site(database_url, cwd=copy_site(Path(directory))) as site,
    ):
        port = site.port
        quiet = _reader_ms(port, 10)
        yield _reader_row("no login tries: reader p95", quiet)
        for number, addresses in enumerate((1, 50)):
            times, statuses, login = flood(port, addresses, FLOOD_S, honest=number)
            answers = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
            name = f"{FLOOD_PER_S} login tries/s for {FLOOD_S} s from {addresses} addresses"
            yield _reader_row(f"{name}: reader p95 (tries: {answers})", times)
            is_answered = set(statuses) <= {200, 429, 503}
            yield Row(f"{name}: an honest login", str(login), "302", login == 302 and is_answered)


def _reader_row(name: str, times: list[float]) -> Row:
    p95 = statistics.quantiles(times, n=20)[-1]
    return Row(name, f"{p95:.0f} ms", f"< {GOAL_P95_MS} ms", p95 < GOAL_P95_MS)


def flood(port: int, addresses: int, seconds: float, *, honest: int) -> tuple[list[float], Counter, int]:
    """Measures readers' pages in milliseconds, and the statuses of attempts and of a genuine login, during a flood."""
    visitors = [_visitor(port, 1000 + number) for number in range(addresses)]
    forms = [_login_form(visitor) for visitor in visitors]
    statuses: Counter = Counter()

    def attempt(number: int) -> None:
        visitor, form = visitors[number % addresses].again(), forms[number % addresses]
        try:
            values = form | {"username": f"name {number}", "password": "wrong"}
            statuses[visitor.post(LOGIN, values, expected=ANY).status] += 1
        except OSError:
            statuses["no answer"] += 1
        finally:
            visitor.close()

    with ThreadPoolExecutor(FLOOD_THREADS + 2) as pool:
        reader = pool.submit(_reader_ms, port, seconds)
        login = pool.submit(_log_in, _visitor(port, 70_000 * (honest + 1)))
        started = time.monotonic()
        for number in range(int(seconds * FLOOD_PER_S)):
            time.sleep(max(0, started + number / FLOOD_PER_S - time.monotonic()))
            pool.submit(attempt, number)
        return reader.result(), statuses, login.result()


def _reader_ms(port: int, seconds: float) -> list[float]:
    """Returns the milliseconds of uncached pages, requested several times per second."""
    reader, times = _visitor(port, 7), []
    for number in range(int(seconds * READER_PER_S)):
        response = reader.get(
            f"/initiatives/?country=kg&year_from={1900 + number % 120}&q={number}", expected=ANY
        )
        times.append(response.ms if response.status == 200 else 60_000)
        time.sleep(max(0, 1 / READER_PER_S - response.ms / 1000))
    reader.close()
    return times


AREAS = {"replica": outage.replica_checks, "outage": outage.checks, "logins": login_checks}
# The areas that run on SQLite. The other areas need a hanging server or a standby.
ON_SQLITE = {"logins"}
ENGINES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


def run(engine: str, area: str) -> list[Row]:
    """Prints and returns the rows of an area.

    Each row is printed when it is measured. A check that raises an exception is treated as missed.
    """
    rows, started = [], time.monotonic()
    try:
        with TemporaryDirectory() as directory, temporary_cluster() as cluster:
            url = cluster if engine == "postgresql" else f"sqlite:///{directory}/faults.sqlite3"
            for row in AREAS[area](url):
                rows.append(row)
                print(line(engine, row), flush=True)
    except Exception as error:
        rows.append(Row(area, f"{type(error).__name__}: {error}"[:200], "no error", False))
        print(line(engine, rows[-1]), flush=True)
    print(f"{engine}: {area}: measured ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
    return rows


def line(engine: str, row: Row) -> str:
    """Returns a line of the table."""
    return f"{'reached' if row.reached else 'missed ':8} {engine:11} {row.name}: {row.measured} (goal: {row.goal})"


def main() -> int:
    """Runs the selected checks. Returns the exit status."""
    areas = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(AREAS)
    engines = ENGINES.get(os.environ.get("DB", "both"))
    if engines is None or not set(areas) <= AREAS.keys():
        print(f"DB is one of {', '.join(ENGINES)}; ONLY of {', '.join(AREAS)}", file=sys.stderr)
        return 2
    selected = [
        (engine, area) for engine in engines for area in areas if engine != "sqlite" or area in ON_SQLITE
    ]
    rows = [row for engine, area in selected for row in run(engine, area)]
    reached = sum(row.reached for row in rows)
    print(f"\n{reached} reached, {len(rows) - reached} missed")
    return int(reached < len(rows))


if __name__ == "__main__":
    sys.exit(main())
