"""A database server that does not answer holds no thread of a web process for longer than its deadline."""

import socket
import threading
import time

import psycopg2
import pytest
from django.contrib.auth.models import Group
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection

from sco_cities.db import psycopg2_wait, query_deadline
from sco_cities.db.bulk_insert import insert_rows
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error
from tests.databases import end_other_sessions

only_postgresql = pytest.mark.only_on("postgresql")
# Long enough for a connection on a busy machine.
SHORT_S = 0.5


@pytest.fixture
def limited(transactional_db):
    """The limits of a web process."""
    connection.close()
    psycopg2_wait.install()
    yield
    query_deadline.end_request()
    psycopg2_wait.uninstall()
    connection.close()
    # The server still sleeps for those that have given up.
    end_other_sessions()
    connection.close()


@pytest.fixture
def request_thread(limited):
    """This thread handles a request."""
    query_deadline.begin_request(SHORT_S)


@pytest.fixture
def deaf_server():
    """The port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def sleep(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def error_and_seconds(call, *arguments):
    started = time.monotonic()
    with pytest.raises((OperationalError, psycopg2.OperationalError)) as error:
        call(*arguments)
    return error.value, time.monotonic() - started


@only_postgresql
def test_a_query_without_an_answer_fails_in_time_and_the_next_request_works(request_thread):
    error, seconds = error_and_seconds(sleep, 20)
    assert SHORT_S <= seconds < 5
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
    assert query_deadline.is_silent(DEFAULT_DB_ALIAS)
    # Between two requests.
    connection.close_if_unusable_or_obsolete()
    query_deadline.begin_request(5)
    sleep(0)
    assert not query_deadline.is_silent(DEFAULT_DB_ALIAS)


@only_postgresql
def test_after_a_query_without_an_answer_the_request_waits_for_no_other(request_thread, deaf_server):
    error_and_seconds(sleep, 20)
    _error, seconds = error_and_seconds(
        lambda: psycopg2.connect(host="127.0.0.1", port=deaf_server, user="ada")
    )
    assert seconds < SHORT_S / 2


@only_postgresql
def test_answered_queries_may_take_longer_together(request_thread):
    for _time in range(4):
        sleep(SHORT_S / 3)


@only_postgresql
def test_a_curators_request_may_wait_longer_than_a_readers(request_thread):
    query_deadline.be_patient()
    sleep(2 * SHORT_S)


@only_postgresql
def test_other_threads_wait_longer_than_the_server_works_at_a_statement(limited):
    assert query_deadline.seconds_left() > 15
    sleep(0.1)


@only_postgresql
def test_a_slow_query_of_a_server_that_answers_others_is_reported_as_slow(request_thread):
    has_ended = threading.Event()

    def ask_again_and_again():
        while not has_ended.wait(SHORT_S / 10):
            sleep(0)
        connection.close()

    thread = threading.Thread(target=ask_again_and_again)
    thread.start()
    try:
        error, _seconds = error_and_seconds(sleep, 20)
    finally:
        has_ended.set()
        thread.join()
    assert classify_database_error(error) is DatabaseOutage.TIMED_OUT
    assert not query_deadline.is_silent(DEFAULT_DB_ALIAS)


@only_postgresql
def test_a_connection_to_a_server_that_does_not_answer_fails_in_time(request_thread, deaf_server):
    error, seconds = error_and_seconds(
        lambda: psycopg2.connect(host="127.0.0.1", port=deaf_server, user="ada")
    )
    assert SHORT_S <= seconds < 5
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE


@pytest.fixture
def use_hosts(limited):
    """Makes the URL of the database one with several hosts, and other options."""
    with pytest.MonkeyPatch.context() as patch:

        def use(*servers: tuple[str, int | str], **options) -> None:
            hosts, ports = zip(*servers, strict=True)
            patch.setitem(connection.settings_dict, "HOST", ",".join(hosts))
            patch.setitem(connection.settings_dict, "PORT", ",".join(map(str, ports)))
            for name, value in options.items():
                patch.setitem(connection.settings_dict["OPTIONS"], name, value)

        yield use
        connection.close()


@pytest.fixture
def server(transactional_db):
    """The host and the port of the server of the tests."""
    return connection.settings_dict["HOST"], connection.settings_dict["PORT"] or 5432


@only_postgresql
@pytest.mark.parametrize("silent", [["127.0.0.1"], ["127.0.0.1", "localhost"]])
@pytest.mark.parametrize("mode", ["read-write", "any"])
def test_a_silent_host_is_left_for_the_next_one_in_time(server, use_hosts, deaf_server, silent, mode):
    use_hosts(*((name, deaf_server) for name in silent), server, target_session_attrs=mode)
    query_deadline.begin_request()
    started = time.monotonic()
    sleep(0)
    assert time.monotonic() - started < query_deadline.READER_S
    assert connection.connection.info.host == server[0]
    assert not query_deadline.is_silent(DEFAULT_DB_ALIAS)
    assert query_deadline.longest_wait(DEFAULT_DB_ALIAS) == 0


@only_postgresql
def test_a_request_waits_for_several_silent_hosts_as_long_as_for_one(request_thread, use_hosts, deaf_server):
    use_hosts(("127.0.0.1", deaf_server), ("localhost", deaf_server))
    error, seconds = error_and_seconds(sleep, 0)
    assert SHORT_S * 0.9 <= seconds < 5
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
    assert query_deadline.is_silent(DEFAULT_DB_ALIAS)


@only_postgresql
def test_a_curator_waits_no_longer_for_a_connection_than_the_url_allows(use_hosts, deaf_server):
    use_hosts(("127.0.0.1", deaf_server), connect_timeout=1)
    _error, seconds = error_and_seconds(sleep, 0)
    assert 0.9 <= seconds < query_deadline.PATIENT_S / 2


@only_postgresql
def test_a_query_that_fails_leaves_nobody_waiting(request_thread):
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        # The server ends the connection without a regular answer.
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)")
    assert query_deadline.longest_wait(DEFAULT_DB_ALIAS) == 0


def test_a_silent_server_says_nothing_about_another_one():
    query_deadline.enforce(False)
    query_deadline.begin_request(SHORT_S)
    try:
        query_deadline.begin_waiting("default")
        query_deadline.give_up("default")
        query_deadline.record_answer("replica")
        assert [query_deadline.is_silent(alias) for alias in ("default", "replica")] == [True, False]
        assert query_deadline.longest_wait("default") > query_deadline.longest_wait("replica") == 0
    finally:
        query_deadline.end_request()
        query_deadline.enforce(False)


@only_postgresql
def test_outside_requests_each_query_has_its_own_time(limited, monkeypatch):
    query_deadline.begin_waiting(DEFAULT_DB_ALIAS)
    monkeypatch.setattr(query_deadline._patience, "silent_since", 0.0)
    query_deadline.begin_waiting(DEFAULT_DB_ALIAS)
    assert query_deadline.seconds_left() > query_deadline.PATIENT_S - 1


@only_postgresql
def test_a_check_of_one_server_leaves_the_time_for_another(request_thread, deaf_server):
    with query_deadline.within(0.1):
        error_and_seconds(lambda: psycopg2.connect(host="127.0.0.1", port=deaf_server, user="ada"))
    sleep(0)


def test_waiting_for_a_thread_that_waits_for_the_database_counts_as_waiting(monkeypatch):
    query_deadline.enforce()
    query_deadline.begin_request(SHORT_S)
    lock = threading.Lock()
    try:
        with lock:
            error, seconds = error_and_seconds(
                lambda: query_deadline.held(lock, DEFAULT_DB_ALIAS).__enter__()
            )
        assert SHORT_S <= seconds < 5
        assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
        assert query_deadline.seconds_left() == 0
        with query_deadline.held(lock, DEFAULT_DB_ALIAS):
            assert lock.locked()
        assert not lock.locked()
    finally:
        query_deadline.end_request()
        query_deadline.enforce(False)


def test_a_process_without_limits_waits_for_the_lock():
    lock = threading.Lock()
    with lock:
        threading.Timer(0.1, lock.release).start()
        with query_deadline.held(lock, DEFAULT_DB_ALIAS):
            pass
        lock.acquire()


@only_postgresql
def test_a_web_process_inserts_the_same_rows_without_copy(limited):
    names = ["plain", "tab\tand\nline", "back\\slash and 'quote' and %s", "Душанбе 杜尚别"]
    insert_rows(Group, ["name"], ((name,) for name in names))
    assert set(names) <= set(Group.objects.values_list("name", flat=True))


@only_postgresql
def test_a_web_process_reads_in_batches_from_a_cursor_of_the_server(limited):
    insert_rows(Group, ["name"], ((f"group {number}",) for number in range(500)))
    rows = Group.objects.filter(name__startswith="group ").values_list("name").iterator(chunk_size=50)
    assert len(list(rows)) == 500
