"""The records, order, cursors, facets and footnotes of lists in the API."""

import json
import re

import pytest

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.core.language_codes import LANGUAGE_NAMES
from tests import factories as make

# The responses are built from the index and the lists, which are tested on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def read(client):
    def read_json(path: str, status: int = 200) -> dict:
        response = client.get(path)
        assert response.status_code == status, response.content
        return json.loads(response.content)

    return read_json


def slugs(document: dict) -> list[str]:
    return [record["slug"] for record in document["results"]]


@pytest.fixture
def lamps():
    return [make.make_initiative(f"lamps-{number}", status="agreed") for number in (1, 2, 3)]


def test_a_record_has_its_columns_with_null_for_unknown_values(read):
    alphaville = make.make_city("alphaville", name_en="Alphaville")
    make.make_initiative(
        "lamps", lead=[alphaville], title_en="Lamps", starts_on="2024-02", status="agreed", kind="project"
    )
    columns = "slug,title_en,title_ru,status,starts_on,ends_on,lead_cities,event,disputed"
    (record,) = read(f"/api/initiatives/?columns={columns}&labels=1")["results"]
    assert record == {
        "slug": "lamps",
        "url": "http://testserver/initiatives/lamps/",
        "title_en": "Lamps",
        "title_ru": None,
        "status": "agreed",
        "starts_on": "2024-02",
        "starts_first": "2024-02-01",
        "starts_last": "2024-02-29",
        "ends_on": None,
        "ends_first": None,
        "ends_last": None,
        "lead_cities": ["alphaville"],
        "lead_cities_names": ["Alphaville"],
        "event": None,
        "event_names": None,
        "disputed": False,
    }


def test_pages_with_cursors_give_each_record_once_in_the_order_of_keys(read, lamps):
    first = read("/api/initiatives/?per_page=2")
    assert (first["count"], slugs(first), first["previous"]) == (3, ["lamps-1", "lamps-2"], None)
    second = read(first["next"].removeprefix("http://testserver"))
    assert (slugs(second), second["next"]) == (["lamps-3"], None)


def test_records_that_come_and_go_during_a_crawl_neither_skip_nor_double_others(read, lamps):
    first = read("/api/initiatives/?per_page=1")
    Initiative.objects.filter(slug="lamps-1").delete()
    make.make_initiative("lamps-4")
    following = read(first["next"].removeprefix("http://testserver"))
    assert (slugs(first), slugs(following)) == (["lamps-1"], ["lamps-2"])


def test_the_empty_last_page_of_a_crawl_is_a_page_without_records(read, lamps):
    first = read("/api/initiatives/?per_page=2")
    Initiative.objects.filter(slug="lamps-3").delete()
    last = read(first["next"].removeprefix("http://testserver"))
    assert (last["count"], last["results"], last["next"]) == (2, [], None)


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("sort=-slug&per_page=2", [["lamps-3", "lamps-2"], ["lamps-1"]]),
        ("sort=slug&per_page=1&page=2", [["lamps-2"], ["lamps-3"]]),
    ],
)
def test_sorted_pages_have_numbers(read, lamps, query, pages):
    document = read(f"/api/initiatives/?{query}")
    found = [slugs(document)]
    while document["next"]:
        document = read(document["next"].removeprefix("http://testserver"))
        found.append(slugs(document))
    assert found == pages
    assert "page=" in document["previous"]


def test_the_first_of_numbered_pages_is_one_of_them(read, lamps):
    assert read("/api/initiatives/?page=2&per_page=1")["first"].endswith("?per_page=1&page=1")


def test_slugs_select_records_and_facets_count_among_them(read, lamps):
    Initiative.objects.filter(slug="lamps-2").update(status="completed")
    document = read("/api/initiatives/?slug=lamps-2&slug=lamps-3&facets=status")
    assert slugs(document) == ["lamps-2", "lamps-3"]
    counts = {each["value"]: each["count"] for each in document["facets"]["status"]["values"]}
    assert {status: count for status, count in counts.items() if count} == {"agreed": 1, "completed": 1}


def test_a_facet_has_the_ten_most_frequent_options_or_all(read):
    for number in range(12):
        make.make_initiative(f"lamps-{number}", lead=[make.make_city(f"town-{number}")])
    ten = read("/api/initiatives/?facets=city")["facets"]["city"]
    assert (len(ten["values"]), ten["more"]) == (10, 2)
    assert ten["values"][0] == {"value": "town-0", "label": "Town 0", "count": 1}
    every = read("/api/initiatives/?facets_all=city")["facets"]["city"]
    assert (len(every["values"]), every["more"]) == (12, 0)


def test_the_most_frequent_options_of_a_facet_come_first(read):
    for number, status in enumerate(["completed", "stalled", "stalled"]):
        make.make_initiative(f"lamps-{number}", status=status, lead=[make.make_city(f"town-{number % 2}")])
    facets = read("/api/initiatives/?facets=status,city&city=town-0,town-1&city=town-0")["facets"]
    counts = {name: [(each["value"], each["count"]) for each in facets[name]["values"]] for name in facets}
    assert counts["status"][:3] == [("completed", 1), ("stalled", 1), ("interest", 0)]
    # Two places joined with a comma are not an option.
    assert counts["city"] == [("town-0", 2), ("town-1", 1)]
    stalled = read("/api/initiatives/?facets=status")["facets"]["status"]["values"]
    assert [each["value"] for each in stalled[:3]] == ["stalled", "completed", "interest"]


