"""The language of each page, and its links to the same page in other languages."""

import re

import pytest
from django.test import Client

from sco_cities.changes.recorder import record_changes
from sco_cities.history.models import ChangeSource
from sco_cities.i18n import checks
from tests.factories import make_city, make_initiative

# The content of a page does not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")

ADDRESS = "/initiatives/?country=kg&q=%D0%BE%D1%88"
RUSSIAN = {"HTTP_ACCEPT_LANGUAGE": "ru-RU,ru;q=0.9,en;q=0.5"}


def alternate_links(html: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/ru", "ru"), ("/zh-hans", "zh-hans")])
def test_a_page_has_alternate_links_for_every_language(db, client, prefix, language):
    response = client.get(prefix + ADDRESS)
    html = response.content.decode()
    host = "http://testserver"
    query = ADDRESS.replace("&", "&amp;")
    assert alternate_links(html) == {
        "en": f"{host}{query}",
        "ru": f"{host}/ru{query}",
        "zh-Hans": f"{host}/zh-hans{query}",
        "x-default": f"{host}{query}",
    }
    assert f'<html lang="{language}"' in html
    assert response["Content-Language"] == language


def test_a_language_without_names_or_formats_is_an_error_at_the_start(settings):
    assert checks.check_languages(None) == []
    settings.LANGUAGES = [*settings.LANGUAGES, ("kk", "Kazakh")]
    assert [(error.id, "“kk”" in error.msg) for error in checks.check_languages(None)] == [
        ("languages.E001", True),
        ("languages.E002", True),
    ]


@pytest.mark.parametrize("address", ["/", "/ru/about/", "/zh-hans/reports/"])
def test_a_public_page_does_not_depend_on_accept_language(db, client, address):
    plain, russian = client.get(address), client.get(address, **RUSSIAN)
    assert plain.content == russian.content
    assert not {"accept-language", "cookie"} & set(plain["Vary"].lower().split(", "))


def test_the_same_page_is_cached_separately_for_each_language(db, client):
    answers = [client.get(prefix + "/about/") for _time in range(2) for prefix in ("", "/ru", "/zh-hans")]
    tags = [answer["ETag"] for answer in answers]
    assert len(set(tags)) == 3 and tags[:3] == tags[3:]


@pytest.mark.parametrize(
    ("prefix", "tag", "title", "city"),
    [
        ("", "en", "Trams", "Alphaville"),
        ("/ru", "ru", "Трамваи", "Альфавиль"),
        ("/zh-hans", "zh-Hans", "有轨电车", "阿尔法城"),
    ],
)
def test_exports_are_in_the_language_of_the_url(db, client, prefix, tag, title, city):
    place = make_city(name_ru="Альфавиль", name_zh="阿尔法城")
    with record_changes(ChangeSource.IMPORT) as recorder:
        initiative = make_initiative(title_en="Trams", title_ru="Трамваи", title_zh="有轨电车", lead=[place])
        recorder.note_created([initiative])
    feed = client.get(f"{prefix}/initiatives.atom").getvalue().decode()
    assert f'xml:lang="{tag}"' in feed and f"{title}</title>" in feed
    labelled = client.get(f"{prefix}/initiatives.csv?columns=lead_cities&labels=1").getvalue().decode()
    assert labelled.splitlines() == ["lead_cities,lead_cities_names", f"alphaville,{city}"]


@pytest.mark.parametrize(
    ("address", "headers", "cookie", "language"),
    [
        ("/admin/login/", {}, "", "en"),
        ("/admin/login/", RUSSIAN, "", "ru"),
        ("/admin/login/", RUSSIAN, "zh-hans", "zh-hans"),
        ("/admin/login/", {}, "xx", "en"),
        ("/admin/login/", {"HTTP_ACCEPT_LANGUAGE": "fr"}, "", "en"),
        ("/about/", RUSSIAN, "ru", "en"),
    ],
)
def test_the_admin_is_in_the_curators_language(db, client, address, headers, cookie, language):
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get(address, **headers)
    assert response["Content-Language"] == language
    if address.startswith("/admin/"):
        assert {"accept-language", "cookie"} <= set(response["Vary"].lower().split(", "))


def test_a_curator_selects_a_language_and_stays_on_the_page(admin_client):
    here = "/admin/initiatives/initiative/?q=tram"
    page = admin_client.get(here).content.decode()
    assert 'action="/admin/language/"' in page and f'name="next" value="{here}"' in page
    response = admin_client.post("/admin/language/", {"language": "ru", "next": here})
    assert (response.status_code, response["Location"]) == (302, here)
    assert response.cookies["django_language"]["path"] == "/admin/"
    russian = admin_client.get(here)
    assert '<html lang="ru"' in russian.content.decode()
    assert 'href="/ru/"' in russian.content.decode(), "the link to the site leads to its Russian pages"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_selecting_a_language_does_not_redirect_to_another_site(admin_client, url):
    response = admin_client.post("/admin/language/", {"language": "ru", "next": url})
    assert response["Location"] == "/ru/"


def test_selecting_a_language_requires_a_csrf_token(admin_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    response = client.post("/admin/language/", {"language": "ru", "next": "/admin/"})
    assert response.status_code == 403 and "django_language" not in response.cookies


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/nowhere/", RUSSIAN, "en"),
        ("/ru/nowhere/", {}, "ru"),
        ("/zh-hans/nowhere/", {}, "zh-hans"),
        ("/admin/nowhere/", RUSSIAN, "ru"),
    ],
)
def test_an_error_page_is_in_the_language_of_its_url(admin_client, address, headers, language):
    response = admin_client.get(address, **headers)
    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.content.decode()
