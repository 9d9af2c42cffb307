"""Spreadsheets in a user's own layout, without slugs and with names and labels in every language.

Each unknown value causes one question.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delegates.models import Delegate
from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.imports.column_mapping import ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.models import NEW, ImportOptions
from sco_cities.imports.questions import questions_of
from sco_cities.imports.validate import ImportValidator
from sco_cities.sources.models import Passage, Report
from tests.factories import (
    make_city,
    make_country,
    make_delegate,
    make_event,
    make_initiative,
    make_organisation,
    make_report,
    make_theme,
)

from .sheets import apply_file, as_csv, sheet

pytestmark = pytest.mark.django_db

DEFAULTS = {"kind": "project", "summary_en": "=title_en"}


def validator_of(kind: str, rows: list[dict], **options) -> ImportValidator:
    """Returns a validator with the suggested columns, after the last batch. `found` contains the rows."""
    opened = sheet(as_csv(rows), kind)
    mapping = ColumnMapping.from_header(IMPORTABLE_MODELS[kind], opened.header).with_suggestions({})
    assert mapping.problems() == []
    defaults = DEFAULTS if kind == "initiatives" else {}
    validator = ImportValidator(
        IMPORTABLE_MODELS[kind], opened, mapping, options=ImportOptions(**{"defaults": defaults} | options)
    )
    validator.found = [row for batch in validator.batches() for row in batch.rows]
    return validator


def rows_found(kind: str, rows: list[dict], **options) -> list:
    return validator_of(kind, rows, **options).found


@pytest.mark.parametrize("word", ["РФ", "Россия", "RUS", "Russian Federation", "俄罗斯", "Ресей"])
def test_a_country_is_recognised_by_every_usual_name(word):
    make_country("ru", name_en="Russia", name_ru="Россия", name_zh="俄罗斯")
    (row,) = rows_found("delegates", [{"name": "Ada", "role": "Mayor", "country": word}])
    assert (row.errors, row.changes["country"]) == ([], ("", "RU"))


@pytest.fixture
def places():
    uzbekistan = make_country("uz", name_en="Uzbekistan", name_ru="Узбекистан", name_zh="乌兹别克斯坦")
    make_country("kz", name_en="Kazakhstan", name_ru="Казахстан")
    make_country("kg", name_en="Kyrgyzstan", name_ru="Кыргызстан")
    make_city(
        "tashkent", uzbekistan, name_en="Tashkent", name_ru="Ташкент", name_zh="塔什干", aliases="Toshkent"
    )
    make_city("orel", name_en="Oryol", name_ru="Орёл")
    make_city("almaty", name_en="Almaty", name_ru="Алматы", name_zh="阿拉木图")
    make_city("and-more", name_en="Sand and More")
    for slug in ("springfield", "springfield-2"):
        make_city(slug, name_en="Springfield")
    make_theme("streets", name_en="Safe streets", name_ru="Безопасные улицы")


READ = [
    ("lead_cities", "tashkent", "tashkent"),
    ("lead_cities", "TASHKENT ", "tashkent"),
    ("lead_cities", "Ташкент", "tashkent"),
    ("lead_cities", "塔什干", "tashkent"),
    ("lead_cities", "Toshkent", "tashkent"),
    ("lead_cities", "Орел", "orel"),
    ("lead_cities", "Ташкент; almaty", "tashkent; almaty"),
    ("lead_cities", "Tashkent, Алматы", "tashkent; almaty"),
    ("lead_cities", "Tashkent/Almaty", "tashkent; almaty"),
    ("lead_cities", "Tashkent\nAlmaty", "tashkent; almaty"),
    ("lead_cities", "Tashkent and Almaty", "tashkent; almaty"),
    ("lead_cities", "Ташкент и Алматы", "tashkent; almaty"),
    ("lead_cities", "塔什干和阿拉木图", "tashkent; almaty"),
    ("lead_cities", "塔什干、阿拉木图", "tashkent; almaty"),
    ("lead_cities", "Sand and More, Tashkent", "and-more; tashkent"),
    ("lead_cities", "Tashkent, Ташкент", "tashkent"),
    ("lead_cities", "Atlantis", None),
    ("lead_cities", "Tashkent, Atlantis", None),
    ("lead_cities", "Springfield", None),
    ("countries", "Uzbekistan", "UZ"),
    ("countries", "uz", "UZ"),
    ("countries", "乌兹别克斯坦", "UZ"),
    ("countries", "Узбекистан, KZ", "UZ; KZ"),
    ("countries", "Киргизия", "KG"),
    ("countries", "Uzbekistan, Atlantis", None),
    ("status", "Under way", "under_way"),
    ("status", "under_way", "under_way"),
    ("status", "реализуется", "under_way"),
    ("status", "подписано", None),
    ("kind", "Project", "project"),
    ("kind", "проект", "project"),
    ("kind", "项目", "project"),
    ("themes", "Безопасные улицы", "streets"),
    ("state", "черновик", "draft"),
    ("starts_on", "May 2024", "2024-05"),
]  # fmt: skip


def test_a_word_is_converted_to_the_only_value_with_this_name(places):
    blank = dict.fromkeys((column for column, _cell, _value in READ), "") | {"status": "agreed"}
    rows = [
        blank | {"title_en": f"Lamps {number}", column: cell}
        for number, (column, cell, _value) in enumerate(READ)
    ]
    found = rows_found("initiatives", rows)
    assert [
        (column, cell, None if row.errors else row.changes[column][1])
        for row, (column, cell, _value) in zip(found, READ, strict=True)
    ] == READ


def test_an_unknown_word_causes_one_question_with_its_row_count(places):
    rows = [
        {"title": f"Lamps {number}", "stage": stage, "cities": city}
        for number, (stage, city) in enumerate(
            [("running", "Springfield"), ("Running", "Tashkend"), ("signed", "Tashkent, Atlantis")]
        )
    ]
    questions = questions_of(validator_of("initiatives", rows).resolver, {})
    assert [(each["domain"], each["value"], each["rows"], each["suggestion"]) for each in questions] == [
        ("initiatives.status", "running", 2, "under_way"), ("cities", "Atlantis", 1, ""),
        ("cities", "Springfield", 1, ""), ("cities", "Tashkend", 1, "tashkent"),
        ("initiatives.status", "signed", 1, "agreed"),
    ]  # fmt: skip
    answers = {"initiatives.status": {"running": "under_way", "signed": "agreed"},
               "cities": {"springfield": "springfield-2", "tashkend": "tashkent", "atlantis": ""}}  # fmt: skip
    found = rows_found("initiatives", rows, answers=answers)
    assert [(row.changes["status"][1], row.changes["lead_cities"][1]) for row in found] == [
        ("under_way", "springfield-2"), ("under_way", "tashkent"), ("agreed", "tashkent"),
    ]  # fmt: skip
    assert not any(row.errors for row in found)


def test_a_text_of_a_thousand_characters_causes_an_error_instead_of_a_question(places):
    rows = [{"title": "Lamps", "stage": "agreed", "cities": "Tashkent," * 200, "themes": "x" * 1_001}]
    validator = validator_of("initiatives", rows)
    assert {error.column for error in validator.found[0].errors} == {"lead_cities", "themes"}
    assert questions_of(validator.resolver, {}) == []


def test_a_slug_is_made_from_the_name_and_never_used_twice():
    make_initiative("lamps", title_en="Lamps of old")
    make_initiative("former").delete()
    rows = [{"title": "Lamps"}, {"title": "Lamps"}, {"title": "Лампы Душанбе"}, {"title": "!"}]
    found = rows_found("initiatives", [row | {"stage": "agreed"} for row in rows])
    assert [(row.slug, row.found_by) for row in found[:3]] == [
        ("lamps-2", "new"), ("lamps-3", "new"), ("lampy-dushanbe", "new"),
    ]  # fmt: skip
    assert [(error.column, error.message) for error in found[3].errors] == [
        ("title_en", "A value is required here.")
    ]


def matched(kind: str, row: dict, **options) -> tuple[str, str]:
    """Returns the slug of a row and how it was found, or "?" if the row causes a question."""
    (found,) = rows_found(kind, [row], **options)
    return (found.slug, found.found_by) if found.slug else ("?", "")


def test_a_row_is_matched_by_an_id_an_address_or_a_confirmed_name():
    xa, xb = make_country("xa", name_en="Aland"), make_country("xb", name_en="Beland")
    make_city("betatown", xa, name_en="Betatown", name_ru="Бетаград", geonames_id=5, wikidata_id="Q5")
    make_organisation("office", name_en="Office", country=xa)
    make_organisation("nowhere-office", name_en="Nowhere Office")
    make_report("gazette", address="https://gazette.example/a", published_on="2025-01-01", title="Lamps")
    make_initiative("lamps", title_en="Lamps", lead=[make_city("betatown")])
    make_event("forum", name_en="Forum", starts_on="2025-05")
    make_theme("streets", name_en="Streets")
    place = {"latitude": "1", "longitude": "2"}
    cases = [
        ("cities", {"slug": "", "name_en": "x", "geonames_id": "5"}, ("betatown", "geonames_id")),
        ("cities", {"name_en": "x", "wikidata": "q5"}, ("betatown", "wikidata_id")),
        ("cities", {"name": "betatown", "country": "Aland"}, ("betatown", "name_and_country")),
        ("cities", {"name_ru": "Бетаград", "country": "XA"}, ("betatown", "name_and_country")),
        ("cities", {"name": "Betatown", "country": "Beland", **place}, ("betatown-2", "new")),
        ("cities", {"name": "Betatown"}, ("?", "")),
        ("organisations", {"name": "Office", "country": "Aland"}, ("office", "name_and_country")),
        ("organisations", {"name": "Nowhere Office", "country": "Aland"}, ("?", "")),
        ("reports", {"title": "x", "address": "http://www.gazette.example/a/"}, ("gazette", "address")),
        ("reports", {"title": "Lamps", "published_on": "2025-01-01"}, ("gazette", "name_and_date")),
        ("reports", {"title": "Lamps", "published_on": "2025-01-01", "address": "https://gazette.example/b"},
         ("gazette", "name_and_date")),
        ("initiatives", {"title": "Lamps", "country": "Aland"}, ("lamps", "name_and_country")),
        ("initiatives", {"title": "Lamps", "country": "Beland", "stage": "agreed"}, ("lamps-2", "new")),
        ("events", {"name": "Forum", "starts_on": "May 2025"}, ("forum", "name_and_date")),
        ("events", {"name": "Forum", "starts_on": "2026", "kind": "forum"}, ("forum-2", "new")),
        ("themes", {"name": "STREETS"}, ("streets", "name")),
    ]  # fmt: skip
    assert [(kind, row, matched(kind, row)) for kind, row, _found in cases] == cases
    assert City.objects.filter(country=xb).count() == 0


def test_ids_of_two_records_in_one_row_are_an_error():
    make_city("a-town", geonames_id=1)
    make_city("b-town", wikidata_id="Q2")
    (row,) = rows_found("cities", [{"name": "x", "geonames_id": "1", "wikidata_id": "Q2"}])
    assert [error.message for error in row.errors] == [
        "The ids in this row belong to different records (geonames_id: a-town, wikidata_id: b-town). Correct one of "
        "them."
    ]


def test_a_match_by_name_alone_requires_an_answer():
    make_delegate("ada", name_en="Ada Test", country=make_country())
    rows = [{"name": "Ada Test", "role": "Mayor of all"}]
    validator = validator_of("delegates", rows)
    (question,) = questions_of(validator.resolver, {})
    assert (question["domain"], question["candidates"], question["suggestion"]) == ("rows", ["ada"], "ada")
    assert matched("delegates", rows[0], answers={"rows": {"ada test": "ada"}}) == ("ada", "answer")
    assert matched("delegates", rows[0], answers={"rows": {"ada test": NEW}}) == ("ada-test", "new")


def test_a_row_refers_to_a_record_created_by_the_import_only_by_slug(monkeypatch):
    monkeypatch.setattr("sco_cities.imports.validate.BATCH_SIZE", 1)
    rows = [{"name_en": "Twin", "pillar": "security", "description": "x"}] * 2
    change_set = apply_file("themes", as_csv([{"slug": "", **row} for row in rows]))
    # The second row is skipped as a possible duplicate of the first row.
    assert list(change_set.revisions.values_list("slug", flat=True)) == ["twin"]


LINKED = [
    {"title": "Lamps", "stage": "agreed", "start": "2024", "link": "https://news.example/a"},
    {"title": "More lamps", "stage": "agreed", "start": "2024", "link": "https://www.news.example/a/"},
    {"title": "Torches", "stage": "agreed", "start": "", "link": "https://gazette.example/known"},
    {"title": "Candles", "stage": "agreed", "start": "2024", "link": ""},
]


def applied(rows: list[dict], **options):
    from sco_cities.imports.jobs import apply_import

    first = validator_of("initiatives", rows, **options)
    assert [row.errors for row in first.found] == [[]] * len(rows)
    second = ImportValidator(
        first.kind, first.sheet, first.mapping, first.find_duplicates(), is_final=True, options=first.options
    )
    return apply_import(second, first.result)


def test_a_linked_report_supports_each_value_of_its_row(monkeypatch):
    monkeypatch.setattr("sco_cities.imports.validate.BATCH_SIZE", 1)
    make_report("known", address="https://gazette.example/known", passages=2)
    applied(LINKED, answers={"addresses": {"": NEW}}, report_language="en")
    new = Report.objects.exclude(slug="known").get()
    assert (new.slug, new.state, new.title, new.publisher, new.address, new.language) == (
        "news-example", "draft", "(news.example/a)", "news.example", "https://news.example/a", "en",
    )  # fmt: skip
    passages = list(
        Passage.objects.exclude(summary__startswith="Passage").values_list(
            "report__slug", "number", "summary"
        )
    )
    assert sorted(passages) == [
        ("known", 3, "Torches"), ("news-example", 1, "Lamps"), ("news-example", 2, "More lamps"),
    ]  # fmt: skip
    supported = {
        initiative.slug: sorted(initiative.evidence.values_list("field", flat=True))
        for initiative in Initiative.objects.all()
    }
    assert supported == {
        "lamps": ["*", "starts_on", "status", "title_en"], "more-lamps": ["*", "starts_on", "status", "title_en"],
        "torches": ["*", "status", "title_en"], "candles": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "source", "passage"),
    [
        ("https://news.example/a", {}, ("news-example", 2)),
        ("https://gazette.example/known", {}, ("known", 3)),
        ("", {"report": "known", "number": 1, "label": "Known"}, ("known", 1)),
    ],
)
def test_skipped_duplicates_do_not_change_the_evidence_of_other_rows(address, source, passage):
    make_initiative("lamps", title_en="Lamps")
    make_report("known", address="https://gazette.example/known")
    rows = [
        {"slug": slug, "title_en": title, "status": "agreed", "report_address": address}
        for slug, title in (("lamps-again", "Lamps"), ("torches", "Torches"))
    ]
    change_set = applied(rows, answers={"addresses": {"": NEW}}, report_language="en", source=source)
    assert not change_set.revisions.filter(slug="lamps-again").exists()
    torches = Initiative.objects.get(slug="torches")
    assert set(torches.evidence.values_list("passage__report__slug", "passage__number")) == {passage}
    assert not Passage.objects.filter(summary="Lamps").exists()


@pytest.mark.parametrize(("batch", "is_skipped"), [(1, False), (2, True)])
def test_records_with_the_same_name_and_link_share_a_passage(batch, is_skipped, monkeypatch):
    """This also applies if the first record is in an earlier batch, or is skipped as a possible duplicate."""
    monkeypatch.setattr("sco_cities.imports.validate.BATCH_SIZE", batch)
    make_initiative("lamps", title_en="Lamps", starts_on="2020")
    rows = [
        {"slug": f"lamps-of-{year}", "title_en": "Lamps", "status": "agreed", "starts_on": year,
         "report_address": "https://news.example/a"}
        for year in ("2020" if is_skipped else "2021", "2022")
    ]  # fmt: skip
    applied(rows, answers={"addresses": {"": NEW}}, report_language="en")
    (passage,) = Passage.objects.filter(report__slug="news-example")
    supported = {each.slug for each in Initiative.objects.filter(evidence__passage=passage)}
    assert supported == {row["slug"] for row in rows[is_skipped:]}


def test_addresses_without_a_report_are_one_question(places):
    validator = validator_of("initiatives", LINKED)
    (question,) = questions_of(validator.resolver, {})
    assert (question["domain"], question["rows"], question["suggestion"]) == ("addresses", 3, NEW)
    found = rows_found("initiatives", LINKED, answers={"addresses": {"": ""}})
    assert [(row.errors, row.evidence) for row in found] == [([], None)] * 4
    (row,) = rows_found("initiatives", [LINKED[0] | {"link": "see the newspaper"}])
    assert [(error.column, error.value) for error in row.errors] == [("report_address", "see the newspaper")]


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(places):
    def queries(number: int) -> list[str]:
        rows = [
            {
                "title": f"Lamps {each}",
                "stage": "agreed",
                "cities": "Ташкент, Алматы",
                "country": "KZ, Uzbekistan",
            }
            for each in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert not any(row.errors for row in rows_found("initiatives", rows))
        return [query["sql"] for query in captured]

    queries(1)
    assert len(queries(300)) == len(queries(2)) < 30


@pytest.mark.only_on("sqlite")
def test_the_stored_records_are_read_once_for_a_file_with_some_slugs(monkeypatch):
    monkeypatch.setattr("sco_cities.imports.validate.BATCH_SIZE", 1)
    make_theme("lamps", name_en="Lamps")
    rows = [
        {"slug": "torches", "name_en": "Torches"},
        *({"slug": "", "name_en": name} for name in ("Lamps", "Oil")),
    ]
    with CaptureQueriesContext(connection) as captured:
        assert [row.slug for row in rows_found("themes", rows)] == ["torches", "lamps", "oil"]
    scans = [each["sql"] for each in captured if "themes_theme" in each["sql"] and "WHERE" not in each["sql"]]
    assert len([sql for sql in scans if "name_zh" in sql]) == 1


def test_a_record_found_by_name_keeps_its_spelling():
    make_delegate("ada", name_en="Ada Test", country=make_country(name_en="Aland"), state="draft")
    row = {"slug": "", "name_en": "ADA test", "country": "Aland", "role": "Guest"}
    apply_file("delegates", as_csv([row]))
    assert [(each.name_en, each.role) for each in Delegate.objects.all()] == [("Ada Test", "Guest")]
