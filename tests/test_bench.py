"""The benchmark has reproducible data, and its table never reports a missed target as met."""

import pytest

from scripts.bench import admin, compare_csv, generator, pages, sample_urls, targets
from scripts.bench import generator as words
from scripts.bench.__main__ import mark_wrong_pages, relate_to_list_page
from tests.factories import make_city, make_initiative
from tests.form_values import form_values

FEW = 2_000


def test_the_same_number_of_rows_gives_the_same_bytes_on_any_machine():
    digest = "af4a080514dc151214bf7ae93dfd4af446293b7cc89d5624eb7a762b17536a56"
    assert generator.digest(200) == digest


def test_a_frequent_word_is_in_a_quarter_of_the_initiatives_and_a_part_of_no_other():
    texts = [" ".join(row[1:7]) for row in generator.initiative_rows(0, FEW)["initiatives"]]
    frequent = [word for some in words.QUARTER.values() for word in some]
    shares = {word: sum(word in text for text in texts) / FEW for word in frequent}
    assert {word: share for word, share in shares.items() if not 0.2 < share < 0.3} == {}
    every = [*frequent, words.HUNDREDTH, words.TEN_THOUSANDTH, *map(str.lower, words.FILLERS)]
    assert not [(a, b) for a in every for b in every if a != b and a in b]


def test_each_page_is_requested_once_and_has_rows(loaded_package, client):
    shipped = sample_urls.shipped_queries_by_kind()
    for queries_by_kind in (shipped, sample_urls.queries_by_kind(1_000_000)):
        urls = [sample_urls.querystring(query) for queries in queries_by_kind.values() for query in queries]
        assert len(urls) == len(set(urls))
    for query in (query for queries in shipped.values() for query in queries):
        page = client.get(f"/initiatives/{sample_urls.querystring(query)}").content.decode()
        assert len(pages.slugs(page)) >= 10, query


@pytest.mark.django_db
@pytest.mark.urls("scripts.bench.bench_urls")
def test_the_plain_admin_has_the_pages_that_are_compared(admin_client):
    record = make_initiative(lead=[make_city()])
    for url in (admin.PLAIN_LIST, f"{admin.PLAIN_LIST}{record.pk}/change/"):
        assert admin_client.get(url).status_code == 200, url


def result_for(figures: dict, task: str, engine: str = "sqlite") -> targets.Result:
    results = targets.results({engine: figures})
    title = targets.TITLES[engine]
    return next(row for row in results if row.task.startswith(task) and row.engine == title)


@pytest.mark.parametrize(
    "figures, is_met",
    [
        ({"shipped_pages": {"bare_ratio": 12.0}, "pages": {"bare_ratio": 30.0}}, True),
        ({"shipped_pages": {"bare_ratio": 12.01}, "pages": {"bare_ratio": 30.0}}, False),
        ({"shipped_pages": {"bare_ratio": 12.0}, "pages": {"bare_ratio": 30.01}}, False),
        ({"shipped_pages": {"bare_ratio": 12.0}}, False),
        ({}, False),
        ({"shipped_pages": {"bare_ratio": 12.0}, "pages": {"failed": "the site does not start"}}, False),
        (
            {
                "shipped_pages": {"bare_ratio": 12.0},
                "pages": {"bare_ratio": 1, "wrong": ["no filter: total"]},
            },
            False,
        ),
    ],
)
def test_a_target_is_met_only_if_all_its_numbers_are_measured_and_within_limits(figures, is_met):
    result = result_for(figures, "CPU time of a list page")
    assert result.is_met is is_met
    assert result.verdict == ("met" if is_met else "missed")


@pytest.mark.parametrize(
    "figures, wrong",
    [
        ({"check": {"failed": "the database is unavailable"}}, ["the database is unavailable"]),
        ({"check": {"wrong": ["no filter: total"]}}, ["no filter: total"]),
        ({"pages": {"omitted": {"a city": "?city=a shows no rows"}}}, ["a city: ?city=a shows no rows"]),
        ({"pages": {"omitted": {}}, "check": {"wrong": []}}, None),
    ],
)
def test_pages_that_are_wrong_or_not_checked_miss_their_target(figures, wrong):
    figures = {"pages": {"all": {"median": 1}} | figures.get("pages", {}), "check": figures.get("check", {})}
    mark_wrong_pages(figures)
    assert figures["pages"].get("wrong") == wrong


