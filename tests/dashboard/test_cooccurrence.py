"""Joint initiatives of two places, compared with plain SQL."""

from itertools import combinations

import pytest
from django.db import connection
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from sco_cities.cities.models import City, Country
from sco_cities.dashboard.cooccurrence import CITY, COUNTRY, Directions, pair_counts, pair_filter
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from tests import factories as make

pytestmark = pytest.mark.django_db

CITIES_SQL = """
    SELECT one.slug, other.slug, COUNT(DISTINCT initiative.id)
    FROM initiatives_initiative initiative
    JOIN initiatives_initiativecity a ON a.initiative_id = initiative.id
    JOIN initiatives_initiativecity b ON b.initiative_id = initiative.id
    JOIN cities_city one ON one.id = a.city_id AND one.state = 'published'
    JOIN cities_city other ON other.id = b.city_id AND other.state = 'published'
    WHERE initiative.state = 'published' AND one.slug < other.slug {condition}
    GROUP BY one.slug, other.slug
"""
COUNTRIES_SQL = """
    WITH part AS (
        SELECT initiative_id, country_id FROM initiatives_initiative_countries
        UNION
        SELECT initiative_id, country_id FROM initiatives_initiativecity
        JOIN cities_city city ON city.id = city_id AND city.state = 'published'
    )
    SELECT one.slug, other.slug, COUNT(DISTINCT initiative.id)
    FROM initiatives_initiative initiative
    JOIN part a ON a.initiative_id = initiative.id
    JOIN part b ON b.initiative_id = initiative.id
    JOIN cities_country one ON one.id = a.country_id AND one.state = 'published'
    JOIN cities_country other ON other.id = b.country_id AND other.state = 'published'
    WHERE initiative.state = 'published' AND one.slug < other.slug {condition}
    GROUP BY one.slug, other.slug
"""
SHARED_SQL = """
    SELECT COUNT(DISTINCT a.initiative_id)
    FROM initiatives_initiativecity a
    JOIN initiatives_initiativecity b ON a.initiative_id = b.initiative_id
    JOIN initiatives_initiative initiative ON initiative.id = a.initiative_id AND initiative.state = 'published'
    WHERE a.city_id = %s AND b.city_id = %s
    AND a.role = 'reference' AND b.role IN ('lead', 'partner')
"""
SQL_CONDITIONS = {
    "": "",
    "status=operating&status=agreed": "AND initiative.status IN ('operating', 'agreed')",
    "theme=smart-city": """AND initiative.id IN (
        SELECT initiative_id FROM initiatives_initiative_themes
        JOIN themes_theme theme ON theme.id = theme_id WHERE theme.slug = 'smart-city')""",
}


