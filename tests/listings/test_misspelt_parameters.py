"""Errors suggest similar names for misspelt parameters.

Errors of files and of the API list several names. Pages suggest the most similar name.
"""

import pytest

from tests import factories as make
from tests.curation.admin_client import soup

NEAR = {
    "statu=agreed": ("statu", ["status"]),
    "Country=xa": ("Country", ["country"]),
    "per_pages=20": ("per_pages", ["per_page"]),
    "utm_source=news": ("utm_source", []),
    "colour=red": ("colour", []),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "expected"), NEAR.items())
def test_the_api_names_similar_parameters(client, query, expected):
    name, near = expected
    answer = client.get(f"/api/initiatives/?{query}")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["parameter"], error["code"], error["near"]) == (name, "unknown-parameter", near)


@pytest.mark.django_db
def test_the_changes_and_the_search_of_the_api_also_name_similar_parameters(client):
    for address, near in (("/api/changes/?afte=1", ["after"]), ("/api/search/?Q=a", ["q"])):
        [error] = client.get(address).json()["errors"]
        assert error["near"] == near


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("statu=agreed", "statu: Unknown parameter. Did you mean status?\n"),
        ("label=1", "label: Unknown parameter. Did you mean labels?\n"),
        ("utm_source=x", "utm_source: Unknown parameter. Correct or remove it.\n"),
    ],
)
def test_a_file_names_them_in_the_sentence(client, query, line):
    answer = client.get(f"/initiatives.csv?{query}")
    assert (answer.status_code, answer.content.decode()) == (400, line)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("/initiatives/?statu=agreed", "This list ignores the parameter “statu” in the URL. Did you mean “status”?"),
        ("/initiatives/?utm_source=x&colour=red", None),
        ("/initiatives/?status=agreed", None),
        ("/ru/initiatives/?statu=agreed", "Этот список не учитывает параметр «statu» из адреса. Возможно, вы имели"
         " в виду «status»?"),
        ("/zh-hans/initiatives/?statu=agreed", "此列表忽略网址中的参数“statu”。您是不是要用“status”？"),
    ],
)  # fmt: skip
def test_a_page_names_the_nearest_above_the_list_and_shows_the_rows(client, address, line):
    make.make_initiative("lamps", status="agreed")
    page = soup(client.get(address))
    lines = [each.get_text(" ", strip=True) for each in page.select(".spelling-suggestion")]
    assert lines == ([line] if line else [])
    assert len(page.select("#rows tbody tr")) == 1
