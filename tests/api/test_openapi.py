"""The OpenAPI description is valid and describes the responses for the shipped data correctly."""

import json
import re
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from initiatives.models import Initiative
from sco_cities.search.searchable_lists import SEARCHABLE_LISTS
from tests import factories as make
from tests.history.snapshots import edit

pytestmark = [pytest.mark.only_on("sqlite")]

COLLECTIONS = [kind.collection for kind in SEARCHABLE_LISTS]


@pytest.fixture(scope="module")
def description(django_db_setup, django_db_blocker):
    from django.test import Client

    with django_db_blocker.unblock():
        return json.loads(Client().get("/api/openapi.json").content)


def schema_of(description: dict, path: str, status: str) -> Draft202012Validator:
    (content,) = description["paths"][path]["get"]["responses"][status]["content"].values()
    return Draft202012Validator({**content["schema"], "components": description["components"]})


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/ru", "/zh-hans"])
def test_the_description_is_valid_in_every_language(client, language):
    validate(json.loads(client.get(f"{language}/api/openapi.json").content))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "label", "excluded"),
    [("", "stalled", "not stalled"), ("/ru", "остановлено", "кроме «остановлено»")],
)
def test_every_code_of_a_value_has_a_label(client, language, label, excluded):
    description = json.loads(client.get(f"{language}/api/openapi.json").content)
    parameters = description["paths"]["/api/initiatives/"]["get"]["parameters"]
    (of_filter,) = (each["schema"]["items"] for each in parameters if each["name"] == "status")
    of_column = description["components"]["schemas"]["Initiative"]["properties"]["status"]
    labels, with_excluded = (
        dict(zip(each["enum"], each["x-enum-descriptions"], strict=True)) for each in (of_column, of_filter)
    )
    assert labels == {code: str(text) for code, text in with_excluded.items() if not code.startswith("-")}
    assert labels["stalled"] == label
    assert with_excluded["-stalled"] == excluded


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("collection", "value"),
    [
        ("initiatives", "KG"),
        ("initiatives", "kg,UZ"),
        ("initiatives", "-kg"),
        ("cities", "KG"),
        ("delegates", "kg"),
    ],
)
def test_countries_are_filtered_by_codes_as_columns_have_them(client, description, collection, value):
    for code in ("kg", "uz"):
        make.make_country(code)
    parameters = description["paths"][f"/api/{collection}/"]["get"]["parameters"]
    (pattern,) = (each["schema"]["items"]["pattern"] for each in parameters if each["name"] == "country")
    assert re.search(pattern, value) and not re.search(pattern, "kyrgyzstan")
    assert client.get(f"/api/{collection}/?country={value}").status_code == 200


@pytest.mark.django_db
def test_a_description_explains_the_values_and_not_the_table(client):
    described = json.loads(client.get("/api/openapi.json").content)["components"]["schemas"]
    initiative, event = (described[name]["properties"] for name in ("Initiative", "Event"))
    for text, label in [
        (initiative["lead_cities"]["description"], "Leading cities: "),
        (initiative["partner_cities"]["description"], "Partner cities: "),
        (initiative["starts_on"]["description"], "Start: "),
        (initiative["status_reported_on"]["description"], "Status last reported: "),
        (event["starts_on"]["description"], "Start: "),
    ]:
        assert text.startswith(label)


@pytest.mark.django_db
def test_every_operation_with_a_query_documents_the_error_for_an_invalid_query(client, description):
    make.make_city("alphaville")
    for path, item in description["paths"].items():
        assert "400" in item["get"]["responses"], path
    response = client.get("/api/cities/alphaville/history/?lamps=1")
    problem = schema_of(description, "/api/cities/{slug}/history/", "400")
    problem.validate(json.loads(response.content))


