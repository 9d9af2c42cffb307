"""CSV export of a quarter of the rows, compared with psql's COPY and the sqlite3 program."""

import csv
import io
import shutil
import subprocess
import tempfile
from statistics import median

from . import csv_queries, sample_urls
from .databases import Database
from .site import BLOCK, Site
from .stats import interleaved_milliseconds, summary

TRIES = 3


def measure(site: Site, database: Database) -> dict:
    """Milliseconds and rows per second of both, and differences between their cells."""
    # Sorted by title, because the program has an index for this order.
    path = f"/initiatives.csv{sample_urls.querystring([*csv_queries.FILTER, ('sort', 'title_en')])}"
    command = command_of(database, csv_queries.query(database.engine))
    baseline = _output(command)
    exported = b"".join(_blocks(site, path)).decode()
    wrong = differences(exported, baseline)
    times = interleaved_milliseconds(
        {"site": lambda: _read(site, path), "baseline": lambda: drain(command)}, TRIES
    )
    return {
        "rows": exported.count("\r\n") - 1,
        "site_ms": summary(times["site"]),
        "baseline_ms": summary(times["baseline"]),
        "ratio": median(times["baseline"]) / median(times["site"]),
        "wrong": wrong,
    }


def command_of(database: Database, query: str) -> list[str]:
    """The program that prints the rows of a query as CSV."""
    if database.engine == "postgresql":
        return [*database.cluster.psql(database.name), "-c", f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"]
    program = shutil.which("sqlite3")
    if program is None:
        raise RuntimeError("this machine has no sqlite3 program")
    return [program, "-readonly", "-csv", "-header", database.name, query]


def drain(command: list[str]) -> int:
    """Runs a command, reads its output as the site's client does, and returns the number of bytes."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        size = 0
        while block := process.stdout.read(BLOCK):
            size += len(block)
        if process.wait():
            errors.seek(0)
            raise RuntimeError(f"{command[0]}: {errors.read().decode()[:300]}")
    return size


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def _blocks(site: Site, path: str):
    response = site.open(path)
    if response.status != 200:
        raise RuntimeError(f"{path} returned {response.status}: {response.read(200).decode()}")
    while block := response.read(BLOCK):
        yield block


def _read(site: Site, path: str) -> int:
    return sum(map(len, _blocks(site, path)))


def differences(exported: str, baseline: str) -> list[str]:
    """The first difference between the cells of two CSV files, as a message. Empty if there is none."""
    rows, expected_rows = (list(csv.reader(io.StringIO(text, newline=""))) for text in (exported, baseline))
    if len(rows) != len(expected_rows):
        return [f"{len(rows) - 1:,} rows instead of {len(expected_rows) - 1:,}"]
    for number, (row, expected) in enumerate(zip(rows, expected_rows, strict=True)):
        if row != expected:
            cells = zip(rows[0], row, expected, strict=False)
            name, got, wanted = next((cell for cell in cells if cell[1] != cell[2]), ("all", row, expected))
            return [f"row {number}, {name}: {got!r} instead of {wanted!r}"]
    return []