def sql_rows(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def list_keys(state, query=""):
    return ListQuery(INITIATIVES, state, QueryDict(query)).result_set.keys


@pytest.mark.parametrize("query", SQL_CONDITIONS)
@pytest.mark.parametrize(
    ("side", "model", "sql"),
    [(CITY, City, CITIES_SQL), (COUNTRY, Country, COUNTRIES_SQL)],
    ids=["city", "country"],
)
@pytest.mark.usefixtures("loaded_package")
def test_the_count_of_every_pair_matches_plain_sql(side, model, sql, query):
    slugs = dict(model.objects.values_list("pk", "slug"))
    with facet_index("initiatives") as state:
        counted = pair_counts(state, side, list_keys(state, query))
    numbers = {tuple(sorted((slugs[one], slugs[other]))): count for one, other, count in counted}
    expected = {
        (one, other): count for one, other, count in sql_rows(sql.format(condition=SQL_CONDITIONS[query]))
    }
    assert len(expected) > 3
    assert (numbers, len(list(counted))) == (expected, len(expected))


@pytest.mark.usefixtures("loaded_package")
def test_the_knowledge_flow_matches_plain_sql():
    with facet_index("initiatives") as state:
        everything = list_keys(state)
        counted, directions = pair_counts(state, CITY, everything), Directions(state, CITY, everything)
        largest = counted.largest(30)
        flows = {
            (a, b): (directions.shares(a, b), directions.learns(a, b)) for a, b in combinations(largest, 2)
        }
    expected = {
        pair: (sql_rows(SHARED_SQL, *pair)[0][0], sql_rows(SHARED_SQL, *pair[::-1])[0][0]) for pair in flows
    }
    assert sum(map(any, expected.values())) > 2
    assert flows == expected


@pytest.fixture
def lamps():
    """Two cities of one country and one city of another country. The first two learn from the third."""
    cities = {
        slug: make.make_city(slug, country) for slug, country in (("a", "xa"), ("b", "xa"), ("c", "xb"))
    }
    hidden = make.make_city("hidden", "xb", state="draft")
    make.make_initiative("learnt", lead=[cities["a"]], partner=[cities["b"]], reference=[cities["c"]])
    make.make_initiative("led", lead=[cities["a"]], partner=[cities["b"], hidden])
    make.make_initiative("alone", lead=[cities["a"]], reference=[hidden])
    make.make_initiative("named", lead=[cities["a"]], countries=[cities["c"].country])
    make.make_initiative("draft", lead=[cities["a"]], partner=[cities["c"]], state="draft")
    return {slug: city.pk for slug, city in cities.items()}


def test_drafts_do_not_count_as_initiatives_or_partners(lamps):
    with facet_index("initiatives") as state:
        counted = pair_counts(state, CITY, list_keys(state))
    a, b, c = lamps.values()
    assert sorted(counted) == sorted([(*sorted((a, b)), 2), (*sorted((a, c)), 1), (*sorted((b, c)), 1)])
    assert (counted.of(a, b), counted.of(b, a), counted.of(a, a), counted.of(c, c)) == (2, 2, 4, 1)
    assert (counted.joint_counts, counted.largest(2)) == ({a: 2, b: 2, c: 1}, [a, b])


def test_a_reference_shares_with_lead_and_partner_who_do_not_share_with_each_other(lamps):
    a, b, c = lamps.values()
    with facet_index("initiatives") as state:
        directions = Directions(state, CITY, list_keys(state))
        assert (directions.shares(c, a), directions.shares(c, b), directions.shares(a, b)) == (1, 1, 0)
        assert (directions.shares(a, c), directions.shares(b, c), directions.shares(b, a)) == (0, 0, 0)
        assert (directions.learns(a, c), directions.learns(b, a)) == (1, 0)


def test_countries_share_through_their_cities_and_also_count_when_linked_directly(lamps):
    xa, xb = Country.objects.get(slug="xa").pk, Country.objects.get(slug="xb").pk
    with facet_index("initiatives") as state:
        counted, directions = (
            pair_counts(state, COUNTRY, list_keys(state)),
            Directions(state, COUNTRY, list_keys(state)),
        )
        # As in the list of initiatives of their country, unpublished cities are not counted for the country.
        assert (counted.of(xa, xb), counted.of(xa, xa)) == (2, 4)
        assert (directions.shares(xb, xa), directions.shares(xa, xb)) == (1, 0)


def test_pairs_are_cached_until_the_data_changes(lamps):
    def current(query=""):
        with facet_index("initiatives") as state:
            return pair_counts(state, CITY, list_keys(state, query))

    before = current()
    assert current("status=-stalled") is before
    assert current("kind=plan") is not before
    make.make_initiative("more", lead=[City.objects.get(slug="b")], partner=[City.objects.get(slug="c")])
    assert current().of(lamps["b"], lamps["c"]) == before.of(lamps["b"], lamps["c"]) + 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "?city=a&with_city=b"),
        ("status=agreed&page=2", "?status=agreed&city=a&with_city=b"),
        ("city=a", "?city=a&with_city=b"),
        ("city=c", "?city=c&with_city=a%2Cb"),
        ("city=a&city=c", "?city=a&city=c&with_city=a%2Cb"),
        ("city=-c&with_city=-d", "?city=a&city=-c&with_city=b&with_city=-d"),
        ("with_city=c&with_city=d", "?city=a&with_city=c%2Cb&with_city=d%2Cb"),
        ("city=b&with_city=a", "?city=b&with_city=a"),
    ],
)
def test_a_pair_is_added_to_the_existing_filters(query, expected):
    assert pair_filter(QueryDict(query), CITY, "a", "b") == expected


@pytest.mark.parametrize(
    ("query", "expected"), [("", "?city=a"), ("city=c", "?city=c&with_city=a"), ("city=a", "?city=a")]
)
def test_a_single_place_is_added_to_the_existing_filters(query, expected):
    assert pair_filter(QueryDict(query), CITY, "a") == expected


@pytest.mark.parametrize("side", [CITY, COUNTRY], ids=["city", "country"])
@pytest.mark.parametrize(
    "query",
    ["", "kind=project", "{side}={one}", "{side}={one}&{side}={other}", "{side}=-{one}&with_{side}={other}",
     "{side}={one}&with_{side}={other}&with_{side}={third}"],
)  # fmt: skip
@pytest.mark.usefixtures("loaded_package")
def test_the_list_of_a_pair_has_the_counted_number_of_initiatives(side, query):
    with facet_index("initiatives") as state:
        records = state.index(side.collection).records
        largest = [records[key].slug for key in pair_counts(state, side, list_keys(state)).largest(3)]
        query = query.format(side=side.name, **dict(zip(("one", "other", "third"), largest, strict=True)))
        counted = pair_counts(state, side, list_keys(state, query))
        assert len(list(counted)) > 1
        for one, other, count in [
            *counted,
            *((key, key, count) for key, count in counted.total_counts.items()),
        ]:
            asked = pair_filter(QueryDict(query), side, records[one].slug, records[other].slug)
            assert len(list_keys(state, asked[1:])) == count, asked
