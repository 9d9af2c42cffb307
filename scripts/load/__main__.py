"""Simulates a busy day in MINUTES minutes (10), at RATE requests a second (150), on ROWS records.

Run as `python -m scripts.load`. The site runs as it is shipped, with two processes. DB= selects an engine. Exits with 1
if a promise is broken.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from scripts.bench import databases, page_parser, site
from scripts.bench.sample_urls import querystring
from scripts.bench.stats import memory_mb, processor_s
from tests.ops.site_process import Site, prepare, running_site

from . import mix, open_loop
from .promises import Processes, table

PROCESSES = 2
# Memory is measured after the first minute, so shorter runs have no meaningful figure.
LEAST_S = 120


def main() -> int:
    """Runs the load on each selected engine."""
    rows = int(os.environ.get("ROWS") or 100_000)
    minutes, rate = float(os.environ.get("MINUTES") or 10), float(os.environ.get("RATE") or 150)
    engines = [os.environ["DB"]] if os.environ.get("DB") in databases.ENGINES else databases.ENGINES
    prepare()
    is_kept = True
    for engine in engines:
        with databases.running_cluster() if engine == "postgresql" else nullcontext() as server:
            database = databases.load_or_reuse(engine, rows, server)
            with running_site(database.url, workers=PROCESSES) as running:
                text, is_engine_kept = measure(running, rate, minutes * 60)
        print(f"\n{engine}, {rows:,} records, {rate:g} requests/s, {minutes:g} min\n\n{text}", flush=True)
        is_kept = is_kept and is_engine_kept
    return 0 if is_kept else 1


def measure(running: Site, rate: float, seconds: float) -> tuple[str, bool]:
    """The table of a run against a site that has just started, and whether all promises are kept."""
    pids = running.workers()
    start = memory_mb(pids)
    requests = mix.requests(_export_queries(running.port))
    before = processor_s(pids)
    with _memory_after_a_minute(pids) as minute:
        samples = open_loop.run(running.port, requests, rate, seconds)
    end = memory_mb(pids)
    web = Processes(
        start=start,
        minute=minute[0] if minute and seconds >= LEAST_S else None,
        end=end,
        processor_s=processor_s(pids) - before,
        ended=len(set(pids) - set(running.workers())),
    )
    return table(samples, web)


def _export_queries(port: int) -> list[mix.Query]:
    """Filters for exports that leave enough records and not too many."""
    client = site.Site(port)
    queries = [
        query
        for query in mix.export_candidates()
        if 0
        < (page_parser.total(client.get(f"/initiatives/{querystring(query)}").text) or 0)
        <= mix.LARGEST_EXPORT
    ]
    client.close()
    return queries


@contextmanager
def _memory_after_a_minute(pids: list[int]) -> Iterator[list[float]]:
    """Yields a list that receives the memory after a minute."""
    memory: list[float] = []
    timer = threading.Timer(60, lambda: memory.append(memory_mb(pids)))
    timer.start()
    try:
        yield memory
    finally:
        timer.cancel()


if __name__ == "__main__":
    sys.exit(main())
