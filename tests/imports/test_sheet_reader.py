"""Files of every type are read, or rejected with a message. Invalid content never causes a server error."""

import base64
import datetime
import io
import zipfile
import zlib

import pytest
from openpyxl import Workbook

from sco_cities.core.exceptions import Refused
from sco_cities.imports import sheet_reader
from sco_cities.imports.column_mapping import SKIPPED, ColumnMapping
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.parser.encoding_detection import Charset, detect_charset
from sco_cities.imports.parser.limits import MAX_CELL_LENGTH, MAX_ROWS

from . import sheets
from .sheets import as_csv, as_workbook

INITIATIVES = IMPORTABLE_MODELS["initiatives"]
ROWS = [{"slug": "one", "title_en": "A, b; c", "title_ru": "Лампы", "title_zh": "灯"},
        {"slug": "two", "title_en": 'Two\r\nlines, "quoted"', "title_ru": "", "title_zh": ""}]  # fmt: skip


def sheet(raw: bytes, charset: str = "") -> sheet_reader.Sheet:
    return sheets.sheet(raw, "initiatives", charset)


def error_of(raw: bytes, charset: str = "") -> str:
    with pytest.raises(Refused) as error:
        list(sheet(raw, charset).rows())
    return str(error.value)


def test_a_cell_far_below_the_table_is_an_error():
    book = Workbook()
    book.active.append(list(ROWS[0]))
    book.active.append(list(ROWS[0].values()))
    book.active["A400000"] = "x"
    raw = io.BytesIO()
    book.save(raw)
    assert (
        error_of(raw.getvalue())
        == "More than 5000 blank rows follow row 2. Delete everything below the table."
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_csv_is_read_with_any_delimiter_line_ends_and_character_set(delimiter, end, codec):
    found = sheet(as_csv(ROWS, delimiter, end, codec))
    assert (found.format.delimiter, found.header) == (delimiter, list(ROWS[0]))
    assert [cells for _number, cells in found.rows()] == [
        ["one", "A, b; c", "Лампы", "灯"], ["two", f'Two{end}lines, "quoted"', "", ""],
    ]  # fmt: skip


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    raw = b'slug,title_en\n"one","two\nlines"\n\ntwo,x\n,\nthree,y\n'
    assert [number for number, _cells in sheet(raw).rows()] == [2, 4, 6]


@pytest.mark.parametrize(
    ("declared", "delimiter"), [(";", ";"), ("|", "|"), ("\t", "\t"), ('"', ","), ("", ",")]
)
def test_the_first_line_can_declare_the_delimiter(declared, delimiter):
    raw = f"sep={declared}\r\nslug{delimiter}title_en\r\none{delimiter}Lamps\r\n".encode()
    assert sheet(raw).header == ["slug", "title_en"]


CHARSETS = [
    ("slug,title_en\none,Lamps\n", "ascii", Charset("ascii", "ascii")),
    ("slug,title_en\none,Lämps – 灯\n", "utf-8", Charset("utf-8")),
    ("slug,title_ru\none,Лампы для всех\n", "cp1251", Charset("cp1251", "cp1251")),
    ("slug,title_ru\none,Лампа\n", "cp1251", Charset("cp1251", "cp1251")),
    ("slug,title_zh\none,灯火通明\n", "gb18030", Charset("gb18030", "gbk")),
    ("slug,title_ru,title_zh\none,Лампы,灯\n", "gb18030", Charset("gb18030", "gbk")),
]


@pytest.mark.parametrize(("text", "codec", "expected"), CHARSETS)
def test_the_character_set_is_detected_by_bytes_and_columns(text, codec, expected):
    assert detect_charset(text.encode(codec)) == expected


def test_an_unclosed_quotation_mark_does_not_prevent_detection():
    # The text after the quotation mark is one cell that exceeds the CSV reader's limit.
    raw = f'slug,title_ru\none,Лампы\ntwo,"{"Длинный рассказ. " * (MAX_CELL_LENGTH // 16)}\n'.encode("cp1251")
    assert detect_charset(raw) == Charset("cp1251", "cp1251")


def test_an_ambiguous_character_set_is_not_guessed():
    raw = "slug,title_en\none,Москва\n".encode("cp1251")
    assert "can be Windows-1251 (“Москва”) or GB18030 (“" in error_of(raw)
    assert list(sheet(raw, "cp1251").rows()) == [(2, ["one", "Москва"])]


def test_a_wrong_choice_of_character_set_is_an_error():
    assert (
        error_of("slug,title_ru\none,Лампы\n".encode("cp1251"), "utf-8")
        == "The file is not encoded in UTF-8."
    )


def archive(**parts: bytes) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return saved.getvalue()


HOSTILE = [
    (b"", "The file is empty."),
    (b" \r\n\r\n", "The file is empty."),
    (b"\xef\xbb\xbf\r\n", "The file is empty."),
    (b"slug,title_en\none,a\0b\n", "Row 2 contains a NUL character, so this is not a text file."),
    (b'slug,title_en\none,"a\n', "Row 2 is not valid CSV: unexpected end of data."),
    (b'slug,title_en\none,"a"b\n', "Row 2 is not valid CSV: ',' expected after '\"'."),
    (b"slug," + b"x," * 200 + b"\n", "The file has more than 120 columns. Delete the columns that you do not need."),
    (b"\xef\xbb\xbfslug\n\xff\n", "The file is damaged. It is marked as UTF-8 but cannot be read as such."),
    (b"\xd0\xcf\x11\xe0" + b"x" * 600, "The workbook is damaged. Open it and save it again, or save it as CSV."),
    (b"PK\x03\x04 and no more", "The workbook is damaged. Open it and save it again, or save it as CSV."),
    (b"%PDF-1.7 \xe2\xe3", "This is a PDF. Paste its text under “From reports”, or copy its table into a "
    "spreadsheet and save the "
    "spreadsheet as CSV or XLSX."),
    (b"\x89PNG\r\n", "This is an image. Type its table into a spreadsheet, and save the spreadsheet as CSV or XLSX."),
    (b"{\\rtf1 }", "This is an RTF document. Copy its table into a spreadsheet, and save the spreadsheet as "
    "CSV or XLSX."),
    (b"\xef\xbb\xbf\n<!DOCTYPE html>", "This is a web page. Open it in a spreadsheet, and save it as CSV or XLSX."),
    (archive(content_xml=b"<office/>"), "The workbook is damaged. Open it and save it again, or save it as CSV."),
    (archive(xl__workbook_xml=b"<workbook"), "The workbook is damaged. Open it and save it again, or save it as CSV."),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "sentence"), HOSTILE)
