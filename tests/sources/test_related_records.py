"""Long lists of related records on a page show only the first records.

If there are only a few more records, all records are shown.
"""

import pytest

from sco_cities.sources.related_records import first_and_others


@pytest.mark.parametrize(
    ("count", "most", "sizes"),
    [(0, None, []), (8, None, [8]), (10, None, [10]), (11, None, [8, 3]), (6, 4, [6]), (7, 4, [4, 3])],
)
def test_a_run_that_is_too_long_is_divided_into_the_first_and_the_others(count, most, sizes):
    parts = first_and_others(range(count), most)
    assert [len(part) for part in parts] == sizes
    assert [item for part in parts for item in part] == list(range(count))
