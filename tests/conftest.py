"""What all tests share: three kinds of database, the live server and the browser.

- `db` (or the `django_db` mark): an empty database; what a test writes is rolled back.
- `loaded`: the same on a database that holds the shipped data package.
- `site`: the live server over that database, read only; `editable_site`: over a copy of the test's own.

The package is loaded once per worker, into a copy of the empty database (CREATE DATABASE ... TEMPLATE, or a
copied file), and tests are moved to it by the name that their connections open. The other ways fall short:
loaded into the database of all tests it would be counted by those that make three records and expect three;
loaded in each test it costs seconds; and pytest-django's live server empties the database after every test.
"""

import contextlib
import os
import threading
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.test.utils import override_settings, setup_databases, teardown_databases
from django.urls import resolve
from django.utils import translation
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from sco_cities.curation.duplicates import pair_cache
from sco_cities.facet_index import refresh, registry
from sco_cities.i18n import po_files
from sco_cities.search import synonyms
from scripts import chromium
from tests.databases import connected_to, copy_of, end_other_sessions

# What settings.py has without DEBUG; settings of tests link plain files.
PRODUCTION_STATIC_FILES = {
    "staticfiles": {"BACKEND": "sco_cities.ops.static_storage.MinifyingStaticFilesStorage"}
}
PACKAGE = Path(__file__).resolve().parent.parent / "data" / "summit-cities"
# Fixtures that choose the database: they come before, and end after, all that opens a connection.
CHOOSING = ("move_to_loaded", "site", "editable_site")

# Playwright's synchronous interface runs an event loop in the main thread, which Django takes for
# asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# How long an example takes says more about what else the machine does than about the code. PROPERTIES says how many
# examples of every property are tried: `make properties` tries a thousand.
EXAMPLES = int(os.environ.get("PROPERTIES", "100"))
hypothesis.settings.register_profile("sco_cities", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("sco_cities")

# Nor does an index that is read beside other tests: only tests about its absence are to see a list without it.
refresh.WAIT_S = 15

# Five seconds, the default, pass on a busy machine without anything being wrong.
expect.set_options(timeout=15_000)


def pytest_configure(config):
    # Pages in other languages are tested in the words of the catalogues as they are now.
    po_files.compile_stale()


def pytest_collection_modifyitems(config, items):
    elsewhere = [item for item in items if _is_of_another_database(item)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]
    for item in items:
        names = item.fixturenames
        chosen = [name for name in CHOOSING if name in names]
        if len(chosen) > 1:
            raise pytest.UsageError(f"{item.nodeid} asks for {' and '.join(chosen)}: one database each")
        for name in chosen:
            names.remove(name)
            names.insert(0, name)
        if "page" in names:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser") and not chromium.PROGRAM:
            item.add_marker(pytest.mark.skip(reason="this machine has no chromium"))


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each test starts as a new process would: whichever ran before, in whatever language."""
    ContentType.objects.clear_cache()
    refresh.clear()
    synonyms.clear()
    pair_cache.clear()
    translation.deactivate()


def _is_of_another_database(item) -> bool:
    """Whether a test is about the other engine: it is no test of this run, and so is not skipped either."""
    mark = item.get_closest_marker("only_on")
    return mark is not None and connection.vendor not in mark.args


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The folder of static files as production serves them: minified, hashed and compressed."""
    folder = tmp_path_factory.mktemp("collected")
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | PRODUCTION_STATIC_FILES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Give SQLite a file, as in production: threads would have to share one connection in memory."""
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict.setdefault("TEST", {})["NAME"] = str(name)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """Make the test database, whatever the tests are: pytest-django's own fixture makes none for tests that
    use only the live server's, and these would then copy the real one."""
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    yield
    with django_db_blocker.unblock():
        end_other_sessions()
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session")
def package_database(django_db_setup, django_db_blocker):
    """The name of a database with the shipped package, kept untouched: copies are taken from it."""

    def load():
        call_command("load_package", str(PACKAGE), verbosity=0)
        # Copies take these statistics along: the same plans in every run.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    with django_db_blocker.unblock(), copy_of(connection.settings_dict["NAME"], "package", load) as name:
        yield name


@pytest.fixture(scope="session")
def loaded_database(package_database, django_db_blocker):
    with django_db_blocker.unblock(), copy_of(package_database, "loaded") as name:
        yield name


@pytest.fixture
def move_to_loaded(request, loaded_database, django_db_blocker):
    mark = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction")):
        pytest.fail("a transactional test empties its database: use editable_site, or make the records")
    with django_db_blocker.unblock(), connected_to(loaded_database):
        yield


@pytest.fixture
def loaded(move_to_loaded, db):
    """The database with the shipped package; what the test writes is rolled back."""


@pytest.fixture(scope="session")
def live_site(django_db_setup):
    """A running server. It reads whichever database its tests have chosen."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def site(live_site, loaded_database, django_db_blocker):
    """The address of the site over the shipped package. Nothing a reader does may write: here it cannot."""
    with django_db_blocker.unblock(), connected_to(loaded_database), _read_only_server():
        yield live_site.url


@pytest.fixture
def editable_site(live_site, package_database, django_db_blocker):
    """The address of the site over a copy of the shipped package that is this test's own."""
    with django_db_blocker.unblock(), copy_of(package_database, "edited") as name, connected_to(name):
        yield live_site.url


@contextlib.contextmanager
def _read_only_server():
    def refuse_writes(connection, **kwargs):
        if threading.current_thread() is not threading.main_thread():
            with connection.cursor() as cursor:
                cursor.execute(
                    "PRAGMA query_only = ON"
                    if connection.vendor == "sqlite"
                    else "SET default_transaction_read_only = on"
                )

    connection_created.connect(refuse_writes)
    try:
        yield
    finally:
        connection_created.disconnect(refuse_writes)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    """While playwright's event loop runs, Django keeps connections of their own for it, which nobody else closes:
    PostgreSQL would refuse to drop the database that they are connected to.
    """
    yield browser_type_launch_args | {"executable_path": chromium.PROGRAM, "args": chromium.OPTIONS}
    connections.close_all()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_site):
    """`page.goto("/cities/")` opens the live server."""
    return browser_context_args | {"base_url": live_site.url}


# The pages of records that count nothing by the facet index.
COUNTING_NOTHING = {"initiatives-record", "delegates-record", "reports-record"}


@pytest.fixture
def asks(client, django_assert_num_queries):
    """Checks that the page at an address is there and asks so many queries."""

    def check(address, expected):
        # A process looks up its content types and reads its index once, not at each request. Pages that ask no
        # index would, in a test's own transaction, have it follow the test's writes.
        ContentType.objects.get_for_models(*apps.get_models())
        if resolve(urlsplit(address).path).url_name not in COUNTING_NOTHING:
            with refresh.facet_index(*(kind.collection for kind in registry.indexed_models())):
                pass
        with django_assert_num_queries(expected):
            response = client.get(address)
        assert response.status_code == 200

    return check
