"""Whatever is asked for, a number of a chart, a map, a matrix or a filter is that of the list it leads to."""

import os
import re
from collections.abc import Iterator
from random import Random

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings import querystring
from sco_cities.listings.fields import NOT
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ListQuery
from tests.dashboard.map.test_pages import links, titles
from tests.dashboard.test_charts import charted, marks_of
from tests.dashboard.test_matrix import Table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SEEDS = range(int(os.environ.get("PROPERTIES", "12")))
# What an arc says ends with how much of it goes which way: the first number is that of its list.
COUNT = re.compile(r": ([\d,]+) initiative")
Numbered = Iterator[tuple[str, int]]


def page_of(state, query: str) -> ListPage:
    return ListPage(INITIATIVES, state, QueryDict(query))


def a_query(random: Random) -> str:
    """Filters as readers come to them: what a list offers is chosen, left out, or joined to another choice."""
    query = ""
    for _step in range(random.randint(0, 4)):
        with require_facet_index("initiatives") as state:
            facets = page_of(state, query).facets
        offered = [(facet, option.value) for facet in facets for option in facet.options if option.count]
        if not offered:
            break
        facet, value = random.choice(offered)
        kept = facet.values if random.random() < 0.3 else []
        values = dict.fromkeys([*kept, random.choice(("", "", "", NOT)) + value])
        query = querystring.replacing(
            QueryDict(query), (facet.name, ""), *((facet.name, value) for value in values)
        )[1:]
    if random.random() < 0.4:
        query += f"&{random.choice(('year_from', 'year_to'))}={random.randint(2015, 2026)}"
    if random.random() < 0.2:
        query += "&q=city"
    return query.removeprefix("&")


def of_charts(query: str, client) -> Numbered:
    yield from ((mark.address, mark.count) for mark in marks_of(charted(query)) if mark.address)


def of_map(query: str, client) -> Numbered:
    page = client.get(f"/map/?{query}").content.decode()
    for group in ("arcs", "discs") if 'class="arcs"' in page else ():
        for address, title in zip(links(page, group), titles(page, group), strict=True):
            yield address, int(COUNT.search(title)[1].replace(",", ""))


def of_matrix(query: str, client) -> Numbered:
    for side in ("city", "country"):
        page = client.get(f"/matrix/?{query}&by={side}").content.decode()
        if '<table class="matrix' in page:
            yield from ((link, int(number)) for number, link in Table(page).cells.values())


def of_filters(query: str, client) -> Numbered:
    with require_facet_index("initiatives") as state:
        page = page_of(state, query)
        facets, bars = page.facets, page.years
    for facet in facets:
        for option in facet.options:
            if option.count is not None:
                yield (
                    querystring.replacing(QueryDict(query), (facet.name, ""), (facet.name, option.value)),
                    option.count,
                )
    for bar in bars:
        yield page.years_link(bar.first, bar.last), bar.count


@pytest.mark.parametrize("numbers", [of_charts, of_map, of_matrix, of_filters])
def test_a_number_is_that_of_the_list_it_leads_to(numbers, client):
    checked, wrong = 0, []
    for query in map(a_query, map(Random, SEEDS)):
        shown = list(numbers(query, client))
        checked += len(shown)
        with require_facet_index("initiatives") as state:
            for address, count in shown:
                selection = ListQuery(INITIATIVES, state, QueryDict(address.partition("?")[2]))
                if selection.errors or selection.found.count() != count:
                    found = selection.errors or selection.found.count()
                    wrong.append(f"{query}: {count} at {address}, which has {found}")
    assert checked > 10 * len(SEEDS)
    assert wrong == [], "\n".join(wrong[:20])
