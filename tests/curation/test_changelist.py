"""The evidence filter of changelists agrees with the database, and pages are in the requested order."""

import datetime
import re

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.curation.admin.changelist import MAX_WORDS, evidence_levels
from sco_cities.db import pk_queries
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence
from tests import factories as make
from tests.curation.admin_client import SIDEBAR_QUERIES, admin_url, soup


def listed_slugs(client, model, query="") -> list[str]:
    """The slugs in a changelist in the order of its rows."""
    return [
        cell.text for cell in soup(client.get(f"{admin_url(model)}?{query}")).select("#result_list .slug")
    ]


def number_of_results(page) -> int:
    """The number of results below a changelist. Django 6 inserts a heading before the number."""
    return int(re.search(r"\d+", page.select_one(".paginator").text)[0])


@pytest.fixture
def evidence(db):
    """Initiatives with evidence of none, one and two reports, of an unpublished report, and with disputed evidence."""
    reports = [make.make_report(slug) for slug in ("first", "second")]
    hidden = make.make_report("hidden", state=PublicationState.DRAFT)
    records = {
        name: make.make_initiative(name) for name in ("bare", "once", "twice", "by-a-draft", "disputed")
    }
    first, second, draft = (report.passages.get() for report in (*reports, hidden))
    make.make_evidence(records["once"], "*", first)
    make.make_evidence(records["once"], "kind", first)
    make.make_evidence(records["twice"], "*", first)
    make.make_evidence(records["twice"], "kind", second)
    make.make_evidence(records["by-a-draft"], "*", draft)
    make.make_evidence(records["disputed"], "*", first)
    make.make_evidence(records["disputed"], "kind", second, stance="differs", reported_value="plan")


LEVELS = [
    ("none", ["bare", "by-a-draft"]),
    ("single", ["disputed", "once"]),
    ("several", ["twice"]),
    ("disputed", ["disputed"]),
    ("nonsense", ["bare", "by-a-draft", "disputed", "once", "twice"]),
]


@pytest.mark.parametrize(("level", "expected"), LEVELS)
@pytest.mark.usefixtures("evidence")
def test_records_are_filtered_by_evidence(level, expected, curator):
    assert listed_slugs(curator, Initiative, f"evidence={level}") == expected


@pytest.mark.usefixtures("loaded_package")
def test_the_evidence_filter_agrees_with_the_database():
    for model in (Initiative, Statement):  # a kind of record with a public list, and a kind without a list
        levels, evidence = (
            evidence_levels(model),
            Evidence.objects.from_published_reports().for_records(model),
        )
        reports = Count("passage__report", distinct=True, filter=Q(stance="supports"))
        counts = dict(
            evidence.order_by().values("object_id").annotate(n=reports).values_list("object_id", "n")
        )
        for number in (1, 2, 3):
            assert set(levels.get(number, ())) == {key for key, count in counts.items() if count == number}
        disputed = evidence.filter(stance="differs").values_list("object_id", flat=True)
        assert set(levels.get("disputed", ())) == set(disputed)


def test_a_filter_by_two_lists_shows_each_record_once(curator):
    themes = [make.make_theme("lamps"), make.make_theme("poles")]
    record = make.make_initiative("both", themes=themes, countries=[make.make_country()])
    make.make_initiative("neither")
    keys = ",".join(str(theme.pk) for theme in themes)
    page = soup(curator.get(f"{admin_url(Initiative)}?themes__id__in={keys}"))
    assert [cell.text for cell in page.select("#result_list .slug")] == [record.slug]
    assert number_of_results(page) == 1


# `o` contains the number of the column, as in the links in the table head.
SORTED = [
    ("1", ["a", "b", "c"]),
    ("-1", ["c", "b", "a"]),
    ("2.1", ["c", "a", "b"]),
    ("5.-1", ["c", "b", "a"]),
    ("7", ["b", "c", "a"]),
]


@pytest.mark.parametrize(("order", "expected"), SORTED)
def test_a_list_is_in_the_order_of_its_columns(order, expected, curator):
    make.make_initiative("a", state=PublicationState.PUBLISHED, starts_on="2025", kind="project")
    make.make_initiative("b", state=PublicationState.PUBLISHED, starts_on="2023", kind="plan")
    make.make_initiative("c", state=PublicationState.DRAFT, starts_on="2024", kind="exchange")
    assert listed_slugs(curator, Initiative, f"o={order}") == expected


def test_the_first_column_is_the_default_sort_column(curator):
    make.make_initiative("poles", title_en="A row of poles")
    make.make_initiative("lamps", title_en="Street lamps")
    page = soup(curator.get(admin_url(Initiative)))
    assert "ascending" in page.select_one("#result_list .column-named")["class"]
    assert [cell.text for cell in page.select("#result_list .field-named")] == [
        "Street lamps lamps",
        "A row of poles poles",
    ]


def test_a_list_formats_dates_and_sorts_them_by_time(curator):
    for slug, date in (("a", "2025"), ("b", "2023-04"), ("c", "2023-04-25"), ("d", "")):
        make.make_initiative(slug, starts_on=date)
    page = soup(curator.get(f"{admin_url(Initiative)}?o=7"))
    words = [cell.text for cell in page.select("#result_list .field-starts_on")]
    assert words == ["-", "April 2023", "25 April 2023", "2025"]


