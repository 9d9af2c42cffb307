"""Shared fixtures for three kinds of database, the live server and the browser.

- `db` (or the `django_db` mark) provides an empty database. The changes of a test are rolled back.
- `loaded_package` provides a database with the shipped data package. The changes of a test are rolled back.
- `site` is the live server on that database, read-only. `editable_site` runs on a separate copy of the database.

The package is loaded once per worker, into a copy of the empty database (CREATE DATABASE ... TEMPLATE, or a copied
file). Tests switch to this database by name. The alternatives do not work. If the package were in the common database,
tests that count the records they create would also count the package's records. Loading the package in each test would
take seconds. pytest-django's live server empties the database after every test.
"""

import contextlib
import gc
import logging
import os
import threading
from pathlib import Path
from urllib.parse import urlsplit

import _pytest.runner
import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.template import RequestContext
from django.template.base import Template
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from django.test.utils import override_settings, setup_databases, teardown_databases
from django.urls import resolve
from django.utils import translation
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from sco_cities.accounts import login_limits
from sco_cities.core.frame_stack import with_frame_stack
from sco_cities.curation.permissions import groups
from sco_cities.facet_index import refresh, registry, sorting
from sco_cities.i18n import po_files
from sco_cities.intake import known_names
from sco_cities.monitoring.log_format import OutageFilter
from sco_cities.search import synonyms
from scripts import chromium
from tests import extent
from tests.curation.admin_client import curator_client, log_in_as_curator
from tests.databases import (
    cached_migrations,
    connected_to,
    copy_of,
    empty_tables,
    end_other_sessions,
    remember_facet_index,
    reset_facet_index,
)

# The storage that settings.py selects if DEBUG is off. The settings of the tests link plain files.
PRODUCTION_STATIC_FILES = {
    "staticfiles": {"BACKEND": "sco_cities.ops.static_storage.MinifyingStaticFilesStorage"}
}
PACKAGE = Path(__file__).resolve().parent.parent / "data" / "summit-cities"
# Fixtures that select the database. They begin before all fixtures that open a connection, and end after them.
DATABASE_FIXTURES = ("use_loaded_database", "site", "editable_site")

# Modules with tests that wait for other processes, up to half a minute each. These tests start first, so that no
# worker runs them alone at the end.
WAITING_TESTS = (
    "imports/test_jobs.py",
    "ops/test_hung_database.py",
    "ops/test_standby.py",
    "ops/test_start.py",
    "ops/test_waiting_saves.py",
    "monitoring/test_metrics_page.py",
    "facet_index/test_processes.py",
)

# Playwright's synchronous API runs an event loop in the main thread, which Django mistakes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# There is no deadline, because the time of an example depends more on the load of the machine than on the code.
hypothesis.settings.register_profile("sco_cities", deadline=None, max_examples=extent.sample(50))
hypothesis.settings.load_profile("sco_cities")

# Long limits, so that pages on a busy machine wait for the facet index and the order of names. Only tests of a missing
# index set short limits.
refresh.MAX_WAIT_S = 30
sorting.WAIT_S = 15

# Tests log in more often than real users.
for limit in (login_limits.limits.by_client.by_address, login_limits.limits.by_client.by_network):
    limit.limit = 10_000
login_limits.limits.by_account.limit = 10_000

# The default of five seconds is too short on a busy machine.
expect.set_options(timeout=15_000)


def pytest_configure(config):
    # Each full garbage collection traverses everything that Django and the tests have loaded, which takes a twelfth of
    # a run.
    gc.set_threshold(50_000, 20, 100)
    # Tests of pages in other languages use the current catalogues.
    po_files.compile_stale()


def pytest_ignore_collect(collection_path, config):
    if extent.IS_COVERING and extent.is_whole_run(config) and collection_path.suffix == ".py":
        # With None, pytest applies its usual rules.
        return None if extent.has_tests_for(collection_path, connection.vendor) else True
    return None


