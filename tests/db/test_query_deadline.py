"""A database server that does not respond blocks a web thread no longer than the deadline."""

import socket
import threading
import time

import psycopg2
import pytest
from django.contrib.auth.models import Group
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, OperationalError, close_old_connections, connection

from sco_cities.db import psycopg2_wait, query_deadline
from sco_cities.db.bulk_insert import insert_rows
from sco_cities.db.database_errors import DatabaseOutage, classify_database_error
from sco_cities.db.query_deadline import NoAnswer, held, waiting
from tests.databases import end_other_sessions

only_postgresql = pytest.mark.only_on("postgresql")
# This time is long enough for a connection on a busy machine.
SHORT_S = 0.6
THREADS = 4


@pytest.fixture
def short_deadline(monkeypatch):
    monkeypatch.setattr(query_deadline, "READER_S", SHORT_S)
    # Requests must not close the connections of the tests.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def limited(transactional_db, short_deadline):
    """Sets the limits of a web process."""
    connection.close()
    psycopg2_wait.install(THREADS, patient_path="/admin/")
    yield
    psycopg2_wait.uninstall()
    connection.close()
    # The server is still executing the queries that the tests have abandoned.
    end_other_sessions()
    connection.close()


@pytest.fixture
def request_thread(limited):
    """Begins a reader's request in this thread."""
    begin_request()


@pytest.fixture
def without_driver(short_deadline):
    """Sets the limits of a web process for waits that tests simulate."""
    query_deadline.enforce(THREADS, "/admin/")
    yield
    query_deadline.stop()


def begin_request(path: str = "/") -> None:
    request_started.send(sender=None, environ={"PATH_INFO": path})


@pytest.fixture
def deaf_server():
    """The port of a server that accepts connections but never responds."""
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


def is_silent(alias: str = DEFAULT_DB_ALIAS) -> bool:
    return query_deadline._servers[alias].is_silent


@only_postgresql
def test_a_query_without_an_answer_fails_in_time_and_the_next_request_works(request_thread):
    error, seconds = error_and_seconds(sleep, 20)
    assert SHORT_S <= seconds < 5
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
    assert is_silent()
    # Django closes unusable connections between two requests.
    connection.close_if_unusable_or_obsolete()
    begin_request()
    sleep(0)
    assert not is_silent()


@only_postgresql
def test_after_a_query_without_an_answer_the_request_waits_for_no_other(request_thread):
    error_and_seconds(sleep, 20)
    connection.close()
    _error, seconds = error_and_seconds(sleep, 0)
    assert seconds < SHORT_S / 2


@only_postgresql
def test_answered_queries_may_take_longer_together(request_thread):
    for _time in range(4):
        sleep(SHORT_S / 3)


@only_postgresql
def test_a_curators_request_may_wait_longer_than_a_readers(limited):
    begin_request("/admin/")
    sleep(2 * SHORT_S)


@only_postgresql
def test_a_commit_waits_no_longer_than_a_query(request_thread):
    raw = connection.connection or connection.ensure_connection() or connection.connection
    with raw.cursor() as cursor:
        cursor.execute("BEGIN")
        # A deferred trigger makes the server sleep when the transaction ends.
        cursor.execute("CREATE TEMPORARY TABLE lamp (number int)")
        cursor.execute(
            "CREATE FUNCTION pg_temp.nap() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_sleep(20); RETURN NULL; END'"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER nap AFTER INSERT ON lamp DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.nap()"
        )
        cursor.execute("INSERT INTO lamp VALUES (1)")
        _error, seconds = error_and_seconds(cursor.execute, "COMMIT")
    assert SHORT_S <= seconds < 5


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
    assert not is_silent()


@only_postgresql
@pytest.mark.parametrize("mode", ["read-write", "any"])
def test_the_next_host_is_tried_in_time_if_a_host_is_silent(limited, monkeypatch, deaf_server, mode):
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"] or 5432
    monkeypatch.setitem(connection.settings_dict, "HOST", f"127.0.0.1,{host}")
    monkeypatch.setitem(connection.settings_dict, "PORT", f"{deaf_server},{port}")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "target_session_attrs", mode)
    begin_request()
    started = time.monotonic()
    sleep(0)
    assert time.monotonic() - started < 4
    assert connection.connection.info.host == host
    connection.close()


@only_postgresql
def test_one_thread_opens_no_connection_while_all_others_wait_for_theirs(limited, deaf_server):
    def connect() -> float:
        dsn = f"host=127.0.0.1 port={deaf_server} user=ada connect_timeout=2"
        return error_and_seconds(lambda: psycopg2_wait._LimitedConnection(DEFAULT_DB_ALIAS, dsn))[1]

    seconds = in_threads(THREADS, connect)
    assert seconds[0] < 1 < 1.5 < seconds[1]
    assert seconds[-1] < 5


@only_postgresql
def test_no_request_keeps_waiting_after_a_failed_query(request_thread):
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        # The server closes the connection before it has sent a complete response.
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)")
    assert query_deadline._waits == set()


@only_postgresql
def test_a_web_process_copies_rows_and_reads_them_in_batches_from_a_cursor_of_the_server(limited):
    names = ["plain", "tab\tand\nline", "back\\slash and 'quote' and %s", "Душанбе 杜尚别"]
    insert_rows(Group, ["name"], ((name,) for name in [*names, *(f"group {n}" for n in range(500))]))
    rows = Group.objects.values_list("name", flat=True).iterator(chunk_size=50)
    assert set(names) < set(rows)


@only_postgresql
def test_a_check_of_one_server_leaves_time_for_a_check_of_another(request_thread):
    with query_deadline.within(0.3):
        error_and_seconds(sleep, 20)
    connection.close()
    sleep(SHORT_S / 2)


