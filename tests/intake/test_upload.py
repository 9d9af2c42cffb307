"""Uploaded reports become text. No file breaks the process that handles the request."""

import codecs
import io
import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.core import limited_process
from sco_cities.core.exceptions import Refused
from sco_cities.intake import reception
from sco_cities.intake.files import MAX_FILE_SIZE, MAX_LENGTH, docx
from sco_cities.intake.files.report import FileText
from sco_cities.intake.reception import clean_text, text_of_upload

from .upload_files import DOCUMENT, MAIN, archive, page_of, paragraph, pdf, word

pytestmark = pytest.mark.only_on("sqlite")

RUSSIAN = "Душанбе и Тяньцзинь подписали меморандум о безопасности туристов.\n\nЕго срок — пять лет."
CHINESE = "天津市与杜尚别市签署了旅游安全备忘录。\n\n双方将开通三种语言的热线电话。"
ENGLISH = "Dushanbe and Tianjin signed a memorandum.\n\nThe hotline opens by June."
PERSIAN = "دوشنبه و تیانجین یادداشت تفاهم امضا کردند\u200c."
UNREADABLE = "This file could not be read. Save it in another format, or paste its text."
KINDS = (
    "Only DOCX, PDF, HTML and plain text files are supported. Save the report in one of these formats, or paste its "
    "text."
)
DAMAGED_WORD = "The Word document is damaged. Open it and save it again, or paste its text."
DAMAGED_PDF = "The PDF is damaged. Open it and save it again, or paste its text."
CHARSET = "The character set of the file cannot be determined. Save it as UTF-8, or paste its text."
OLD_WORD = (
    "This file is in the old DOC format or is protected by a password. Save it as DOCX without a password."
)
PARTS = "The Word document has more than 1,000 parts. Paste its text."
UNPACKED = "The Word document takes more than 20 MB when unpacked. Paste its text."
DOCTYPE = (
    "The Word document contains a document type declaration. Word processors do not create one. Paste the text of "
    "the document."
)
LONG = "The text is longer than 200,000 characters. Split it into several reports."
EMPTY = "The file contains no text."
PAGE = """<!doctype html><html lang="en"><head><title>Site | Memorandum</title>
<meta property="og:title" content="Dushanbe &amp; Tianjin">
<meta property="article:published_time" content="2025-05-14T23:30Z">
<script>var a = "<p>script</p>";</script><style>p { color: red }</style></head>
<body onload="alert(1)"><nav><a href="/">Menu</a></nav><form><label>Search</label><input value="field"></form>
<h1>Memorandum</h1><p>Dushanbe and
   Tianjin&nbsp;signed<script>document.write("written")</script> <b>a memo</b>randum.<br>In May.<div>The hotline
<noscript>no script</noscript>opens.</div><table><tr><td>Tashkent<td>12</table></body></html>"""


def error_of(data: bytes, file_name: str = "report.bin") -> str:
    with pytest.raises(Refused) as error:
        text_of_upload(data, file_name)
    return str(error.value).removeprefix(f"“{file_name}”: ")


PLAIN = [
    (ENGLISH.encode(), ENGLISH),
    (RUSSIAN.encode(), RUSSIAN),
    (codecs.BOM_UTF8 + RUSSIAN.encode(), RUSSIAN),
    (RUSSIAN.encode("utf-16"), RUSSIAN),
    (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), CHINESE),
    (ENGLISH.encode("utf-16-le"), ENGLISH),
    (RUSSIAN.encode("cp1251"), RUSSIAN),
    (CHINESE.encode("gb18030"), CHINESE),
    (PERSIAN.encode(), PERSIAN),
    # The file ends within a character.
    (CHINESE.encode()[:-1], CHINESE[:-1]),
    (ENGLISH.replace("\n", "\r\n").encode(), ENGLISH),
    ((ENGLISH + "\0" + RUSSIAN).encode(), ENGLISH + RUSSIAN),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), PLAIN)
def test_a_text_is_read_in_its_character_set(data, text):
    assert text_of_upload(data, "report.docx") == FileText(text, "txt")


def test_a_page_is_read_without_scripts_menus_and_forms():
    assert text_of_upload(PAGE.encode(), "page.txt") == FileText(
        "Memorandum\n\nDushanbe and Tianjin signed a memorandum.\nIn May.\n\nThe hotline opens.\n\nTashkent\n\n12",
        "html", "Dushanbe & Tianjin", "2025-05-14",
    )  # fmt: skip


WORD = (
    paragraph("Dushanbe and")
    + f"<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:r><w:t>Tian</w:t></w:r>"
    f"<w:ins><w:r><w:t>jin</w:t><w:tab/><w:t>sign</w:t><w:br/></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    f"<w:tbl><w:tr><w:tc>{paragraph('Tashkent')}</w:tc><w:tc>{paragraph('12')}</w:tc></w:tr></w:tbl>"
    '<w:p><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    f"<mc:Choice><w:r><w:txbxContent>{paragraph('Box')}</w:txbxContent></w:r></mc:Choice>"
    f"<mc:Fallback><w:r><w:txbxContent>{paragraph('Box')}</w:txbxContent></w:r></mc:Fallback></mc:AlternateContent></w:p>"
)


