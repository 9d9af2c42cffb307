"""`python -m scripts.faults`: runs the checks of all areas on both engines, and prints the table of faults.

DB= selects an engine, ONLY= the areas, such as `ONLY=logins,uploads`. Exits with status 1 if a goal is missed.
"""

import os
import sys
import time

from . import logins, outage, replication, uploads
from .row import Row

AREAS = {"replication": replication, "outage": outage, "logins": logins, "uploads": uploads}
ENGINES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}


def run(engine: str, area: str) -> list[Row]:
    """The rows of an area, printed as soon as they are measured. A check that raises is a missed row."""
    rows, started = [], time.monotonic()
    try:
        for row in AREAS[area].checks(engine):
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
    """Runs the selected checks; returns the exit status."""
    areas = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(AREAS)
    engines = ENGINES.get(os.environ.get("DB", "both"))
    if engines is None or not set(areas) <= AREAS.keys():
        print(f"DB is one of {', '.join(ENGINES)}; ONLY of {', '.join(AREAS)}", file=sys.stderr)
        return 2
    rows = [row for engine in engines for area in areas for row in run(engine, area)]
    reached = sum(row.reached for row in rows)
    print(f"\n{reached} reached, {len(rows) - reached} missed")
    return int(reached < len(rows))


if __name__ == "__main__":
    sys.exit(main())