def test_a_facet_has_ten_options_of_a_long_list_of_codes_too(read):
    make.make_report("report", language="zh")
    make.make_report("other", language="zh")
    ten, every = (
        read(f"/api/reports/?{parameter}=language&language=ru")["facets"]["language"]
        for parameter in ("facets", "facets_all")
    )
    assert (len(ten["values"]), ten["more"]) == (10, len(LANGUAGE_NAMES) - 10)
    assert (len(every["values"]), every["more"]) == (len(LANGUAGE_NAMES), 0)
    assert (ten["values"][0]["value"], ten["values"][0]["count"]) == ("zh", 2)


def test_footnotes_have_the_passages_of_published_reports_only_as_records_do(read):
    lamps = make.make_initiative("lamps", sourced=False)
    gazette = make.make_report("gazette", published_on="2025-01", publisher="The Gazette")
    passage = gazette.passages.get()
    passage.summary_ru = "Отрывок."
    passage.save()
    for each in (passage, make.make_report("secret", state="draft").passages.get()):
        make.make_evidence(lamps, "status", each)
    (record,) = read("/ru/api/initiatives/?footnotes=1&columns=slug")["results"]
    (footnote,) = record["footnotes"]
    assert footnote == {
        "field": "status",
        "stance": "supports",
        "reported_value": None,
        "passage": "gazette#1",
        "url": "http://testserver/ru/reports/gazette/#p1",
        "summary": "Passage 1 of gazette.",
        "summary_ru": "Отрывок.",
        "summary_zh": None,
        "quotation": None,
        "archive_url": None,
        "report": {
            "slug": "gazette",
            "title": "Gazette",
            "publisher": "The Gazette",
            "published_on": "2025-01",
            "published_first": "2025-01-01",
            "published_last": "2025-01-31",
            "language": "en",
            "address": "https://gazette.example/gazette",
            "title_ru": None,
            "title_zh": None,
        },
    }
    (supporting,) = read("/ru/api/initiatives/lamps/")["values"]["status"]["supports"]
    assert {name: footnote[name] for name in supporting if name != "about"} | {"about": "value"} == supporting


def test_a_corrected_passage_is_in_the_footnotes_immediately(read):
    lamps = make.make_initiative("lamps", sourced=False)
    passage = make.make_report("gazette").passages.get()
    make.make_evidence(lamps, "status", passage)

    def summaries():
        (record,) = read("/api/initiatives/?footnotes=1&columns=slug")["results"]
        return [footnote["summary"] for footnote in record["footnotes"]]

    assert summaries() == ["Passage 1 of gazette."]
    passage.summary = "The lamps are lit."
    passage.save()
    assert summaries() == ["The lamps are lit."]


def test_drafts_are_not_in_any_list(read, lamps):
    Initiative.objects.filter(slug="lamps-1").update(state="draft")
    Event.objects.all().delete()
    assert read("/api/initiatives/")["count"] == 2


def test_the_header_links_to_the_other_pages_the_licence_and_the_page_for_people(client, lamps):
    assert client.get("/ru/api/initiatives/?per_page=2&status=agreed")["Link"] == ", ".join(
        [
            '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
            '</ru/api/openapi.json>; rel="describedby"',
            '<http://testserver/ru/api/initiatives/?per_page=2&status=agreed>; rel="first"',
            '<http://testserver/ru/api/initiatives/?per_page=2&status=agreed&after=azI>; rel="next"',
            '<http://testserver/ru/initiatives/?status=agreed>; rel="alternate"',
        ]
    ).replace("azI", client.get("/api/initiatives/?per_page=2").json()["next"].rpartition("=")[2])


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("slug=lamps-1", "http://testserver/initiatives/lamps-1/"),
        ("slug=lamps-1&status=agreed&page=1", "http://testserver/initiatives/lamps-1/"),
        ("slug=lamps-1&status=stalled", None),
        ("slug=lamps-1&slug=lamps-2", None),
    ],
)
def test_a_list_by_slugs_does_not_link_to_a_page_with_other_records(client, lamps, query, page):
    response = client.get(f"/api/initiatives/?{query}")
    assert response.json()["page_url"] == page
    assert 'rel="first"' in response["Link"] and "alternate" not in response["Link"]


def test_links_that_proxies_would_refuse_are_in_the_document_only(client, lamps):
    words = "&".join(f"q={letter * 180}" for letter in "abcdefghi")
    response = client.get(f"/api/initiatives/?{words}")
    document = json.loads(response.content)
    assert document["first"].endswith(words)
    assert document["page_url"].endswith(words)
    names = re.findall(r'rel="(\w+)"', response["Link"])
    assert names == ["license", "describedby"]


def test_an_unchanged_page_is_not_sent_again(client, lamps):
    client.get("/api/initiatives/")
    tag = client.get("/api/initiatives/")["ETag"]
    response = client.get("/api/initiatives/", headers={"if-none-match": tag})
    assert (response.status_code, response.content) == (304, b"")
