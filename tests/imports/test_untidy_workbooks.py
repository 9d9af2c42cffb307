"""Untidy spreadsheets with titles above tables, several heading rows, hidden rows and formulas."""

import datetime
import io
import re
import zipfile

import pytest
from openpyxl import Workbook

from sco_cities.core.exceptions import Refused
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.models import ImportJob
from tests.curation.admin_client import curator_client, messages_in, soup
from tests.factories import make_theme

from .import_pages import address_of, applied, checked, summary_of, upload
from .sheets import as_workbook, sheet

HEAD = ["Name", "Pillar", "Description"]
ROWS = [["Lamps", "security", "All about lamps"], ["Torches", "Governance", "All about torches"]]


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def book_of(*rows: list, hidden=(), merged=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in hidden:
        book.active.row_dimensions[number].hidden = True
    for cells in merged:
        book.active.merge_cells(cells)
    return saved(book)


def with_values(raw: bytes, **values: str) -> bytes:
    """The workbook with stored results of formulas, as a spreadsheet program saves them."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            for cell, value in values.items():
                content = re.sub(
                    rf'<c r="{cell}"><f>([^<]*)</f><v ?/?>(</v>)?</c>',
                    rf'<c r="{cell}" t="str"><f>\1</f><v>{value}</v></c>', content,
                )  # fmt: skip
            new.writestr(name, content)
    return file.getvalue()


def read(raw: bytes) -> tuple[int, list[str], list[list[str]]]:
    found = sheet(raw, "themes")
    return found.format.header_row, found.header, [cells for _number, cells in found.rows()]


LAYOUTS = [
    # The rows, and the number of the header row.
    ([HEAD, *ROWS], 1),
    ([["Our themes"], HEAD, *ROWS], 2),
    ([["Our themes", None, "2025"], [], ["as of May"], HEAD, *ROWS], 4),
    ([["Text", None, "More"], HEAD, *ROWS], 2),
    ([["List"], ["A", "B", "C"], *ROWS], 2),
    ([["A", "B", "C"], *ROWS], 1),
    ([["slug"], ["lamps", "security", "x"]], 1),
]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("rows", "number"), LAYOUTS)
def test_the_row_with_the_headings_is_found(rows, number):
    found, header, _cells = read(book_of(*rows))
    assert (found, [each for each in header if each]) == (number, [each for each in rows[number - 1] if each])


@pytest.mark.only_on("sqlite")
def test_the_first_sheet_with_content_is_read():
    book = Workbook()
    book.create_sheet("Data").append(HEAD)
    book["Data"].append(ROWS[0])
    book.create_sheet("Notes").append(["ignored"])
    found = sheet(saved(book), "themes")
    assert (found.format.sheet_name, found.header) == ("Data", HEAD)
    assert sheet(as_workbook([HEAD]), "themes").format.sheet_name == ""
    with pytest.raises(Refused, match="The file is empty"):
        sheet(saved(Workbook()), "themes")


@pytest.mark.only_on("sqlite")
def test_a_formula_is_read_as_its_saved_value_or_rejected_without_one():
    raw = book_of(["slug", "name_en", "pillar"], ["lamps", '="La"&"mps"', '="secu"&"rity"'])
    _row, _header, [cells] = read(with_values(raw, B2="Lamps"))
    assert cells[1] == "Lamps"
    assert cells[2].reason == (
        "This formula has no saved value. Open the file and save it again, or replace the formula with its value."
    )


DATES = [("mmm-yy", "2024-05"), ("mmmm yyyy", "2024-05"), ("[$-419]mmmm yyyy", "2024-05"), ("yyyy", "2024-05-01"),
         ("d mmm yyyy", "2024-05-01"), ("h:mm", "2024-05-01")]  # fmt: skip


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("number_format", "date"), DATES)
def test_a_date_is_as_exact_as_the_spreadsheet_shows_it(number_format, date):
    book = Workbook()
    book.active.append(["slug", "name_en"])
    book.active.append(["lamps", datetime.date(2024, 5, 1)])
    book.active["B2"].number_format = number_format
    assert read(saved(book))[2] == [["lamps", date]]


@pytest.mark.only_on("sqlite")
def test_a_table_of_300_columns_is_rejected_with_a_message():
    with pytest.raises(Refused, match="more than 120 columns"):
        sheet(book_of([f"column {number}" for number in range(300)]), "themes")


@pytest.mark.django_db
def test_hidden_rows_are_counted_and_skipped_only_if_the_curator_chooses_it():
    curator = curator_client()
    page = checked(curator, book_of(HEAD, *ROWS, hidden=[3]), kind="themes", name="rows.xlsx")
    assert summary_of(page).startswith("Checked: create 2")
    assert "1 row is hidden in the spreadsheet. It is imported too." in page.content.decode()
    page = curator.post(address_of(page, "import_hidden_rows"), follow=True)
    assert summary_of(page).startswith("Checked: create 1, update 0, unchanged 1")
    assert "not imported: hidden row" in page.content.decode()
    assert "hidden in the spreadsheet" not in page.content.decode()
    applied(curator, page)
    assert [each.slug for each in IMPORTABLE_MODELS["themes"].model.objects.all()] == ["lamps"]


@pytest.mark.django_db
def test_the_page_shows_the_detected_headings_and_another_row_can_be_chosen():
    curator = curator_client()
    raw = book_of(["Our themes"], HEAD, ["Название", "Pillar", "Описание"], *ROWS, merged=["A1:C1"])
    page = upload(curator, raw, kind="themes", name="rows.xlsx")
    assert "Row 2 is used as the header row. The rows above it are skipped." in page.content.decode()
    page = curator.post(address_of_columns(), {"header_row": "3"}, follow=True)
    assert "Row 3 is used as the header row" in page.content.decode()
    for wrong in ("0", "x", "400"):
        page = curator.post(address_of_columns(), {"header_row": wrong}, follow=True)
        assert messages_in(page) == ["Enter a row number from 1 to 11."]


def address_of_columns() -> str:
    return f"/admin/imports/{ImportJob.objects.get().pk}/header-row/"


@pytest.mark.django_db
def test_a_second_header_row_is_skipped():
    raw = book_of(HEAD, ["Название", "Pillar", "Описание"], *ROWS)
    page = checked(curator_client(), raw, kind="themes", name="rows.xlsx")
    assert summary_of(page).startswith("Checked: create 2, update 0, unchanged 1")
    assert "not imported: repeats the header row" in page.content.decode()


@pytest.mark.django_db
def test_a_column_below_a_merged_heading_can_be_assigned():
    make_theme("lamps")
    raw = book_of(["slug", "Text", None], ["lamps", "Lamps", "All of them"], merged=["B1:C1"])
    curator = curator_client()
    page = upload(curator, raw, kind="themes", name="rows.xlsx")
    assert [label.text for label in soup(page).select("tbody th label")] == [
        "slug:", "Text:", "Column C, without a heading:",
    ]  # fmt: skip
    chosen = {"column-0": "slug", "column-1": "name_en", "column-2": "description"}
    page = curator.post(page.request["PATH_INFO"], chosen, follow=True)
    assert [cell.text for cell in soup(page).select(".diff ins")] == ["All of them"]
