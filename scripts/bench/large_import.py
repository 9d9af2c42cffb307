"""What readers notice of a start and of a large import: seconds until the first page, and waits during the import.

`python -m scripts.bench.large_import FIRST LAST` is the import itself: the generated initiatives FIRST to LAST, into
DATABASE_URL, by an import job. Prints JSON.
"""

import io
import json
import subprocess
import sys
import threading
import time
from itertools import chain, cycle, islice
from statistics import median

from . import databases, sample_urls, site
from .databases import Database
from .imports import initiatives_csv
from .load import set_up
from .paths import environment

ROWS = 20_000
READERS = 5
WORKERS = 2
# How long readers make the processes read what only first pages need, and are measured before and after the import.
WARM_UP_S, MARGIN_S = 40, 10


def measure(database: Database) -> dict:
    """Figures of a copy of `database`, which the import changes."""
    with databases.copy(database, "large_import") as copy:
        starts = {}
        for workers in (1, WORKERS):
            with site.running(copy, workers=workers, is_prepared=workers > 1) as running_site:
                starts[f"workers_{workers}_s"] = running_site.start_s
        with site.running(copy, workers=WORKERS, is_prepared=True) as running_site:
            figures = _import_under_load(copy, running_site.port)
    return {"starts": starts, **figures}


def _import_under_load(database: Database, port: int) -> dict:
    has_ended, waits = threading.Event(), []
    queries = list(chain(*zip(*sample_urls.queries_by_kind(database.rows).values(), strict=False)))
    readers = [
        threading.Thread(target=_read, args=(port, queries, place, has_ended, waits))
        for place in range(READERS)
    ]
    for reader in readers:
        reader.start()
    time.sleep(WARM_UP_S)
    warmed_up = time.time()
    time.sleep(MARGIN_S)
    command = [sys.executable, "-m", "scripts.bench.large_import"]
    command += [str(database.rows), str(database.rows + ROWS)]
    process = subprocess.run(
        command, env=environment(database.url), capture_output=True, text=True, check=False
    )
    ended = time.time()
    time.sleep(MARGIN_S)
    has_ended.set()
    for reader in readers:
        reader.join()
    if process.returncode:
        raise RuntimeError(process.stderr[-500:])
    imported = json.loads(process.stdout.splitlines()[-1])
    periods = {
        "before": (warmed_up, imported["started"]),
        "checking": (imported["started"], imported["checked"]),
        "applying": (imported["checked"], imported["applied"] - 1),
        # The commit, and what follows it.
        "committed": (imported["applied"] - 1, ended + MARGIN_S),
    }
    return {"import": imported} | {
        name: _figures([wait for wait in waits if start <= wait[0] + wait[1] < end])
        for name, (start, end) in periods.items()
    }


def _read(port: int, queries: list, place: int, has_ended: threading.Event, waits: list) -> None:
    """Requests one list page after the other; adds the start, the seconds and the status of each to `waits`."""
    reader = site.Site(port, None)
    for round_number, query in enumerate(islice(cycle(queries), place * len(queries) // READERS, None)):
        if has_ended.is_set():
            break
        # A parameter that no list knows makes every address another one for the page cache.
        path = f"/initiatives/{sample_urls.querystring([*query, ('reader', f'{place}-{round_number}')])}"
        started = time.time()
        status = reader.get(path, expected=(200, 503)).status
        waits.append((started, time.time() - started, status))
    reader.close()


def _figures(waits: list[tuple[float, float, int]]) -> dict:
    milliseconds = sorted(1000 * seconds for _started, seconds, _status in waits)
    return {
        "requests": len(waits),
        "status_503": sum(status == 503 for _started, _seconds, status in waits),
        "median_ms": median(milliseconds) if milliseconds else None,
        "p95_ms": milliseconds[len(milliseconds) * 95 // 100] if milliseconds else None,
        "longest_ms": milliseconds[-1] if milliseconds else None,
    }


def _import(first: int, last: int) -> dict:
    from sco_cities.facet_index.models import Change
    from sco_cities.imports import jobs
    from sco_cities.imports.jobs import run_import
    from sco_cities.imports.models import ImportJob, ImportStage

    def run(stage: ImportStage, **values) -> float:
        jobs.enqueue(job, stage, **values)
        run_import.func(job.pk)
        job.refresh_from_db()
        return time.time()

    job = ImportJob(kind="initiatives", file_name="initiatives.csv", creates_duplicates=True)
    job.store(io.BytesIO(initiatives_csv(first, last)))
    job.save()
    figures = {"started": time.time()}
    figures["checked"] = run(ImportStage.CHECKING)
    entries = Change.objects.count()
    figures["applied"] = run(ImportStage.APPLYING, seen=job.fingerprint, reason="a bench")
    if job.message or not job.change_set:
        raise RuntimeError(f"The import failed: {job.message} {job.tally}")
    return figures | {"log_entries": Change.objects.count() - entries}


if __name__ == "__main__":
    set_up()
    print(json.dumps(_import(*map(int, sys.argv[1:]))))
