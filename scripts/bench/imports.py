"""Measures imports into DATABASE_URL, with `python -m scripts.bench.imports check|apply ROWS` or `bulk_create SOURCE`.

"check" uploads a list of ROWS initiatives and validates it for the preview. "apply" validates everything again,
applies that import and writes the history. "bulk_create" creates the same rows in the same tables, copied from the
database SOURCE, without validation or history. Prints JSON.
"""

import csv
import io
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import django

from tests.ops.site_process import environment, run

from . import databases, generator
from .databases import Cluster
from .site import processor_s

MAX_ROWS = 100_000
BATCH_SIZE = 1_000
# The columns of an exported list of initiatives. New records become drafts, because the list cites reports only for
# whole records, and published records need separate evidence for status and dates.
COLUMNS = (
    "slug", "title_en", "title_ru", "title_zh", "summary_en", "kind", "status", "starts_on", "ends_on",
    "lead_cities", "partner_cities", "reference_cities", "countries", "organisations", "themes", "event",
    "sources",
)  # fmt: skip


def measure(engine: str, rows: int, cluster: Cluster | None) -> dict:
    """Measures the import and bulk_create, each in a new database with the records that initiatives refer to.

    `rows` in the results counts the rows of all tables.
    """
    rows = min(rows, MAX_ROWS)
    source = databases.create_empty(engine, "import_apply", rows, cluster)
    checked = _run_in_process(source.url, "check", str(rows))
    applied = _run_in_process(source.url, "apply", str(rows))
    target = databases.create_empty(engine, "import_bulk_create", rows, cluster)
    created = _run_in_process(target.url, "bulk_create", source.url)
    _expect(created["rows"], applied["rows"])
    return {
        "initiatives": rows,
        "check": checked,
        "apply": applied,
        "bulk_create": created,
        "ratio": created["seconds"] / applied["seconds"],
        "processor_ratio": created["processor_s"] / applied["processor_s"],
    }


def _run_in_process(url: str, *arguments: str) -> dict:
    command = [sys.executable, "-m", "scripts.bench.imports", *arguments]
    return json.loads(run(command, env=environment(url)).splitlines()[-1])


def set_up() -> None:
    """Sets up this process like a command of the site, so that statements have no time-out."""
    sys.argv[0] = "manage.py"
    django.setup()


def initiatives_csv(first: int, end: int) -> bytes:
    """Returns the generated initiatives from `first` up to `end` as the CSV file that a curator would upload."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore")
    writer.writeheader()
    for start in range(first, end, generator.PART):
        writer.writerows(_cells(generator.initiative_rows(start, min(start + generator.PART, end))))
    return text.getvalue().encode()


def _cells(tables: generator.Rows) -> list[dict[str, str]]:
    lists: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for slug, city, role in tables["initiative_cities"]:
        lists[slug][f"{role}_cities"][city] = None
    for record, _field, report, passage, _reported, stance in tables["evidence"]:
        if stance == "supports":
            lists[record.partition(":")[2]]["sources"][f"{report}#{passage}"] = None
    header = generator.HEADERS["initiatives"].split(",")
    return [
        dict(zip(header, values, strict=True))
        | {name: "; ".join(items) for name, items in lists[values[0]].items()}
        for values in tables["initiatives"]
    ]


def _load_base() -> None:
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as folder:
        generator.write(Path(folder), generator.base_rows())
        call_command("load_package", folder, verbosity=0)


def _check(rows: int) -> dict:
    from sco_cities.imports import jobs
    from sco_cities.imports.jobs import run_import
    from sco_cities.imports.models import ImportJob, ImportStage

    _load_base()
    job = ImportJob(kind="initiatives", file_name="initiatives.csv")
    job.store(io.BytesIO(initiatives_csv(0, rows)))
    job.save()
    jobs.enqueue(job, ImportStage.CHECKING)
    figures = _timed(lambda: run_import.func(job.pk))
    job.refresh_from_db()
    _expect(job.tally, {"created": rows})
    return figures


def _apply(rows: int) -> dict:
    from sco_cities.imports import jobs
    from sco_cities.imports.jobs import run_import
    from sco_cities.imports.models import ImportJob, ImportStage

    job = ImportJob.objects.get()
    jobs.enqueue(job, ImportStage.APPLYING, seen=job.fingerprint, reason="a bench")
    figures = _timed(lambda: run_import.func(job.pk))
    job.refresh_from_db()
    _expect((job.message, job.change_set and job.change_set.revisions.count()), ("", rows))
    return figures | {"rows": sum(map(len, _created_rows("default").values()))}


def _created_rows(using: str) -> dict:
    """Returns the rows that the import has created, as dictionaries, by model."""
    from django.contrib.contenttypes.models import ContentType

    from initiatives.models import Initiative, InitiativeCity
    from sco_cities.sources.models import Evidence

    lists = (Initiative.countries.through, Initiative.organisations.through, Initiative.themes.through)
    kind = ContentType.objects.db_manager(using).get_for_model(Initiative)
    filters = {Evidence: {"content_type": kind}}
    return {
        model: list(model.objects.using(using).filter(**filters.get(model, {})).order_by("pk").values())
        for model in (Initiative, *lists, InitiativeCity, Evidence)
    }


def _bulk_create(source: str) -> dict:
    from django.db import connections, transaction

    from sco_cities.db.config import database_from_url

    _load_base()
    connections.settings["source"] = connections["default"].settings_dict | database_from_url(source)
    rows_by_model = _created_rows("source")
    for rows in rows_by_model.values():
        for row in rows:
            # Omits created_at, which the database sets, as in an import.
            row.pop("created_at", None)

    def create() -> None:
        with transaction.atomic():
            for model, rows in rows_by_model.items():
                model.objects.bulk_create((model(**row) for row in rows), batch_size=BATCH_SIZE)

    return _timed(create) | {"rows": sum(map(len, rows_by_model.values()))}


def _expect(actual: object, expected: object) -> None:
    if actual != expected:
        raise RuntimeError(f"{actual} instead of {expected}")


def _timed(work: Callable[[], object]) -> dict:
    """Returns the seconds that `work` takes, and the CPU seconds of this process and of the database."""
    before, started = _processor_s(), time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "processor_s": _processor_s() - before}


def _processor_s() -> float:
    from django.db import connection

    used = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        used += processor_s([connection.connection.get_backend_pid()])
    return used


if __name__ == "__main__":
    set_up()
    action, argument = sys.argv[1:]
    result = (
        _bulk_create(argument)
        if action == "bulk_create"
        else {"check": _check, "apply": _apply}[action](int(argument))
    )
    print(json.dumps(result))
