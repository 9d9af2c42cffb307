"""All data of a release is from one state of the database, even during simultaneous writes."""

import threading
import time

import pytest
from django.db import connection, transaction

from sco_cities.cities.models import City
from sco_cities.releases.release_database import (
    ReleaseDatabase,
    later_changes,
    newest_change,
    release_database,
)
from tests import factories as make
from tests.facet_index.test_change_log import run_in_thread
from tests.history.snapshots import edit

pytestmark = pytest.mark.django_db(transaction=True)
TIMEOUT_S = 20


def test_a_release_excludes_writes_between_two_tables(tmp_path, monkeypatch):
    make.make_initiative("lamps", lead=[make.make_city("town")])
    add = ReleaseDatabase.add
    added = []

    def add_and_write(self, table, rows):
        add(self, table, rows)
        added.append(table.name)
        if table.name == "cities":
            run_in_thread(lambda: make.make_initiative("trams", lead=[make.make_city("betatown")]))

    monkeypatch.setattr(ReleaseDatabase, "add", add_and_write)
    with release_database(tmp_path / "rows.sqlite3") as database:
        counts = database.counts
    assert added.index("cities") < added.index("initiatives")
    assert (counts["cities"], counts["initiatives"], counts["initiative_cities"]) == (1, 1, 1)
    assert City.objects.count() == 2


@pytest.mark.only_on("postgresql")
def test_reading_on_from_the_newest_change_misses_no_slow_transaction(client):
    slow, quick = make.make_city("slow"), make.make_city("quick")
    has_begun, may_end = threading.Event(), threading.Event()

    def edit_slowly():
        try:
            with transaction.atomic():
                edit(slow, name_en="Slowly")
                has_begun.set()
                may_end.wait(TIMEOUT_S)
        finally:
            connection.close()

    thread = threading.Thread(target=edit_slowly)
    thread.start()
    assert has_begun.wait(TIMEOUT_S)
    edit(quick, name_en="Quickly")
    newest = newest_change("default")
    assert newest is None and client.get("/api/changes/").json()["results"] == []
    may_end.set()
    thread.join()
    until = time.monotonic() + TIMEOUT_S
    # Transactions in other databases of the same server also hold changes back.
    while len(later := client.get(later_changes(newest)).json()["results"]) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert [change["slug"] for change in later] == ["slow", "quick"]
