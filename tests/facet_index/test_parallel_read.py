"""Reading over two connections: in parallel, of the same version, and complete if the second connection fails."""

import threading

import pytest
from django.db import OperationalError

from sco_cities.facet_index import change_log, parallel_read
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import run_in_thread

pytestmark = pytest.mark.usefixtures("version_of_one_database")

committed = pytest.mark.django_db(transaction=True)
TIMEOUT_S = 20


def thread_name() -> str:
    return threading.current_thread().name


def count_themes(using: str) -> tuple[int, str]:
    """How many themes this connection sees, and the name of its thread."""
    return Theme.objects.using(using).count(), thread_name()


@committed
def test_two_connections_read_at_the_same_time_and_see_the_same_version():
    def count_when_both_threads_are_running(using):
        both.wait(TIMEOUT_S)
        return Theme.objects.using(using).count()

    make.make_theme("lamps")
    both = threading.Barrier(2)
    readers = dict.fromkeys("ab", count_when_both_threads_are_running)
    with read_snapshot("default"):
        assert parallel_read.read(readers, ["b"], "default", change_log.version("default")) == {
            "a": 1,
            "b": 1,
        }


@committed
def test_if_the_second_connection_sees_a_later_version_the_first_reads_everything():
    make.make_theme("lamps")
    with read_snapshot("default"):
        version = change_log.version("default")
        run_in_thread(lambda: make.make_theme("tunnels"))
        results = parallel_read.read(dict.fromkeys("ab", count_themes), ["b"], "default", version)
    assert results == {"a": (1, thread_name()), "b": (1, thread_name())}


@committed
@pytest.mark.parametrize(
    ("error", "has_traceback"), [(InterruptedError, True), (OperationalError, False)], ids=["bug", "outage"]
)
def test_if_the_second_connection_fails_the_first_reads_everything_and_a_warning_is_logged(
    caplog, error, has_traceback
):
    def fail_unless_first(using):
        if thread_name() != first:
            raise error("the connection is lost")
        return "read"

    first = thread_name()
    readers = dict.fromkeys("abc", fail_unless_first)
    with read_snapshot("default"):
        results = parallel_read.read(readers, ["b", "c"], "default", change_log.version("default"))
    assert results == dict.fromkeys("abc", "read")
    assert "could not help" in caplog.text and "the connection is lost" in caplog.text
    assert ("Traceback" in caplog.text) is has_traceback


@committed
def test_a_failure_of_the_first_connection_is_an_error():
    def fail(_using):
        raise InterruptedError("the disk is full")

    with read_snapshot("default"), pytest.raises(InterruptedError, match="the disk is full"):
        parallel_read.read({"a": fail, "b": thread_name}, ["b"], "default", change_log.version("default"))


@pytest.mark.django_db
def test_in_a_transaction_there_is_no_second_connection():
    make.make_theme("lamps")
    results = parallel_read.read(
        dict.fromkeys("ab", count_themes), ["b"], "default", change_log.version("default")
    )
    assert results == {"a": (1, thread_name()), "b": (1, thread_name())}