def test_an_invalid_file_is_rejected_with_a_message(raw, sentence):
    assert error_of(raw) == sentence


@pytest.mark.parametrize(
    "start", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\x7fELF\x02\x01\x01\0"]
)
def test_a_file_of_another_type_is_rejected(start):
    assert error_of(start + bytes(range(256)) * 20)


def test_a_cell_of_a_megabyte_is_rejected():
    assert error_of(b"slug,title_en\none," + b"x" * (1 << 20) + b"y\n").startswith("Row 2 is not valid CSV: ")


@pytest.mark.parametrize("line", [b"x\n", b"\r\n", b" ,\n"])
def test_a_file_with_too_many_rows_is_rejected_even_if_they_are_blank(line):
    assert error_of(b"slug\n" + line * (MAX_ROWS + 1)) == (
        "The file has more than 500,000 rows. Import it in parts."
    )


def test_a_file_that_is_too_large_is_rejected(monkeypatch):
    monkeypatch.setattr(sheet_reader, "MAX_FILE_SIZE", 1024 * 1024)
    assert error_of(b"x" * (1024 * 1024 + 1)) == "The file is larger than 1 MB. Import it in parts."


def test_typed_cells_of_a_workbook_become_the_texts_of_the_export():
    raw = as_workbook([
        ["slug", "a", "b", "c", "d", "e", "f", "g"],
        ["one", 12, 10.5, True, datetime.date(2025, 5, 1), datetime.datetime(2025, 1, 2, 3, 4, 5), 1e15, None],
    ])  # fmt: skip
    assert list(sheet(raw).rows()) == [
        (2, ["one", "12", "10.5", "true", "2025-05-01", "2025-01-02T03:04:05Z", "1000000000000000"])
    ]


def test_formulas_and_errors_of_a_workbook_are_not_values():
    book = Workbook()
    book.active.append(["slug", "title_en", "title_ru"])
    book.active.append(["one", "=A1", "#REF!"])
    saved = io.BytesIO()
    book.save(saved)
    ((_number, cells),) = sheet(saved.getvalue()).rows()
    assert [cell.reason for cell in cells[1:]] == [
        "This formula has no saved value. Open the file and save it again, or replace the formula with its value.",
        "The spreadsheet could not calculate this cell.",
    ]  # fmt: skip


