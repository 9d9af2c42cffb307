"""What is made in a thread beside comes in order, in the caller's language, and fails where the caller is."""

import threading

import pytest
from django.utils import translation

from sco_cities.listings.exports.thread_pipeline import map_in_thread


def test_everything_is_made_once_and_in_order():
    assert list(map_in_thread(range(5), lambda number: number * number)) == [0, 1, 4, 9, 16]
    assert list(map_in_thread([], str)) == []


def test_the_next_thing_is_read_while_one_is_being_made():
    read = threading.Event()

    def things():
        yield "first"
        read.set()
        yield "second"

    # Would wait for ever if the second were read only after the first has been made.
    assert list(map_in_thread(things(), lambda thing: (thing, read.wait(30)))) == [
        ("first", True),
        ("second", True),
    ]


def test_things_are_made_in_the_language_of_who_asks_for_them():
    with translation.override("ru"):
        assert list(map_in_thread([1], lambda _thing: translation.get_language())) == ["ru"]


def test_a_failure_reaches_who_asks_and_what_came_before_is_there():
    made = map_in_thread([1, 0], lambda number: 1 // number)
    assert next(made) == 1
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_a_file_that_is_given_up_leaves_no_thread_behind():
    made = map_in_thread(range(3), str)
    assert next(made) == "0"
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export")]
