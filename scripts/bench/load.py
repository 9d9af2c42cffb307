"""`python -m scripts.bench.load ROWS`: loads the generated packages into DATABASE_URL, as a user would.

Each package is loaded by load_package with all its checks, one after the other, in this process. Prints time and
memory as JSON.
"""

import json
import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command

from . import generator


def set_up() -> None:
    """Makes this process a command of the site, whose statements have no time-out."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sco_cities.settings"
    sys.argv[0] = "manage.py"
    django.setup()


def peak_mb() -> float:
    """The peak memory of this process in MB."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    # On Linux, ru_maxrss starts with the value of the parent process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1]) / 1024


def load(rows: int) -> dict:
    """Loads all packages; seconds and processor seconds of load_package alone."""
    wall = processor = 0.0
    with tempfile.TemporaryDirectory() as directory:
        for name, tables in generator.packages(rows):
            folder = Path(directory) / name
            generator.write(folder, tables)
            del tables
            started, started_processor = time.perf_counter(), time.process_time()
            call_command("load_package", str(folder), verbosity=0)
            wall += time.perf_counter() - started
            processor += time.process_time() - started_processor
            print(f"{name}: {wall:.0f} s", file=sys.stderr, flush=True)
    return {"load_package_s": wall, "load_package_processor_s": processor, "peak_mb": peak_mb()}


if __name__ == "__main__":
    set_up()
    print(json.dumps(load(int(sys.argv[1]))))
