"""Files that become huge when read are rejected with a message. The parser runs outside the site's process."""

import datetime
import io
import json
import signal
import subprocess
import sys
import threading

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from sco_cities.core import limited_process
from sco_cities.core.exceptions import Refused
from sco_cities.imports import sheet_reader
from sco_cities.imports.parser.limits import UnreadableFile
from sco_cities.imports.parser.table import TableFormat, detect_format, read
from sco_cities.imports.validate import BATCH_LENGTH, BATCH_SIZE

from . import sheets
from .upload_bombs import NAMES, SHEET, STRINGS, bomb, workbook

# Files are parsed before the database is used.
pytestmark = pytest.mark.only_on("sqlite")

LARGE = "The workbook is too large when unpacked. Save it as CSV, or split it into parts."
DAMAGED = "The workbook is damaged. Open it and save it again, or save it as CSV."
LONG = "The file has a row of more than 16,384 cells or 2,097,152 characters, so it is not a table."
ROWS = "The file has more than 500,000 rows. Import it in parts."
# Error messages by file name for files of a twentieth of the size, or "" if the smaller file can be read.
SENTENCES = (
    dict.fromkeys(NAMES, DAMAGED)
    | {
        "styles of 580 MB": LARGE,
        "styles of 7 MB": "",
        "leading spaces": "",
        "spaces between rows": "",
        "blank rows": ROWS,
        "one tag": "The file is empty.",
        "a shared text in each row": "",
        "empty shared texts": "",
        "line ends": ROWS,
        "line ends only": ROWS,
        "line ends and Russian": ROWS,
        "spaces": "The file is empty.",
    }
    | dict.fromkeys(
        ["one cell", "one cell of 1.2 GB"], "The workbook contains a cell of more than 1,048,576 characters."
    )
)
SENTENCES |= dict.fromkeys(
    ["delimiters", "header line", "one cell of CSV", "quotation marks", "one line of Chinese", "UTF-16"], LONG
)  # fmt: skip


def sentence_about(raw: bytes) -> str:
    try:
        table_format = detect_format(raw, {"slug"})
        for _row in read(raw, table_format):
            pass
    except UnreadableFile as error:
        return error.sentence % error.values
    return ""


@pytest.mark.parametrize(
    "name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.thorough) for name in NAMES[1:])]
)
def test_a_file_that_becomes_huge_is_rejected_with_a_message(name):
    assert sentence_about(bomb(name, 0.05)[1]) == SENTENCES[name]


@pytest.mark.thorough
def test_a_file_that_takes_too_much_memory_is_rejected_with_a_message():
    with pytest.raises(Refused, match="Reading the file takes more than 512 MB of memory"):
        sheets.sheet(bomb("one tag")[1], "themes")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (signal.SIGXCPU, "Reading the file takes too long."),
        (signal.SIGABRT, "Reading the file takes more than 512 MB of memory."),
        (signal.SIGKILL, "The file cannot be read."),
    ],
)
def test_a_killed_parser_causes_an_error_message(number, sentence, monkeypatch):
    code = f"import os; print('[', end='', flush=True); os.kill(os.getpid(), {int(number)})"
    monkeypatch.setattr(sheet_reader, "_COMMAND", [sys.executable, "-c", code])
    with pytest.raises(Refused, match=sentence):
        sheets.sheet(b"slug\none\n", "themes")


