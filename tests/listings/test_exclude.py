"""A filter can include and exclude values in the list, its options and its links."""

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from tests import factories as make

pytestmark = pytest.mark.django_db


def page_of(query: str) -> ListPage:
    with facet_index("initiatives") as state:
        page = ListPage(INITIATIVES, state, QueryDict(query))
        # These properties are evaluated while the index state is available.
        page.page, page.filter_panels, page.year_bars  # noqa: B018
        return page


def option_counts(query: str, name: str) -> str:
    """Returns the options of a filter with their counts.

    An option is "+agreed 2" if it is selected, and "-agreed 2" if it is excluded.
    """
    options = next(panel for panel in page_of(query).filter_panels if panel.name == name).options
    signs = ("+" * option.is_selected + "-" * option.is_excluded for option in options)
    return " ".join(
        f"{sign}{option.value} {option.count}"
        for sign, option in zip(signs, options, strict=True)
        if option.count != 0
    )


@pytest.fixture
def shared_lamps():
    """Cities A to D with shared initiatives.

    A and B share two initiatives, and A and C share one. Each of the four cities also has a separate initiative.
    """
    cities = {name: make.make_city(f"city-{name}", "xa") for name in "abcd"}
    for number, names in enumerate(("ab", "ab", "ac", "a", "b", "c", "d")):
        make.make_initiative(f"shared-{number}", lead=[cities[name] for name in names])


@pytest.mark.usefixtures("shared_lamps")
@pytest.mark.parametrize(
    ("query", "count", "expected"),
    [
        # Each number is the list's count if this option is also selected and the exclusions are removed.
        ("city=-city-b", 4, "city-a 2 city-c 2 city-d 1 -city-b 3"),
        ("city=city-a&city=city-c&city=-city-b", 3, "+city-a 2 +city-c 2 city-d 1 -city-b 2"),
        ("city=city-a&city=-city-b&city=-city-c", 1, "+city-a 1 city-d 1 -city-b 2 -city-c 1"),
        ("city=City-A&city=-City-B", 2, "+city-a 2 city-c 2 city-d 1 -city-b 2"),
        ("city=city-a,city-c&city=-city-b", 1, "+city-a 1 +city-c 1"),
        ("city=city-a,city-b&city=-city-c", 2, "+city-a 2 +city-b 2"),
        ("city=city-a&city_match=all&city=-city-b", 2, "+city-a 2 -city-b 2 city-c 1"),
    ],
)
def test_a_list_and_its_options_contain_included_records_without_excluded_records(query, count, expected):
    assert page_of(query).count == count
    assert option_counts(query, "city") == expected


@pytest.mark.usefixtures("shared_lamps")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("city=city-a", "?city=-city-a"),
        ("city=city-a&city=city-b&kind=plan&page=2", "?kind=plan&city=city-b&city=-city-a"),
        ("city=city-a&city=city-b&city=-city-c", "?city=city-b&city=-city-c&city=-city-a"),
        ("city=city-a,city-b", "?city=city-b&city=-city-a"),
        ("city=city-a,city-b,city-c&city=-city-d", "?city=city-b%2Ccity-c&city=-city-d&city=-city-a"),
        ("city=city-a&city=city-b&city_match=all", "?city=city-b&city=-city-a"),
        ("city=CITY-A&city=-city-a&city=city-b", "?city=city-b&city=-city-a"),
    ],
)
def test_excluding_a_selected_option_keeps_what_else_is_selected_in_its_filter(query, expected):
    assert page_of(query).exclude_link("city", "city-a") == expected
