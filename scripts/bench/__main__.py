"""Loads data, measures, and prints the table of targets. Exits with 1 if a target is missed.

ROWS= sets the number of initiatives, DB=sqlite|postgresql|both selects engines, and ONLY=pages,csv selects
measurements. All figures are written to var/bench/ROWS.json, or to ROWS_part.json if ONLY= is set.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext

from tests.ops.site_process import prepare
from tests.postgres_cluster import ClusterError

from . import (
    admin,
    browser,
    compare_csv,
    compare_datasette,
    databases,
    imports,
    pages,
    sample_urls,
    site,
    targets,
)
from .databases import BENCH_DIR


def main() -> int:
    """Runs the selected measurements."""
    rows = int(os.environ.get("ROWS") or 100_000)
    engines = [os.environ["DB"]] if os.environ.get("DB") in databases.ENGINES else list(databases.ENGINES)
    only = {name for name in os.environ.get("ONLY", "").split(",") if name}
    BENCH_DIR.mkdir(parents=True, exist_ok=True)
    prepare()
    figures: dict[str, dict] = {}
    for engine in engines:
        figures[engine] = {}
        try:
            with databases.running_cluster() if engine == "postgresql" else nullcontext() as server:
                _measure(figures[engine], engine, rows, server, only)
        except (ClusterError, RuntimeError, OSError) as error:
            figures[engine]["failed"] = str(error)
            print(f"{targets.TITLES[engine]}: {error}", flush=True)
    results = targets.results(figures)
    _write(f"{rows}_part" if only else str(rows), rows, figures, results)
    print()
    print(targets.format_table(results))
    return 0 if all(result.is_met for result in results) else 1


def _measure(figures: dict, engine: str, rows: int, server, only: set[str]) -> None:
    tenth = databases.load_or_reuse(engine, max(rows // 10, 100), server)
    database = databases.load_or_reuse(engine, rows, server)
    figures["version"] = database.version()

    def step(name: str, work: Callable[[], dict]) -> None:
        """Runs one measurement. A failure does not affect other measurements."""
        if only and name not in only:
            return
        started = time.perf_counter()
        try:
            figures[name] = work()
        except Exception as error:
            figures[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
        outcome = figures[name].get("failed", "measured")
        print(
            f"{targets.TITLES[engine]}: {name}: {outcome} ({time.perf_counter() - started:.0f} s)", flush=True
        )

    with site.running(database) as running_site:
        step("pages", lambda: pages.measure(running_site, sample_urls.queries_by_kind(rows)))
        step("check", lambda: {"wrong": pages.check(running_site)})
        mark_wrong_pages(figures)
        step("words", lambda: pages.measure_words(running_site, database))
        relate_to_list_page(figures)
        step("plain_django", lambda: pages.measure_plain_django(running_site, rows))
        if engine == "sqlite":
            step("datasette", lambda: compare_datasette.measure(running_site, database))
        step("unchanged", lambda: pages.measure_unchanged(running_site))
        step("csv", lambda: compare_csv.measure(running_site, database))
        step("browser", lambda: browser.measure(running_site))
    shipped = databases.load_shipped(engine, server)
    with site.running(shipped) as running_site:
        step("shipped_pages", lambda: pages.measure(running_site, sample_urls.shipped_queries_by_kind()))
        if list_ms := figures.get("shipped_pages", {}).get("processor_ms"):
            step("page_kinds", lambda: pages.measure_kinds(running_site, shipped, list_ms))
    step("exports", lambda: site.measure_exports(database))
    relate_to_list_page(figures)
    with site.running(database) as running_site:
        step("api", lambda: pages.measure_api(running_site, rows))
    step("admin", lambda: admin.measure(_with_admin_rows(tenth, database)))
    step("facet_index", lambda: compare_csv.measure_index(database))
    if "all" in figures.get("pages", {}):
        step("growth", lambda: _growth(figures, tenth))
    step("import", lambda: imports.measure(engine, rows, server))


def relate_to_list_page(figures: dict) -> None:
    """Adds ratios that compare the times of word searches and exports with the time of a list page in the same run."""
    page_ms = figures.get("pages", {}).get("all", {}).get("median")
    if page_ms is None:
        return
    words = figures.get("words", {})
    for name in ("first", "again"):
        if f"{name}_ms" in words:
            words[f"{name}_ratio"] = words[f"{name}_ms"]["median"] / page_ms
    for export in figures.get("exports", {}).values():
        if isinstance(export, dict) and "first_byte_ms" in export:
            export["first_byte_ratio"] = export["first_byte_ms"] / page_ms


def _with_admin_rows(tenth: databases.Database, database: databases.Database) -> databases.Database:
    for loaded in (tenth, database):
        if loaded.rows == admin.ROWS:
            return loaded
    return databases.load_or_reuse(database.engine, admin.ROWS, database.cluster)


def mark_wrong_pages(figures: dict) -> None:
    """Invalidates the figures of pages with wrong content, and of pages that could not be measured or checked."""
    checked, pages = figures.get("check", {}), figures.get("pages", {})
    wrong = [*checked.get("wrong", ()), *([checked["failed"]] if "failed" in checked else ())]
    wrong += _omission_errors(pages)
    if wrong:
        figures.setdefault("pages", {})["wrong"] = wrong


def _growth(figures: dict, tenth: databases.Database) -> dict:
    with site.running(tenth) as running_site:
        smaller = pages.measure(running_site, sample_urls.queries_by_kind(tenth.rows))
    ratio = figures["pages"]["all"]["median"] / smaller["all"]["median"]
    return {"smaller": smaller, "ratio": ratio, "wrong": _omission_errors(smaller)}


def _omission_errors(measured: dict) -> list[str]:
    return [f"{name}: {reason}" for name, reason in measured.get("omitted", {}).items()]


def _write(name: str, rows: int, figures: dict, results: list[targets.Result]) -> None:
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    table = [vars(result) for result in results]
    text = json.dumps({"rows": rows, "machine": machine, "figures": figures, "table": table}, indent=2)
    (BENCH_DIR / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
