"""An unchanged export changes nothing, regardless of the program that saved it."""

import io

import pytest
from openpyxl import load_workbook

from sco_cities.imports import cell_diff
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.releases.release_writer import write_release
from tests.conftest import PACKAGE
from tests.extent import share
from tests.factories import make_city, make_initiative, make_theme

from .sheets import as_csv, as_workbook, export, rows_of, summary

pytestmark = pytest.mark.only_on("sqlite")


def unchanged(count: int) -> str:
    return f"created 0, updated 0, unchanged {count}, duplicates 0, errors 0"


@pytest.mark.parametrize("query", ["", "?labels=1", "?bom=1"])
def test_an_untouched_csv_changes_nothing(loaded_package, query):
    for kind in IMPORTABLE_MODELS:
        raw = export(kind, query=query)
        assert summary(kind, raw) == unchanged(len(rows_of(raw))), kind


@pytest.mark.parametrize("kind", IMPORTABLE_MODELS)
def test_an_untouched_file_of_the_data_package_changes_nothing(loaded_package, kind):
    raw = (PACKAGE / f"{kind}.csv").read_bytes()
    assert summary(kind, raw) == unchanged(len(rows_of(raw)))


@pytest.mark.parametrize("kind", ["initiatives", "statements"])
def test_an_untouched_flat_file_of_a_release_changes_nothing(loaded_package, settings, tmp_path, kind):
    settings.RELEASES_DIR, settings.SITE_URL = tmp_path, "https://cities.example.org"
    raw = (write_release()[0].path / f"{kind}.csv").read_bytes()
    assert summary(kind, raw) == unchanged(len(rows_of(raw)))


@pytest.mark.parametrize("query", ["", "?labels=1"])
def test_an_untouched_workbook_changes_nothing(loaded_package, query):
    for kind in IMPORTABLE_MODELS:
        assert summary(kind, export(kind, "xlsx", query)) == unchanged(len(rows_of(export(kind)))), kind


SAVED_AS = [
    (";", "\r\n", "utf-8-sig"),
    ("\t", "\r\n", "utf-16"),
    ("\t", "\n", "utf-16-le"),
    (",", "\r", "utf-8"),
    (";", "\r\n", "cp1251"),
    (";", "\r", "cp1251"),
    (",", "\r\n", "gb18030"),
    (",", "\n", "gbk"),
    (",", "\r\n", "ascii"),
]


@pytest.mark.parametrize(("delimiter", "end", "codec"), SAVED_AS)
def test_a_csv_saved_by_a_spreadsheet_changes_nothing(loaded_package, delimiter, end, codec):
    for kind in share(tuple(IMPORTABLE_MODELS), SAVED_AS.index((delimiter, end, codec)), 3):
        rows = rows_of(export(kind, query="?labels=1"))
        assert summary(kind, as_csv(rows, delimiter, end, codec)) == unchanged(len(rows)), kind


def test_a_workbook_saved_by_a_spreadsheet_changes_nothing(loaded_package):
    for kind in IMPORTABLE_MODELS:
        sheet = load_workbook(io.BytesIO(export(kind, "xlsx"))).worksheets[0]
        saved = as_workbook(sheet.iter_rows(values_only=True))
        assert summary(kind, saved) == unchanged(sheet.max_row - 1), kind


def test_display_names_can_be_in_any_language(loaded_package, client):
    for kind in IMPORTABLE_MODELS:
        raw = client.get(f"/ru/{kind}.csv?labels=1").getvalue()
        assert summary(kind, raw) == unchanged(len(rows_of(raw))), kind


AWKWARD = [
    "=1+1", "'=1+1", "''=1", "-5", "@here", "\ttab first", "\rCR first", "two\nlines", "two\r\nlines", "'quoted'",
    "a;b; c ;", "semi; colon", '"quoted", and comma', "  blanks  ", "007", "1E5", "TRUE", "2025-01-01", "_x000D_",
    "é ü ā Ҷ 😀 杜尚别 Душанбе?", "100%", "#REF!",
]  # fmt: skip


@pytest.mark.django_db
def test_any_text_survives_export_and_import():
    # All texts are in one file, because reading a file starts a process.
    for number, text in enumerate(AWKWARD):
        make_initiative(
            f"awkward-{number}", title_en=f"x{text}", summary_en=text, title_ru=text, title_zh=text
        )
        make_theme(f"awkward-{number}", keywords=text, description=text)
    same = unchanged(len(AWKWARD))
    for kind in ("initiatives", "themes"):
        rows = rows_of(export(kind))
        for raw in (export(kind), export(kind, "xlsx"), as_csv(rows, "\t", "\r", "utf-16")):
            assert summary(kind, raw) == same
        # The user must choose these character sets, because they lack some of the characters.
        assert summary(kind, as_csv(rows, ";", "\r\n", "cp1251"), "cp1251") == same
        assert summary(kind, as_csv(rows, codec="gbk"), "gb18030") == same


@pytest.mark.django_db
def test_a_text_too_long_for_a_workbook_is_not_truncated_by_an_import():
    make_initiative("long", summary_en="long " * 10_000)
    assert summary("initiatives", export("initiatives", "xlsx")) == unchanged(1)


@pytest.mark.django_db
def test_items_that_readers_cannot_see_are_not_removed():
    hidden = make_city("hidden", state="draft")
    make_initiative(
        "lamps", lead=[make_city()], partner=[hidden], themes=[make_theme("secret", state="draft")]
    )
    assert summary("initiatives", export("initiatives")) == unchanged(1)


@pytest.mark.django_db
def test_a_file_with_only_some_columns_in_another_order_changes_nothing():
    make_initiative("lamps", lead=[make_city()])
    rows = [{"title_en": row["title_en"], "slug": row["slug"]} for row in rows_of(export("initiatives"))]
    assert summary("initiatives", as_csv(rows)) == unchanged(1)


@pytest.mark.parametrize(
    ("stored", "cell", "is_copy"),
    [
        ("Ош", "??", True),
        ("Ош", "????", True),
        ("Ош", "?", False),
        ("Ош", "?????", False),
        ("Ош!", "??!", True),
        ("Ош!", "???", False),
        ("Łódź", "?odz", True),
        ("Łódź", "?od", False),
        # A long series of question marks can match the lost characters in many ways.
        ("字" * 400, "?" * 400, True),
        ("字" * 400, "?" * 500, True),
        ("字" * 400, "?" * 500 + "!", False),
        ("字" * 400, "?" * 801, False),
    ],
)
def test_a_text_without_characters_missing_from_a_character_set_is_a_copy(stored, cell, is_copy):
    assert cell_diff._is_lossy_copy(stored, cell, "ascii") == is_copy
