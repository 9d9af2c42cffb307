"""Error pages explain the error and the next step in the reader's language.

They also work if other parts of the site have failed.
"""

import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from sco_cities.ops.fonts import FONTS

# The page cache queries the database for every page. The content of a page does not depend on the engine.
pytestmark = [pytest.mark.urls("tests.ops.urls"), pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def client():
    """A client that returns the error page. By default, Django's test client raises the exception."""
    return Client(raise_request_exception=False)


FONT_FILES = ("css/main.css", *(font.name for font in FONTS))


def preloaded_fonts(response) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [link["href"] for link in page.select("link[rel=preload][as=font]")]


PAGES = [
    ("/bad/", 400, "This request is invalid"),
    ("/forbidden/", 403, "You do not have access to this page"),
    ("/no-such-page/", 404, "Page not found"),
    ("/broken/", 500, "Something went wrong"),
    ("/broken-template/", 500, "Something went wrong"),
]


@pytest.mark.parametrize(("path", "status", "title"), PAGES)
def test_an_error_page_has_a_title_and_links_and_is_not_indexed(client, path, status, title):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == status
    assert f"<title>{title} · SCO Cities</title>" in page
    assert f"<h1>{title}</h1>" in page
    assert '<a href="/">Home page</a>' in page
    # The page for status 404 has a search field instead.
    assert ('<a href="/search/">Search</a>' in page) == (status != 404)
    assert '<meta name="robots" content="noindex">' in page
    assert '<link rel="stylesheet" href="/static/css/main.css">' in page
    assert f"Error {status}" in page
    assert not re.search(r"<script|<style|style=|\son\w+=", page), (
        "the content security policy forbids inline scripts and styles"
    )


@pytest.mark.urls("sco_cities.urls")
def test_the_page_for_a_method_that_is_not_allowed_names_the_allowed_methods(client):
    response = client.put("/ru/cities/")
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert page.h1.get_text() == "Этот метод не разрешён"
    assert "GET, HEAD" in page.select_one("#reason").get_text()


@pytest.mark.parametrize(("path", "status", "title"), PAGES)
def test_an_error_page_needs_no_database(client, path, status, title):
    # This test has no `db` fixture, so any query raises an error.
    assert client.get(path).status_code == status


def test_a_missing_page_suggests_a_search_and_the_error_number_is_no_link(client):
    page = client.get("/no-such-page/").content.decode()
    assert "Check the URL, use the search, or start from the home page:" in page
    links, rest = page.split('<ul class="toolbar">')[1].split("</ul>", 1)
    assert (links.count("<li>"), "Error 404" in links, "Error 404" in rest) == (1, False, True)


@pytest.mark.urls("sco_cities.urls")
@pytest.mark.parametrize(("path", "status"), [("/no-such-page/", 404), ("/embed/initiatives/", 200)])
def test_error_pages_and_embeds_preload_the_fonts(client, db, monkeypatch, path, status):
    storage = SimpleNamespace(hashed_files=dict.fromkeys(FONT_FILES), url="/static/{}".format)
    monkeypatch.setattr("sco_cities.site.templatetags.site.staticfiles_storage", storage)
    response = client.get(path)
    assert response.status_code == status
    assert preloaded_fonts(response) == [
        "/static/fonts/inter-latin.woff2",
        "/static/fonts/source-serif-4-latin.woff2",
    ]


@pytest.mark.urls("sco_cities.urls")
def test_russian_pages_preload_the_cyrillic_letters_too(client, db, monkeypatch):
    storage = SimpleNamespace(hashed_files=dict.fromkeys(FONT_FILES), url="/static/{}".format)
    monkeypatch.setattr("sco_cities.site.templatetags.site.staticfiles_storage", storage)
    assert preloaded_fonts(client.get("/ru/no-such-page/")) == [
        f"/static/fonts/{name}-{script}.woff2"
        for name in ("inter", "source-serif-4")
        for script in ("latin", "cyrillic")
    ]


@pytest.mark.urls("sco_cities.urls")
def test_chinese_pages_preload_only_the_font_of_texts_in_other_languages(client, db, monkeypatch):
    storage = SimpleNamespace(hashed_files=dict.fromkeys(FONT_FILES), url="/static/{}".format)
    monkeypatch.setattr("sco_cities.site.templatetags.site.staticfiles_storage", storage)
    assert preloaded_fonts(client.get("/zh-hans/no-such-page/")) == ["/static/fonts/inter-latin.woff2"]


@pytest.mark.urls("sco_cities.urls")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/initiatives/nope.csv", 404),
        ("/ru/cities/nope.xlsx", 404),
        ("/initiatives/nope.json", 404),
        ("/api/initiatives/nope.csv", 404),
        ("/initiatives.csv/nope", 404),
        ("/initiatives", 301),
        ("/initiatives/nope", 301),
    ],
)
def test_only_the_address_of_a_page_gets_its_missing_slash(client, path, status):
    assert client.get(path).status_code == status


@pytest.mark.urls("sco_cities.urls")
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/cities/new-delhi/", "new delhi"),
        ("/initiatives/astana_lrt.html/", "astana lrt"),
        ("/ru/нет%22%3E%3Cscript%3E/", "нет script"),
        ("/%00", ""),
        (f"/{'a-' * 3_000}", "a " * 40),
    ],
)
def test_a_missing_page_has_the_header_the_footer_and_a_search_for_the_words_of_its_address(
    path, words, client
):
    response = client.get(path)
    page = BeautifulSoup(response.content.decode(), "html.parser")
    assert response.status_code == 404
    assert page.select_one("main input[name=q]")["value"] == words
    prefix = "/ru" if path.startswith("/ru/") else ""
    assert page.select_one(f".site-header nav a[href='{prefix}/cities/']")
    # A missing page has no translation.
    assert page.select_one(".site-header a[lang=zh-Hans]")["href"] == "/zh-hans/"
    assert page.select_one(".site-footer")


@pytest.mark.parametrize(
    ("path", "home"), [("/no/", "/"), ("/ru/no/", "/ru/"), ("/zh-hans/no/", "/zh-hans/")]
)
def test_an_error_page_has_the_language_of_the_url(client, path, home):
    client.get("/ru/search/")  # This request leaves Russian as the active language of the thread.
    page = client.get(path).content.decode()
    assert f'class="wordmark" href="{home}"' in page
    assert f'<form class="search-form" action="{home}search/">' in page
    language = home.strip("/") or "en"
    assert f'<html lang="{language}">' in page


def test_a_form_without_its_csrf_token_is_reported_as_expired(db):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = client.post("/admin/login/", {"username": "ada", "password": "right"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_an_error_page_works_without_collected_static_files(client, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "sco_cities.ops.static_storage.MinifyingStaticFilesStorage"}
    }
    response = client.get("/broken/")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "stylesheet" not in response.content.decode()


@pytest.mark.parametrize("method", ["options", "post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["/page/", "/search/", "/ru/search/"])
def test_public_pages_accept_only_get_and_head(path, method):
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_the_admin_accepts_only_get_head_and_post(client, admin_user):
    client.force_login(admin_user)
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert client.generic("TRACE", "/admin/login/").status_code == 405
    assert client.generic("BREW", "/admin/login/").status_code == 405
