"""Two connections that read abreast: both at work, of one moment, and nothing lost where the second cannot help."""

import threading

import pytest

from sco_cities.facet_index import change_log, parallel_read
from sco_cities.facet_index.read_snapshot import read_snapshot
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.facet_index.test_change_log import elsewhere

committed = pytest.mark.django_db(transaction=True)
SECONDS = 20


def here() -> str:
    return threading.current_thread().name


def themes_seen(using: str) -> tuple[int, str]:
    """How many themes this connection sees, and whose it is."""
    return Theme.objects.using(using).count(), here()


@committed
def test_two_parts_are_read_at_the_same_time_and_see_the_same_moment():
    def count_when_both_are_here(using):
        both.wait(SECONDS)
        return Theme.objects.using(using).count()

    make.make_theme("lamps")
    both = threading.Barrier(2)
    parts = dict.fromkeys("ab", count_when_both_are_here)
    with read_snapshot("default"):
        assert parallel_read.read(parts, ["b"], "default", change_log.version("default")) == {"a": 1, "b": 1}


@committed
def test_a_second_connection_that_sees_a_later_version_leaves_everything_to_the_first():
    make.make_theme("lamps")
    with read_snapshot("default"):
        version = change_log.version("default")
        elsewhere(lambda: make.make_theme("tunnels"))
        found = parallel_read.read(dict.fromkeys("ab", themes_seen), ["b"], "default", version)
    assert found == {"a": (1, here()), "b": (1, here())}


@committed
def test_what_the_second_connection_fails_at_is_read_by_the_first_and_said_in_the_log(caplog):
    def fail_unless_first(using):
        if here() != first:
            raise InterruptedError("the connection is lost")
        return "read"

    first = here()
    parts = dict.fromkeys("abc", fail_unless_first)
    with read_snapshot("default"):
        found = parallel_read.read(parts, ["b", "c"], "default", change_log.version("default"))
    assert found == dict.fromkeys("abc", "read")
    assert "could not help" in caplog.text and "the connection is lost" in caplog.text


@committed
def test_what_the_first_connection_fails_at_is_an_error():
    def fail(_using):
        raise InterruptedError("the disk is full")

    with read_snapshot("default"), pytest.raises(InterruptedError, match="the disk is full"):
        parallel_read.read({"a": fail, "b": here}, ["b"], "default", change_log.version("default"))


@pytest.mark.django_db
def test_within_a_transaction_no_second_connection_is_asked():
    make.make_theme("lamps")
    found = parallel_read.read(
        dict.fromkeys("ab", themes_seen), ["b"], "default", change_log.version("default")
    )
    assert found == {"a": (1, here()), "b": (1, here())}
