from collections import Counter
from itertools import combinations
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import QueryDict

from initiatives.models import InitiativeCity
from sco_cities.cities.columns import CITIES
from sco_cities.dashboard.map.context import initiatives
from sco_cities.dashboard.map.network import Network
from sco_cities.dashboard.map.scope import MapScope
from sco_cities.facet_index.refresh import require_facet_index
from sco_cities.listings.list_query import ListQuery
from tests import factories as make

# Who shares with whom, by the rank of the roles: a reference with everybody else.
RANKS = {"partner": 0, "lead": 0, "reference": 1}


def ties(query=""):
    with require_facet_index("initiatives") as state:
        return Network(MapScope(initiatives(state, query)))


def by_slug(numbers):
    """The number of each city, and (sharing, learning): (count, shares, learns, pillar) of each tie."""
    slugs = {key: record.slug for key, record in numbers.state.index("cities").records.items()}
    found = {}
    for place in numbers.strongest():
        tie = numbers.tie(*place)
        found[slugs[tie.one], slugs[tie.other]] = (tie.count, tie.shares, tie.learns, tie.pillar)
    return {slugs[key]: count for key, count in numbers.cities.items()}, found


def by_sql(condition=""):
    """The same from the stored rows, one by one."""
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
@pytest.mark.usefixtures("loaded")
def test_the_numbers_are_those_of_plain_sql(query, condition):
    numbers = ties(query)
    cities, found = by_slug(numbers)
    known, counts, shares, one_sided = by_sql(condition)
    assert len(cities) > 40
    assert cities == known
    assert {frozenset(pair): tie[0] for pair, tie in found.items()} == counts
    assert {pair: tie[1:3] for pair, tie in found.items()} == {
        pair: (shares[pair], shares[pair[::-1]]) for pair in found
    }
    assert all(shared >= learnt for _count, shared, learnt, _pillar in found.values())
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
def test_who_shares_and_who_learns_goes_by_their_parts(role, other_role, expected):
    initiative = make.make_initiative()
    for slug, part in (("alphaville", role), ("betaville", other_role)):
        InitiativeCity.objects.create(initiative=initiative, city=make.make_city(slug), role=part)
    _cities, found = by_slug(ties())
    assert {pair: tie[:3] for pair, tie in found.items()} == {("alphaville", "betaville"): expected}


@pytest.mark.django_db
def test_the_one_who_shares_more_comes_first_and_the_pillar_is_that_of_most():
    alpha, beta = make.make_city("alphaville"), make.make_city("betaville")
    lamps, tunnels = make.make_theme("lamps"), make.make_theme("tunnels", pillar="security")
    for _number in range(2):
        make.make_initiative(reference=[beta], lead=[alpha], themes=[tunnels])
    make.make_initiative(reference=[alpha], partner=[beta], themes=[lamps])
    make.make_initiative(lead=[alpha], partner=[beta], themes=[lamps], state="draft")
    assert by_slug(ties()) == (
        {"alphaville": 3, "betaville": 3},
        {("betaville", "alphaville"): (3, 2, 1, "security")},
    )


@pytest.mark.django_db
def test_what_names_no_city_that_readers_see_is_counted_apart():
    alpha, hidden = make.make_city("alphaville"), make.make_city("hiddenville", state="draft")
    make.make_initiative(lead=[alpha], partner=[hidden])
    make.make_initiative(lead=[hidden], kind="plan")
    make.make_initiative(kind="project")
    make.make_initiative(state="draft")
    counted = {query: ties(query).elsewhere for query in ("", "kind=project", "city=alphaville")}
    assert counted == {"": 2, "kind=project": 1, "city=alphaville": 0}
    with require_facet_index("initiatives") as state:
        # A list of cities does not list initiatives at all.
        assert Network(MapScope.of_cities(ListQuery(CITIES, state, QueryDict()))).elsewhere == 0


@pytest.mark.django_db
def test_of_a_city_only_its_own_ties_are_of_interest():
    alpha, beta, gamma = (make.make_city(f"{name}ville") for name in ("alpha", "beta", "gamma"))
    make.make_initiative(lead=[alpha, beta, gamma])
    assert ("betaville", "gammaville") in by_slug(ties())[1]
    cities, found = by_slug(ties("city=alphaville"))
    assert cities == {"alphaville": 1, "betaville": 1, "gammaville": 1}
    assert found.keys() == {("alphaville", "betaville"), ("alphaville", "gammaville")}


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
@pytest.mark.usefixtures("loaded")
def test_the_list_of_a_mark_has_as_many_initiatives_as_the_mark_says(query):
    numbers = ties(query)
    scope, state = numbers.scope, numbers.state
    slugs = {key: record.slug for key, record in state.index("cities").records.items()}
    marks = {scope.address_of_city(slugs[key]): count for key, count in numbers.cities.items()}
    marks |= {
        scope.address_of_tie(slugs[one], slugs[other]): count for one, other, count in numbers.strongest(40)
    }
    assert marks

    def listed(address):
        selection = initiatives(state, urlsplit(address).query)
        assert not selection.errors
        return selection.found.count()

    assert {address: listed(address) for address in marks} == marks


@pytest.mark.usefixtures("loaded")
def test_the_list_of_a_city_leads_to_pairs_without_naming_it_twice():
    scope = ties("city=tianjin&status=agreed").scope
    assert scope.address_of_city("tianjin") == "/initiatives/?status=agreed&city=tianjin"
    assert scope.address_of_city("moscow") == "/initiatives/?status=agreed&city=tianjin&with_city=moscow"
    assert (
        scope.address_of_tie("moscow", "tianjin")
        == "/initiatives/?status=agreed&city=tianjin&with_city=moscow"
    )


@pytest.mark.django_db
def test_words_that_are_searched_for_stay_as_they_are_in_the_addresses():
    scope = ties("q=ONE+OTHER").scope
    assert scope.address_of_city("osh") == "/initiatives/?q=ONE+OTHER&city=osh"
    assert scope.address_of_tie("osh", "almaty") == "/initiatives/?q=ONE+OTHER&city=osh&with_city=almaty"


@pytest.mark.parametrize("pillar", ["", "pillar=security", "pillar=security&pillar=governance"])
@pytest.mark.usefixtures("loaded")
def test_the_legend_counts_a_pillar_under_all_other_filters(pillar):
    numbers = ties(f"country=kz&{pillar}")
    for value, count in numbers.by_pillar().items():
        query = numbers.scope.query_of_pillar(value).removeprefix("?")
        assert query == f"country=kz&pillar={value}"
        assert initiatives(numbers.state, query).found.count() == count > 0


@pytest.mark.usefixtures("loaded")
def test_a_list_of_cities_is_mapped_with_what_these_do_on_its_themes():
    with require_facet_index("cities") as state:
        numbers = Network(
            MapScope.of_cities(
                ListQuery(CITIES, state, QueryDict("country=kz&pillar=cooperation&sort=-lead"))
            )
        )
    cities, found = by_slug(numbers)
    all_cities, all_ties = by_slug(ties("pillar=cooperation"))
    kazakh = {
        city.slug for city in numbers.state.index("cities").records.values() if city.country.slug == "kz"
    }
    assert len(cities) > 1
    assert cities == {city: count for city, count in all_cities.items() if city in kazakh}
    assert found == {pair: tie for pair, tie in all_ties.items() if kazakh.issuperset(pair)}
    assert numbers.scope.address_of_city("almaty") == "/initiatives/?pillar=cooperation&city=almaty"
