"""Records in the format requested by a program in the Accept header."""

import pytest

from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

PAGE = "/initiatives/lamps/"
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(autouse=True)
def lamps():
    make.make_initiative("lamps")


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        (PAGE, "application/ld+json", "/initiatives/lamps.jsonld"),
        (PAGE, "text/markdown", "/initiatives/lamps.md"),
        (PAGE, "text/markdown, text/html;q=0.9, */*;q=0.1", "/initiatives/lamps.md"),
        (PAGE, "text/markdown, */*", "/initiatives/lamps.md"),
        (PAGE, "application/ld+json;q=0.5, text/markdown;q=0.7", "/initiatives/lamps.md"),
        (
            PAGE,
            'application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"',
            "/initiatives/lamps.jsonld",
        ),
        (PAGE, 'application/ld+json;profile="a, b; c";q=0.9, text/html;q=0.8', "/initiatives/lamps.jsonld"),
        (PAGE, "text/markdown;charset=utf-8", "/initiatives/lamps.md"),
        (PAGE, "text/markdown; charset=utf-8 ; q=0.9, text/html; q=0.8", "/initiatives/lamps.md"),
        (PAGE, "TEXT/Markdown;Charset=UTF-8", "/initiatives/lamps.md"),
        (PAGE, "text/markdown;q=0.8, APPLICATION/LD+JSON", "/initiatives/lamps.jsonld"),
        (f"/ru{PAGE}?notes=all", "text/markdown", "/ru/initiatives/lamps.md?notes=all"),
        ("/zh-hans/countries/xa/", "application/ld+json", "/zh-hans/countries/xa.jsonld"),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_program_that_prefers_a_file_is_redirected_to_the_file(client, method, path, accept, location):
    make.make_country("xa")
    # The page is now in the cache.
    assert client.get(path).status_code == 200
    response = getattr(client, method)(path, headers={"accept": accept})
    assert (response.status_code, response["Location"], response["Vary"]) == (303, location, "Accept")
    assert client.get(location).status_code == 200


@pytest.mark.parametrize(
    "accept",
    [
        CHROMIUM,
        "",
        "*/*",
        "text/*",
        "text/markdown;q=0.5, text/html",
        "text/markdown;q=0",
        "text/markdown; charset=utf-8; q=0.5, TEXT/HTML",
        "text/markdown ;Q=0.5 , text/html",
    ],
)
def test_all_other_clients_get_the_page(client, accept):
    client.get(PAGE, headers={"accept": "text/markdown"})
    response = client.get(PAGE, headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response["Vary"] == "Accept, Accept-Encoding"
    unchanged = client.get(PAGE, headers={"accept": accept, "if-none-match": response["ETag"]})
    assert (unchanged.status_code, unchanged["Vary"]) == (304, response["Vary"])


@pytest.mark.parametrize(
    "path",
    ["/", "/initiatives/", "/about/", "/data/context/", "//initiatives/lamps/", "/xx/initiatives/lamps/"],
)
def test_other_pages_have_one_format(client, path):
    response = client.get(path, headers={"accept": "text/markdown, */*;q=0.1"})
    assert response.status_code in (200, 404)
    assert "Accept" not in response.get("Vary", "").split(", ")


def test_a_missing_record_has_no_file(client):
    response = client.get("/initiatives/nowhere/", headers={"accept": "text/markdown"}, follow=True)
    assert (response.redirect_chain, response.status_code) == ([("/initiatives/nowhere.md", 303)], 404)
