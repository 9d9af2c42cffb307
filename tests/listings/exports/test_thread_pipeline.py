"""A thread processes items in order and in the caller's language. The thread's errors are raised in the caller."""

import threading

import pytest
from django.utils import translation

from sco_cities.listings.exports.csv_file import map_in_thread


def test_every_item_is_processed_once_and_in_order():
    assert list(map_in_thread(range(5), lambda number: number * number)) == [0, 1, 4, 9, 16]
    assert list(map_in_thread([], str)) == []


def test_the_next_item_is_read_while_one_is_processed():
    read = threading.Event()

    def items():
        yield "first"
        read.set()
        yield "second"

    # The wait times out if the second item is read only after the first item was processed.
    assert list(map_in_thread(items(), lambda item: (item, read.wait(30)))) == [
        ("first", True),
        ("second", True),
    ]


def test_items_are_processed_in_the_caller_s_language():
    with translation.override("ru"):
        assert list(map_in_thread([1], lambda _item: translation.get_language())) == ["ru"]


def test_an_error_reaches_the_caller_after_earlier_results():
    results = map_in_thread([1, 0], lambda number: 1 // number)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_an_abandoned_file_ends_its_thread():
    results = map_in_thread(range(3), str)
    assert next(results) == "0"
    results.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export")]
