"""Scripts on other sites may read only certain responses."""

import pytest
from django.conf import settings

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

OPEN = [
    "/api/",
    "/ru/api/initiatives/",
    "/initiatives.csv",
    "/zh-hans/cities.geojson",
    "/initiatives.atom",
    "/initiatives.zip",
    "/data/catalog.ttl",
    "/data/latest/evidence.csv",
    "/oembed",
]
CLOSED = [
    "/", "/initiatives/", "/admin/login/", "/admin/nowhere.json", "/admin/api/",
    "/ru/correction-requests/initiatives/lamps/",
]  # fmt: skip


@pytest.mark.parametrize("path", [*OPEN, "/api/nowhere/", "/initiatives.csv?status=certain"])
def test_scripts_on_other_sites_may_read_files_and_the_api_and_their_errors(client, path):
    make.make_initiative("lamps")
    response = client.get(path)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    exposed = response["Access-Control-Expose-Headers"].split(", ")
    assert {"Content-Range", "ETag", "Link", "Memento-Datetime", "Retry-After"} <= set(exposed)
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("path", OPEN)
def test_a_preflight_request_gets_a_response(client, path):
    response = client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Max-Age"] == "86400"


@pytest.mark.parametrize("path", CLOSED)
def test_scripts_on_other_sites_may_not_read_pages(client, path):
    make.make_initiative("lamps")
    response = client.get(path)
    assert "Access-Control-Allow-Origin" not in response
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("method", ["get", "options"])
def test_responses_with_a_session_are_closed_to_other_sites(client, method):
    client.cookies[settings.SESSION_COOKIE_NAME] = "session"
    assert "Access-Control-Allow-Origin" not in getattr(client, method)("/api/initiatives/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_files_accept_only_get_head_and_options(client, method):
    assert getattr(client, method)("/initiatives.csv").status_code == 405
