"""Search in changelists and in autocompletes."""

import pytest

from delegates.models import Event
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City
from sco_cities.sources.models import Evidence, Passage
from tests import factories as make
from tests.curation.admin_client import admin_url, soup, staff_client

CITY = {
    "name_en": "Alphaville",
    "name_ru": "Альфавиль Северный",
    "name_zh": "阿尔法城",
    "aliases": "Alfa; Old Town",
}


def listed(client, model, term):
    return [
        link.text.split()[0]
        for link in soup(client.get(admin_url(model), {"q": term})).select("#result_list tbody th")
    ]


def suggested(client, model, field, term):
    opts = model._meta
    data = {"app_label": opts.app_label, "model_name": opts.model_name, "field_name": field, "term": term}
    return [result["text"] for result in client.get("/admin/autocomplete/", data).json()["results"]]


@pytest.mark.parametrize(
    "term",
    [
        "alpha",
        "ALPHAVILLE",
        "альфавиль",
        "АЛЬФАВИЛЬ",
        "Северный аЛьФа",
        "阿尔法",
        "old town",
        "alpha-1",
        "  alfa  ",
    ],
)
def test_a_record_is_found_by_any_of_its_names_in_any_case(term, curator):
    make.make_city("alpha-1", **CITY)
    make.make_city("beta-2", name_en="Betaville", name_ru="Бетавиль")
    assert listed(curator, City, term) == ["Alphaville"]
    assert suggested(curator, InitiativeCity, "city", term) == ["Alphaville"]


@pytest.mark.parametrize("term", ["alpha beta", "alphaville zzz", "%", "_", "☃", "' OR 1=1 --"])
def test_words_that_no_record_contains_find_nothing(term, curator):
    make.make_city("alpha-1", **CITY)
    make.make_city("beta-2", name_en="Betaville")
    assert listed(curator, City, term) == []
    assert suggested(curator, InitiativeCity, "city", term) == []


@pytest.mark.parametrize("term", ["a" * 2000, "\u202e", "﷽" * 500, "#", "a#b#1", "#" * 50])
@pytest.mark.parametrize("model", [City, Passage])
def test_unusual_search_terms_are_answered(term, model, curator):
    make.make_city("alpha-1", **CITY)
    assert curator.get(admin_url(model), {"q": term}).status_code == 200
    assert suggested(curator, InitiativeCity, "city", term) == []
    assert suggested(curator, Evidence, "passage", term) == []


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("gazette", [1, 2]),
        ("ВЕСТНИК", [1, 2]),
        ("вестник", [1, 2]),
        ("gazette-1", [1, 2]),
        ("gazette-1#2", [2]),
        ("ФОНАРИ", [2]),
        ("фонари", [2]),
        ("Lamps", [1]),
        ("gazette lamps", [1]),
        ("горит", [2]),
        ("明亮", [2]),
        ("shine!", [1]),
        ("gazette-1#3", []),
        ("gazette-1#999999999", []),
    ],
)
def test_a_passage_is_found_by_its_report_and_its_texts(term, expected, curator):
    report = make.make_report("gazette-1", title="Вестник города", passages=0)
    report.passages.create(number=1, summary="Lamps are put up.", quotation="“Shine!”")
    translations = {"summary_ru": "Свет горит.", "summary_zh": "灯光明亮。"}
    report.passages.create(number=2, summary="Фонари горят.", **translations)
    other = {"publisher": "Someone else", "address": "https://paper.example/1"}
    make.make_report("other-paper", passages=2, **other)
    suggestions = suggested(curator, Evidence, "passage", term)
    assert [text.split("¶")[1][0] for text in suggestions] == [str(number) for number in expected]


def test_a_suggested_passage_shows_its_report_date_number_and_the_start_of_its_summary(curator):
    report = make.make_report("gazette-1", passages=0, title="The lamps of the old town " * 4, state="draft")
    report.passages.create(number=3, summary="The lamps of the street are bright. " * 10)
    [text] = suggested(curator, Evidence, "passage", "gazette")
    assert text == (
        "The lamps of the old town The lamps of the old town The lam… (The Gazette, 1 January 2025; draft) ¶3 "
        "The lamps of the street are bright. The lamps of the street are bright. The lamps of the …"
    )


def test_suggested_passages_are_those_of_the_newest_report_first(curator):
    for slug, date in [
        ("gazette-a", "2024"),
        ("gazette-b", "2025-07-08"),
        ("gazette-c", "2025-07"),
        ("gazette-d", ""),
    ]:
        make.make_report(slug, passages=2, published_on=date)
    for term in ("", "passage", "gazette"):
        texts = suggested(curator, Evidence, "passage", term)
        found = [text.partition(" (")[0] + text.partition("¶")[2][0] for text in texts]
        assert found == [f"Gazette {letter}{number}" for letter in "bcad" for number in (1, 2)]


