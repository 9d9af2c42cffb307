"""The workbook of a list contains the same values as the CSV file."""

import datetime
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from initiatives.models import Initiative
from sco_cities.listings.exports import csv_file, formula_escape, streaming_response, xlsx_cells, xlsx_file
from tests import factories as make
from tests.listings.exports.test_csv import LISTS, NASTY

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def book(export):
    def read_book(path):
        status, file = export(path)
        assert status == 200
        assert zipfile.ZipFile(io.BytesIO(file)).testzip() is None
        return openpyxl.load_workbook(io.BytesIO(file))

    return read_book


def as_csv(cell) -> str:
    """Formats a workbook cell as in the CSV file."""
    value = cell.value
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, datetime.datetime):
        if "h" not in cell.number_format:
            return value.date().isoformat()
        return csv_file.format_utc(value.replace(tzinfo=datetime.UTC))
    if isinstance(value, float):
        value = Decimal(repr(value))
    return csv_file.cells([value])[0]


def rows_of(sheet) -> list[list[str]]:
    return [[as_csv(cell) for cell in row] for row in sheet]


@pytest.mark.usefixtures("loaded_package")
@pytest.mark.parametrize("collection", LISTS)
@pytest.mark.parametrize("query", ["", "?labels=1"])
def test_the_first_sheet_has_the_rows_of_the_csv(collection, query, book, csv_rows):
    rows = [
        [formula_escape.unescape_formula(cell) for cell in row]
        for row in csv_rows(f"/{collection}.csv{query}")
    ]
    assert len(rows) > 1
    assert rows_of(book(f"/{collection}.xlsx{query}").worksheets[0]) == rows


def test_a_hostile_text_is_an_unchanged_text_cell(book):
    texts = [*NASTY, "_x0041_", "_x005F_x0041_", "\ufffe", "<b>&amp;</b>", "_x0041_x0042_"]
    for number, text in enumerate(texts):
        make.make_initiative(f"lamps-{number:02}", title_en=text)
    _head, *rows = book("/initiatives.xlsx?columns=slug,title_en").worksheets[0].rows
    found = sorted((slug.value, cell.data_type, unescape(cell.value)) for slug, cell in rows)
    assert found == [(f"lamps-{number:02}", "s", text) for number, text in enumerate(texts)]


def test_cells_have_the_types_of_their_values(book):
    city = make.make_city(population=12_000)
    make.make_initiative("lamps", starts_on="2024-05-06", ends_on="2026", lead=[city])
    make.make_initiative("older", starts_on="1900-02-28", title_ru="Лампы")
    Initiative.objects.update(updated_at="2025-01-02T03:04:05.678Z")
    sheet = book("/initiatives.xlsx?columns=starts_on,ends_on,disputed,updated_at,title_ru,lead_cities")
    assert [[cell.value for cell in row] for row in sheet.worksheets[0]][1:] == [
        [
            datetime.datetime(2024, 5, 6),
            "2026",
            False,
            datetime.datetime(2025, 1, 2, 3, 4, 5),
            None,
            "alphaville",
        ],
        ["1900-02-28", None, False, datetime.datetime(2025, 1, 2, 3, 4, 5), "Лампы", None],
    ]
    sheet = book("/cities.xlsx?columns=latitude,population,lead").worksheets[0]
    assert [cell.value for cell in sheet[2]] == [10.5, 12_000, 1]


def test_the_header_is_frozen_and_has_filters(book):
    make.make_initiative("lamps")
    sheet = book("/initiatives.xlsx?columns=slug,title_en").worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("initiatives", "A2", "A1:B2")
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold


def test_the_second_sheet_describes_the_list(book):
    make.make_initiative("lamps", countries=[make.make_country("xa", name_en="Exland")])
    about = book("/initiatives.xlsx?country=xa&sort=-starts_on&status=-stalled&columns=slug&page=1")["About"]
    facts = [[cell.value for cell in row] for row in about]
    exported_at = facts[5].pop()
    assert abs(exported_at - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)) < datetime.timedelta(
        minutes=5
    )
    assert facts[:7] == [
        ["List", "1 initiative, not stalled, with Exland"],
        ["Status", "not stalled"],
        ["Country", "Exland"],
        ["Sorted by", "Years ↓"],
        ["Address", "http://testserver/initiatives/?country=xa&sort=-starts_on&status=-stalled"],
        ["Exported at (UTC)"],
        ["Rows", 1],
    ]
    assert "CC BY 4.0" in facts[7][1]
    assert [line[1].split(" (")[0] for line in facts[8:]] == ["Natural Earth", "GeoNames", "Wikidata"]


def test_a_text_too_long_for_a_cell_is_truncated_with_a_note_there_and_on_the_about_sheet(book):
    make.make_initiative("lamps", summary_en="😀" * 20_000)
    make.make_initiative("trams", summary_en="a" * 32_767)
    found = book("/initiatives.xlsx?columns=slug,summary_en")
    truncated, whole = found.worksheets[0]["B2"].value, found.worksheets[0]["B3"].value
    assert whole == "a" * 32_767
    assert xlsx_cells.length(truncated) in (32_766, 32_767)
    assert truncated.endswith("😀 […] (truncated: 40,000 characters in total; full text in the CSV file)")
    facts = [[cell.value for cell in row] for row in found["About"]]
    assert facts[-2:] == [["Truncated cells", 1], [None, "B2 (summary_en): 40,000 characters"]]


def test_a_list_too_long_for_a_sheet_is_rejected_with_a_hint_to_csv(export, monkeypatch):
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 2)
    make.make_initiative("lamps")
    assert export("/initiatives.xlsx")[0] == 200
    make.make_initiative("trams")
    assert export("/initiatives.xlsx") == (
        400,
        b"An Excel sheet can contain at most 1 rows, but this list has 2. Download the list as CSV, or add "
        b"filters.\n",
    )


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("bom=1", "bom: Unknown parameter. Correct or remove it.\n"),
        (
            "colour=x&labels=2",
            "labels: Enter 1 (yes) or 0 (no).\ncolour: Unknown parameter. Correct or remove it.\n",
        ),
    ],
)
def test_an_invalid_query_gets_400(query, errors, export):
    assert export(f"/initiatives.xlsx?{query}") == (400, errors.encode())


def test_the_file_is_named_after_the_list_and_head_requests_work(client):
    response = client.head("/cities.xlsx")
    assert (response.status_code, b"".join(response), response["Content-Type"]) == (200, b"", TYPE)
    assert response["Content-Disposition"] == 'attachment; filename="cities.xlsx"'


def test_a_file_in_batches_is_complete(book, monkeypatch):
    monkeypatch.setattr(streaming_response, "FIRST_BATCH_SIZE", 2)
    for number in range(5):
        make.make_initiative(f"i-{number}")
    slugs = [row[0] for row in rows_of(book("/initiatives.xlsx?columns=slug&sort=-slug").worksheets[0])]
    assert slugs == ["slug", "i-4", "i-3", "i-2", "i-1", "i-0"]


def test_an_empty_list_has_only_a_header(book):
    assert rows_of(book("/initiatives.xlsx?columns=slug,kind").worksheets[0]) == [["slug", "kind"]]


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")]
)
def test_columns_are_lettered_as_spreadsheets_do(position, letters):
    assert xlsx_cells.column_letters(position) == letters