@pytest.mark.thorough
def test_the_cpu_time_of_the_parser_is_limited():
    # Sets the parser's limits, but one second of CPU time instead of a minute.
    code = (
        "from sco_cities.core.resource_limits import limit_resources\n"
        "from sco_cities.imports.parser.limits import MEMORY\nlimit_resources(MEMORY, 1)\nwhile True: pass"
    )
    command = [sys.executable, "-ESs", "-c", code]
    done = subprocess.run(command, cwd=limited_process.ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGXCPU


def test_a_request_does_not_wait_for_a_file_that_takes_too_long(monkeypatch):
    code = (
        "import time\nfrom sco_cities.imports.parser import __main__ as parser\n"
        "parser.answer = lambda raw, request: time.sleep(60)\nparser.main()"
    )
    monkeypatch.setattr(sheet_reader, "_COMMAND", [sys.executable, "-ESs", "-c", code])
    monkeypatch.setattr(sheet_reader, "max_seconds", 1)
    with pytest.raises(Refused, match="or ask an administrator to import it with the command import_csv"):
        sheets.sheet(b"slug\none\n", "themes")


def test_a_web_process_reads_one_file_at_a_time(monkeypatch):
    monkeypatch.setattr(limited_process, "one_at_a_time", True)
    monkeypatch.setattr(limited_process, "MAX_WAIT_S", 0.1)
    rows = sheets.sheet(b"slug\n" + b"one\n" * 100_000, "themes").rows()
    assert next(rows) == (2, ["one"])
    with pytest.raises(Refused, match="Another file is being read"):
        sheets.sheet(b"slug\ntwo\n", "themes")
    # The limit applies only to web processes.
    monkeypatch.setattr(limited_process, "one_at_a_time", False)
    assert sheets.sheet(b"slug\ntwo\n", "themes").samples == [(2, ["two"])]
    monkeypatch.setattr(limited_process, "one_at_a_time", True)
    rows.close()
    assert sheets.sheet(b"slug\ntwo\n", "themes").samples == [(2, ["two"])]


def test_a_short_file_waits_for_another_one(monkeypatch):
    monkeypatch.setattr(limited_process, "one_at_a_time", True)
    monkeypatch.setattr(limited_process, "MAX_WAIT_S", 30)
    rows = sheets.sheet(b"slug\n" + b"one\n" * 100_000, "themes").rows()
    next(rows)
    threading.Timer(0.2, lambda: list(rows)).start()
    assert sheets.sheet(b"slug\ntwo\n", "themes").samples == [(2, ["two"])]


def test_the_parser_imports_only_the_standard_library():
    code = "import json, sys, sco_cities.imports.parser.__main__; print(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-ESs", "-c", code]
    done = subprocess.run(command, cwd=limited_process.ROOT, capture_output=True, timeout=60, check=True)
    names = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert names - sys.stdlib_module_names <= {"sco_cities", "__main__", "__mp_main__"}


def test_a_parser_ends_when_its_reader_stops():
    before = threading.active_count()
    found = sheets.sheet(b"slug\n" + b"one\n" * 100_000, "themes")
    rows = found.rows()
    assert next(rows) == (2, ["one"])
    rows.close()
    assert sum(1 for _row in found.rows()) == 100_000
    assert threading.active_count() == before


def test_long_rows_are_validated_in_smaller_batches():
    text = "x" * (BATCH_LENGTH // 4)
    raw = "slug,description\n" + "".join(f"theme-{n},{text}\n" for n in range(9))
    validator = sheets.new_validator("themes", raw.encode())
    assert [len(rows) for rows in validator._row_batches()] == [4, 4, 1]
    short = "slug\n" + "".join(f"theme-{n}\n" for n in range(BATCH_SIZE + 1))
    assert [len(rows) for rows in sheets.new_validator("themes", short.encode())._row_batches()] == [
        BATCH_SIZE,
        1,
    ]


def test_events_that_are_too_long_for_one_batch_are_rejected():
    text = "x" * (BATCH_LENGTH // 4)
    raw = "slug,name_en\n" + "".join(f"event-{n},{text}\n" for n in range(5))
    with pytest.raises(Refused, match="The file contains too much text"):
        list(sheets.new_validator("events", raw.encode())._row_batches())


# Files written by spreadsheet programs


def cells_of(raw: bytes) -> list[list[str]]:
    return [cells for _number, cells in read(raw, TableFormat(is_workbook=True))[1]]


def saved(*rows: list, formats: dict[str, str] | None = None, epoch=None) -> bytes:
    book = Workbook()
    book.epoch = epoch or book.epoch
    for row in rows:
        book.active.append(row)
    for place, number_format in (formats or {}).items():
        book.active[place].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheet_xml(rows: str, strings: str = "") -> bytes:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    header = '<row><c t="inlineStr"><is><t>slug</t></is></c></row>'
    parts = {SHEET: iter([f"<worksheet {main}><sheetData>{header}{rows}</sheetData></worksheet>".encode()])}
    if strings:
        parts[STRINGS] = iter([f"<sst {main}>{strings}</sst>".encode()])
    return workbook(parts)


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("General", "45778.5"), ("0.00", "45778.5"), ("yyyy-mm-dd", "2025-05-01T12:00:00Z"),
        ("h:mm", "2025-05-01T12:00:00Z"),
        ('0 "days"', "45778.5"), ("[Red]0.0", "45778.5"), ("[$-419]d mmmm yyyy", "2025-05-01T12:00:00Z"),
        ('0.0;"d"', "45778.5"), ("# ?/?", "45778.5"),
    ],
)  # fmt: skip
def test_the_number_format_distinguishes_dates_from_numbers(number_format, expected):
    raw = saved(["slug", "a"], ["one", 45778.5], formats={"B2": number_format})
    assert cells_of(raw)[1] == ["one", expected]


