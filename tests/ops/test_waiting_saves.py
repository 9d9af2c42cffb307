"""On SQLite, readers do not wait for saves that wait for another writer."""

import sqlite3
import time
from contextlib import closing

import pytest
from django.core.management import call_command

from tests.databases import copy_of
from tests.facet_index.test_processes import database_url
from tests.ops import saves
from tests.ops.site_process import copy_site, requests_every, running_site

pytestmark = pytest.mark.only_on("sqlite")  # PostgreSQL locks rows and allows many writers at a time.
WRITERS = 8


@pytest.fixture
def database(package_database, django_db_blocker):
    def create_curator():
        call_command("ensure_curator", verbosity=0)

    with django_db_blocker.unblock(), copy_of(package_database, "saves", create_curator) as name:
        yield name


@pytest.mark.thorough
def test_readers_do_not_wait_for_saves_that_wait_for_each_other(database, tmp_path):
    url = database_url(database)
    session = saves.python(saves.LOG_IN, url)
    outcome = saves.Outcome()
    with (
        running_site(url, cwd=copy_site(tmp_path), workers=1) as site,
        closing(sqlite3.connect(database)) as other,
    ):
        site.get("/cities/")
        writers = [saves.Writer(n, site.port, session, outcome, wanted=WRITERS) for n in range(WRITERS)]
        for writer in writers:
            writer.open_form()
        other.execute("BEGIN IMMEDIATE")
        for writer in writers:
            writer.start()
        with requests_every(0.1, site, ["/cities/", "/initiatives/?status=agreed"]) as pages:
            time.sleep(6)
        other.rollback()
        for writer in writers:
            writer.join(60)
    assert {page.status for page in pages} == {200}
    # If writers were not limited, pages would wait until the lock is released.
    assert max(page.seconds for page in pages) < 3
    # The error page asks the curators to try again, and the later saves succeed.
    assert set(outcome.statuses) == {302, 503}