def pytest_collection_modifyitems(config, items):
    for item in items:
        # Looks for `browser`, which the fixture `page` needs, because other tests use `page` as the name of an
        # argument.
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
    selected = [item for item in items if _is_in_this_run(item)]
    if extent.is_whole_run(config) and not extent.IS_FULL:
        if extent.IS_COVERING:
            selected = extent.covering(selected, connection.vendor)
        elif connection.vendor != "sqlite":
            selected = extent.without_further_cases(selected)
    in_this_run = set(selected)
    config.hook.pytest_deselected(items=[item for item in items if item not in in_this_run])
    items[:] = selected
    items.sort(key=lambda item: not item.location[0].endswith(WAITING_TESTS))
    for item in items:
        names = item.fixturenames
        database_fixtures = [name for name in DATABASE_FIXTURES if name in names]
        if len(database_fixtures) > 1:
            raise pytest.UsageError(
                f"{item.nodeid} uses {' and '.join(database_fixtures)}: only one is allowed"
            )
        for name in database_fixtures:
            names.remove(name)
            names.insert(0, name)
        if item.get_closest_marker("browser") and not chromium.PROGRAM:
            item.add_marker(pytest.mark.skip(reason="this machine has no chromium"))


@pytest.fixture(autouse=True, scope="session")
def first_password_file(tmp_path_factory):
    """A temporary file for the first password of the first account, instead of the file of a site in var/."""
    path = tmp_path_factory.mktemp("var") / "first_password"
    with override_settings(FIRST_PASSWORD_FILE=path):
        yield path


@pytest.fixture(autouse=True, scope="session")
def record_contexts_of_pages_only(django_test_environment):
    """Limits `response.context` to the context of the page.

    Django's test client also copies the contexts of the parts of a page, such as some hundred form widgets. The copies
    took a fifteenth of the admin tests' time.
    """

    def render(template, context):
        if context.template is template and isinstance(context, RequestContext):
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    Template._render = render


@pytest.fixture(autouse=True)
def clear_process_caches():
    """Each test starts with the caches and the language of a new process."""
    ContentType.objects.clear_cache()
    reset_facet_index()
    synonyms.clear()
    known_names.clear()
    translation.deactivate()


# Django renders pages in deeply nested calls, and pytest adds more. Memory for their frames saves a sixteenth of the
# time.
_run_with_frame_stack = with_frame_stack(_pytest.runner.pytest_runtest_protocol)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Runs a test with preallocated memory for the frames of its calls."""
    return _run_with_frame_stack(item, nextitem)


def _is_in_this_run(item) -> bool:
    """Returns whether a test runs on this engine. Tests for another engine are deselected, not skipped.

    Tests that do not depend on the engine run on SQLite only. These are the tests without a database and the browser
    tests, unless they have the mark `every_engine`.
    """
    if mark := item.get_closest_marker("only_on"):
        return connection.vendor in mark.args
    return (
        connection.vendor == "sqlite"
        or item.get_closest_marker("every_engine") is not None
        or (extent.uses_database(item) and not item.get_closest_marker("browser"))
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    # Workers always receive paths, so the result is passed to them.
    node.workerinput["is_whole_run"] = extent.is_whole_run(node.config)


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The folder of minified, hashed and compressed static files, as production serves them."""
    folder = tmp_path_factory.mktemp("collected")
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | PRODUCTION_STATIC_FILES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Use a file for SQLite, as in production. With a database in memory, threads would share one connection."""
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict.setdefault("TEST", {})["NAME"] = str(name)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """Create the test database for every run.

    pytest-django's fixture creates none if all tests use only the live server. These tests would then copy the real
    database.
    """
    with django_db_blocker.unblock(), cached_migrations():
        databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=(), keepdb=True)
        # A migration grants the groups only the permissions that existed when the migration was written.
        groups.grant()
        remember_facet_index()
        connection.close()
    TransactionTestCase._fixture_teardown = lambda _test: empty_tables()
    yield
    with django_db_blocker.unblock():
        end_other_sessions()
        teardown_databases(databases, verbosity=0)


@pytest.fixture(scope="session")
def package_database(django_db_setup, django_db_blocker):
    """The name of a database with the shipped package. Tests copy it and do not change it."""

    def load():
        call_command("load_package", str(PACKAGE), verbosity=0)
        # The copies include these statistics, so query plans are the same in every run.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        remember_facet_index()

    with django_db_blocker.unblock(), copy_of(connection.settings_dict["NAME"], "package", load) as name:
        yield name


@pytest.fixture(scope="session")
def loaded_database(package_database, django_db_blocker):
    with django_db_blocker.unblock(), copy_of(package_database, "loaded") as name:
        yield name


@pytest.fixture
def use_loaded_database(request, loaded_database, django_db_blocker):
    mark = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction")):
        pytest.fail("a transactional test empties its database: use editable_site, or create the records")
    with django_db_blocker.unblock(), connected_to(loaded_database):
        yield


@pytest.fixture
def loaded_package(use_loaded_database, db):
    """The database with the shipped package. The changes of the test are rolled back."""


@pytest.fixture(scope="session")
def live_site(django_db_setup):
    """A running server that uses the database selected by the test."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def site(live_site, loaded_database, django_db_blocker):
    """The URL of the site with the shipped package. It is read-only, because requests of readers must not write."""
    with django_db_blocker.unblock(), connected_to(loaded_database), _read_only_server():
        yield live_site.url


