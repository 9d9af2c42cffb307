"""Extracts the text of a web page without scripts, menus and forms, and its title and date."""

import datetime
import re
from contextlib import suppress
from html.parser import HTMLParser

from . import FileText

_PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|article|main|section|div|p|h[1-6]|table|ul|ol|br)\b",
    re.IGNORECASE,
)
_START = 4096
_SKIPPED = frozenset([
    "script", "style", "template", "noscript", "nav", "select", "button", "textarea", "svg", "iframe",
    "object", "audio", "video", "canvas", "datalist",
])  # fmt: skip
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "search", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
_TITLES = ("og:title", "twitter:title", "dc.title")
_DATES = ("article:published_time", "datepublished", "pubdate", "publishdate", "publish_date", "publication_date",
          "dc.date.issued", "dcterms.issued", "dc.date", "date")  # fmt: skip
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})(?!\d)")


def is_page(text: str) -> bool:
    """Returns True if the text is HTML. It must begin with a tag and contain a tag that is typical of web pages."""
    start = text[:_START].lstrip("\ufeff \t\r\n\0")
    return start.startswith("<") and bool(_PAGE.search(start))


def read(text: str) -> FileText:
    """Returns the visible text of the page, with an empty line between paragraphs, and its metadata."""
    parser = _PageParser()
    parser.feed(text)
    parser.close()
    return FileText(parser.text(), "html", parser.title(), parser.published_on())


class _PageParser(HTMLParser):
    """Collects the lines of a page, with an empty line between paragraphs, and its metadata."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        # Pairs of a line and whether the line is inside a form.
        self._lines: list[tuple[str, bool]] = []
        self._line: list[str] = []
        self._title: list[str] = []
        self._metadata: dict[str, str] = {}
        self._times: list[str] = []
        self._skipped: list[str] = []
        self._forms = self._preformatted = 0
        self._in_title = False

    def text(self) -> str:
        self._end_line()
        # Some sites put the whole page into a form. On such pages, the text in forms is kept.
        in_forms = sum(len(line) for line, in_form in self._lines if in_form)
        is_wrapped = 2 * in_forms > sum(len(line) for line, _in_form in self._lines)
        return "\n".join(line for line, in_form in self._lines if is_wrapped or not in_form)

    def title(self) -> str:
        named = (self._metadata[name] for name in _TITLES if self._metadata.get(name, "").strip())
        return next(named, "".join(self._title))

    def published_on(self) -> str:
        """Returns the date in the metadata, or the common date of all `time` elements."""
        for name in _DATES:
            if day := _day(self._metadata.get(name, "")):
                return day
        days = {day for time in self._times if (day := _day(time))}
        return days.pop() if len(days) == 1 else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SKIPPED:
            self._skipped.append(tag)
        elif self._skipped:
            return
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            self._metadata.setdefault(name.strip().lower(), attributes.get("content", ""))
        elif tag == "title":
            self._in_title = not self._title
        elif tag == "time":
            self._times.append(attributes.get("datetime", ""))
        elif tag == "br":
            self._end_line()
        elif tag in _BLOCKS:
            self._end_paragraph()
        if tag == "form":
            self._forms += 1
        elif tag == "pre":
            self._preformatted += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # As in browsers, a slash at the end of an HTML start tag does not close the element.
        if tag != "svg":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            while self._skipped.pop() != tag:
                pass
        elif self._skipped:
            return
        elif tag == "title":
            self._in_title = False
        elif tag in _BLOCKS:
            self._end_paragraph()
        if tag == "form":
            self._forms = max(self._forms - 1, 0)
        elif tag == "pre":
            self._preformatted = max(self._preformatted - 1, 0)

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._in_title:
            self._title.append(data)
        elif self._preformatted:
            first, *others = data.split("\n")
            self._line.append(first)
            for line in others:
                self._end_line()
                self._line.append(line)
        else:
            self._line.append(data)

    def _end_line(self) -> None:
        self._lines.append((" ".join("".join(self._line).split()), self._forms > 0))
        self._line.clear()

    def _end_paragraph(self) -> None:
        if self._line:
            self._end_line()
        if self._lines and self._lines[-1][0]:
            self._lines.append(("", self._forms > 0))


def _day(text: str) -> str:
    match = _DAY.match(text)
    with suppress(ValueError):
        return datetime.date.fromisoformat(match[1]).isoformat() if match else ""
    return ""
