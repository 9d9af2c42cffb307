from collections import Counter
from itertools import combinations

import pytest
from django.db import connection
from django.http import QueryDict

from initiatives.models import InitiativeCity
from sco_cities.cities.columns import CITIES
from sco_cities.dashboard.map.context import initiative_list
from sco_cities.dashboard.map.network import Network
from sco_cities.dashboard.map.scope import MapScope
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from tests import factories as make
from tests.dashboard.map.joint_initiatives import query_of

# Cities of a higher rank share experience with cities of a lower rank, so reference cities share with all other
# cities.
RANKS = {"partner": 0, "lead": 0, "reference": 1}


def make_network(query=""):
    with facet_index("initiatives") as state:
        return Network(MapScope(initiative_list(state, query)))


def numbers_by_slug(numbers):
    """The count of each city, and the edges as `{(one, other): (count, shares, learns, pillar)}`."""
    slugs = {key: record.slug for key, record in numbers.state.index("cities").records.items()}
    edges = {}
    for triple in numbers.strongest():
        edge = numbers.edge(*triple)
        pillar = numbers.main_pillar(edge)
        edges[slugs[edge.one], slugs[edge.other]] = (edge.count, edge.shares, edge.learns, pillar)
    return {slugs[key]: count for key, count in numbers.cities.items()}, edges


def numbers_by_sql(condition=""):
    """The result of `numbers_by_slug`, computed from the table rows one by one."""
    sql = f"""
        SELECT part.initiative_id, city.slug, part.role FROM initiatives_initiativecity part
        JOIN initiatives_initiative initiative ON initiative.id = part.initiative_id
        JOIN cities_city city ON city.id = part.city_id
        WHERE initiative.state = 'published' AND city.state = 'published' {condition}
    """  # noqa: S608 - conditions of this module
    parts = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for initiative, city, role in cursor.fetchall():
            parts.setdefault(initiative, {})[city] = RANKS[role]
    cities = Counter(city for roles in parts.values() for city in roles)
    counts, shares = Counter(), Counter()
    one_sided = {"shares": Counter(), "learns": Counter()}
    for roles in parts.values():
        for one, other in combinations(roles, 2):
            counts[frozenset((one, other))] += 1
            if roles[one] != roles[other]:
                shares[(one, other) if roles[one] > roles[other] else (other, one)] += 1
        for city, rank in roles.items():
            one_sided["shares"][city] += rank > min(roles.values())
            one_sided["learns"][city] += rank < max(roles.values())
    return cities, counts, shares, one_sided


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", ""),
        ("status=agreed&status=under_way", "AND initiative.status IN ('agreed', 'under_way')"),
        ("kind=-project", "AND initiative.kind <> 'project'"),
    ],
)
@pytest.mark.usefixtures("loaded_package")
def test_the_numbers_match_plain_sql(query, condition):
    numbers = make_network(query)
    cities, edges = numbers_by_slug(numbers)
    known, counts, shares, one_sided = numbers_by_sql(condition)
    assert len(cities) > 40
    assert cities == known
    assert {frozenset(pair): edge[0] for pair, edge in edges.items()} == counts
    assert {pair: edge[1:3] for pair, edge in edges.items()} == {
        pair: (shares[pair], shares[pair[::-1]]) for pair in edges
    }
    assert all(shared >= learnt for _count, shared, learnt, _pillar in edges.values())
    slugs = {key: record.slug for key, record in numbers.state.index("cities").records.items()}
    assert {slugs[key]: numbers.shares(key) for key in numbers.cities} == {
        city: one_sided["shares"][city] for city in cities
    }
    assert {slugs[key]: numbers.learns(key) for key in numbers.cities} == {
        city: one_sided["learns"][city] for city in cities
    }


@pytest.mark.parametrize(
    ("role", "other_role", "expected"),
    [
        ("reference", "lead", (1, 1, 0)),
        ("reference", "partner", (1, 1, 0)),
        ("lead", "partner", (1, 0, 0)),
        ("lead", "lead", (1, 0, 0)),
        ("partner", "partner", (1, 0, 0)),
        ("reference", "reference", (1, 0, 0)),
    ],
)
@pytest.mark.django_db
def test_shares_and_learns_depend_on_the_roles(role, other_role, expected):
    initiative = make.make_initiative()
    for slug, part in (("alphaville", role), ("betaville", other_role)):
        InitiativeCity.objects.create(initiative=initiative, city=make.make_city(slug), role=part)
    _cities, edges = numbers_by_slug(make_network())
    assert {pair: edge[:3] for pair, edge in edges.items()} == {("alphaville", "betaville"): expected}


@pytest.mark.django_db
def test_the_city_that_shares_more_comes_first_and_the_pillar_is_the_most_frequent():
    alpha, beta = make.make_city("alphaville"), make.make_city("betaville")
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    for _number in range(2):
        make.make_initiative(reference=[beta], lead=[alpha], themes=[tunnels])
    make.make_initiative(reference=[alpha], partner=[beta], themes=[lamps])
    make.make_initiative(lead=[alpha], partner=[beta], themes=[lamps], state="draft")
    assert numbers_by_slug(make_network()) == (
        {"alphaville": 3, "betaville": 3},
        {("betaville", "alphaville"): (3, 2, 1, "security")},
    )


