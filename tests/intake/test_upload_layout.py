"""The layout of web pages and PDFs is converted to paragraphs."""

import time

import pytest

from sco_cities.imports.parser.encoding_detection import decode
from sco_cities.imports.parser.limits import UnreadableFile
from sco_cities.intake.files import web_page
from sco_cities.intake.files.pdf import Line, paragraphs

pytestmark = pytest.mark.only_on("sqlite")

PAGES = [
    ("<p>A<p>B", "A\n\nB"),
    ("<div>A<br><br>B</div>", "A\n\nB"),
    ("<ul><li>A<li><b>B</b>c</ul>D", "A\n\nBc\n\nD"),
    ("<pre>A\n  B</pre>", "A\nB"),
    ("<p>A&lt;B&#x41f;&amp;nbsp;", "A<BП&nbsp;"),
    ("<div><form><p>All of the page</p></form></div>", "All of the page"),
    ("<form><p>Send</p></form><p>The whole report</p>", "The whole report"),
    ("<nav><ul><li>Menu</ul></nav>A", "A"),
    ("<nav><svg></nav>A", "A"),
    ("<p>A<script/>B</script>C", "AC"),
    ("<p>A<!-- comment --><![CDATA[x]]><?php y ?></nothing>B", "AB"),
    ("<body><p>A</body></html></html>", "A"),
    ("<p>A<img alt='picture' src='x'><a href='javascript:1'>B</a>", "AB"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), PAGES)
def test_the_blocks_of_a_page_are_its_paragraphs(html, expected):
    lines = web_page.read(html).text.strip("\n").split("\n")
    assert "\n".join(line for index, line in enumerate(lines) if line or lines[index - 1]) == expected


NAMED = [
    ("<title>A\n B</title>", "A\n B", ""),
    ("<title>A</title><meta property=og:title content=B>", "B", ""),
    ("<title>A</title><svg><title>C</title></svg>", "A", ""),
    ("<meta name=date content='2025-05-14'>", "", "2025-05-14"),
    ("<meta itemprop=datePublished content='2025-05-14T10:00:00+05:00'>", "", "2025-05-14"),
    ("<meta name=date content='2025-13-14'><time datetime='2025-05-14'>May</time>", "", "2025-05-14"),
    ("<meta name=date content='14.05.2025'>", "", ""),
    ("<time datetime='2025-05-14T10:00'></time><time datetime='2025-05-14'></time>", "", "2025-05-14"),
    # If there are different dates, one of them may be the current date of the web site.
    ("<time datetime='2025-05-14'></time><time datetime='2025-06-01'></time>", "", ""),
    ("<time>2025-05-14</time>", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "title", "published_on"), NAMED)
def test_title_and_date_are_those_that_the_page_names(html, title, published_on):
    page = web_page.read(html)
    assert (page.title, page.published_on) == (title, published_on)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!DOCTYPE HTML>", True), ("<!-- saved --> <html>", True), ("\n<p>A", True), ("A <p> B", False),
        ("<?xml version='1.0'?><rss>", False), ("<5 visitors", False), ("", False),
    ],
)  # fmt: skip
def test_a_page_begins_with_a_tag(text, expected):
    assert web_page.is_page(text) is expected


