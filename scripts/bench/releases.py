"""A release of all published records: seconds, and the memory that it needs.

`python -m scripts.bench.releases` writes one of DATABASE_URL into RELEASES_DIR. Prints JSON.
"""

import json
import subprocess
import sys
import tempfile
import time

from .databases import Database
from .load import peak_mb, set_up
from .paths import environment


def measure(shipped: Database, database: Database) -> dict:
    """Figures of a release of the shipped data, and of one of all rows."""
    return {"shipped": _figures(shipped), "all": _figures(database)}


def _figures(database: Database) -> dict:
    with tempfile.TemporaryDirectory(prefix="sco-cities-bench-") as directory:
        own = environment(database.url, SITE_URL="http://127.0.0.1", RELEASES_DIR=directory)
        command = [sys.executable, "-m", "scripts.bench.releases"]
        process = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    if process.returncode:
        raise RuntimeError(process.stderr[-500:])
    return json.loads(process.stdout.splitlines()[-1])


def _write() -> dict:
    from sco_cities.releases.release_writer import write_release

    before, started, processor = peak_mb(), time.perf_counter(), time.process_time()
    release, _is_new = write_release()
    return {
        "seconds": time.perf_counter() - started,
        "processor_s": time.process_time() - processor,
        "growth_mb": peak_mb() - before,
        "mb": sum(file.size for file in release.files) / 1024**2,
    }


if __name__ == "__main__":
    set_up()
    print(json.dumps(_write()))
