"""Memory and time of the facet index, measured by `manage.py facet_index --measure`.

`python -m scripts.bench.index_stats` prints the queries that read the index of DATABASE_URL, as JSON.
"""

import json
import sys
from statistics import median

from tests.ops.site_process import environment, manage, run

from .compare_csv import command_of, drain
from .databases import Database
from .imports import set_up
from .stats import milliseconds

TRIES = 3


def measure(database: Database) -> dict:
    """Memory, time to read it, its ratio to COPY of the same queries, and time to catch up with 1,000 changes."""
    figures = json.loads(manage(database.url, "facet_index", "--measure").strip().splitlines()[-1])
    printed = run([sys.executable, "-m", "scripts.bench.index_stats"], env=environment(database.url))
    commands = [command_of(database, query) for query in json.loads(printed.splitlines()[-1])]
    copy_s = median(milliseconds(lambda: list(map(drain, commands))) for _try in range(TRIES)) / 1000
    return figures | {"copy_s": copy_s, "start_ratio": figures["start_s"] / copy_s}


def _queries() -> list[str]:
    """The queries with which a web process reads the index of initiatives."""
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
