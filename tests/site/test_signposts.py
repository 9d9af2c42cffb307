"""FAIR signposting in the header and metadata for reference managers in the head.

Records and releases have both.
"""

import re

import pytest
from bs4 import BeautifulSoup

from sco_cities.releases.release_writer import write_release
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

SITE = "http://testserver"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LINK = re.compile(r'<([^>]+)>; rel="([^"]+)"(?:; type="([^"]+)")?')


@pytest.fixture
def released(settings, tmp_path):
    settings.RELEASES_DIR = tmp_path / "releases"
    settings.PUBLISHER_NAME, settings.PUBLISHER_CONTACT = "City Office", "https://example.org/us"
    return write_release()[0]


def signposts(client, path: str) -> list[tuple[str, str, str]]:
    """Returns the relation, URL and type of each link in the header of a page. All links must be valid."""
    header = client.get(path)["Link"]
    found = [(relation, url, media_type) for url, relation, media_type in _LINK.findall(header)]
    assert _LINK.sub("", header) == ", " * (len(found) - 1)
    return found


def citation(client, path: str) -> dict[str, str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return {tag["name"]: tag["content"] for tag in page.select('meta[name^="citation_"]')}


@pytest.mark.parametrize("prefix", ["", "/ru", "/zh-hans"])
def test_the_page_of_a_record_links_to_its_identifier_description_and_licence(client, settings, prefix):
    settings.PUBLISHER_CONTACT = "https://example.org/us"
    make.make_city("lampton")
    assert signposts(client, f"{prefix}/cities/lampton/") == [
        ("cite-as", f"{SITE}/cities/lampton/", ""),
        ("type", "https://schema.org/AboutPage", ""),
        ("author", "https://example.org/us", ""),
        ("license", LICENCE, ""),
        ("describedby", f"{SITE}/cities/lampton.jsonld", "application/ld+json"),
        ("timemap", f"{SITE}/cities/lampton.timemap", "application/link-format"),
    ]


def test_urls_in_the_header_are_ascii(client, settings):
    settings.PUBLISHER_CONTACT = "https://example.org/о-нас>"
    make.make_city("lampton")
    author = ("author", "https://example.org/%D0%BE-%D0%BD%D0%B0%D1%81%3E", "")
    assert author in signposts(client, "/cities/lampton/")


def test_an_author_is_named_by_a_page_only(client, settings):
    settings.PUBLISHER_CONTACT = "mailto:cities@example.org"
    make.make_city("lampton")
    assert "author" not in [relation for relation, *_url in signposts(client, "/cities/lampton/")]


def test_a_draft_has_no_signposts(client, admin_client):
    make.make_city("lampton", state="draft")
    response = admin_client.get("/cities/lampton/")
    assert response.status_code == 200
    assert "Link" not in response
    assert citation(admin_client, "/cities/lampton/") == {}


@pytest.mark.parametrize("prefix", ["", "/ru"])
def test_the_page_of_a_release_links_to_each_file(client, released, prefix):
    page = f"{SITE}/data/{released.date}/"
    found = signposts(client, f"{prefix}/data/{released.date}/")
    assert ("cite-as", page, "") in found
    assert ("type", "https://schema.org/Dataset", "") in found
    assert ("describedby", f"{page}manifest.json", "application/json") in found
    items = {url: media_type for relation, url, media_type in found if relation == "item"}
    assert set(items) == {page + file.name for file in released.files}
    assert items[f"{page}evidence.csv"] == "text/csv"
    for _relation, url, media_type in found:
        if url.startswith(page) and media_type:
            response = client.get(url.removeprefix(SITE))
            assert response["Content-Type"].partition(";")[0] == media_type
            response.close()


def test_a_release_has_one_url_for_citations_with_a_doi_too(client, released, settings):
    settings.DOI = "10.5281/zenodo.1234567"
    path = f"/data/{released.date}/"
    cite_as = [url for relation, url, _type in signposts(client, path) if relation == "cite-as"]
    assert cite_as == [f"{SITE}{path}"]
    assert not BeautifulSoup(client.get(path).content, "html.parser").select('[rel="cite-as"]')


@pytest.mark.parametrize("doi", ["", "10.5281/zenodo.1234567"])
def test_the_page_of_the_data_is_cited_by_its_doi(client, released, settings, doi):
    settings.DOI = doi
    found = signposts(client, "/zh-hans/data/")
    cite_as = f"https://doi.org/{doi}" if doi else f"{SITE}/data/"
    assert found[0] == ("cite-as", cite_as, "")
    assert [url for relation, url, _type in found if relation == "describedby"] == [
        f"{SITE}/data/catalog.ttl", f"{SITE}/data/croissant.json",
    ]  # fmt: skip


def test_reference_managers_find_the_citation_of_a_record(client, settings):
    settings.PUBLISHER_NAME = "City Office"
    make.make_city("lampton", name_en="“Lampton” <i> & Co", name_ru="Лэмптон")
    assert citation(client, "/ru/cities/lampton/") == {
        "citation_title": "Лэмптон",
        "citation_author": "City Office",
        "citation_public_url": f"{SITE}/ru/cities/lampton/",
    }
    assert citation(client, "/cities/lampton/")["citation_title"] == "“Lampton” <i> & Co"


def test_reference_managers_find_the_citation_of_a_release(client, released, settings):
    settings.DOI = "10.5281/zenodo.1234567"
    title = "SCO Cities: city cooperation in the Shanghai Cooperation Organization"
    assert citation(client, f"/ru/data/{released.date}/") == {
        "citation_title": f"{title} (release {released.date})",
        "citation_author": "City Office",
        "citation_publication_date": released.date,
        "citation_doi": "10.5281/zenodo.1234567",
        "citation_public_url": f"{SITE}/data/{released.date}/",
    }
