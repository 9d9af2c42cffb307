"""The page about the data describes the data for search engines as a schema.org Dataset."""

import json

import pytest
from bs4 import BeautifulSoup

from sco_cities.discovery import schema_dataset
from sco_cities.search.searchable_lists import COLLECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
SITE = "http://testserver"


def described(client, path: str) -> dict:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    (element,) = page.select('script[type="application/ld+json"]')
    return json.loads(element.string)


@pytest.mark.parametrize(("prefix", "language"), [("", "en"), ("/ru", "ru"), ("/zh-hans", "zh-Hans")])
def test_the_newest_release_is_described_with_its_files(client, newest, prefix, language):
    dataset = described(client, f"{prefix}/data/")
    page = f"{SITE}/data/{newest.date}/"
    assert (dataset["@type"], dataset["@id"], dataset["version"]) == ("Dataset", page, newest.date)
    assert dataset["inLanguage"] == language
    # Search engines require a name and a description of this length.
    assert dataset["name"]
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    downloads = {each["contentUrl"]: each["encodingFormat"] for each in dataset["distribution"]}
    assert set(downloads) == {page + file.name for file in newest.files}
    for address in downloads:
        response = client.head(address.removeprefix(SITE))
        assert response.status_code == 200
        response.close()
    assert downloads[f"{page}evidence.csv"] == "text/csv"


def test_without_a_release_the_files_of_the_lists_are_described(client, no_release):
    dataset = described(client, "/data/")
    addresses = [each["contentUrl"] for each in dataset["distribution"]]
    assert addresses == [f"{SITE}/{collection}.csv" for collection in COLLECTIONS]
    assert "version" not in dataset


def test_no_text_can_end_the_element(client, no_release, monkeypatch):
    title = "</script><script>alert(1)</script><!-- &amp;"
    monkeypatch.setattr(schema_dataset, "CATALOGUE", (title, title))
    assert described(client, "/data/")["name"] == title


def test_the_page_links_to_the_other_descriptions(client, newest):
    page = BeautifulSoup(client.get("/ru/data/").content, "html.parser")
    (link,) = page.select('link[type="text/turtle"]')
    links = {link["href"], *(each["href"] for each in page.select("main a"))}
    assert {"/data/catalog.ttl", "/data/croissant.json"} <= links
    assert client.get(link["href"]).status_code == 200