def test_a_word_document_is_read_with_tables_notes_and_title():
    notes = {"endnotes": paragraph("Its end."), "footnotes": paragraph("A note.")}
    data = word(WORD, **notes, title="On &lt;tourists&gt;")
    expected = "Dushanbe and\n\nTianjin sign\n\nTashkent\n\n12\n\nBox\n\nA note.\n\nIts end."
    assert text_of_upload(data, "x.pdf") == FileText(expected, "docx", "On <tourists>")


def test_a_pdf_is_read_in_any_script():
    pages = [
        page_of(
            "Душанбе и Тяньцзинь подписали мемо-",
            "рандум о безопасности туристов.",
            "",
            "Его срок — пять лет.",
        ),
        page_of("天津市与杜尚别市签署了旅游安全备", "忘录。", "", "双方将开通三种语言的热线电话。"),
    ]
    assert text_of_upload(pdf(pages), "x.html") == FileText(f"{RUSSIAN}\n\n{CHINESE}", "pdf", "")


def zip_with(count: int) -> bytes:
    return archive({DOCUMENT: "<a/>"} | {f"../../part{number}": "" for number in range(count)})


def bomb() -> bytes:
    """A file of 80 kB with a word repeated to 40 MB."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as file, file.open(DOCUMENT, "w") as part:
        part.write(f'<w:document xmlns:w="{MAIN}"><w:body>'.encode())
        for _block in range(40):
            part.write(paragraph("word " * 200_000).encode())
    return saved.getvalue()


def password_pdf() -> bytes:
    key = "22" * 32
    return pdf(
        [page_of("x")],
        f"/ID [<{key}> <{key}>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>",
    )


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "nothing": (b"", "The file is empty."),
    "blanks": (b" \n\t \n", "The file is empty."),
    "a mark alone": (codecs.BOM_UTF8, EMPTY),
    "too large": (b"x" * (MAX_FILE_SIZE + 1),
        "The file is larger than 5 MB. Upload the report alone, or paste its text."),
    "one character too long": (b"x" * (MAX_LENGTH + 1), LONG),
    "a long page": (b"<p>" + b"x " * MAX_LENGTH, LONG),
    "random bytes": (random.Random(1).randbytes(5000), CHARSET),
    "controls": (bytes(range(1, 32)) * 50, KINDS),
    "NUL alone": (b"\0" * 1000, KINDS),
    "lone surrogates": (("\ud83d\udc00\ud83d report" * 9).encode("utf-8", "surrogatepass"), CHARSET),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), KINDS),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), OLD_WORD),
    "a rich text": (b"{\\rtf1\\ansi Dushanbe}", KINDS),
    "a spreadsheet": (archive({"xl/workbook.xml": "<a/>"}), KINDS),
    "an archive in an archive": (archive({"word.docx": word(paragraph("x"))}), KINDS),
    "an archive that begins only": (b"PK\x03\x04", DAMAGED_WORD),
    "a document that has been cut": (word(WORD)[:-60], DAMAGED_WORD),
    "a document with wrong bytes": (word(WORD * 99)[:300] + bytes(50) + word(WORD * 99)[350:], DAMAGED_WORD),
    "no XML": (archive({DOCUMENT: "Dushanbe"}), DAMAGED_WORD),
    "an empty document": (word(""), EMPTY),
    "a bomb": (bomb(), UNPACKED),
    "10,000 entries": (zip_with(10_000), PARTS),
    "a document type": (archive({DOCUMENT: f"{ENTITIES}<w>&b;</w>"}), DOCTYPE),
    "a document type in the title": (
        archive({DOCUMENT: f'<w:p xmlns:w="{MAIN}"/>', docx.PROPERTIES: f"{ENTITIES}<w>&b;</w>"}), DOCTYPE),
    "100,000 elements deep": (archive({DOCUMENT: "<a>" * 100_000}), DAMAGED_WORD),
    "a PDF that begins only": (b"%PDF-1.7\n", DAMAGED_PDF),
    "a PDF of zeros": (b"%PDF-1.7\n" + bytes(100_000), DAMAGED_PDF),
    "a PDF without text": (pdf([[]]), EMPTY),
    "a PDF of pictures": (pdf([[], []], content="q 500 0 0 500 0 0 cm /I Do Q"),
        "The PDF contains images of its pages and no text. Recognise the text with another program (OCR), or paste "
        "it."),
    "a PDF with a password": (password_pdf(), "The PDF is protected by a password. Save it without a "
    "password, or paste its text."),
    "61 pages": (pdf([page_of("x")] * 61), "The PDF has more than 60 pages. Upload only the pages of the report."),
    "unknown letters": (pdf([page_of("\ue000\ue001\ue002\ue003" * 9)]),
        "The text cannot be extracted from this PDF, because its fonts do not map to characters. Paste its text."),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data, sentence = HOSTILE[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert error_of(data) == sentence
    # The unit is the kilobyte.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    assert list(tmp_path.iterdir()) == []


def test_names_of_parts_of_a_file_are_not_links():
    names = ["../../../etc/passwd", "/etc/passwd", "word/../word/document.xml", "word\\document.xml"]
    parts = {DOCUMENT: f'<w:p xmlns:w="{MAIN}"><w:t>Dushanbe</w:t></w:p>'} | dict.fromkeys(names, "<a/>")
    assert text_of_upload(archive(parts), "a.docx").text == "Dushanbe"


ENDS = {
    "is killed": "os.kill(os.getpid(), 9)",
    "fails": "raise MemoryError",
    "takes too long": "time.sleep(60)",
    "answers nothing": "pass",
    "answers half a line": "print('{\"text\": \"Dush')",
    "answers 10 MB": "print('x' * 10_000_000)",
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_a_reader_that_ends_is_a_sentence_and_a_line_without_content(
    name, tmp_path, monkeypatch, caplog, capfd
):
    code = f"import os, sys, time; sys.stderr.write('Dushanbe'); {ENDS[name]}"
    monkeypatch.setattr(reception, "_COMMAND", [sys.executable, "-ESs", "-c", code])
    monkeypatch.setattr(reception, "WALL_S", 0.5)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = []
    start = limited_process.start

    def remember(*arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(limited_process, "start", remember)
    with caplog.at_level(logging.ERROR, "sco_cities"):
        assert error_of(b"Dushanbe") == UNREADABLE
    assert "The reader of an uploaded report exited" in caplog.text
    assert "Dush" not in caplog.text + capfd.readouterr().err
    # All files and processes are gone, including zombie processes.
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


def test_the_reader_has_limits():
    """The limits are for memory, CPU time, output size, and run time without a waiting parent."""
    code = (
        "import resource, signal, sys\nfrom sco_cities.intake.files import __main__ as reader\n"
        "reader.read = lambda *_: (_ for _ in ()).throw(SystemExit)\n"
        "try:\n    reader.main()\nexcept SystemExit:\n"
        "    names = ('RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_AS')\n"
        "    print(*(resource.getrlimit(getattr(resource, name))[0] for name in names), signal.alarm(0))"
    )
    command = [sys.executable, "-ESs", "-c", code]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    with limited_process.start(command, {}, **streams) as process:
        processor_s, file_size, memory, wall_s = map(int, process.stdout.read().split())
    assert (processor_s, file_size, wall_s) == (20, 2 * 1024 * 1024, 30)
    assert memory < 600 * 1024 * 1024


def test_the_reader_imports_only_the_standard_library():
    code = "import sys, sco_cities.intake.files.__main__; print(*sys.modules)"
    with limited_process.start([sys.executable, "-ESs", "-c", code], {}, stdout=subprocess.PIPE) as process:
        names = {name.partition(".")[0] for name in process.stdout.read().decode().split()}
    assert names - sys.stdlib_module_names <= {"sco_cities", "__main__", "__mp_main__"}


def test_a_web_process_reads_one_report_at_a_time(monkeypatch):
    monkeypatch.setattr(limited_process, "one_at_a_time", True)
    monkeypatch.setattr(limited_process, "MAX_WAIT_S", 0.1)
    sleep = [sys.executable, "-ESs", "-c", "import time; time.sleep(60)"]
    other = limited_process.start(sleep, {})
    assert error_of(b"Dushanbe") == "Another file is being read. Try again in a minute."
    other.kill()
    other.wait()
    assert text_of_upload(b"Dushanbe", "a.txt").text == "Dushanbe"


def test_without_pypdfium2_the_sentence_names_it(monkeypatch):
    monkeypatch.setattr(limited_process, "packages", lambda: "")
    assert error_of(pdf([page_of("x")])) == (
        "This site cannot read PDF files, because the package pypdfium2 is not installed. Paste the text of the "
        "report."
    )


def test_the_error_names_the_file():
    with pytest.raises(Refused) as error:
        text_of_upload(b"", "a\u202e.pdf")
    assert str(error.value) == "“a\ufffd.pdf”: The file is empty."


CLEANED = [
    ("  a\t b \r\n\r\r\n\n\n c\x0bd\x85e\u2028f\u2029g \n", "a  b\n\nc\nd\ne\nf\ng"),
    ("e\u0301 \u212b", "\xe9 \xc5"),
    ("Du\u00adshan\u200bbe\ufeff \u202eTianjin\u202c\x00\x1b\x9f\ud800\uffff", "Dushanbe Tianjin"),
    ("\u3000\u3000天津市", "天津市"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), CLEANED)
def test_a_pasted_text_is_brought_into_its_normal_form(text, expected):
    assert clean_text(text) == expected


@given(st.text())
def test_the_normal_form_is_stable_and_has_no_controls(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned)
    assert not {unicodedata.category(each) for each in cleaned.replace("\n", "")} & {"Cc", "Cs"}
    cleaned.encode()


def test_a_pasted_text_has_the_same_limit():
    assert len(clean_text("x" * MAX_LENGTH)) == MAX_LENGTH
    with pytest.raises(Refused, match=LONG):
        clean_text("x" * (MAX_LENGTH + 1))
