"""The CSV of a quarter of the rows: the site's, beside psql's COPY or the sqlite3 program."""

import csv
import io
import shutil
import subprocess
import tempfile
from statistics import median

from . import csv_queries, oracle, sample_urls
from .databases import Database
from .site import BLOCK, Site
from .stats import each_in_turn, milliseconds, summary

TRIES = 3


def measure(site: Site, database: Database) -> dict:
    """Milliseconds and rows per second of both, and where their cells differ."""
    path = f"/initiatives.csv{sample_urls.text(csv_queries.FILTER)}"
    commands = {
        way: _command(database, query)
        for way, query in csv_queries.queries(database.engine, oracle.where(csv_queries.FILTER)).items()
    }
    trials = {way: milliseconds(lambda command=command: _drain(command)) for way, command in commands.items()}
    quicker = min(trials, key=trials.get)
    theirs = _output(commands[quicker])
    ours = b"".join(_blocks(site, path)).decode()
    wrong = differences(ours, theirs)
    rows = ours.count("\r\n") - 1
    times = each_in_turn(
        {"product": lambda: _read(site, path), "rival": lambda: _drain(commands[quicker])}, TRIES
    )
    middle = {name: median(values) for name, values in times.items()}
    return {
        "rows": rows,
        "ways_ms": trials,
        "way": quicker,
        "product_ms": summary(times["product"]),
        "rival_ms": summary(times["rival"]),
        "product_rows_per_s": rows / middle["product"] * 1000,
        "rival_rows_per_s": rows / middle["rival"] * 1000,
        "ratio": middle["rival"] / middle["product"],
        "wrong": wrong,
    }


def _command(database: Database, query: str) -> list[str]:
    if database.engine == "postgresql":
        return [*database.cluster.psql(database.name), "-c", f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"]
    program = shutil.which("sqlite3")
    if program is None:
        raise RuntimeError("this machine has no sqlite3 program")
    return [program, "-readonly", "-csv", "-header", database.name, query]


def _drain(command: list[str]) -> int:
    """Runs a command and reads what it prints, as the site's client does; the number of bytes."""
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
    answer = site.open(path)
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}: {answer.read(200).decode()}")
    while block := answer.read(BLOCK):
        yield block


def _read(site: Site, path: str) -> int:
    return sum(map(len, _blocks(site, path)))


def differences(ours: str, theirs: str) -> list[str]:
    """Where the cells of two CSV files differ: the first of them, in words."""
    mine, other = (list(csv.reader(io.StringIO(text, newline=""))) for text in (ours, theirs))
    if len(mine) != len(other):
        return [f"{len(mine) - 1:,} rows instead of {len(other) - 1:,}"]
    for number, (row, right) in enumerate(zip(mine, other, strict=True)):
        if row != right:
            cells = zip(mine[0], row, right, strict=False)
            name, got, wanted = next((cell for cell in cells if cell[1] != cell[2]), ("all", row, right))
            return [f"row {number}, {name}: {got!r} instead of {wanted!r}"]
    return []