def test_a_failed_or_wrong_measurement_has_its_reason():
    assert result_for({"csv": {"failed": "psql is missing"}}, "filtered CSV").reason == "psql is missing"
    assert result_for({"csv": {"ratio": 2, "wrong": ["row 3"]}}, "filtered CSV").reason == "wrong: row 3"
    assert result_for({}, "filtered CSV").reason == "not measured"


def test_words_and_exports_are_related_to_the_list_page_of_the_same_run():
    figures = {
        "pages": {"all": {"median": 10.0}},
        "words": {"first_ms": {"median": 15.0}, "again_ms": {"median": 8.0}},
        "exports": {"csv": {"first_byte_ms": 30.0}, "xlsx": {"failed": "timed out"}},
    }
    relate_to_list_page(figures)
    assert (figures["words"]["first_ratio"], figures["words"]["again_ratio"]) == (1.5, 0.8)
    assert figures["exports"] == {
        "csv": {"first_byte_ms": 30.0, "first_byte_ratio": 3.0}, "xlsx": {"failed": "timed out"},
    }  # fmt: skip


def test_each_row_ends_with_its_verdict_and_the_last_line_counts_them():
    rows = targets.results({"sqlite": {"growth": {"ratio": 2.5}}, "postgresql": {"growth": {"ratio": 3.1}}})
    *lines, total = targets.format_table(rows).splitlines()
    assert total == f"1 met, {len(rows) - 1} missed"
    assert sum(line.endswith(" met") for line in lines) == 1
    assert sum(line.endswith(" missed") for line in lines) == len(rows) - 1


PAGE = """\
<h1 tabindex="-1" data-announce="12,345 initiatives, agreed">12,345 of 1,000,000 initiatives</h1>
<label><input type="checkbox" name="status" value="agreed" checked><span>agreed</span>
  <span class="n">1,200</span></label>
<label><input type="checkbox" name="kind" value="plan"><span>plan</span> <span class="n">7</span></label>
<a class="title" href="/initiatives/b-2/">B</a><a class="title" href="/initiatives/a-1/">A</a>
"""


def test_a_list_page_is_parsed():
    assert pages.total(PAGE) == 12_345
    assert pages.total("<h1>Initiatives</h1>") is None
    assert pages.slugs(PAGE) == ["b-2", "a-1"]
    assert pages.counts(PAGE, "status") == {"agreed": 1200}
    assert pages.counts(PAGE, "theme") == {}


def test_a_form_is_submitted_as_a_browser_does():
    form = """<form><input type="hidden" name="version" value="3"><input name="title" value="Lamps">
      <textarea name="summary">
    Many lamps.</textarea><input type="checkbox" name="stands"><input type="checkbox" name="seen" checked>
      <select name="kind"><option value="">-</option><option value="plan" selected>plan</option></select>
      <select name="themes" multiple><option value="1" selected>a</option><option value="2">b</option></select>
      <select name="event"><option value="">-</option></select><input type="submit" name="_save"></form>"""
    assert form_values(form, "form") == {
        "version": "3", "title": "Lamps", "summary": "    Many lamps.", "seen": "on", "kind": "plan",
        "themes": ["1"], "event": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "baseline, messages",
    [
        ('slug,x\n1,"a"\n2,b\n', []),
        ("slug,x\n1,a\n", ["2 rows instead of 1"]),
        ("slug,x\n1,a\n2,c\n", ["row 2, x: 'b' instead of 'c'"]),
    ],
)
def test_files_are_compared_cell_by_cell_regardless_of_quoting(baseline, messages):
    assert compare_csv.differences("slug,x\r\n1,a\r\n2,b\r\n", baseline) == messages
