"""`python -m scripts.bench.importing ROWS load|bulk_create [SOURCE]`: the import of initiatives, on DATABASE_URL.

"load" brings one package of so many initiatives in with load_package; "bulk_create" creates the same rows in
the same tables, copied from a database that has them (SOURCE), with nothing checked. Prints JSON.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from . import databases, generator
from .cluster import Cluster
from .loading import peak_mb, set_up
from .paths import environment, run

MOST = 100_000
BATCH = 1_000
TABLES = ("initiatives", "initiative_cities", "evidence")


def measure(engine: str, rows: int, cluster: Cluster | None) -> dict:
    """Both ways, each into a new database with the base package; rows are those of all tables."""
    rows = min(rows, MOST)
    source = databases.empty(engine, "import_load", rows, cluster)
    loaded = _in_a_process(source.url, str(rows), "load")
    target = databases.empty(engine, "import_bulk_create", rows, cluster)
    created = _in_a_process(target.url, str(rows), "bulk_create", source.url)
    return {
        "initiatives": rows,
        "load": loaded,
        "bulk_create": created,
        "ratio": created["seconds"] / loaded["seconds"],
    }


def _in_a_process(url: str, *arguments: str) -> dict:
    command = [sys.executable, "-m", "scripts.bench.importing", *arguments]
    figures = json.loads(run(command, env=environment(url)).splitlines()[-1])
    return figures | {"rows_per_s": figures["rows"] / figures["seconds"]}


def _load_base(folder: Path) -> None:
    from django.core.management import call_command

    generator.write(folder, generator.base_rows())
    call_command("load_package", str(folder), verbosity=0)


def _write_all(folder: Path, rows: int) -> None:
    everything: generator.Rows = {name: [] for name in TABLES}
    for first in range(0, rows, generator.PART):
        for name, some in generator.initiative_rows(first, min(first + generator.PART, rows)).items():
            everything[name] += some
    generator.write(folder, everything)


def _load(folder: Path, rows: int) -> dict:
    from django.core.management import call_command

    _load_base(folder / "base")
    _write_all(folder / "initiatives", rows)
    started = time.perf_counter()
    call_command("load_package", str(folder / "initiatives"), verbosity=0)
    return {"seconds": time.perf_counter() - started, "rows": sum(map(len, _stored("default").values()))}


def _stored(using: str) -> dict:
    """The rows that the package has brought, by model: attributes by name."""
    from django.contrib.contenttypes.models import ContentType

    from initiatives.models import Initiative, InitiativeCity
    from sco_cities.sources.models import Evidence

    lists = (Initiative.countries.through, Initiative.organisations.through, Initiative.themes.through)
    kind = ContentType.objects.db_manager(using).get_for_model(Initiative)
    about = {Evidence: {"content_type": kind}}
    return {
        model: list(model.objects.using(using).filter(**about.get(model, {})).order_by("pk").values())
        for model in (Initiative, *lists, InitiativeCity, Evidence)
    }


def _bulk_create(folder: Path, source: str) -> dict:
    from django.db import connections, transaction

    from sco_cities.databases import database_from_url

    _load_base(folder / "base")
    connections.settings["source"] = connections["default"].settings_dict | database_from_url(source)
    stored = _stored("source")
    for rows in stored.values():
        for row in rows:
            # The database gives out its own, as it does for a package; Initiative keeps them for its parts.
            row.pop("created_at", None)
    started = time.perf_counter()
    with transaction.atomic():
        for model, rows in stored.items():
            model.objects.bulk_create((model(**row) for row in rows), batch_size=BATCH)
    return {"seconds": time.perf_counter() - started, "rows": sum(map(len, stored.values()))}


if __name__ == "__main__":
    set_up()
    with tempfile.TemporaryDirectory() as directory:
        number, way, *more = sys.argv[1:]
        done = _load(Path(directory), int(number)) if way == "load" else _bulk_create(Path(directory), *more)
    print(json.dumps(done | {"peak_mb": peak_mb()}))
