"""Citations of records, lists, charts and comparisons of places, as pages and as files for reference managers."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from sco_cities.changes.recorder import record_changes
from sco_cities.history.models import ChangeSet
from sco_cities.listings.list_query import ListQuery
from sco_cities.site.citation import Citation
from tests import factories as make

# The content of a page does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
DAY = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def lights(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: DAY)
    cities = [make.make_city("alpha"), make.make_city("beta", country=make.make_country("xb"))]
    return make.make_initiative(
        "lights", title_en="Lamps & 50 % {light}", lead=cities, status="agreed", sourced=True
    )


def test_a_citation_is_a_sentence_and_records_of_three_formats():
    url = "https://example.org/?a=%20b_c&d"
    dates = ("2025-01-31", "as of 2026-03-05")
    citation = Citation("lights", r"Lamps & 50 % {light} \ _", url, DAY.date(), "en", dates, 2025)
    assert citation.text == rf"“Lamps & 50 % {{light}} \ _”, SCO Cities, 2025-01-31, as of 2026-03-05. {url}"
    assert citation.bibtex == (
        "@online{sco-cities-lights-2026-03-05,\n"
        "  title = {{Lamps \\& 50 \\% \\{light\\} \\textbackslash{} \\_}},\n"
        "  author = {{SCO Cities}},\n"
        "  organization = {SCO Cities},\n"
        "  year = {2025},\n"
        "  url = {https://example.org/?a=%20b_c&d},\n"
        "  urldate = {2026-03-05},\n"
        "}\n"
    )
    assert citation.ris == (
        "TY  - ELEC\r\n"
        "TI  - Lamps & 50 % {light} \\ _\r\n"
        "AU  - SCO Cities\r\n"
        "T2  - SCO Cities\r\n"
        "PY  - 2025\r\n"
        "Y2  - 2026/03/05\r\n"
        "LA  - en\r\n"
        "UR  - https://example.org/?a=%20b_c&d\r\n"
        "ER  - \r\n"
    )
    assert json.loads(citation.csl_json) == [
        {
            "id": "sco-cities-lights-2026-03-05",
            "type": "webpage",
            "title": r"Lamps & 50 % {light} \ _",
            "author": [{"literal": "SCO Cities"}],
            "container-title": "SCO Cities",
            "issued": {"date-parts": [[2025]]},
            "accessed": {"date-parts": [[2026, 3, 5]]},
            "language": "en",
            "URL": "https://example.org/?a=%20b_c&d",
        }
    ]


def test_the_author_is_the_publisher_that_the_settings_name(settings):
    settings.PUBLISHER_NAME = "City Research Office"
    citation = Citation("lights", "Lamps", "https://example.org/", DAY.date(), "en")
    assert "AU  - City Research Office\r\n" in citation.ris


@pytest.mark.parametrize(
    ("path", "title", "url", "stem"),
    [
        ("initiatives?status=agreed&page=2&utm_source=x", "1 initiative, agreed",
         "/initiatives/?status=agreed", "initiatives-agreed"),
        ("cities", "2 cities", "/cities/", "cities"),
        ("map?city=alpha", "Map: 1 initiative with Alpha", "/map/?city=alpha", "map-alpha"),
        ("ages", "Age of the reports: 1 initiative", "/themes/#ages", "ages"),
        ("together/beta/alpha", "Alpha and Beta", "/together/alpha/beta/", "together-alpha-beta"),
        ("together/alpha/xb", "Alpha and Country XB", "/together/alpha/xb/", "together-alpha-xb"),
    ],
)  # fmt: skip
def test_each_page_has_a_citation_with_the_address_that_shows_it_again(client, path, title, url, stem):
    name, _mark, query = path.partition("?")
    page = BeautifulSoup(client.get(f"/cite/{name}/?{query}").content, "html.parser")
    url = f"http://testserver{url}"
    assert page.select_one("#citation-text").get_text() == f"“{title}”, SCO Cities, 2026-03-05. {url}"
    files = [link["href"] for link in page.select("main a[download]")]
    contents = {}
    for file in files:
        response = client.get(file)
        assert response.status_code == 200, file
        extension = file.partition("?")[0].partition(".")[2]
        assert response["Content-Disposition"] == f'attachment; filename="{stem}.{extension}"'
        contents[extension] = response.content.decode()
    assert list(contents) == ["bib", "ris", "csl.json"]
    assert f"UR  - {url}\r\n" in contents["ris"]
    (item,) = json.loads(contents["csl.json"])
    assert (item["title"], item["URL"]) == (title, url)


@pytest.mark.parametrize(
    ("path", "heading", "title"),
    [
        ("/ru/cite/cities/", "Тема: «Свет»", "«Тема: „Свет“», Города ШОС"),
        ("/zh-hans/cite/cities/", "主题《光》", "《主题〈光〉》，上合城市"),
    ],
)
def test_quotation_marks_in_a_title_become_inner_marks(client, monkeypatch, path, heading, title):
    monkeypatch.setattr(ListQuery, "heading", heading)
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert page.select_one("#citation-text").get_text().startswith(title)


def test_the_citation_of_a_record_has_the_dates_of_its_change_and_of_its_state(client, lights):
    with record_changes("edit") as recorder:
        recorder.note_created([lights])
    page = BeautifulSoup(client.get("/cite/initiatives/lights/").content, "html.parser")
    url = "http://testserver/initiatives/lights/?as_of=2026-03-05"
    changed = ChangeSet.objects.get().made_at.date()
    text = f"“Lamps & 50 % {{light}}”, SCO Cities, {changed}, as of 2026-03-05. {url}"
    assert page.select_one("#citation-text").get_text() == text
    ris = client.get("/cite/initiatives/lights.ris").content.decode()
    assert f"PY  - {changed.year}\r\n" in ris
    assert f"UR  - {url}\r\n" in ris


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/ru/cite/cities.csl.json", "ru"),
        ("/zh-hans/cite/cities.csl.json", "zh-Hans"),
        # The title has no Chinese translation.
        ("/zh-hans/cite/initiatives/lights.csl.json", "en"),
    ],
)
def test_a_citation_names_the_language_of_its_title(client, path, language):
    (item,) = client.get(path).json()
    assert item["language"] == language


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/cite/initiatives/?status=nonsense", 200, "There is a problem with these filters:"),
        ("/cite/initiatives.bib?status=nonsense", 400, "status:"),
        ("/cite/initiatives.bib?statuss=agreed", 400, "statuss:"),
        ("/charts/ages.svg?statuss=agreed", 400, "statuss:"),
        ("/cite/initiatives/lights/?as_of=2026-02-30", 400, "This date cannot be shown"),
        ("/cite/initiatives/lights/?as_of=2026-03-06", 400, "is in the future"),
        ("/cite/initiatives/lights.bib?as_of=2020-01-01", 404, "was not published on this date"),
        ("/cite/initiatives/nothing/", 404, ""),
        ("/cite/nothing/", 404, ""),
        ("/cite/initiatives.txt", 404, ""),
        ("/cite/together/alpha/", 404, ""),
        ("/cite/together/alpha/nowhere.ris", 404, ""),
    ],
)
def test_an_invalid_url_gives_an_error_and_no_citation(client, path, status, words):
    response = client.get(path)
    assert response.status_code == status
    assert words in response.content.decode()
    assert b"SCO Cities, 2026-03-05" not in response.content


def test_a_draft_has_no_citation(client):
    make.make_initiative("plans", state="draft", lead=[make.make_city("gamma")])
    assert client.get("/cite/initiatives/plans/").status_code == 404


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/initiatives/lights/", "/cite/initiatives/lights/"),
        ("/initiatives/lights/?as_of=2026-03-05", "/cite/initiatives/lights/?as_of=2026-03-05"),
        ("/initiatives/?status=agreed&page=1", "/cite/initiatives/?status=agreed"),
        ("/map/?city=alpha", "/cite/map/?city=alpha"),
        ("/", "/cite/status/"),
        ("/themes/", "/cite/roles/"),
        ("/together/alpha/beta/", "/cite/together/alpha/beta/"),
    ],
)
def test_pages_link_to_their_citation(client, path, link):
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert link in [each["href"] for each in page.select("main a")]
