"""Compares a CSV export of a quarter of the rows with COPY and sqlite3, and the loading of the index with COPY.

COPY and sqlite3 run hand-written SQL. The lists of all matching rows are aggregated and joined, which is faster than a
subquery for each row. `python -m scripts.bench.compare_csv` prints the queries that read the facet index of
DATABASE_URL, as JSON. `manage.py facet_index --measure` measures the memory and time of the index.
"""

# ruff: noqa: S608 - the queries contain only constants of this module
import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from statistics import median

from tests.ops.site_process import environment, manage, run

from . import sample_urls
from .databases import Database
from .imports import set_up
from .site import BLOCK, Site, interleaved_milliseconds, milliseconds, summary

TRIES = 3
FILTER = [("status", "operating"), ("status", "stalled"), ("status", "unknown")]

_STATUSES = ", ".join(f"'{status}'" for _name, status in FILTER)
_WHERE = f"i.state = 'published' AND i.status IN ({_STATUSES})"
_PARTS = "initiatives_initiativecity p JOIN cities_city o ON o.id = p.city_id"
_COUNTRIES = "initiatives_initiative_countries p JOIN cities_country o ON o.id = p.country_id"
_OFFICES = "initiatives_initiative_organisations p JOIN delegates_organisation o ON o.id = p.organisation_id"
_THEMES = "initiatives_initiative_themes p JOIN themes_theme o ON o.id = p.theme_id"
# For each column, the tables, the value in a cell, and the condition for rows.
_LISTS = {
    "lead_cities": (_PARTS, "o.slug", "p.role = 'lead'"),
    "partner_cities": (_PARTS, "o.slug", "p.role = 'partner'"),
    "reference_cities": (_PARTS, "o.slug", "p.role = 'reference'"),
    "countries": (_COUNTRIES, "UPPER(o.slug)", "1 = 1"),
    "organisations": (_OFFICES, "o.slug", "1 = 1"),
    "themes": (_THEMES, "o.slug", "1 = 1"),
}
_EVIDENCE = (
    "sources_evidence e JOIN sources_passage a ON a.id = e.passage_id "
    "JOIN sources_report r ON r.id = a.report_id"
)
_KIND = "(SELECT id FROM django_content_type WHERE app_label = 'initiatives' AND model = 'initiative')"
_ABOUT = f"e.content_type_id = {_KIND} AND r.state = 'published'"
# For each engine, SQL that joins texts, formats the time of the last change, and sorts titles.
_ENGINES = {
    "postgresql": (
        "string_agg",
        """to_char(i.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
        'LOWER(i.title_en COLLATE "C") COLLATE "C", i.slug COLLATE "C"',
    ),
    "sqlite": (
        "group_concat",
        "strftime('%Y-%m-%dT%H:%M:%SZ', i.updated_at)",
        "LOWER(i.title_en), i.slug",
    ),
}
# All columns of the export, in order.
_COLUMNS = """
    i.slug, i.title_en, i.title_ru, i.title_zh, i.summary_en, i.kind, i.status, i.starts_on, i.ends_on, {lists},
    (SELECT v.slug FROM delegates_event v WHERE v.id = i.event_id AND v.state = 'published') AS event,
    sources.cell AS sources, CASE WHEN sources.differs = 1 THEN 'true' ELSE 'false' END AS disputed,
    {updated_at} AS updated_at, i.summary_ru, i.summary_zh,
    (SELECT r.published_on FROM {evidence} WHERE {about} AND e.object_id = i.id AND e.field = 'status'
     AND e.stance = 'supports' ORDER BY r.published_first DESC, r.published_last LIMIT 1) AS status_reported_on,
    addresses.cell AS sources_addresses
"""


def measure(site: Site, database: Database) -> dict:
    """Returns the milliseconds of the export and of COPY or sqlite3, the number of rows, and differing cells."""
    # The rows are sorted by title, because the database has an index for this order.
    path = f"/initiatives.csv{sample_urls.querystring([*FILTER, ('sort', 'title_en')])}"
    command = command_of(database, query(database.engine))
    baseline = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    exported = b"".join(site.blocks(path)).decode()
    wrong = differences(exported, baseline)
    times = interleaved_milliseconds(
        {"site": lambda: sum(map(len, site.blocks(path))), "baseline": lambda: drain(command)}, TRIES
    )
    return {
        "rows": exported.count("\r\n") - 1,
        "site_ms": summary(times["site"]),
        "baseline_ms": summary(times["baseline"]),
        "ratio": median(times["baseline"]) / median(times["site"]),
        "wrong": wrong,
    }


def query(engine: str) -> str:
    """Returns the SQL query for the columns of the export and the initiatives that match FILTER."""
    function, updated_at, order = _ENGINES[engine]

    def joined(name: str, rows: str, more: str = "") -> str:
        """Returns a subquery that joins the column `cell` of ordered rows into one cell for each `id`."""
        return (
            f"LEFT JOIN (SELECT id, {function}(cell, '; ') AS cell{more} FROM ({rows}) d GROUP BY id) {name} "
            f"ON {name}.id = i.id"
        )

    lists = [
        joined(
            name,
            f"SELECT p.initiative_id AS id, {cell} AS cell FROM {tables} WHERE o.state = 'published' "
            f"AND {condition} AND p.initiative_id IN (SELECT id FROM found) ORDER BY p.initiative_id, o.name_en",
        )
        for name, (tables, cell, condition) in _LISTS.items()
    ]
    cited = f"FROM {_EVIDENCE} WHERE {_ABOUT} AND e.object_id IN (SELECT id FROM found)"
    order_of_citations = "ORDER BY id, published_first, slug"
    lists += [
        joined("sources", "SELECT id, slug || '#' || number AS cell, differs FROM (SELECT e.object_id AS id, "
               "r.published_first, r.slug, a.number, MAX(CASE WHEN e.stance = 'differs' THEN 1 ELSE 0 END) AS differs "
               f"{cited} GROUP BY e.object_id, r.published_first, r.slug, a.number) s {order_of_citations}, number",
               ", MAX(differs) AS differs"),
        joined("addresses", f"SELECT id, address AS cell FROM (SELECT DISTINCT e.object_id AS id, "
               f"r.published_first, r.slug, r.address {cited}) s {order_of_citations}"),
    ]  # fmt: skip
    columns = _COLUMNS.format(
        lists=", ".join(f"{name}.cell AS {name}" for name in _LISTS),
        updated_at=updated_at,
        evidence=_EVIDENCE,
        about=_ABOUT,
    )
    return (
        f"WITH found AS (SELECT i.id FROM initiatives_initiative i WHERE {_WHERE}) SELECT {columns} "
        f"FROM initiatives_initiative i {' '.join(lists)} WHERE {_WHERE} ORDER BY {order}"
    )


def command_of(database: Database, query: str) -> list[str]:
    """Returns the command that prints the rows of a query as CSV."""
    if database.engine == "postgresql":
        return [*database.cluster.psql(database.name), "-c", f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"]
    program = shutil.which("sqlite3")
    if program is None:
        raise RuntimeError("this machine has no sqlite3 program")
    return [program, "-readonly", "-csv", "-header", database.name, query]


def drain(command: list[str]) -> int:
    """Runs a command, reads its output in the same way as the site's client, and returns the number of bytes."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        size = 0
        while block := process.stdout.read(BLOCK):
            size += len(block)
        if process.wait():
            errors.seek(0)
            raise RuntimeError(f"{command[0]}: {errors.read().decode()[:300]}")
    return size


def differences(exported: str, baseline: str) -> list[str]:
    """Returns a list with one message about the first difference between two CSV files, or an empty list."""
    rows, expected_rows = (list(csv.reader(io.StringIO(text, newline=""))) for text in (exported, baseline))
    if len(rows) != len(expected_rows):
        return [f"{len(rows) - 1:,} rows instead of {len(expected_rows) - 1:,}"]
    for number, (row, expected) in enumerate(zip(rows, expected_rows, strict=True)):
        if row != expected:
            cells = zip(rows[0], row, expected, strict=False)
            name, got, wanted = next((cell for cell in cells if cell[1] != cell[2]), ("all", row, expected))
            return [f"row {number}, {name}: {got!r} instead of {wanted!r}"]
    return []


def measure_index(database: Database) -> dict:
    """Returns the memory of the index, the time to read it and the time to apply 1,000 changes.

    The ratio compares the time to read the index with the time of COPY for the same queries.
    """
    figures = json.loads(manage(database.url, "facet_index", "--measure").strip().splitlines()[-1])
    printed = run([sys.executable, "-m", "scripts.bench.compare_csv"], env=environment(database.url))
    commands = [command_of(database, query) for query in json.loads(printed.splitlines()[-1])]
    copy_s = median(milliseconds(lambda: list(map(drain, commands))) for _try in range(TRIES)) / 1000
    return figures | {"copy_s": copy_s, "start_ratio": figures["start_s"] / copy_s}


def _queries() -> list[str]:
    """Returns the queries that a web process uses to read the index of initiatives."""
    from django.db import DEFAULT_DB_ALIAS, connection
    from django.test.utils import CaptureQueriesContext

    from sco_cities.facet_index import refresh, registry
    from sco_cities.facet_index.read_snapshot import read_snapshot

    with CaptureQueriesContext(connection) as captured, read_snapshot(DEFAULT_DB_ALIAS):
        refresh.read(DEFAULT_DB_ALIAS, registry.required_collections("initiatives"))
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


if __name__ == "__main__":
    set_up()
    print(json.dumps(_queries()))
