"""Counts of filters and years are correct for a list query and computed as rarely as possible."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.facet_counts import ValuesBySize
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from tests import factories as make

pytestmark = pytest.mark.django_db


def years(query: str) -> list[tuple[int, int]]:
    with facet_index("initiatives") as state:
        return [(bar.first, bar.count) for bar in ListPage(INITIATIVES, state, QueryDict(query)).year_bars]


def test_a_record_with_an_end_but_no_start_is_in_no_year():
    make.make_initiative("one", status="agreed", starts_on="2020", ends_on="2021")
    make.make_initiative("two", status="agreed", starts_on="2021", ends_on="2022")
    make.make_initiative("three", status="stalled", starts_on="2022", ends_on="2022")
    make.make_initiative("four", status="agreed", starts_on="", ends_on="2021")
    assert years("") == [(2020, 1), (2021, 2), (2022, 2)]
    assert years("status=agreed") == [(2020, 1), (2021, 2), (2022, 1)]


def test_options_are_counted_once_for_all_values_of_their_filter(monkeypatch):
    calls = []
    monkeypatch.setattr(ValuesBySize, "most_frequent", lambda *args: calls.append(args) or {})
    for slug in ("alpha", "beta"):
        make.make_initiative(lead=[make.make_city(slug)])
    with facet_index("initiatives") as state:
        for query in ("city=alpha", "city=beta", "city=alpha&city=beta"):
            ListPage(INITIATIVES, state, QueryDict(query)).filter_panel("city")
        assert len(calls) == 1
        for query in ("city=beta&status=agreed", "city=-alpha"):
            ListPage(INITIATIVES, state, QueryDict(query)).filter_panel("city")
    assert len(calls) == 3