def wait_in_vain(alias: str = DEFAULT_DB_ALIAS) -> float:
    """Waits until the wait is interrupted, and returns its duration in seconds."""
    cut, started = threading.Event(), time.monotonic()
    with pytest.raises(NoAnswer), waiting(alias, cut.set):
        assert cut.wait(30)
        raise ConnectionError
    return time.monotonic() - started


def test_a_server_without_an_answer_does_not_affect_another_server(without_driver):
    begin_request()
    assert SHORT_S <= wait_in_vain() < 5
    assert [is_silent(alias) for alias in ("default", "replica")] == [True, False]
    with waiting("replica"):
        pass


def test_one_request_a_second_tries_whether_a_silent_server_answers_again(without_driver):
    for _request in range(2):
        begin_request()
        wait_in_vain()
    begin_request()
    with pytest.raises(NoAnswer), waiting(DEFAULT_DB_ALIAS):
        pass
    query_deadline.record_answer(DEFAULT_DB_ALIAS)
    with waiting(DEFAULT_DB_ALIAS):
        pass


def test_one_request_at_a_time_tries_whether_a_silent_server_answers_again(without_driver, monkeypatch):
    monkeypatch.setattr(query_deadline, "TRY_INTERVAL_S", 0.1)
    monkeypatch.setattr(query_deadline, "READER_S", 1)
    query_deadline._servers[DEFAULT_DB_ALIAS].failed_at = time.monotonic()
    trial = threading.Thread(target=lambda: in_threads(1, wait_in_vain))
    trial.start()
    time.sleep(0.3)
    begin_request()
    with pytest.raises(NoAnswer), waiting(DEFAULT_DB_ALIAS):
        pass
    trial.join()


def in_threads(number: int, work) -> list[float]:
    """Returns the results of `work` in threads that each handle a request."""
    results = []

    def request():
        begin_request()
        results.append(work())

    threads = [threading.Thread(target=request) for _thread in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_one_thread_is_free_while_all_others_wait(without_driver, monkeypatch):
    monkeypatch.setattr(query_deadline, "READER_S", 3)
    seconds = in_threads(THREADS, wait_in_vain)
    assert seconds[0] < 1.5 < 2 < seconds[1]


def test_the_last_free_thread_does_not_begin_to_wait(without_driver, monkeypatch):
    monkeypatch.setattr(query_deadline, "READER_S", 3)
    others = threading.Thread(target=lambda: in_threads(THREADS - 1, wait_in_vain))
    others.start()
    time.sleep(1)
    begin_request()
    with pytest.raises(NoAnswer) as refused, waiting(DEFAULT_DB_ALIAS):
        pass
    # The error marks the server as slow, because the server may still be working.
    assert refused.value.is_slow
    # Short waits, such as health checks, and waits of threads that handle no request are still allowed.
    with query_deadline.within(0.4), waiting(DEFAULT_DB_ALIAS):
        pass
    request_finished.send(sender=None)
    with waiting(DEFAULT_DB_ALIAS):
        pass
    others.join()


def test_a_later_request_waits_no_longer_than_the_first(without_driver, monkeypatch):
    monkeypatch.setattr(query_deadline, "READER_S", 2)
    first = threading.Thread(target=lambda: in_threads(1, wait_in_vain))
    first.start()
    time.sleep(1)
    begin_request()
    assert wait_in_vain() < 1.8
    first.join()


@pytest.mark.parametrize(("is_down", "seconds"), [(False, 16), (True, 4)])
def test_a_curator_waits_longer_unless_the_database_is_silent(without_driver, monkeypatch, is_down, seconds):
    monkeypatch.setattr(query_deadline, "READER_S", 4)
    if is_down:
        query_deadline._servers[DEFAULT_DB_ALIAS].failed_at = time.monotonic()
    begin_request("/admin/initiatives/")
    assert query_deadline._limit.seconds == seconds
    request_finished.send(sender=None)
    assert query_deadline._limit.seconds == query_deadline.PATIENT_S


def test_waiting_for_a_thread_that_waits_for_the_database_counts_as_waiting(without_driver):
    begin_request()
    lock = threading.Lock()
    with lock:
        error, seconds = error_and_seconds(lambda: held(lock, DEFAULT_DB_ALIAS).__enter__())
    assert SHORT_S <= seconds < 5
    assert classify_database_error(error) is DatabaseOutage.UNAVAILABLE
    with held(lock, DEFAULT_DB_ALIAS):
        assert lock.locked()
    assert not lock.locked()


def test_the_limit_applies_to_the_total_of_all_waits_of_a_request(without_driver):
    begin_request()
    with waiting(DEFAULT_DB_ALIAS):
        time.sleep(SHORT_S / 2)
    with waiting(DEFAULT_DB_ALIAS) as wait:
        assert wait.seconds <= SHORT_S / 2
        query_deadline.record_answer(DEFAULT_DB_ALIAS)
    begin_request()
    with waiting(DEFAULT_DB_ALIAS) as wait:
        time.sleep(SHORT_S / 4)
        query_deadline.record_answer(DEFAULT_DB_ALIAS)
    with waiting(DEFAULT_DB_ALIAS) as wait:
        assert wait.seconds == SHORT_S


def test_a_process_without_limits_waits_for_the_lock():
    lock = threading.Lock()
    with lock:
        threading.Timer(0.3, lock.release).start()
        with held(lock, DEFAULT_DB_ALIAS):
            pass
        lock.acquire()


@only_postgresql
def test_a_failed_connection_can_be_cut(limited):
    connection.ensure_connection()
    raw = connection.connection
    raw.close()
    psycopg2_wait._cut(raw)
