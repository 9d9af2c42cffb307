"""`manage.py facet_index`: what the facet index holds, and what it costs on this machine."""

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


class _Undone(Exception):
    """Takes the changes of a measurement back."""


class Command(BaseCommand):
    """Reads the facet index as a web process does and prints its size."""

    help = "Reads the facet index as a web process does and prints what it holds and costs."

    def add_arguments(self, parser):
        parser.add_argument(
            "--kind", default="initiatives", help="the list whose index is read, with all that it needs"
        )
        parser.add_argument(
            "--measure",
            action="store_true",
            help=f"prints JSON, with the time to catch up with {CHANGES} changes, which are taken back",
        )

    def handle(self, *args, **options):
        # What any first question loads is not the index.
        refresh.read(DEFAULT_DB_ALIAS, ["themes"])
        before, started = _resident_mb(), time.perf_counter()
        with read_snapshot(DEFAULT_DB_ALIAS):
            state = refresh.read(DEFAULT_DB_ALIAS, registry.required_models(options["kind"]))
        start_s = time.perf_counter() - started
        kind = state.index(options["kind"]).kind
        late = [
            name
            for name, facet in kind.facets.items()
            if isinstance(facet, ValueFacet) and kind.axis(facet.axis).lazy
        ]
        for name in kind.facets:
            if name not in late:
                state.facet(options["kind"], name)
        figures = {
            "records": sum(len(index.axes["state"].get("published", ())) for index in state.indexes.values()),
            "bitmaps": sum(len(axis) for index in state.indexes.values() for axis in index.axes.values()),
            "memory_mb": round(_resident_mb() - before, 1),
            "start_s": round(start_s, 2),
        }
        # What is read when the first page asks for it: who has which part in what.
        started = time.perf_counter()
        with read_snapshot(DEFAULT_DB_ALIAS):
            for name in late:
                state.facet(options["kind"], name)
        figures["late_s"] = round(time.perf_counter() - started, 2)
        figures["memory_with_late_mb"] = round(_resident_mb() - before, 1)
        if options["measure"]:
            figures["catch_up_ms"] = round(_catch_up_ms(state, options["kind"]), 1)
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name}: {value:,}")


def _catch_up_ms(state: IndexState, collection: str) -> float:
    """How long it takes to follow a change of the name and of the state of so many records, in milliseconds."""
    kind = state.index(collection).kind
    records = kind.model.objects.order_by("pk")
    keys = list(records.values_list("pk", flat=True)[:: max(records.count() // CHANGES, 1)][:CHANGES])
    taken = 0.0
    try:
        with transaction.atomic():
            changed = kind.model.objects.filter(pk__in=keys)
            for number, record in enumerate(changed):
                setattr(record, kind.name, f"{number} {getattr(record, kind.name)}"[:200])
                record.state = "draft" if number % 2 else "published"
            kind.model.objects.bulk_update(changed, [kind.name, "state"], batch_size=500)
            started = time.perf_counter()
            refresh.caught_up(state)
            taken = time.perf_counter() - started
            raise _Undone
    except _Undone:
        return taken * 1000


def _resident_mb() -> float:
    """How much memory this process has, as Linux tells it, with a connection that has not read anything yet.

    What reading took and holds no longer is not the index: pages of the database, rows on their way.
    """
    connections.close_all()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    connections[DEFAULT_DB_ALIAS].ensure_connection()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
