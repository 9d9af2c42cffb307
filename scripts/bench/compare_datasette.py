"""Compares list pages with Datasette.

Datasette runs in a separate virtual environment and counts all facets of a flat copy of the same initiatives.

The copy is an immutable file (`--immutable`) with an index on each single-value facet. Lists are JSON arrays, because
Datasette counts facets with several values in this form.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from scripts.bench import pages, sample_urls
from scripts.ports import free_port
from tests.ops.site_process import ROOT, run

from .databases import BENCH_DIR, Database
from .site import TIMEOUT_S, Site, summary

REQUIREMENTS = ROOT / "requirements" / "bench.txt"
VENV = BENCH_DIR / "venv"
PLAIN = ("status", "kind", "event")
LISTS = ("countries", "cities", "themes", "pillars", "organisations")
# The site's parameter names.
FACETS = dict(zip(PLAIN, PLAIN, strict=True)) | {
    "countries": "country", "cities": "city", "themes": "theme", "pillars": "pillar", "organisations": "organisation",
}  # fmt: skip
LIMITS = {
    "sql_time_limit_ms": 600_000, "facet_time_limit_ms": 600_000, "facet_suggest_time_limit_ms": 1,
    "suggest_facets": "off", "max_returned_rows": 10_000_000, "default_page_size": 50, "cache_size_kb": 200_000,
    "num_sql_threads": 1, "default_facet_size": 2_000, "max_csv_mb": 0,
}  # fmt: skip
# The number of site pages requested for each Datasette page. A Datasette page takes seconds and evicts the site's data
# from the CPU caches, so that the next page of the site takes twice as long.
TRIES = 5
# The same filters for the site and for Datasette.
FILTERS = (
    ([("theme", "test-theme-03"), ("status", "under_way")],
     [("themes__arraycontains", "test-theme-03"), ("status__exact", "under_way")]),
    ([("city", "testgrad-002")], [("cities__arraycontains", "testgrad-002")]),
    ([("kind", "project"), ("status", "agreed")], [("kind__exact", "project"), ("status__exact", "agreed")]),
)  # fmt: skip


def install() -> Path:
    """Returns the path of Datasette, after installing it from hash-checked requirements on the first run."""
    program, stamp = VENV / "bin" / "datasette", VENV / "installed.txt"
    if not (program.exists() and stamp.exists() and stamp.read_bytes() == REQUIREMENTS.read_bytes()):
        print("Installing Datasette into var/bench/venv", flush=True)
        run([sys.executable, "-m", "venv", "--clear", VENV])
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
        run([VENV / "bin" / "python", "-m", "pip", "install", *options, "--requirement", REQUIREMENTS])
        stamp.write_bytes(REQUIREMENTS.read_bytes())
    return program


def _flat_copy(database: Database) -> Path:
    source = Path(database.name)
    flat = source.with_name(f"{source.stem}_flat.sqlite3")
    if flat.exists() and flat.stat().st_mtime > source.stat().st_mtime:
        return flat
    flat.unlink(missing_ok=True)
    with closing(sqlite3.connect(flat)) as connection:
        connection.execute("ATTACH ? AS site", [str(source)])
        connection.execute(f"CREATE TABLE initiatives AS {_flat_query()}")
        connection.execute("CREATE UNIQUE INDEX by_slug ON initiatives (slug)")
        for name in PLAIN:
            connection.execute(f"CREATE INDEX by_{name} ON initiatives ({name})")
        connection.commit()
        connection.execute("ANALYZE main")
    return flat


def _flat_query() -> str:
    def aggregate(column: str, tables: str) -> str:
        return f"(SELECT json_group_array(DISTINCT {column}) FROM {tables})"  # noqa: S608 - our own names

    parts = "initiatives_initiativecity p JOIN cities_city o ON o.id = p.city_id"
    of_initiative = "WHERE p.initiative_id = i.id"
    direct = "SELECT p.country_id FROM initiatives_initiative_countries p WHERE p.initiative_id = i.id"
    by_city = f"SELECT o.country_id FROM {parts} {of_initiative}"  # noqa: S608 - as above
    themes = f"initiatives_initiative_themes p JOIN themes_theme o ON o.id = p.theme_id {of_initiative}"
    offices = (
        "initiatives_initiative_organisations p JOIN delegates_organisation o ON o.id = p.organisation_id"
    )
    lists = {
        "countries": aggregate("slug", f"cities_country WHERE id IN ({direct} UNION {by_city})"),
        "cities": aggregate("o.slug", f"{parts} {of_initiative}"),
        "themes": aggregate("o.slug", themes),
        "pillars": aggregate("o.pillar", themes),
        "organisations": aggregate("o.slug", f"{offices} {of_initiative}"),
    }
    columns = ", ".join(f"{cell} AS {name}" for name, cell in lists.items())
    return (
        "SELECT i.slug, i.title_en, i.status, i.kind, i.starts_on, "  # noqa: S608 - as above
        f"(SELECT slug FROM delegates_event v WHERE v.id = i.event_id) AS event, {columns} "
        "FROM site.initiatives_initiative i WHERE i.state = 'published' ORDER BY LOWER(i.title_en), i.slug"
    )


@contextmanager
def _running(program: Path, flat: Path) -> Iterator[Site]:
    port = free_port()
    settings = [part for name, value in LIMITS.items() for part in ("--setting", name, str(value))]
    command = [program, "serve", "--immutable", flat, "--host", "127.0.0.1", "--port", str(port), *settings]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log)
        datasette, limit = Site(port, timeout=2 * TIMEOUT_S), time.monotonic() + TIMEOUT_S
        try:
            while not _answers(datasette):
                if process.poll() is not None or time.monotonic() > limit:
                    log.seek(0)
                    raise RuntimeError(f"Datasette does not start: {log.read().decode()[-300:]}")
                time.sleep(0.1)
            yield datasette
            datasette.close()
        finally:
            process.terminate()
            process.wait()


def _answers(datasette: Site) -> bool:
    try:
        return datasette.get("/-/versions.json").status == 200
    except OSError:
        return False


def measure(site: Site, database: Database) -> dict:
    """Returns the milliseconds of pages with all facets for the same filters, and differences between the counts."""
    program, flat = install(), _flat_copy(database)
    facets = [("_facet", name) for name in PLAIN] + [("_facet_array", name) for name in LISTS]
    site_times, datasette_times, wrong = [], [], []
    with _running(program, flat) as datasette:
        for query, filters in FILTERS:
            path = f"/{flat.stem}/initiatives?"
            params = urlencode([*filters, *facets, ("_size", "50"), ("_nosuggest", "1")])
            datasette_times.append(datasette.get(path + params).ms)
            for year in range(2040, 2040 + TRIES):
                url = sample_urls.querystring([*query, ("sort", "title_en"), ("year_to", str(year))])
                site_times.append(site.get(f"/initiatives/{url}").ms)
            response = json.loads(
                datasette.get(f"/{flat.stem}/initiatives.json?{params}&_shape=objects").text
            )
            page = site.get(f"/initiatives/{sample_urls.querystring([*query, ('sort', 'title_en')])}").text
            # Unlike the site, Datasette applies the facet's own filter to the counts.
            wrong += pages.differences(f"Datasette, {query}", page, _expected(response), query)
    return {
        "site_ms": summary(site_times), "baseline_ms": summary(datasette_times),
        "ratio": median(datasette_times) / median(site_times),
        "wrong": wrong,
    }  # fmt: skip


def _expected(response: dict) -> dict:
    """Returns the total, first rows and facet counts of Datasette, with the names that the site uses."""
    facets = {
        facet: {row["value"]: row["count"] for row in response["facet_results"][column]["results"]}
        for column, facet in FACETS.items()
    }
    rows = [row["slug"] for row in response["rows"]]
    return {"total": response["filtered_table_rows_count"], "rows": rows} | facets
