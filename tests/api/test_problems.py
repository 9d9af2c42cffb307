"""Errors of the API are problem details with a code for every error."""

import json

import pytest

from initiatives.models import Initiative
from sco_cities.listings.querystring import ErrorCode
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("colour=red", "colour", ErrorCode.UNKNOWN_PARAMETER),
        ("view=cards", "view", ErrorCode.UNKNOWN_PARAMETER),
        ("country=xq", "country", ErrorCode.UNKNOWN_VALUE),
        ("slug=nowhere", "slug", ErrorCode.UNKNOWN_VALUE),
        ("slug=%00", "slug", ErrorCode.UNKNOWN_VALUE),
        ("after=lamp", "after", ErrorCode.UNKNOWN_VALUE),
        ("after=%C3%A4", "after", ErrorCode.UNKNOWN_VALUE),
        # A cursor with the key 2³², which no record can have.
        ("after=azQyOTQ5NjcyOTY", "after", ErrorCode.UNKNOWN_VALUE),
        ("after=azE&sort=slug", "after", ErrorCode.CONTRADICTION),
        ("after=azE&page=2", "after", ErrorCode.CONTRADICTION),
        ("status=certain", "status", ErrorCode.NOT_A_CHOICE),
        ("sort=lamps", "sort", ErrorCode.NOT_A_CHOICE),
        ("columns=lamps", "columns", ErrorCode.NOT_A_CHOICE),
        ("facets=q", "facets", ErrorCode.NOT_A_CHOICE),
        ("labels=yes", "labels", ErrorCode.NOT_A_CHOICE),
        ("per_page=0", "per_page", ErrorCode.NOT_A_NUMBER),
        ("per_page=1001", "per_page", ErrorCode.NOT_A_NUMBER),
        ("page=-1", "page", ErrorCode.NOT_A_NUMBER),
        ("year_from=soon", "year_from", ErrorCode.NOT_A_YEAR),
        ("started=soon", "started", ErrorCode.NOT_A_YEAR),
        ("year_from=2025&year_to=2024", "year_to", ErrorCode.CONTRADICTION),
        ("page=1&page=2", "page", ErrorCode.TOO_MANY),
        ("&".join(f"slug=s{number}" for number in range(201)), "slug", ErrorCode.TOO_MANY),
        (f"q={'a' * 201}", "q", ErrorCode.TOO_LONG),
        ("q=%00", "q", ErrorCode.UNSEARCHABLE),
    ],
)
def test_an_error_has_its_parameter_and_code(client, query, parameter, code):
    response = client.get(f"/api/initiatives/?{query}")
    problem = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert problem["type"] == "/api/docs/#invalid-parameter"
    assert (parameter, code) in [(each["parameter"], each["code"]) for each in problem["errors"]]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/api/cities/alphaville/", "foo"),
        ("/api/cities/alphaville/history/", "as_of"),
        ("/cities/alphaville.json", "foo"),
    ],
)
def test_a_record_accepts_no_other_parameters(client, address, name):
    make.make_city("alphaville")
    assert client.get(address).status_code == 200
    response = client.get(f"{address}?{name}=1")
    (error,) = json.loads(response.content)["errors"]
    assert (response.status_code, error["parameter"], error["code"]) == (
        400,
        name,
        ErrorCode.UNKNOWN_PARAMETER,
    )


@pytest.mark.parametrize("order", ["", "&sort=slug"])
def test_a_page_after_the_last_one_is_not_found(client, order):
    for number in range(3):
        make.make_city(f"city-{number}")
    address = f"/api/cities/?per_page=2{order}"
    last = client.get(f"{address}&page=2").json()
    assert (len(last["results"]), last["next"]) == (1, None)
    assert client.get(last["previous"]).json()["results"] != []
    response = client.get(f"{address}&page=99999")
    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert problem["detail"] == "Page 99999 does not exist. The last page is 2."
    (error,) = problem["errors"]
    assert (error["parameter"], error["code"], error["near"]) == ("page", ErrorCode.UNKNOWN_VALUE, ["2"])
    # An empty list has exactly one page.
    assert client.get("/api/themes/?page=1").json()["results"] == []
    assert client.get("/api/themes/?page=2").status_code == 404