# Each search also finds the record "other", whose slug or Chinese name (in pinyin) contains the term.
EXACT_MATCHES = [
    ("Xi'an", {"name_en": "Xi'an"}, {"name_en": "Alphaville", "name_zh": "下诺夫"}),
    ("xian", {"name_en": "Xi'an"}, {"name_en": "Alphaville", "name_zh": "下诺夫"}),
    ("西安", {"name_en": "Xi'an", "name_zh": "西安"}, {"name_en": "A", "name_zh": "西安门"}),
    ("Омск", {"name_en": "Omsk", "name_ru": "Омск"}, {"name_en": "A", "name_ru": "Новый Омск"}),
    ("Omsk", {"name_en": "Omsk"}, {"name_en": "Omsk North"}),
    ("old town", {"name_en": "Z", "aliases": "Old Town"}, {"name_en": "Old Town Hill"}),
    ("z-town", {"name_en": "Z"}, {"name_en": "A Z-Town"}),
    # Names that begin with the term are listed before names that contain it elsewhere.
    ("river", {"name_en": "Riverside"}, {"name_en": "Upriver"}),
]


@pytest.mark.parametrize(("term", "values", "other"), EXACT_MATCHES)
def test_a_record_named_exactly_as_typed_is_suggested_first(term, values, other, curator):
    make.make_city("a-town", **other)
    make.make_city("z-town", **values)
    assert suggested(curator, InitiativeCity, "city", term) == [values["name_en"], other["name_en"]]
    assert suggested(curator, InitiativeCity, "city", "town") == [other["name_en"], values["name_en"]]


@pytest.mark.parametrize("term", ["herald", "Lamps at night", "herald#2", "Herald#2"])
def test_the_passage_or_report_named_exactly_as_typed_is_suggested_first(term, curator):
    other = {"title": "More about lamps at night", "published_on": "2026"}
    make.make_report("herald-2026", passages=2, **other)
    make.make_report("herald", passages=2, title="Lamps at night", published_on="2020")
    number = 2 if "#" in term else 1
    first, *others = suggested(curator, Evidence, "passage", term)
    assert first.startswith(f"Lamps at night (The Gazette, 2020) ¶{number} ")
    assert any(text.startswith(other["title"]) for text in others)
    assert suggested(curator, Passage, "report", term.partition("#")[0]) == [
        "The Gazette: Lamps at night", "The Gazette: More about lamps at night"
    ]  # fmt: skip


def test_suggestions_need_no_query_per_passage(curator, django_assert_max_num_queries):
    make.make_report("gazette-1", passages=20)
    # The queries read session, user, permissions of user and group, number, and passages with their reports.
    with django_assert_max_num_queries(6):
        assert len(suggested(curator, Evidence, "passage", "gazette")) == 20


def test_suggestions_require_the_permission_to_view_the_records(db):
    data = {"app_label": "delegates", "model_name": "event", "field_name": "host_city", "term": ""}
    assert staff_client().get("/admin/autocomplete/", data).status_code == 403


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("none", {"bare"}), ("single", {"one"}), ("several", {"two"}), ("disputed", {"two"})],
)
def test_a_list_is_filtered_by_evidence_quality(choice, expected, curator):
    make.make_initiative("bare")
    reports = [make.make_report(slug).passages.get() for slug in ("first", "second")]
    make.make_evidence(make.make_initiative("one"), passage=reports[0])
    two = make.make_initiative("two")
    for passage in reports:
        make.make_evidence(two, passage=passage)
    make.make_evidence(two, "status", reports[0], stance="differs", reported_value="interest")
    page = soup(curator.get(admin_url(Initiative), {"evidence": choice}))
    assert {slug.text for slug in page.select("#result_list .slug")} == expected


def test_a_list_shows_footnotes_disputes_and_missing_evidence_of_each_record(curator):
    record = make.make_event("lamp-forum", kind="forum", starts_on="2025")
    make.make_evidence(record, "name_en")
    make.make_evidence(record, "kind", stance="differs", reported_value="visit")
    page = soup(curator.get(admin_url(Event)))
    assert page.select_one("#result_list .field-footnotes").text == "2 (≠ 1)"
    assert page.select_one("#result_list .field-unsourced").text == "kind and starts on"


def test_a_missing_detail_of_a_draft_links_to_the_page_that_adds_evidence(curator):
    make.make_event("lamp-forum", kind="forum", starts_on="2025", state="draft")
    cell = soup(curator.get(admin_url(Event))).select_one("#result_list .field-unsourced")
    assert cell.text == "name in English, kind and starts on"
    page = soup(curator.get(cell.a["href"]))
    assert page.h1.text == "Add evidence: Lamp forum"
    assert [box["value"] for box in page.select("[name=fields_told][checked]")] == [
        "name_en",
        "kind",
        "starts_on",
    ]
