"""For any filters, each number of a chart, map, matrix or filter equals the count of the list that it links to."""

import re
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.dashboard.dossier.page import Dossier
from sco_cities.dashboard.dossier.views import places_of
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.fields import NOT, divide
from sco_cities.listings.list_page import ListPage
from sco_cities.listings.list_query import ListQuery
from tests.dashboard.map.test_pages import links, titles
from tests.dashboard.test_charts import all_marks, make_scope
from tests.dashboard.test_matrix import Table
from tests.extent import sample

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_package")]

SEEDS = range(sample(12))
# The title of an arc ends with numbers by direction. Its first number is the count of its list.
COUNT = re.compile(r": ([\d,]+) initiative")
LinkedNumbers = Iterator[tuple[str, int]]


def list_page(state, query: str) -> ListPage:
    return ListPage(INITIATIVES, state, QueryDict(query))


def random_query(random: Random) -> str:
    """Builds a query string in random steps, which include or exclude an offered option or add it to the selection."""
    query = ""
    for _step in range(random.randint(0, 4)):
        with facet_index("initiatives") as state:
            facets = list_page(state, query).filter_panels
        offered = [(facet, option.value) for facet in facets for option in facet.options if option.count]
        if not offered:
            break
        facet, value = random.choice(offered)
        selected = facet.values if random.random() < 0.3 else []
        values = dict.fromkeys([*selected, random.choice(("", "", "", NOT)) + value])
        query = querystring.replacing(
            QueryDict(query), (facet.name, ""), *((facet.name, value) for value in values)
        )[1:]
    if random.random() < 0.4:
        query += f"&{random.choice(('year_from', 'year_to'))}={random.randint(2015, 2026)}"
    if random.random() < 0.2:
        query += "&q=city"
    return query.removeprefix("&")


def chart_numbers(query: str, client) -> LinkedNumbers:
    yield from ((mark.url, mark.count) for mark in all_marks(make_scope(query)) if mark.url)


def map_numbers(query: str, client) -> LinkedNumbers:
    page = client.get(f"/map/?{query}&ties=all").content.decode()
    for group in ("arcs", "discs") if 'class="arcs' in page else ():
        for address, title in zip(links(page, group), titles(page, group), strict=True):
            yield address, int(COUNT.search(title)[1].replace(",", ""))


def matrix_numbers(query: str, client) -> LinkedNumbers:
    for side in ("city", "country"):
        page = client.get(f"/matrix/?{query}&by={side}").content.decode()
        if '<table class="matrix' in page:
            yield from ((link, int(number)) for number, link in Table(page).cells.values())


def filter_numbers(query: str, client) -> LinkedNumbers:
    with facet_index("initiatives") as state:
        page = list_page(state, query)
        facets, bars = page.filter_panels, page.year_bars
    for facet in facets:
        included, excluded = divide(facet.values)
        for option in facet.options:
            # The number of an excluded option is the number of removed records. With included values, there is no list
            # for this number.
            if option.count is None or (option.is_excluded and included):
                continue
            values = [option.value, *(() if option.is_excluded else excluded)]
            selected = ((facet.name, value) for value in values)
            yield querystring.replacing(QueryDict(query), (facet.name, ""), *selected), option.count
    for bar in bars:
        yield page.years_link(bar.first, bar.last), bar.count


def query_string(state, address: str) -> str:
    """The query string of the list that a link opens.

    For a page about two places it is the list of joint initiatives.
    """
    path, _, query = address.partition("?")
    _, _, places = path.strip("/").partition("together/")
    return urlsplit(Dossier(state, places_of(state, places.split("/"))).joint.url).query if places else query


@pytest.mark.parametrize("numbers", [chart_numbers, map_numbers, matrix_numbers, filter_numbers])
def test_a_number_matches_the_list_that_it_links_to(numbers, client):
    checked, wrong = 0, []
    # Numbers link to pages about two places only if there is no filter.
    for query in ("", *map(random_query, map(Random, SEEDS))):
        links_of_page = list(numbers(query, client))
        checked += len(links_of_page)
        with facet_index("initiatives") as state:
            for address, count in links_of_page:
                list_query = ListQuery(INITIATIVES, state, QueryDict(query_string(state, address)))
                if list_query.errors or list_query.result_set.count() != count:
                    actual = list_query.errors or list_query.result_set.count()
                    wrong.append(f"{query}: {count} at {address}, which has {actual}")
    assert checked > 10 * len(SEEDS)
    assert wrong == [], "\n".join(wrong[:20])
