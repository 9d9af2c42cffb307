"""The feed of a list."""

import datetime
import xml.etree.ElementTree as ET

import pytest

from initiatives.models import Initiative
from sco_cities.listings import last_modified
from sco_cities.listings.exports import streaming_response
from tests import factories as make
from tests.listings.exports.test_csv import LISTS

pytestmark = pytest.mark.django_db
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def feed(export):
    def read_feed(path):
        status, file = export(path)
        assert status == 200
        return ET.fromstring(file)  # noqa: S314 - our own

    return read_feed


def links(element) -> dict:
    return {link.get("rel"): link.get("href") for link in element.findall(f"{A}link")}


def test_an_entry_describes_its_record(feed):
    city = make.make_city("alpha")
    make.make_initiative("lamps", title_en="Lamps & <trams>", status="under_way", lead=[city])
    Initiative.objects.update(updated_at="2025-01-02T03:04:05Z", created_at="2024-01-02T03:04:05Z")
    (entry,) = feed("/initiatives.atom").findall(f"{A}entry")
    values = {child.tag.removeprefix(A): child.text for child in entry}
    assert values == {
        "id": "http://testserver/initiatives/lamps/",
        "title": "Lamps & <trams>",
        "updated": "2025-01-02T03:04:05Z",
        "published": "2024-01-02T03:04:05Z",
        "link": None,
        "summary": (
            "Initiative: Lamps are put up in lamps. They shine.\n"
            "Status: under way · Cities: Alpha · Years: 2024"
        ),
    }
    assert links(entry) == {"alternate": "http://testserver/initiatives/lamps/"}


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        ("", "Delegate\nRole: Mayor"),
        ("/ru", "Делегат\nРоль: мэр"),
        ("/zh-hans", "代表\n职务：Mayor（英文）"),
    ],
)
def test_an_entry_is_in_the_readers_language_or_says_which_it_is(feed, language, summary):
    make.make_delegate(role="Mayor", role_ru="мэр")
    (entry,) = feed(f"{language}/delegates.atom").findall(f"{A}entry")
    assert entry.find(f"{A}summary").text == summary


def test_an_entry_has_everything_that_a_row_of_the_list_shows(feed):
    alpha, beta, gamma = (make.make_city(slug) for slug in ("alpha", "beta", "gamma"))
    initiative = make.make_initiative(
        "lamps", lead=[alpha], partner=[beta], reference=[gamma], starts_on="2018-09", ends_on="2020/.."
    )
    make.make_evidence(initiative, "status", stance="differs", reported_value="interest")
    summary = feed("/initiatives.atom").findtext(f"{A}entry/{A}summary")
    assert summary.splitlines()[-1] == (
        "Status: agreed · Cities: Alpha · Partner cities: Beta · Reference cities: Gamma · "
        "Years: September 2018 · Ends: since 2020 · Disputed: yes"
    )
    summary = feed("/zh-hans/initiatives.atom").findtext(f"{A}entry/{A}summary")
    assert summary.splitlines()[-1].startswith("状态：")


# The latest change by keys, among the latest of all, and if none of these matches.
@pytest.mark.parametrize(("max_keys", "max_scanned"), [(1_000, 10), (0, 10), (0, 0)])
def test_the_feed_has_its_heading_links_and_time_of_the_last_change(max_keys, max_scanned, feed, monkeypatch):
    monkeypatch.setattr(last_modified, "MAX_KEYS", max_keys)
    monkeypatch.setattr(last_modified, "MAX_SCANNED_PER_KEY", max_scanned)
    for number in range(3):
        initiative = make.make_initiative(f"i-{number}", kind=("plan", "plan", "route")[number])
        updated = f"2025-01-0{number + 1}T00:00:00Z"
        Initiative.objects.filter(pk=initiative.pk).update(updated_at=updated)
    root = feed("/initiatives.atom?kind=plan&page=1&sort=slug")
    assert root.findtext(f"{A}title").startswith("2 initiatives")
    assert root.findtext(f"{A}updated") == "2025-01-02T00:00:00Z"
    assert root.findtext(f"{A}author/{A}name") == "SCO Cities"
    assert "CC BY 4.0" in root.findtext(f"{A}rights")
    address = "http://testserver/initiatives.atom?kind=plan&sort=slug"
    assert root.findtext(f"{A}id") == address
    assert links(root) == {
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "self": address,
        "alternate": "http://testserver/initiatives/?kind=plan&sort=slug",
    }


def test_an_empty_feed_has_the_current_time(feed):
    root = feed("/initiatives.atom")
    updated = datetime.datetime.fromisoformat(root.findtext(f"{A}updated"))
    assert root.findall(f"{A}entry") == []
    assert abs(datetime.datetime.now(datetime.UTC) - updated) < datetime.timedelta(minutes=5)


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("collection", LISTS)
def test_there_is_an_entry_for_each_row_of_the_csv_in_its_order(collection, feed, csv_rows):
    rows = csv_rows(f"/{collection}.csv")[1:]
    root = feed(f"/{collection}.atom")
    entries = root.findall(f"{A}entry")
    assert [entry.findtext(f"{A}id") for entry in entries] == [
        f"http://testserver/{collection}/{row[0].lower()}/" for row in rows
    ]
    assert all(entry.findtext(f"{A}title") and entry.findtext(f"{A}summary") for entry in entries)
    # Metadata comes first, as the schema of the standard requires.
    tags = [child.tag for child in root]
    assert tags.index(f"{A}entry") == len(tags) - len(rows)


def test_a_feed_has_the_language_of_its_url(feed):
    make.make_initiative("lamps", title_ru="Лампы")
    root = feed("/ru/initiatives.atom")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ru"
    assert root.findtext(f"{A}entry/{A}title") == "Лампы"
    assert links(root.find(f"{A}entry")) == {"alternate": "http://testserver/ru/initiatives/lamps/"}


def test_a_character_that_xml_does_not_allow_is_replaced(feed):
    make.make_initiative("lamps", title_en="a\x01b\ufffec")
    assert (
        feed("/initiatives.atom").findtext(f"{A}entry/{A}title")
        == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    )


def test_batches_join_to_one_feed(feed, monkeypatch):
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 2)
    for number in range(5):
        make.make_initiative(f"i-{number}")
    titles = [
        entry.findtext(f"{A}title") for entry in feed("/initiatives.atom?sort=-slug").findall(f"{A}entry")
    ]
    assert titles == ["I 4", "I 3", "I 2", "I 1", "I 0"]


@pytest.mark.parametrize("name", ["columns", "labels", "bom"])
def test_parameters_of_other_formats_get_400(name, export):
    error = f"{name}: Unknown parameter. Correct or remove it.\n"
    assert export(f"/initiatives.atom?{name}=1") == (400, error.encode())


def test_a_head_request_gets_the_headers(client):
    response = client.head("/themes.atom")
    assert (response.status_code, b"".join(response)) == (200, b"")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_a_browser_opens_a_feed_and_saves_other_files(client):
    assert "Content-Disposition" not in client.get("/initiatives.atom").headers
    assert client.get("/initiatives.csv")["Content-Disposition"].startswith("attachment")


def test_an_entry_says_what_kind_of_record_it_is(feed):
    make.make_city("alpha")
    make.make_theme("lamps")
    assert feed("/cities.atom").findtext(f"{A}entry/{A}summary").startswith("City\n")
    assert feed("/themes.atom").findtext(f"{A}entry/{A}summary").startswith("Theme: All about lamps\n")
    assert feed("/zh-hans/themes.atom").findtext(f"{A}entry/{A}summary").startswith("主题：")