# An XLS workbook with the rows ("slug", "name_en"), ("lamps", "Лампы") and (2 May 2024, 12).
XLS = (
    "c-rk)O=uHA6#izj+x*Zbo0tl1p@f1}Yb*X-JlL)Z+JjiC9uz6m)C7?xX-V}^FIH=gg5b&GrBDxEs$Tp-1w9BJgo+*nK}huINl@_6W_|NAi)s9!"
    "0WDPKTjra$Z{Ezj-Ffr&=hZ^AID5CXgc|h0hq4<)LzPZY33?|ssNHp?=+yx#uEv@|FhC30VBt~IOTS!0x!xrhxMMye20l<3!Z-%Ta_Ph>VjugE"
    "6w-%YVu2f^38RI*iZP#JUdMc!Egv)QVa*lhUa~EU6IgHtx^}53K5leyTNrZO``qUpYqp~qFJu&7xGE~P7WU@PBr|KQq1|l69B4uN)46nBo=0#K"
    "Az+fwlg;*|QbojRvFGsBO#olKUHvqn^{cBFApN)HdjD_q0b0ab{WZe`rr@6BO;Vr)9WyJjaC8w{A!Su2GUrZHNaT{)^l&<70hwfWe8PfgGq;($"
    "O~*WFhGd54j9@Rz2u-|G8i`YgupH(6Vv|dYw?4l<G&1N6vu28)0+naQ2I(4HT$DYibC_Fv%+j`tc?<I;9<`0-R^~VbGu54g%}O{h%{G_0wUg%A"
    "$#~;ztdcj8T=;bOL3`n&vzg@i{?hsQ{99)h9dv6_)L$Oc=oZ~#=DNf~$E$_PEAN?Ge#$Wc!&bh#>VX)+lH65<D0AgZ-W{Rr#V_my+Z)PWu)R;&"
    "8#VS%lut3tJU7U02an%p#BfilDcAi#2pSq18X6iJ8X6jZhEVU~KJ}eosW*PV`meJ@rL2FG{I@uQF*?rDN9BIxsLo@uuJ~CGOL$|6754G|7fKwX"
    "+4C612>UTwcl^@Vk*L0&6?e4%-WIBN{&GEj{^R+-11f{ki~"
)


def ods(*rows: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="S">{table}</table:table></office:spreadsheet>'
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    names = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    manifest = f"<manifest:manifest {names}>{entry}</manifest:manifest>"
    parts = {"mimetype": kind, "content_xml": content, "META-INF__manifest_xml": manifest}
    return archive(**{name: part.encode() for name, part in parts.items()})


def cell(value: str, kind: str = "string", attribute: str = "") -> str:
    given = f' office:{attribute}="{value}"' if attribute else ""
    return f'<table:table-cell office:value-type="{kind}"{given}><text:p>{value}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    "raw",
    [
        zlib.decompress(base64.b85decode(XLS)),
        ods(
            cell("slug") + cell("name_en"), cell("lamps") + cell("Лампы"),
            cell("2024-05-02", "date", "date-value") + cell("12", "float", "value"),
        ),
    ],
    ids=["xls", "ods"],
)  # fmt: skip
def test_workbooks_of_other_programs_are_read(raw):
    found = sheet(raw)
    assert (found.header, found.format.is_workbook) == (["slug", "name_en"], True)
    assert list(found.rows()) == [(2, ["lamps", "Лампы"]), (3, ["2024-05-02", "12"])]


HEADINGS = [
    ("slug", "slug"), ("SLUG ", "slug"), ("Title_EN", "title_en"), ("title en", "title_en"), ("Initiative", "title_en"),
    ("Partner cities", "partner_cities"), ("lead_cities_names", "lead_cities_names"), ("state", "state"),
    ("nothing", ""), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "name"), HEADINGS)
def test_a_column_is_recognised_by_its_name_or_its_label(heading, name):
    assert INITIATIVES.column_named(heading) == name


def test_problems_of_the_column_mapping_are_reported():
    mapping = ColumnMapping.from_header(INITIATIVES, ["titel_en", "kind", "Kind", ""])
    assert mapping.problems() == [
        ("titel_en", "There is no such column. Did you mean “title_en”?"),
        ("kind", "Two columns of the file are assigned to “kind”. Skip one of them."),
        ("Kind", "Two columns of the file are assigned to “kind”. Skip one of them."),
        ("", "Choose the column that contains the names or slugs of the records."),
    ]
    assert mapping.with_names(["slug", "kind", SKIPPED]).problems() == []
