"""Breaks dependencies of the site, and prints a table of the effect on readers and curators.

Run as `python -m scripts.faults`. DB= selects an engine, ONLY= the areas, such as `ONLY=logins,outage`. Exits with
status 1 if a goal is missed.
"""

import os
import sys
import time
from tempfile import TemporaryDirectory

from tests.postgres_cluster import temporary_cluster

from . import logins, outage
from .outage import Row

AREAS = {"replica": outage.replica_checks, "outage": outage.checks, "logins": logins.checks}
# Areas that need neither a hanging server nor a standby.
ON_SQLITE = {"logins"}
ENGINES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


def run(engine: str, area: str) -> list[Row]:
    """The rows of an area, printed as soon as they are measured. A check that raises is a missed row."""
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
    """A line of the table."""
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
