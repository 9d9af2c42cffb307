"""An error page says what happened and what to do, in the reader's language, whatever else has failed."""

import re

import pytest
from django.test import Client

# Whether a page is remembered is asked of the database, whatever the page.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db]

PAGES = [
    ("/bad/", 400, "This request cannot be understood"),
    ("/forbidden/", 403, "You may not open this"),
    ("/no-such-page/", 404, "There is no such page"),
    ("/broken/", 500, "Something is broken here"),
    ("/broken-template/", 500, "Something is broken here"),
]


@pytest.mark.parametrize(("path", "status", "title"), PAGES)
def test_it_has_a_title_a_way_on_and_is_not_indexed(client, path, status, title):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<title>{title} · SCO Cities</title>" in page
    assert f"<h1>{title}</h1>" in page
    assert '<a href="/">Home page</a>' in page
    assert '<a href="/search/">Search</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="stylesheet" href="/static/css/site.css">' in page
    assert f"Error {status}" in page
    assert not re.search(r"<script|<style|style=|\son\w+=", page), "the policy forbids what is inline"


@pytest.mark.parametrize(("path", "status", "title"), PAGES)
def test_it_needs_no_database(client, path, status, title):
    # Without the `db` fixture any query raises.
    assert client.get(path).status_code == status


def test_what_is_not_there_can_be_searched_for_and_the_number_of_the_error_is_no_way_on(client):
    page = client.get("/no-such-page/").content.decode()
    assert "Check the address, search for it, or begin on the home page:" in page
    ways, after = page.split('<ul class="bullets">')[1].split("</ul>")
    assert (ways.count("<li>"), "Error 404" in ways, "Error 404" in after) == (2, False, True)


@pytest.mark.parametrize(
    ("path", "home"), [("/no/", "/"), ("/ru/no/", "/ru/"), ("/zh-hans/no/", "/zh-hans/")]
)
def test_it_leads_on_in_the_language_of_the_address(client, path, home):
    client.get("/ru/search/")  # Leaves Russian active in this thread.
    page = client.get(path).content.decode()
    assert f'href="{home}" rel="home">' in page
    assert f'<a href="{home}search/">' in page
    language = home.strip("/") or "en"
    assert f'<html lang="{language}">' in page


def test_a_form_without_its_token_says_that_it_has_expired(db):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = client.post("/admin/login/", {"username": "ada", "password": "right"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_it_survives_static_files_that_were_not_collected(client, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "sco_cities.ops.static_storage.MinifyingStaticFilesStorage"}
    }
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Something is broken here" in response.content.decode()
    assert "stylesheet" not in response.content.decode()


@pytest.mark.parametrize("method", ["options", "post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["/page/", "/search/", "/lamps.csv", "/ru/search/"])
def test_public_pages_are_only_read(path, method):
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_the_admin_is_read_and_posted_to(client, admin_user):
    client.force_login(admin_user)
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert client.generic("TRACE", "/admin/login/").status_code == 405
    assert client.generic("BREW", "/admin/login/").status_code == 405