@pytest.mark.django_db
def test_every_response_may_say_that_its_version_ends(description):
    headers = description["components"]["headers"]
    for item in description["paths"].values():
        assert (
            {
                reference["$ref"].rpartition("/")[2]
                for reference in item["get"]["responses"]["200"]["headers"].values()
            }
            == set(headers)
            == {"Deprecation", "Sunset"}
        )


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_list_and_its_first_records_are_as_described(client, description, collection):
    path = f"/api/{collection}/"
    columns, facets = (options_of(description, path, name) for name in ("columns", "facets"))
    query = f"columns={','.join(columns)}&facets={','.join(facets)}&labels=1&per_page=1000"
    if collection != "reports":
        query += "&footnotes=1"
    page = json.loads(client.get(f"{path}?{query}").content)
    assert page["count"] == len(page["results"]) > 0
    schema_of(description, path, "200").validate(page)
    described = description["components"]["schemas"][collection_schema(description, collection)]["properties"]
    assert set(described) == set(page["results"][0])
    record_path = f"/api/{collection}/{{slug}}/"
    for record in page["results"][:3]:
        document = json.loads(client.get(f"/api/{collection}/{record['slug']}/").content)
        schema_of(description, record_path, "200").validate(document)


@pytest.mark.usefixtures("loaded_package")
def test_ties_are_as_described(client, description):
    page = client.get("/api/ties/?country=cn,ru&labels=1&per_page=1000").json()
    assert page["count"] == len(page["results"]) > 0
    schema_of(description, "/api/ties/", "200").validate(page)
    assert set(description["components"]["schemas"]["Tie"]["properties"]) == set(page["results"][0])


@pytest.mark.usefixtures("loaded_package")
def test_a_value_that_is_not_known_is_as_described(client, description):
    document = json.loads(client.get("/api/initiatives/sco-youth-digital-forum/").content)
    schema_of(description, "/api/initiatives/{slug}/", "200").validate(document)
    value = document["values"]["starts_on"]
    assert (value["value"], value["supports"], len(value["earlier"])) == (None, [], 1)


def options_of(description: dict, path: str, name: str) -> list[str]:
    parameters = {each["name"]: each for each in description["paths"][path]["get"]["parameters"]}
    return parameters[name]["schema"]["items"]["enum"]


def collection_schema(description: dict, collection: str) -> str:
    results = description["paths"][f"/api/{collection}/"]["get"]["responses"]["200"]["content"]
    return results["application/json"]["schema"]["allOf"][1]["properties"]["results"]["items"][
        "$ref"
    ].rpartition("/")[2]


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize(
    ("path", "described"),
    [
        ("/api/changes/?per_page=100", "/api/changes/"),
        ("/api/initiatives/astana-lrt/history/", "/api/initiatives/{slug}/history/"),
    ],
)
def test_changes_are_as_described(client, description, path, described):
    edit(Initiative.objects.get(slug="astana-lrt"), status="completed")
    document = json.loads(client.get(path).content)
    assert document["results"]
    schema_of(description, described, "200").validate(document)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_code_generators_get_the_address_of_the_language_first(client, language):
    prefix = "" if language == "en" else f"/{language}"
    description = json.loads(client.get(f"{prefix}/api/openapi.json").content)
    assert [server["url"] for server in description["servers"]] == [
        prefix or "/",
        *(url for url in ("/", "/ru", "/zh-hans") if url != (prefix or "/")),
    ]


@pytest.mark.usefixtures("loaded_package")
def test_every_example_of_a_parameter_is_valid_and_runs(client, description):
    paths = {path: item["get"] for path, item in description["paths"].items() if "{" not in path}
    for path, operation in paths.items():
        for parameter in operation["parameters"]:
            if "example" in parameter:
                Draft202012Validator(parameter["schema"]).validate(parameter["example"])
                query = urlencode({parameter["name"]: parameter["example"]}, doseq=True)
                assert client.get(f"{path}?{query}").status_code == 200, query


@pytest.mark.django_db
def test_a_problem_is_as_described(client, description):
    response = client.get("/api/initiatives/?status=certain&colour=red")
    schema_of(description, "/api/initiatives/", "400").validate(json.loads(response.content))


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("words", ["dushanbe", "tashkent tianjin", "drone", "huawai", "the"])
def test_the_results_of_a_search_are_as_described(client, description, words):
    response = client.get("/api/search/", {"q": words})
    schema_of(description, "/api/search/", "200").validate(json.loads(response.content))
