"""Invalid, large and hostile requests."""

import json
from functools import wraps

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validate

from sco_cities.facet_index.refresh import facet_index
from sco_cities.names import forms, similarity
from sco_cities.reconciliation import property_comparison
from sco_cities.reconciliation.answers import extension, results
from sco_cities.reconciliation.property_comparison import PropertyComparison
from sco_cities.reconciliation.queries import COLLECTIONS
from tests import factories as make
from tests.extent import sample
from tests.reconciliation import schemas

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.mark.parametrize(
    "query",
    [
        5,
        None,
        [],
        {},
        {"query": ""},
        {"query": "…"},
        {"query": True},
        {"query": "a", "type": "planets"},
        {"query": "ʻ"},
        {"query": "\0"},
    ],
)
def test_an_invalid_query_has_no_candidates_but_the_other_queries_have(ask, query):
    make.make_city("alphaville", name_en="Alphaville")
    wrong, right = ask(query, {"query": "Alphaville"})
    assert (wrong, right[0]["id"]) == ([], "cities:alphaville")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"queries": "{"}, 400),
        ({"queries": "[]"}, 400),
        ({"extend": "nothing"}, 400),
        ({"extend": json.dumps({"ids": ["cities:x"] * 1_001, "properties": []})}, 400),
        ({}, 400),
        ({"queries": json.dumps(dict.fromkeys(map(str, range(201)), "a"))}, 400),
        ({"queries": " " * 1_100_000}, 413),
    ],
)
def test_an_unreadable_batch_gets_a_problem_response(client, form, status):
    response = client.post("/ru/reconcile", form)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_batch_may_contain_two_hundred_queries(client):
    queries = json.dumps(dict.fromkeys(map(str, range(200)), "Alphaville"))
    assert len(client.get("/reconcile", {"queries": queries}).json()) == 200


def test_answers_by_post_are_not_stored(client):
    posted = client.post("/reconcile", {"queries": '{"a": "Alphaville"}'})
    asked = client.get("/reconcile", {"queries": '{"a": "Alphaville"}'})
    assert posted["Cache-Control"] == "no-store"
    assert "no-store" not in asked.get("Cache-Control", "")


def test_the_url_with_a_trailing_slash_redirects_to_the_service(client):
    response = client.get("/ru/reconcile/?queries=%7B%7D")
    assert (response.status_code, response["Location"]) == (302, "/ru/reconcile?queries=%7B%7D")
    assert client.post("/reconcile/", {"queries": '{"a": "Alphaville"}'}).json() == {"a": {"result": []}}


def test_no_cache_keeps_a_long_text(ask, monkeypatch):
    """Caches of the process limit the number of entries, not their size in bytes."""
    seen = []
    known = forms._forms

    @wraps(known)
    def noting(name, *args, **more):
        seen.append(name)
        return known(name, *args, **more)

    monkeypatch.setattr(forms, "_forms", noting)
    make.make_city("alphaville", name_en="Alphaville")
    long = "Alphaville " * 1_000
    ask({"query": "Alphaville", "properties": [{"pid": "country", "v": ["b" + long, {"name": long}]}]})
    assert max(map(len, seen)) == forms.MAX_COMPARED


def test_long_texts_are_compared_by_their_beginning(ask, monkeypatch):
    """A batch of repeated institution names took eight seconds of CPU time."""
    compared = []
    for name in ("_character_distance", "distance"):
        known = getattr(similarity, name)
        monkeypatch.setattr(
            similarity,
            name,
            lambda one, other, known=known: (compared.append(len(one) * len(other)), known(one, other))[1],
        )
    institution = "阿尔法城市发展与国际合作研究中心委员会"
    for number in range(20):
        make.make_organisation(f"institute-{number}", name_zh=f"第{chr(0x4E00 + number)}{institution}")
    ask(*({"query": institution[number:] + institution * 20, "limit": 100} for number in range(10)))
    # Each record has fewer characters in common with the complete text than with its beginning.
    assert sum(compared) < 100_000
    # The beginning determines the match.
    beginning = institution * 3 + "甲乙丙"
    assert len(beginning) == 60
    make.make_organisation("long-institute", name_zh=f"{beginning}丁")
    (found,) = ask({"query": f"{beginning}丁戊", "type": "organisations"})
    assert (found[0]["id"], found[0]["score"]) == ("organisations:long-institute", 100)


def test_only_a_limited_number_of_values_per_request_are_searched_for(monkeypatch):
    """Beyond the limit, only an exact country name is recognised."""
    monkeypatch.setattr(property_comparison, "MAX_SEARCHES", 3)
    country = make.make_country("tj", name_en="Tajikistan")
    with facet_index(*COLLECTIONS) as now:
        comparison = PropertyComparison(now)
        nearly = [comparison.meaning("countries", f"Tajikistan{letter}")[0] for letter in "bcdfg"]
        assert [set(each) for each in nearly] == [{country.pk}] * 3 + [set()] * 2
        assert comparison.meaning("countries", "Таджикистан!")[0] == {country.pk}


@pytest.mark.parametrize(
    "path", ["/reconcile/preview/cities:nowhere", "/reconcile/preview/x", "/reconcile/view/x"]
)
def test_the_page_of_an_unknown_record_is_missing(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_the_flyout_of_something_unknown_is_a_problem(client, kind):
    response = client.get(f"/reconcile/flyout/{kind}?id=cities:nowhere%00")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_browser_can_send_a_preflight_request_before_it_posts(client):
    response = client.options("/reconcile")
    assert (response.status_code, response["Access-Control-Allow-Methods"]) == (
        204,
        "GET, HEAD, POST, OPTIONS",
    )


@pytest.mark.parametrize(
    "address",
    ["entity?prefix=%00&cursor=-1", "type?cursor=99999999999", "property", "entity?prefix=a&cursor=x"],
)
def test_invalid_parameters_of_suggestions_are_harmless(client, address):
    response = client.get(f"/reconcile/suggest/{address}")
    assert response.status_code == 200
    validate(response.json(), schemas.SUGGESTED)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "name"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_PROPERTY = st.fixed_dictionaries(
    {
        "pid": st.sampled_from(
            ["country", "coordinates", "geonames_id", "wikidata_id", "population", "slug", "year"]
        ),
        "v": _JSON,
    }
)
_QUERY = st.fixed_dictionaries({"query": _JSON, "properties": st.lists(_PROPERTY, max_size=2)}) | _JSON


@given(queries=st.dictionaries(st.text(max_size=3), _QUERY, max_size=3), wanted=_JSON)
@settings(max_examples=sample(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_gets_an_answer(state, queries, wanted):
    answer = results(queries, state)
    validate(answer, schemas.RESULTS)
    assert answer.keys() == queries.keys()
    validate(extension(wanted, state), schemas.EXTENSION)


@pytest.fixture
def state(db):
    make.make_city("alphaville", name_en="Alphaville", geonames_id=7)
    with facet_index(*COLLECTIONS) as state:
        yield state