@pytest.mark.parametrize(
    "day", [datetime.date(1904, 1, 2), datetime.date(1999, 12, 31), datetime.date(2100, 1, 1)]
)
@pytest.mark.parametrize("epoch", [datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)])
def test_days_are_counted_from_the_first_day_of_the_workbook(day, epoch):
    assert cells_of(saved(["slug", "a"], ["one", day], epoch=epoch))[1] == ["one", day.isoformat()]


CELLS = [
    ('<c t="str"><v>x</v></c>', ["x"]),
    ('<c t="b"><v>1</v></c><c t="b"><v>0</v></c>', ["true", "false"]),
    (
        '<c t="d"><v>2025-05-01</v></c><c t="d"><v>2025-05-01T09:30:00Z</v></c>',
        ["2025-05-01", "2025-05-01T09:30:00Z"],
    ),
    ("<c><v>007</v></c><c><v>1E3</v></c><c><v>0.1</v></c>", ["7", "1000", "0.1"]),
    ('<c r="C2"><v>1</v></c><c><v>2</v></c>', ["", "", "1", "2"]),
    ('<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>z</t></rPh></is></c>', ["ab"]),
    ('<c t="s"><v>0</v></c><c t="s"><v>1</v></c>', ["灯", "a\rb"]),
    ('<c t="inlineStr"><is><t>_x005F_x0041_ _xD83D_</t></is></c>', ["_x0041_ _xD83D_"]),
    ('<c s="1"/><c t="s"/><c><v/></c>', []),
]
STRINGS_XML = (
    '<si><t>灯</t><rPh sb="0" eb="1"><t>deng</t></rPh></si><si><r><t>a</t></r><r><t>_x000D_b</t></r></si>'
)


@pytest.mark.parametrize(("xml", "expected"), CELLS)
def test_cells_are_read_as_spreadsheets_write_them(xml, expected):
    rows = cells_of(sheet_xml(f'<row r="2">{xml}</row>', STRINGS_XML))[1:]
    assert rows == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        ('<row r="x"/>', DAMAGED), ('<row><c t="s"><v>7</v></c></row>', DAMAGED), ("<row></c>", DAMAGED),
        ('<row><c t="inlineStr"><is><t>_x0000_</t></is></c></row>', DAMAGED),
    ],
)  # fmt: skip
def test_invalid_xml_is_rejected(xml, sentence):
    assert sentence_about(sheet_xml(xml, STRINGS_XML)) == sentence


def test_text_after_the_rows_is_not_read():
    raw = saved(["slug"], ["one"])
    book = load_workbook(io.BytesIO(raw))
    book.active.merge_cells("A5:B6")
    book.active.oddHeader.center.text = "Page"
    book.active["A2"] = CellRichText("o", TextBlock(InlineFont(b=True), "ne"))
    file = io.BytesIO()
    book.save(file)
    assert cells_of(file.getvalue()) == [["slug"], ["one"]]
