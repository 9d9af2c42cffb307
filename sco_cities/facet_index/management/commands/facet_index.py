"""Implements `manage.py facet_index`, which prints the size and speed of the facet index on this machine."""

import ctypes
import gc
import json
import os
import time
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from sco_cities.facet_index import refresh, registry
from sco_cities.facet_index.facets import ValueFacet
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.facet_index.state import IndexState

CHANGES = 1_000


class _PlannedRollback(Exception):
    """Raised to roll back the changes made for a measurement."""


class Command(BaseCommand):
    """Reads the facet index in the same way as a web process and prints its size."""

    help = "Read the facet index like a web process, and print its size and cost."

    def add_arguments(self, parser):
        parser.add_argument(
            "--kind",
            default="initiatives",
            help="the list whose index is read, with all indexes that this index needs",
        )
        parser.add_argument(
            "--measure",
            action="store_true",
            help=f"print JSON, with the time to read {CHANGES} changes, which are rolled back",
        )

    def handle(self, *args, **options):
        # Loads the data and code that the first query needs, because the measurements must exclude this work.
        refresh.read(DEFAULT_DB_ALIAS, ["themes"])
        before, started = _resident_mb(), time.perf_counter()
        with read_snapshot(DEFAULT_DB_ALIAS):
            state = refresh.read(DEFAULT_DB_ALIAS, registry.required_collections(options["kind"]))
        start_s = time.perf_counter() - started
        indexed_model = state.index(options["kind"]).indexed_model
        lazy = [
            name
            for name, facet in indexed_model.facets.items()
            if isinstance(facet, ValueFacet) and indexed_model.dimension(facet.dimension).lazy
        ]
        for name in indexed_model.facets:
            if name not in lazy:
                state.facet(options["kind"], name)
        indexes = state.indexes.values()
        figures = {
            "records": sum(len(index.dimensions["state"].get("published", ())) for index in indexes),
            "bitmaps": sum(len(values) for index in indexes for values in index.dimensions.values()),
            "memory_mb": round(_resident_mb() - before, 1),
            "start_s": round(start_s, 2),
        }
        # Lazy dimensions, such as the roles of cities, are read when a page first needs them.
        started = time.perf_counter()
        with read_snapshot(DEFAULT_DB_ALIAS):
            for name in lazy:
                state.facet(options["kind"], name)
        figures["lazy_s"] = round(time.perf_counter() - started, 2)
        figures["memory_with_lazy_mb"] = round(_resident_mb() - before, 1)
        if options["measure"]:
            figures["catch_up_ms"] = round(_catch_up_ms(state, options["kind"]), 1)
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name}: {value:,}")


def _catch_up_ms(state: IndexState, collection: str) -> float:
    """Measures the time in milliseconds to update the index after CHANGES changes to names and states."""
    indexed_model = state.index(collection).indexed_model
    name_field = indexed_model.name_field
    records = indexed_model.model.objects.order_by("pk")
    keys = list(records.values_list("pk", flat=True)[:: max(records.count() // CHANGES, 1)][:CHANGES])
    duration_s = 0.0
    try:
        with transaction.atomic():
            changed = indexed_model.model.objects.filter(pk__in=keys)
            for number, record in enumerate(changed):
                setattr(record, name_field, f"{number} {getattr(record, name_field)}"[:200])
                record.state = "draft" if number % 2 else "published"
            indexed_model.model.objects.bulk_update(changed, [name_field, "state"], batch_size=500)
            started = time.perf_counter()
            refresh.catch_up(state)
            duration_s = time.perf_counter() - started
            raise _PlannedRollback
    except _PlannedRollback:
        return duration_s * 1000


def _resident_mb() -> float:
    """Returns this process's resident memory in MB, after releasing memory that was needed only for reading.

    The database connection is replaced first, because cached database pages and fetched rows are not part of the
    index.
    """
    connections.close_all()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    connections[DEFAULT_DB_ALIAS].ensure_connection()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