def test_a_list_shows_the_time_of_the_last_change_without_line_breaks(curator):
    record = make.make_initiative()
    saved = datetime.datetime(2026, 9, 25, 22, 57, tzinfo=datetime.UTC)
    Initiative.objects.filter(pk=record.pk).update(updated_at=saved)
    (cell,) = soup(curator.get(admin_url(Initiative))).select("#result_list .field-changed")
    assert cell.text == "25\xa0Sep\xa02026 22:57"
    assert datetime.datetime.fromisoformat(cell.time["datetime"]) == saved


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ["Egypt", "Iran", "United Arab Emirates"]), ("ru", ["Египет", "Иран", "ОАЭ"])],
)
def test_the_choices_of_a_filter_are_in_alphabetical_order(language, names, curator):
    make.make_country("ae", name_en="United Arab Emirates", name_ru="ОАЭ")
    make.make_country("ir", name_en="Iran", name_ru="Иран")
    make.make_country("eg", name_en="Egypt", name_ru="Египет")
    page = soup(curator.get(admin_url(Initiative), headers={"accept-language": language}))
    links = page.select("#changelist-filter a[href*=countries__id__exact]")
    assert [link.text.strip() for link in links] == names


def test_pages_have_no_gaps_and_no_repetitions(curator, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Initiative), "list_per_page", 7)
    slugs = sorted(make.make_initiative(kind="plan").slug for _ in range(20))
    # All records are of the same kind, so only the secondary sort order applies.
    slugs_of_pages = [
        slug for page in (1, 2, 3) for slug in listed_slugs(curator, Initiative, f"o=5&p={page}")
    ]
    assert sorted(slugs_of_pages) == slugs


# The maximum is for a sorted list with a search and all filters. See QUERIES in test_record_admin.py. The evidence
# filter has two or three more queries, for the change log of the facet index.
MAX_QUERIES = 16 + SIDEBAR_QUERIES

EXPENSIVE_QUERIES = [
    "q=lamps&o=5",
    "evidence=single&kind__exact=project&state__exact=published&o=-7",
    "evidence=none",
    "themes__id__exact={theme}&countries__id__exact={country}&evidence=several&q=lamps&o=8",
]


@pytest.mark.usefixtures("transactional_db")  # rows are committed, as in test_query_counts.py
def test_a_list_needs_at_most_twenty_queries(curator):
    theme, country = make.make_theme(), make.make_country()
    for _ in range(60):
        make.make_initiative(sourced=True, themes=[theme], countries=[country])
    for query in EXPENSIVE_QUERIES:
        page = f"{admin_url(Initiative)}?{query.format(theme=theme.pk, country=country.pk)}"
        curator.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert curator.get(page).status_code == 200
        assert len(captured) <= MAX_QUERIES, [query, *(each["sql"][:60] for each in captured)]


def test_long_texts_are_read_for_the_rows_of_the_page_only(curator):
    for _ in range(3):
        make.make_initiative()
    with CaptureQueriesContext(connection) as captured:
        curator.get(f"{admin_url(Initiative)}?o=5")
    ordered = [
        query["sql"]
        for query in captured
        if "ORDER BY" in query["sql"] and "initiatives_initiative" in query["sql"]
    ]
    assert ordered
    assert not any('"search_text"' in query for query in ordered)


def text_searches(captured) -> list[str]:
    """The queries that scan texts for a search word."""
    return [query["sql"] for query in captured if re.search(r"\b(STRPOS|INSTR)\(", query["sql"])]


@pytest.mark.parametrize("keys_in_a_list", [4_000, 3])
def test_a_search_scans_the_texts_once(keys_in_a_list, curator, monkeypatch):
    monkeypatch.setattr(pk_queries, "MIN_BITMAP_KEYS", keys_in_a_list)
    monkeypatch.setattr(admin.site.get_model_admin(Initiative), "list_per_page", 2)
    slugs = [make.make_initiative(f"lamps-{number}").slug for number in range(5)]
    with CaptureQueriesContext(connection) as captured:
        assert listed_slugs(curator, Initiative, "q=lamps&o=-1&p=2") == [slugs[2], slugs[1]]
    assert len(text_searches(captured)) == 1


@pytest.mark.parametrize("keys_in_a_list", [4_000, 3, 0])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("themes__id__in={themes}", "abcd"),
        ("themes__id__in={themes}&q=lamps", "abcd"),
        ("themes__id__exact={theme}&o=-1", "ca"),
        ("themes__isnull=True", "e"),
        ("themes__id__exact={theme}&q=c", "c"),
        ("q=nothing", ""),
        ("q=%3F", ""),
        ("q=lamps" + "+lamps" * MAX_WORDS, ""),
    ],
)
def test_a_list_is_the_same_for_few_and_many_results(query, expected, keys_in_a_list, curator, monkeypatch):
    monkeypatch.setattr(pk_queries, "MIN_BITMAP_KEYS", keys_in_a_list)
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    for name, themes in zip("abcde", ([lamps, poles], [poles], [lamps, poles], [poles], []), strict=True):
        make.make_initiative(name, title_en=f"Lamps {name}", themes=themes)
    query = query.format(themes=f"{lamps.pk},{poles.pk}", theme=lamps.pk)
    assert listed_slugs(curator, Initiative, query) == list(expected)
    page = soup(curator.get(f"{admin_url(Initiative)}?{query}"))
    assert number_of_results(page) == len(expected)


def test_a_list_never_counts_the_results_of_each_filter(curator):
    make.make_initiative("lamps", lead=[make.make_city()])
    with CaptureQueriesContext(connection) as plain:
        curator.get(admin_url(Initiative))
    with CaptureQueriesContext(connection) as counting:
        page = soup(curator.get(f"{admin_url(Initiative)}?_facets=True"))
    assert len(counting) <= len(plain)
    assert "counts" not in page.select_one("#changelist-filter").text
