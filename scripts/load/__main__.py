"""Simulates the load of a busy day for MINUTES (10), with RATE requests a second (150) and ROWS records.

Run as `python -m scripts.load`. The site runs in its default configuration, with two processes. DB= selects an engine.
Exits with 1 if a promised limit is exceeded.
"""

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from math import ceil

from scripts.bench import databases, pages, site
from scripts.bench.sample_urls import querystring
from scripts.bench.site import memory_mb, processor_s
from tests.ops.site_process import Site, prepare, running_site

from . import mix
from .mix import SHARES, Sample

MAX_P99_MS = 300
MAX_GROWTH = 0.1
# A tenth of the maximum response time, in milliseconds.
MAX_LATE_MS = 30
_VERDICTS = {True: "kept", False: "BROKEN", None: "-"}


@dataclass(frozen=True)
class Processes:
    """The resources used by the web processes, and the number of processes that ended during the run.

    `start`, `minute` and `end` are the resident memory of all processes in MB, before the first request, after a minute
    and at the end. `minute` is None if the run was too short. `processor_s` is the CPU time of all processes.
    """

    start: float
    minute: float | None
    end: float
    processor_s: float
    ended: int

    @property
    def growth(self) -> float | None:
        """Relative memory growth from the end of the first minute to the end of the run.

        Caches fill during the first minute. The growth is None if it was not measured.
        """
        return None if self.minute is None else self.end / self.minute - 1


def percentile(values: list[float], share: float) -> float:
    """Returns the smallest value that is at least as large as this share of the values."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def table(samples: list[Sample], web: Processes) -> tuple[str, bool]:
    """Returns the text to print, and True if all promised limits were kept."""
    lines = [f"{'':15} {'requests':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'slowest':>8}  errors"]
    for kind in (*SHARES, ""):
        if some := [sample for sample in samples if kind in ("", sample.kind)]:
            lines.append(_line(kind or "all", some))
    late = percentile([sample.late * 1000 for sample in samples], 0.99)
    promises = [
        ("99 of 100 answers in less than", f"{_ms(samples, 0.99):.0f} ms", f"{MAX_P99_MS} ms",
         _ms(samples, 0.99) < MAX_P99_MS),
        ("errors", str(len(_errors(samples))), "0", not _errors(samples)),
        ("web processes that ended", str(web.ended), "0", not web.ended),
        ("memory after the first minute", *_growth(web)),
    ]  # fmt: skip
    lines += [
        "",
        _memory(web),
        f"Their CPU time: {web.processor_s:.0f} s, {web.processor_s / len(samples) * 1000:.1f} ms a request.",
        *(f"{status}: {number} times, such as {path}" for (status, path), number in _examples(samples)),
        "",
        *(
            f"{_VERDICTS[is_kept]:7} {name}: {measured} (promised: {promised})"
            for name, measured, promised, is_kept in promises
        ),
    ]
    if late > MAX_LATE_MS:
        lines.append(
            f"Requests were sent late (1 of 100 by {late:.0f} ms or more): this program or all of its "
            "connections were busy, and the times above include that."
        )
    return "\n".join(lines), all(is_kept is not False for *_row, is_kept in promises)


def _growth(web: Processes) -> tuple[str, str, bool | None]:
    promised = f"at most {MAX_GROWTH:+.0%}"
    if web.growth is None:
        return "not measured, the run was too short", promised, None
    return f"{web.growth:+.1%}", promised, web.growth <= MAX_GROWTH


def _memory(web: Processes) -> str:
    """Returns a line about memory, including the growth in the first minute, which has no target."""
    text = f"Memory of the web processes: {web.start:.0f} MB at the start, "
    if web.minute is not None:
        text += f"{web.minute:.0f} MB after a minute ({web.minute / web.start - 1:+.1%}), "
    return f"{text}{web.end:.0f} MB at the end."


def _line(name: str, samples: list[Sample]) -> str:
    times = "".join(f" {_ms(samples, share):8.0f}" for share in (0.5, 0.95, 0.99, 1))
    return f"{name:15} {len(samples):8,}{times}  {len(_errors(samples))}"


def _ms(samples: list[Sample], share: float) -> float:
    return percentile([sample.seconds * 1000 for sample in samples], share)


def _errors(samples: list[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.status != 200]


def _examples(samples: list[Sample]) -> list[tuple[tuple[int, str], int]]:
    errors = _errors(samples)
    paths = {sample.status: sample.path for sample in errors}
    return [((status, paths[status]), number) for status, number in Counter(e.status for e in errors).items()]


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
    """Returns the table of a run against a site that has just started, and True if all promised limits were kept."""
    pids = running.workers()
    start = memory_mb(pids)
    requests = mix.requests(_export_queries(running.port))
    before = processor_s(pids)
    with _memory_after_a_minute(pids) as minute:
        samples = mix.run(running.port, requests, rate, seconds)
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
    """Filters for exports that match between 1 and `LARGEST_EXPORT` records."""
    client = site.Site(port)
    queries = [
        query
        for query in mix.export_candidates()
        if 0 < (pages.total(client.get(f"/initiatives/{querystring(query)}").text) or 0) <= mix.LARGEST_EXPORT
    ]
    client.close()
    return queries


@contextmanager
def _memory_after_a_minute(pids: list[int]) -> Iterator[list[float]]:
    """Yields an empty list. After a minute, the list contains the memory in MB."""
    memory: list[float] = []
    timer = threading.Timer(60, lambda: memory.append(memory_mb(pids)))
    timer.start()
    try:
        yield memory
    finally:
        timer.cancel()


if __name__ == "__main__":
    sys.exit(main())
