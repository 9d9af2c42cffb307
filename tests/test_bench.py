"""The speed test itself: its data are the same each time, and its table calls nothing reached that is not."""

from collections import Counter

import pytest

from scripts.bench import compare_csv, generator, page_parser, sample_urls, targets
from scripts.bench import vocabulary as words
from scripts.bench.__main__ import distrust

FEW = 2_000


def texts(number: int = FEW) -> list[str]:
    return [" ".join(row[1:7]) for row in generator.initiative_rows(0, number)["initiatives"]]


def test_the_same_number_of_rows_gives_the_same_bytes_on_any_machine():
    digest = "af4a080514dc151214bf7ae93dfd4af446293b7cc89d5624eb7a762b17536a56"
    assert generator.digest(200) == digest


def test_parts_do_not_depend_on_one_another(tmp_path):
    whole = [name for name, _rows in generator.packages(2 * generator.PART + 1)]
    assert whole == ["base", "part-000", "part-001", "part-002"]
    generator.write(tmp_path / "a", generator.initiative_rows(50_000, 50_100))
    generator.initiative_rows(0, 10)
    generator.write(tmp_path / "b", generator.initiative_rows(50_000, 50_100))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize("word", [word for some in words.QUARTER.values() for word in some])
def test_a_frequent_word_is_in_a_quarter_of_the_initiatives(word):
    assert 0.2 < sum(word in text for text in texts()) / FEW < 0.3


def test_no_word_is_a_part_of_another():
    every = [word for some in words.QUARTER.values() for word in some]
    every += [words.HUNDREDTH, words.TEN_THOUSANDTH, *map(str.lower, words.FILLERS)]
    assert not [(a, b) for a in every for b in every if a != b and a in b]


def test_rarer_words_are_rare():
    assert 0.005 < sum(words.HUNDREDTH in text for text in texts()) / FEW < 0.02


def test_every_initiative_has_the_evidence_that_publishing_asks_for():
    rows = generator.initiative_rows(0, FEW)
    told = {(row[0], row[1]) for row in rows["evidence"] if row[5] == "supports"}
    for row in rows["initiatives"]:
        needed = [
            "*",
            "status",
            "cities",
            *(["starts_on"] if row[9] else []),
            *(["ends_on"] if row[10] else []),
        ]
        assert {(f"initiatives:{row[0]}", field) for field in needed} <= told
    leads = Counter(initiative for initiative, _city, role in rows["initiative_cities"] if role == "lead")
    assert set(leads.values()) == {1}
    assert len(leads) == FEW


def test_no_two_addresses_are_alike():
    sorts = sample_urls.sorts_of_addresses(1_000_000)
    addresses = [sample_urls.text(query) for queries in sorts.values() for query in queries]
    assert len(addresses) == len(set(addresses))
    assert min(map(len, sorts.values())) >= 22


@pytest.mark.parametrize("rows", [1_000, 10_000, 1_000_000])
def test_a_page_far_behind_is_one_of_those_that_published_initiatives_fill(rows):
    drafts = sum(row[-1] == "draft" for row in generator.initiative_rows(0, FEW)["initiatives"]) / FEW
    pages = [int(query[0][1]) for query in sample_urls.sorts_of_addresses(rows)["a page far behind"]]
    assert 0 < min(pages) <= max(pages) <= rows * (1 - drafts) / sample_urls.PAGE


PAGES = {"all": {"median": 20.0}}


def row_of(figures: dict, work: str, engine: str = "sqlite") -> targets.Row:
    found = targets.verdicts({engine: figures})
    title = targets.TITLES[engine]
    return next(row for row in found if row.work.startswith(work) and row.engine == title)