def test_all_errors_are_reported_together_with_similar_values(client):
    make.make_country("xa")
    problem = json.loads(client.get("/api/initiatives/?country=xaa&colour=red").content)
    assert problem["errors"] == [
        {
            "parameter": "country",
            "value": "xaa",
            "code": "unknown-value",
            "detail": "“xaa” was not found. Did you mean xa?",
            "near": ["xa"],
        },
        {
            "parameter": "colour",
            "value": None,
            "code": "unknown-parameter",
            "detail": "Unknown parameter. Correct or remove it.",
            "near": [],
        },
    ]


@pytest.fixture
def named_records(db):
    make.make_country("cn", name_en="China", name_ru="Китай", name_zh="中国")
    make.make_country("kg", name_en="Kyrgyz lands")
    make.make_country("kz", name_en="Hidden", state="draft")
    make.make_city(
        "alpha", "cn", name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Oldtown"
    )
    make.make_city("secret", "cn", name_en="Secretville", state="withdrawn")
    make.make_organisation("harbour", name_en="Harbour Bureau")
    make.make_organisation("harbour-school", name_en="Harbour Bureau School")
    make.make_initiative("omega", title_en="Omega railway")


@pytest.mark.usefixtures("named_records")
@pytest.mark.parametrize(
    ("query", "near"),
    [
        *(
            (f"country={name}", ["cn"])
            for name in ("China", "CHINA", "CHN", "chn", "Китай", "китая", "中国", "-CHN")
        ),
        *((f"country={name}", ["kg"]) for name in ("KGZ", "Kyrgyzstan", "Киргизия", "kyrgyz")),
        *((f"country={name}", []) for name in ("Kazakhstan", "KAZ", "Hidden", "XYZ", "?", "n" * 5_000)),
        *(
            (f"city={name}", ["alpha"])
            for name in ("Alphaville", "Альфавиль", "阿尔法城", "Oldtown", "alphavil")
        ),
        ("city=secretville", []),
        ("country=cn,Kyrgyzstan", ["kg"]),
        ("with_country=China", ["cn"]),
        ("organisation=Harbour Bureau", ["harbour", "harbour-school"]),
    ],
)
def test_a_name_or_a_longer_code_is_refused_and_its_value_is_offered(query, near, client):
    name, _equals, value = query.partition("=")
    response = client.get("/api/initiatives/", {name: value})
    (error,) = json.loads(response.content)["errors"]
    assert (response.status_code, error["parameter"], error["near"]) == (400, name, near)


@pytest.mark.usefixtures("named_records")
@pytest.mark.parametrize("value", ["cn", "CN", "Cn"])
def test_a_code_of_two_letters_is_taken_in_any_case(value, client):
    assert client.get("/api/initiatives/", {"country": value}).status_code == 200


@pytest.mark.usefixtures("named_records")
def test_the_title_of_an_initiative_is_offered_as_its_slug(client):
    response = client.get("/api/statements/", {"initiative": "Omega railway"})
    assert json.loads(response.content)["errors"][0]["near"] == ["omega"]


def test_the_sentences_are_in_the_language_of_the_address(client):
    problem = json.loads(client.get("/ru/api/initiatives/?status=certain").content)
    assert problem["type"] == "/ru/api/docs/#invalid-parameter"
    assert problem["errors"][0]["detail"].startswith("Недопустимое значение «certain»")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/lamps/", 404),
        ("get", "/api/initiatives/nowhere/", 404),
        ("get", "/api/initiatives/a/b/c/", 404),
        ("post", "/api/initiatives/", 405),
        ("delete", "/api/initiatives/lamps/", 405),
    ],
)
def test_other_errors_are_problems_too(client, method, path, status):
    response = getattr(client, method)(path)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert json.loads(response.content)["status"] == status
    assert response["Cache-Control"] == "no-store"


def test_a_withdrawn_record_is_gone_and_a_draft_is_not_found(client):
    make.make_initiative("lamps")
    Initiative.objects.update(state="withdrawn")
    assert client.get("/api/initiatives/lamps/").status_code == 410
    Initiative.objects.update(state="draft")
    assert client.get("/api/initiatives/lamps/").status_code == 404


def test_a_former_slug_redirects_to_the_record(client):
    lamps = make.make_initiative("lamps")
    lamps.slug = "torches"
    lamps.save()
    response = client.get("/ru/api/initiatives/lamps/")
    assert (response.status_code, response["Location"]) == (301, "/ru/api/initiatives/torches/")
