"""`make bench`: loads, measures, prints the table of promises; exits 1 if one is missed.

ROWS=, FRESH=1 (load anew), DB=sqlite|postgresql|both, ONLY=pages,csv (some of the measurements). All figures are kept
in var/bench/ROWS.json, those of some measurements alone in ROWS_part.json.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext

from tests.postgres_cluster import ClusterError

from . import (
    browser,
    cluster,
    compare_csv,
    compare_datasette,
    conditional_get,
    databases,
    exports,
    imports,
    index_stats,
    pages,
    site,
    targets,
)
from .paths import HOME


def main() -> int:
    """Runs all that is asked for."""
    rows = int(os.environ.get("ROWS") or 100_000)
    engines = [os.environ["DB"]] if os.environ.get("DB") in databases.ENGINES else list(databases.ENGINES)
    only = {name for name in os.environ.get("ONLY", "").split(",") if name}
    figures: dict[str, dict] = {}
    for engine in engines:
        figures[engine] = {}
        try:
            with cluster.running() if engine == "postgresql" else nullcontext() as server:
                _measure(figures[engine], engine, rows, server, only)
        except (ClusterError, RuntimeError, OSError) as error:
            figures[engine]["failed"] = str(error)
            print(f"{targets.TITLES[engine]}: {error}", flush=True)
    found = targets.verdicts(figures)
    _keep(f"{rows}_part" if only else str(rows), rows, figures, found)
    print()
    print(targets.table(found))
    return 0 if all(row.reached for row in found) else 1


def _measure(figures: dict, engine: str, rows: int, server, only: set[str]) -> None:
    fresh = os.environ.get("FRESH") == "1"
    tenth = databases.loaded(engine, max(rows // 10, 100), server, fresh=fresh)
    database = databases.loaded(engine, rows, server, fresh=fresh)
    figures["version"] = database.version()
    figures["load"] = databases.load_figures(database)

    def step(name: str, work: Callable[[], dict]) -> None:
        """One measurement; that it fails does not lose the others."""
        if only and name not in only:
            return
        started = time.perf_counter()
        try:
            figures[name] = work()
        except Exception as error:
            figures[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
        said = figures[name].get("failed", "measured")
        print(f"{targets.TITLES[engine]}: {name}: {said} ({time.perf_counter() - started:.0f} s)", flush=True)

    with site.running(database) as served:
        step("pages", lambda: pages.measure(served, rows))
        step("check", lambda: {"wrong": pages.check(served, database)})
        distrust(figures)
        step("words", lambda: pages.measure_words(served, database))
        step("plain_django", lambda: pages.measure_rival(served, rows))
        if engine == "sqlite":
            step("datasette", lambda: compare_datasette.measure(served, database))
        step("unchanged", lambda: conditional_get.measure(served))
        step("csv", lambda: compare_csv.measure(served, database))
        step("browser", lambda: browser.measure(served))
    # A worker of its own: what the measurements above have left behind is no matter of exports.
    with site.running(database) as served:
        step("exports", lambda: exports.measure(served))
    step("facet_index", lambda: index_stats.measure(database))
    if "all" in figures.get("pages", {}):
        step("growth", lambda: _growth(figures, tenth))
    step("import", lambda: imports.measure(engine, rows, server))


def distrust(figures: dict) -> None:
    """A page that is wrong is not quick, nor one that could not be asked or checked: its figures say what is wrong."""
    checked, pages = figures.get("check", {}), figures.get("pages", {})
    wrong = [*checked.get("wrong", ()), *([checked["failed"]] if "failed" in checked else ())]
    wrong += _left_out(pages)
    if wrong:
        figures.setdefault("pages", {})["wrong"] = wrong


def _growth(figures: dict, tenth: databases.Database) -> dict:
    with site.running(tenth) as served:
        smaller = pages.measure(served, tenth.rows)
    ratio = figures["pages"]["all"]["median"] / smaller["all"]["median"]
    return {"smaller": smaller, "ratio": ratio, "wrong": _left_out(smaller)}


def _left_out(measured: dict) -> list[str]:
    return [f"{name}: {reason}" for name, reason in measured.get("left_out", {}).items()]


def _keep(name: str, rows: int, figures: dict, found: list[targets.Row]) -> None:
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    table = [vars(row) for row in found]
    HOME.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"rows": rows, "machine": machine, "figures": figures, "table": table}, indent=2)
    (HOME / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