@pytest.mark.parametrize(
    "figures, reached",
    [
        ({"pages": PAGES, "plain_django": {"ratio": 100.0}}, True),
        ({"pages": {"all": {"median": 20.01}}, "plain_django": {"ratio": 100.0}}, False),
        ({"pages": PAGES, "plain_django": {"ratio": 99.9}}, False),
        ({"pages": PAGES}, False),
        ({}, False),
        ({"pages": {"failed": "the site does not start"}, "plain_django": {"ratio": 100.0}}, False),
        ({"pages": PAGES | {"wrong": ["no filter: total"]}, "plain_django": {"ratio": 100.0}}, False),
    ],
)
def test_a_promise_is_reached_only_if_each_of_its_numbers_is_there_and_good(figures, reached):
    row = row_of(figures, "list page")
    assert row.reached is reached
    assert row.verdict == ("reached" if reached else "missed")


@pytest.mark.parametrize(
    "figures, wrong",
    [
        ({"check": {"failed": "the database is away"}}, ["the database is away"]),
        ({"check": {"wrong": ["no filter: total"]}}, ["no filter: total"]),
        ({"pages": {"left_out": {"a city": "?city=a shows no rows"}}}, ["a city: ?city=a shows no rows"]),
        ({"pages": {"left_out": {}}, "check": {"wrong": []}}, None),
    ],
)
def test_pages_that_are_wrong_or_could_not_be_asked_or_checked_are_not_quick(figures, wrong):
    figures = {"pages": {"all": {"median": 1}} | figures.get("pages", {}), "check": figures.get("check", {})}
    distrust(figures)
    assert figures["pages"].get("wrong") == wrong


def test_what_failed_or_is_wrong_gives_its_reason():
    assert row_of({"csv": {"failed": "psql is away"}}, "filtered CSV").reason == "psql is away"
    assert row_of({"csv": {"ratio": 2, "wrong": ["row 3"]}}, "filtered CSV").reason == "wrong: row 3"
    assert row_of({}, "filtered CSV").reason == "not measured"


def test_the_limits_of_the_engines_are_their_own():
    figures = {"words": {"first_ms": {"median": 200.0}, "again_ms": {"median": 20.0}}}
    assert row_of(figures, "a word", "postgresql").reached
    assert not row_of(figures, "a word", "sqlite").reached


def test_each_row_ends_in_its_verdict_and_the_last_line_counts_them():
    figures = {"sqlite": {"growth": {"ratio": 2.0}}}
    rows = targets.verdicts(figures)
    *lines, total = targets.table(rows).splitlines()
    assert total == f"1 reached, {len(rows) - 1} missed"
    assert sum(line.endswith(" reached") for line in lines) == 1
    assert sum(line.endswith(" missed") for line in lines) == len(rows) - 1


PAGE = """\
<h1 tabindex="-1">12,345 initiatives, agreed</h1>
<label><input type="checkbox" name="status" value="agreed" checked><span>agreed</span>
  <span class="n">1,200</span></label>
<label><input type="checkbox" name="kind" value="plan"><span>plan</span> <span class="n">7</span></label>
<a class="title" href="/initiatives/b-2/">B</a><a class="title" href="/initiatives/a-1/">A</a>
"""


def test_a_page_is_read_as_people_read_it():
    assert page_parser.total(PAGE) == 12_345
    assert page_parser.total("<h1>Initiatives</h1>") is None
    assert page_parser.slugs(PAGE) == ["b-2", "a-1"]
    assert page_parser.counts(PAGE, "status") == {"agreed": 1200}
    assert page_parser.counts(PAGE, "theme") == {}


@pytest.mark.parametrize(
    "theirs, said",
    [
        ("slug,x\n1,a\n2,b\n", []),
        ('slug,x\n1,"a"\n2,b\n', []),
        ("slug,x\n1,a\n", ["2 rows instead of 1"]),
        ("slug,x\n1,a\n2,c\n", ["row 2, x: 'b' instead of 'c'"]),
    ],
)
def test_files_are_compared_cell_by_cell_however_they_are_quoted(theirs, said):
    assert compare_csv.differences("slug,x\r\n1,a\r\n2,b\r\n", theirs) == said