@pytest.mark.django_db
def test_initiatives_without_a_published_city_are_counted_separately():
    alpha, hidden = make.make_city("alphaville"), make.make_city("hiddenville", state="draft")
    make.make_initiative(lead=[alpha], partner=[hidden])
    make.make_initiative(lead=[hidden], kind="plan")
    make.make_initiative(kind="project")
    make.make_initiative(state="draft")
    counted = {query: make_network(query).unmapped for query in ("", "kind=project", "city=alphaville")}
    assert counted == {"": 2, "kind=project": 1, "city=alphaville": 0}
    with facet_index("initiatives") as state:
        # A list of cities contains no initiatives without a city.
        assert Network(MapScope.of_cities(ListQuery(CITIES, state, QueryDict()))).unmapped == 0


@pytest.mark.django_db
def test_the_map_of_a_city_shows_only_its_own_edges():
    alpha, beta, gamma = (make.make_city(f"{name}ville") for name in ("alpha", "beta", "gamma"))
    make.make_initiative(lead=[alpha, beta, gamma])
    assert ("betaville", "gammaville") in numbers_by_slug(make_network())[1]
    cities, edges = numbers_by_slug(make_network("city=alphaville"))
    assert cities == {"alphaville": 1, "betaville": 1, "gammaville": 1}
    assert edges.keys() == {("alphaville", "betaville"), ("alphaville", "gammaville")}


QUERIES = (
    "",
    "city=tianjin",
    "city=tianjin&city=moscow",
    "city=tianjin&with_city=dushanbe",
    "with_city=dushanbe,moscow&status=agreed",
    "city=-tianjin&country=kg&pillar=security",
    "q=youth&year_from=2020",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.usefixtures("loaded_package")
def test_the_list_of_a_mark_has_the_number_of_initiatives_of_the_mark(query):
    numbers = make_network(query)
    scope, state = numbers.scope, numbers.state
    slugs = {key: record.slug for key, record in state.index("cities").records.items()}
    marks = {scope.url_of_city(slugs[key]): count for key, count in numbers.cities.items()}
    marks |= {scope.url_of_edge(one, other): count for one, other, count in numbers.strongest(40)}
    assert marks

    def listed(address):
        list_query = initiative_list(state, query_of(address))
        assert not list_query.errors
        return list_query.result_set.count()

    assert {address: listed(address) for address in marks} == marks


@pytest.mark.usefixtures("loaded_package")
def test_links_of_a_filtered_map_do_not_repeat_the_filtered_city():
    scope = make_network("city=tianjin&status=agreed").scope
    assert scope.url_of_city("tianjin") == "/initiatives/?status=agreed&city=tianjin"
    assert scope.url_of_city("moscow") == "/initiatives/?status=agreed&city=tianjin&with_city=moscow"
    keys = {record.slug: key for key, record in scope.state.index("cities").records.items()}
    assert (
        scope.url_of_edge(keys["moscow"], keys["tianjin"])
        == "/initiatives/?status=agreed&city=tianjin&with_city=moscow"
    )


@pytest.mark.django_db
def test_search_words_are_unchanged_in_the_urls():
    osh, almaty = make.make_city("osh", "kg"), make.make_city("almaty", "kz")
    scope = make_network("q=ONE+OTHER").scope
    assert scope.url_of_city("osh") == "/initiatives/?q=ONE+OTHER&city=osh"
    assert scope.url_of_edge(osh.pk, almaty.pk) == "/initiatives/?q=ONE+OTHER&city=osh&with_city=almaty"


@pytest.mark.parametrize("pillar", ["", "pillar=security", "pillar=security&pillar=governance"])
@pytest.mark.usefixtures("loaded_package")
def test_the_legend_counts_a_pillar_with_all_other_filters(pillar):
    numbers = make_network(f"country=kz&{pillar}")
    for value, count in numbers.by_pillar().items():
        query = numbers.scope.query_of_pillar(value).removeprefix("?")
        assert query == f"country=kz&pillar={value}"
        assert initiative_list(numbers.state, query).result_set.count() == count > 0


@pytest.mark.usefixtures("loaded_package")
def test_the_map_of_a_list_of_cities_shows_their_joint_initiatives_on_its_themes():
    with facet_index("cities") as state:
        numbers = Network(
            MapScope.of_cities(
                ListQuery(CITIES, state, QueryDict("country=kz&pillar=cooperation&sort=-lead"))
            )
        )
    cities, edges = numbers_by_slug(numbers)
    all_cities, all_edges = numbers_by_slug(make_network("pillar=cooperation"))
    kazakh = {
        city.slug for city in numbers.state.index("cities").records.values() if city.country.slug == "kz"
    }
    assert len(cities) > 1
    assert cities == {city: count for city, count in all_cities.items() if city in kazakh}
    assert edges == {pair: edge for pair, edge in all_edges.items() if kazakh.issuperset(pair)}
    assert numbers.scope.url_of_city("almaty") == "/initiatives/?pillar=cooperation&city=almaty"
