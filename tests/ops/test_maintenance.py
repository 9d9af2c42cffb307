"""With MAINTENANCE=1, every request gets a maintenance page and the database is not used."""

import pytest
from django.test import Client

from tests.ops.processes import manage

# The tests have no database fixture, so a query fails the test.
pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def client(settings):
    settings.MAINTENANCE = True
    settings.MIDDLEWARE, settings.ROOT_URLCONF = settings.OUTER_MIDDLEWARE, "sco_cities.maintenance_urls"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "The site is being maintained"),
        ("/initiatives.csv?country=kg", "The site is being maintained"),
        ("/cities", "The site is being maintained"),
        ("/no-such-page/", "The site is being maintained"),
        ("/admin/", "The site is being maintained"),
        ("/ru/cities/", "На сайте ведутся технические работы"),
        ("/zh-hans/", "网站正在维护"),
    ],
)
@pytest.mark.parametrize("cookie", ["", "a-session"])
def test_every_page_is_a_maintenance_page_in_its_language(client, path, title, cookie):
    if cookie:
        client.cookies["sessionid"] = cookie
    response = client.get(path)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"]
    assert f"<h1>{title}</h1>" in response.content.decode()
    assert "<li>" not in response.content.decode()


def test_an_embed_shows_the_page_in_its_frame(client):
    response = client.get("/embed/initiatives/")
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_a_form_is_not_saved(client):
    assert client.post("/admin/login/", {"username": "ada"}).status_code == 503


def test_a_program_gets_a_document(client):
    response = client.get("/ru/api/initiatives/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["title"] == "На сайте ведутся технические работы"


def test_load_balancers_get_the_status(client):
    assert client.get("/healthz").status_code == 200
    for query in ("", "?writes=1"):
        response = client.get(f"/readyz{query}")
        assert (response.status_code, response.content) == (503, b"The site is being maintained.\n")


def test_the_style_sheet_of_the_page_is_served(client, db):
    response = client.get("/static/css/main.css")
    assert response.status_code == 200
    response.close()


def test_without_the_setting_there_is_no_maintenance_page(db):
    assert Client().get("/").status_code == 200


def test_the_setting_closes_the_site_and_commands_continue(tmp_path):
    closed = "from django.conf import settings; print(settings.ROOT_URLCONF, len(settings.MIDDLEWARE))"
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    shown = manage(
        "shell", "--verbosity=0", "-c", closed, MAINTENANCE="1", ENV_FILE="", DATABASE_URL=database
    )
    assert shown.stdout.split()[0] == "sco_cities.maintenance_urls"
    checked = manage("check", MAINTENANCE="1", ENV_FILE="", DATABASE_URL=database)
    assert checked.returncode == 0, checked.stderr
