"""Python looks for cycles seldom while the worker is at work, and as ever afterwards."""

import gc

import pytest

from sco_cities.curation.background.collecting import NEW_OBJECTS, seldom_collecting


@pytest.mark.parametrize("error", [None, ValueError])
def test_cycles_are_looked_for_seldom_only_until_the_work_ends_or_fails(error):
    before = gc.get_threshold()
    try:
        with seldom_collecting():
            assert gc.get_threshold()[0] == NEW_OBJECTS > before[0]
            if error:
                raise error
    except ValueError:
        assert error
    assert gc.get_threshold() == before
