"""Waits for transactions of other test processes in the same PostgreSQL cluster."""

import time

from django.db import connection

from sco_cities.facet_index.models import Change


def wait_for_older_transactions() -> None:
    """Waits until no open transaction is older than the newest entry of the log.

    While an older transaction is open, pruning keeps the log entries that the transaction has not seen, and
    fingerprints may change.
    """
    until = time.monotonic() + 30
    newest = Change.objects.latest("pk").transaction_number
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s", [newest])
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < until
        time.sleep(0.02)
