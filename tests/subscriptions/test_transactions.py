"""On PostgreSQL, changes in a transaction that is still running are sent in a later e-mail."""

import threading
import time

import pytest
from django.db import connection, transaction

from sco_cities.history.public_changes import settled_changes
from tests.history.snapshots import edit

from .conftest import RECORD, follow, next_day

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.django_db(transaction=True)]


def test_a_change_of_a_running_transaction_is_in_the_next_e_mail(client, lamps):
    follow(client, RECORD)
    begun, may_end = threading.Event(), threading.Event()

    def edit_slowly():
        with transaction.atomic():
            edit(lamps, status="operating")
            begun.set()
            may_end.wait(30)
        connection.close()

    writer = threading.Thread(target=edit_slowly)
    writer.start()
    assert begun.wait(30)
    assert next_day() == []
    may_end.set()
    writer.join()
    lamps.refresh_from_db()
    edit(lamps, status="completed")
    until = time.monotonic() + 30
    # Transactions in other databases of the same server also hold changes back.
    while len(settled_changes("default", 0, 9)[0]) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    (message,) = next_day()
    assert message.subject == "SCO Cities: 2 changes"
    assert next_day() == []