DECLARED = [
    ("Мэрия Душанбе", "koi8-r", "KOI8-R", "koi8-r"),
    ("天津", "gb18030", "gb2312", "gb18030"),
    ("Ürümqi", "cp1252", "iso-8859-1", "cp1252"),
    # Valid UTF-8 text is read as UTF-8 regardless of the declared character set.
    ("Мэрия Душанбе", "utf-8", "windows-1251", "utf-8"),
    # The first declared name is not a character set, and the bytes are invalid in the second one.
    ("Мэрия Душанбе подписала", "cp1251", "rot13", "cp1251"),
    ("Мэрия Душанбе подписала", "cp1251", "utf-8", "cp1251"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codec", "declared", "expected"), DECLARED)
def test_the_character_set_that_a_page_names_is_used(text, codec, declared, expected):
    assert decode(text.encode(codec), declared) == (text, expected)


def test_a_few_wrong_bytes_are_replaced_in_a_page_that_names_its_character_set():
    raw = ("Мэрия Душанбе " * 20).encode() + b"\xff."
    assert decode(raw, "UTF-8")[0].endswith("Душанбе \ufffd.")
    with pytest.raises(UnreadableFile):
        decode(raw)


def lines(*rows: str | tuple[float, str], bottom: float = 700, height: float = 12) -> list[Line]:
    """Consecutive lines, where an empty text is a gap and each character is 6 wide. A row may have a left edge."""
    found = []
    for row in rows:
        left, text = row if isinstance(row, tuple) else (50, row)
        found.append(Line(text, left, left + 6 * len(text), bottom, bottom + height))
        bottom -= 14
    return [line for line in found if line.text]


LAYOUTS = [
    # A gap, an indentation or a height begins a new paragraph.
    (["The deputy mayor of the city said it", "would open.", "", "Next"],
     ["The deputy mayor of the city said it would open.", "Next"]),
    (["The deputy mayor of the city said it", "would open on the following Monday.", (62, "Next one, and"), "ends."],
     ["The deputy mayor of the city said it would open on the following Monday.", "Next one, and ends."]),
    # A line ends a paragraph if the next word would still have fitted on the line.
    (["The deputy mayor of the city said it", "would open.", "Next paragraph begins at once and is"],
     ["The deputy mayor of the city said it would open.", "Next paragraph begins at once and is"]),
    # Hyphens at the end of a line are removed or kept.
    (["The cities agreed on inter-", "nationalisation."], ["The cities agreed on internationalisation."]),
    (["The vice-mayor spoke, and the vice-", "mayor left."], ["The vice-mayor spoke, and the vice-mayor left."]),
    (["китайско-", "монгольское"], ["китайско-монгольское"]), (["моско-", "вский"], ["московский"]),
    (["Санкт-", "Петербург"], ["Санкт-Петербург"]), (["заме-", "ститель"], ["заместитель"]),
    (["сотрудничество –", "дружба"], ["сотрудничество – дружба"]),
    # Chinese lines are joined without spaces.
    (["天津市与杜尚别市签署了旅游安全", "备忘录。"], ["天津市与杜尚别市签署了旅游安全备忘录。"]),
    (["天津市与杜尚别市签署了旅游安全", "2025年备忘录。"], ["天津市与杜尚别市签署了旅游安全2025年备忘录。"]),
    (["天津市与杜尚别市签署了“安全", "2025”备忘录。"], ["天津市与杜尚别市签署了“安全2025”备忘录。"]),
    (["天津市与杜尚别市签署了“安全”", "2025年备忘录。"], ["天津市与杜尚别市签署了“安全”2025年备忘录。"]),
    (["天津市与杜尚别市签署了2025", "“安全”备忘录。"], ["天津市与杜尚别市签署了2025“安全”备忘录。"]),
    # Quotation marks and dashes do not show that a line is Chinese.
    (["he said", "“the buses are ready”", "and the drivers"], ["he said “the buses are ready” and the drivers"]),
    (["города Душанбе —", "столица"], ["города Душанбе — столица"]),
    (["The cities’", "mayors wait…", "and wait"], ["The cities’ mayors wait… and wait"]),
    (["The mayor of the city said that all of the", "buses in it are called by their drivers",
      "“Friends of Dushanbe” and are as good as new."],
     ["The mayor of the city said that all of the buses in it are called by their drivers “Friends of Dushanbe” "
      "and are as good as new."]),
    (["The deputy mayor of the city said it would", "name:", "— buses,", "— trams."],
     ["The deputy mayor of the city said it would name:", "— buses,", "— trams."]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), LAYOUTS)
def test_lines_become_paragraphs(rows, expected):
    assert paragraphs([lines(*rows)]) == expected


def test_a_title_in_larger_letters_is_a_paragraph():
    title = lines("Memorandum", bottom=714, height=20)
    assert paragraphs([title + lines("of two cities")]) == ["Memorandum", "of two cities"]


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page():
    first, second = lines("The deputy mayor"), lines((300, "said"), bottom=760)
    assert paragraphs([first + second, lines("it.", "Next.", "", "End")]) == [
        "The deputy mayor said it. Next.",
        "End",
    ]


def test_page_numbers_and_running_titles_are_left_out():
    def page(number: int, text: str) -> list[Line]:
        return [
            *lines(text),
            *lines("Report of the agency", bottom=780),
            *lines(f"- {number} -", bottom=20),
        ]

    assert paragraphs([page(1, "One"), page(2, "two.")]) == ["One two."]


def test_a_paragraph_of_sixty_pages_takes_no_longer_than_its_length():
    pages = [
        lines(*["The deputy mayor of the city said that it would open in the"] * 48) for _page in range(60)
    ]
    begin = time.process_time()
    assert len(paragraphs([*pages, lines("x" * 200_000)])) == 1
    assert time.process_time() - begin < 2
