"""Finds the details of a report in its text (title, publisher, date, language and URL)."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from sco_cities.core import edtf
from sco_cities.sources.models import Report

from .reading.dates import date_marks
from .reading.furniture import furniture_spans, masthead
from .reading.report_text import ReportText, Span

DETAIL_FIELDS = ("title", "publisher", "published_on", "language", "address")
# Maximum length of a title. A longer first line is not a title, and neither is a line that ends like a sentence.
_LONGEST_TITLE = 200
_SENTENCE_END = (".", "。", ";", "；", ":", "：")
# Number of lines at the top and at the bottom that may contain the report's publisher, date or URL.
_EDGE_LINES = 4
# Number of characters searched at the start and at the end of a long text.
_EDGES = (6_000, 2_000)
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”«»（）]{4,480}")
_ADDRESS_FIRST = re.compile(r"\A(?:\s*https?://\S+\s*\n)+")
_HOST = re.compile(r"https?://(?:www\.)?([^/?#:@]+)(?::\d+)?(?:[/?#]|$)")
_ADDRESS_TAIL = ".,;:!?)]}。，；）"
# The agency in "(Pamir Press)" and "/ТАСС/", and at the start of a Chinese dateline such as 帕米尔社杜尚别5月14日电.
_SOURCE = re.compile(r"[(/（]([^()/（）\n]{2,40})[)/）]")
_CHINESE_AGENCY = re.compile(r"^([\u3400-\u9fff]{1,6}社)")
_SOURCE_LABEL = re.compile(r"^\s*(?:Source|Источник|来源)\s*[:：—-]\s*([^\n]{2,80}?)\s*$")


def details_of(text: str, publishers: Iterable[str] = ()) -> dict[str, str]:
    """The details found in the text, by field. Missing details are left out.

    `publishers` are names to recognise at the top and bottom of the text.
    """
    report = _ends_of(text)
    edges = [*report.lines[:_EDGE_LINES], *report.lines[_EDGE_LINES:][-_EDGE_LINES:]]
    address = _address(text, report, edges)
    found = {
        "title": _title(report),
        "publisher": _publisher(report, edges, sorted(publishers, key=len, reverse=True)) or _host(address),
        "published_on": _date(report, edges),
        "address": address,
    }
    if any(character.isalpha() for character in text):
        found["language"] = report.language
    return {name: found[name] for name in DETAIL_FIELDS if found.get(name)}


def title_in(text: str) -> str:
    """The title in the text, or "" if there is none."""
    return _title(_ends_of(text))


def known_publishers() -> list[str]:
    """The publishers of stored reports."""
    return list(Report.objects.order_by("publisher").values_list("publisher", flat=True).distinct())


def _ends_of(text: str) -> ReportText:
    """The beginning and the end of a text. A URL at the start is skipped."""
    text = _ADDRESS_FIRST.sub("", text)
    return ReportText(text if len(text) <= sum(_EDGES) else f"{text[: _EDGES[0]]}\n{text[-_EDGES[1] :]}")


def _words(report: ReportText, line: Span) -> str:
    return report.flat[line.start : line.end].strip()


def _title(report: ReportText) -> str:
    """The first line that is not a date, a byline or a sentence, if other lines follow."""
    dates = {_words(report, Span(*span)) for mark in date_marks(report, None) for span in mark.spans}
    above = masthead(report)
    lines = [line for line in report.lines[:3] if line not in above and _words(report, line) not in dates]
    if len(report.lines) < 2 or not lines:
        return ""
    first = _words(report, lines[0])
    if len(first) > _LONGEST_TITLE or first.endswith(_SENTENCE_END) or _ADDRESS.match(first):
        return ""
    if furniture_spans(report).overlap(*report.trimmed(*lines[0])):
        return ""
    return first


def _publisher(report: ReportText, edges: list[Span], publishers: list[str]) -> str:
    lines = [_words(report, line) for line in edges]
    for line in lines:
        for name in publishers:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line):
                return name
    for line in lines:
        if match := _SOURCE_LABEL.match(line):
            return match[1]
    for line in masthead(report):
        return re.split(r"[,，|·–—]", _words(report, line))[0].strip()
    for line in _datelines(report, edges):
        if match := _CHINESE_AGENCY.search(line) or _SOURCE.search(line):
            return match[1].strip()
    return ""


def _datelines(report: ReportText, edges: list[Span]) -> Iterator[str]:
    furniture = furniture_spans(report)
    for line in edges:
        for span in furniture.starting_in(line.start, line.end):
            if any(character.isdigit() for character in report.flat[span.start : span.end]):
                yield report.flat[span.start : span.end].strip()


def _date(report: ReportText, edges: list[Span]) -> str:
    """A date with a year in a dateline or on a short line, near the top or bottom."""
    furniture = furniture_spans(report)
    for mark in date_marks(report, None):
        if len(mark.value) < len("2026-05-14") or mark.value.startswith("X"):
            continue
        for span in mark.spans:
            line = next((line for line in edges if line.start <= span.start < line.end), None)
            if line is None:
                continue
            is_short = len(_words(report, line)) <= 2 * (span.end - span.start) + 10
            if is_short or furniture.overlap(*span):
                with suppress(ValueError):
                    edtf.first_and_last_day(mark.value)
                    return mark.value
    return ""


def _address(text: str, report: ReportText, edges: list[Span]) -> str:
    """The URL at the start of the text or at its top or bottom, otherwise the only URL in the text."""
    lines = [report.text[line.start : line.end].strip() for line in edges]
    found = [match.group() for line in (text.lstrip(), *lines) if (match := _ADDRESS.match(line))]
    if not found and len(anywhere := set(_ADDRESS.findall(report.text))) == 1:
        found = [*anywhere]
    return found[0].rstrip(_ADDRESS_TAIL) if found else ""


def _host(address: str) -> str:
    """The host of the report's URL. It replaces a publisher that is missing from the text."""
    match = _HOST.match(address)
    return match[1].lower() if match else ""