@pytest.fixture
def editable_site(live_site, package_database, django_db_blocker):
    """The URL of the site with a separate copy of the shipped package."""
    with django_db_blocker.unblock(), copy_of(package_database, "edited") as name, connected_to(name):
        yield live_site.url


@contextlib.contextmanager
def _read_only_server():
    def reject_writes(connection, **kwargs):
        if threading.current_thread() is not threading.main_thread():
            with connection.cursor() as cursor:
                cursor.execute(
                    "PRAGMA query_only = ON"
                    if connection.vendor == "sqlite"
                    else "SET default_transaction_read_only = on"
                )

    connection_created.connect(reject_writes)
    try:
        yield
    finally:
        connection_created.disconnect(reject_writes)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    """Adds the launch options, and afterwards closes the connections that Django opened for playwright's event loop.

    While these connections are open, PostgreSQL does not drop their database.
    """
    yield browser_type_launch_args | {"executable_path": chromium.PROGRAM, "args": chromium.OPTIONS}
    connections.close_all()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_site):
    """Sets the base URL to the live server, so `page.goto("/cities/")` opens it."""
    return browser_context_args | {"base_url": live_site.url}


# Record pages that do not use the facet index.
PAGES_WITHOUT_FACETS = {"reports-record"}


@pytest.fixture
def check_query_count(client, django_assert_num_queries, django_assert_max_num_queries):
    """Checks that a page returns 200 and runs the expected number of queries, or at most this number with `at_most`."""

    def check(address, expected, *, at_most=False):
        # A process reads its content types and builds its index only once, so these queries are not counted. Pages
        # without facets must not build the index here, because the test's writes would then also update the index.
        ContentType.objects.get_for_models(*apps.get_models())
        if resolve(urlsplit(address).path).url_name in PAGES_WITHOUT_FACETS:
            refresh.clear()
        else:
            with refresh.facet_index(*(kind.collection for kind in registry.indexed_models())):
                pass
        limit = django_assert_max_num_queries if at_most else django_assert_num_queries
        with limit(expected):
            response = client.get(address)
        assert response.status_code == 200

    return check


@pytest.fixture(autouse=True)
def new_outages(monkeypatch):
    """Replaces the filter for log lines about outages, so that earlier tests do not suppress this test's lines."""
    monkeypatch.setattr(logging.getLogger("sco_cities.outages"), "filters", [OutageFilter()])


@pytest.fixture
def patient_writers(monkeypatch):
    """Lets writers wait up to a minute for each other, because a busy machine is slow."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        monkeypatch.setitem(options, "timeout", 60)
    else:
        patient = options["options"].replace("lock_timeout=5s", "lock_timeout=60s")
        assert patient != options["options"]
        monkeypatch.setitem(options, "options", patient)


@pytest.fixture
def new_login_limits(monkeypatch):
    """Resets the login limits to their state in a new process."""
    monkeypatch.setattr(login_limits, "limits", login_limits.LoginLimits())


@pytest.fixture
def curator(db):
    """A test client that is logged in as a curator."""
    return curator_client()


@pytest.fixture
def curators_page(page, editable_site):
    """A browser page of a logged-in curator, on a site with the shipped package."""
    log_in_as_curator(page)
    return page
