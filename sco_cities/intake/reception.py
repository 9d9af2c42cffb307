"""Receives a report (its text or its file), finds its details, and stores it with its numbered passages.

Web processes never parse uploaded files themselves (see `intake.files`)."""

import datetime
import hashlib
import json
import logging
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import dropwhile
from tempfile import TemporaryDirectory, TemporaryFile

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sco_cities.core import edtf, limited_process
from sco_cities.core.exceptions import Refused, shortened
from sco_cities.imports.parser.limits import MEGABYTE
from sco_cities.sources.models import Report

from .files import MAX_ANSWER_SIZE, MAX_FILE_SIZE, MAX_LENGTH, WALL_S, FileText
from .files.report import normal_form, too_long
from .jobs import purge_expired
from .models import DETAIL_FIELDS, Intake, IntakePassage, TextSource
from .reading.boilerplate import boilerplate_spans, bylines, masthead
from .reading.dates import WEEKDAYS, date_marks
from .reading.report_text import ReportText, Span, SpanSet
from .same_report import sketch

log = logging.getLogger(__name__)

_COMMAND = limited_process.command("sco_cities.intake.files")


def clean_text(text: str) -> str:
    """Converts a text to its stored form (NFC, LF line endings, no control characters).

    Raises Refused if the text is too long.
    """
    text = normal_form(text)
    if len(text) > MAX_LENGTH:
        error = too_long()
        raise Refused(_(error.sentence) % error.values)
    return text


def text_of_upload(data: bytes, file_name: str) -> FileText:
    """Extracts the text of a file and detects its format by its content. Raises Refused with the file name."""
    try:
        return _text_of(data)
    except Refused as error:
        # The browser discards the chosen file, so the message contains its name.
        named = {"file": shortened(file_name), "sentence": error}
        raise Refused(_("“%(file)s”: %(sentence)s") % named) from None


def _text_of(data: bytes) -> FileText:
    if not data.strip():
        raise Refused(_("The file is empty."))
    if len(data) > MAX_FILE_SIZE:
        raise Refused(
            _("The file is larger than %(most)s MB. Upload the report alone, or paste its text.")
            % {"most": MAX_FILE_SIZE // MEGABYTE}
        )
    answer = _answer(data)
    if "refusal" in answer:
        sentence, values = answer["refusal"]
        raise Refused(_(sentence) % values if values else _(sentence))
    return FileText(**answer)


def _answer(data: bytes) -> dict:
    """Runs the process and returns its result. The process has a temporary directory, which is deleted at the end."""
    with (
        TemporaryDirectory(prefix="sco-cities-") as directory,
        TemporaryFile(dir=directory) as file,
        TemporaryFile(dir=directory) as answer,
    ):
        file.write(data)
        file.seek(0)
        streams = {"stdin": file, "stdout": answer, "stderr": subprocess.DEVNULL}
        status = None
        with limited_process.running(_COMMAND, {}, **streams) as process, suppress(subprocess.TimeoutExpired):
            status = process.wait(WALL_S)
        answer.seek(0)
        with suppress(ValueError):
            if status == 0:
                return json.loads(answer.read(MAX_ANSWER_SIZE))
    log.error("The reader of an uploaded report exited with status %s.", status)
    raise Refused(_("This file could not be read. Save it in another format, or paste its text."))


MAX_PASSAGES = 5_000
# Maximum length of a passage. Longer paragraphs are split between sentences, to limit the number of proposals on a
# page.
_LONGEST_PASSAGE = 3_000


def receive(
    text: str,
    *,
    user,
    source: str = TextSource.PASTED,
    file_name: str = "",
    title: str = "",
    publisher: str = "",
    published_on: str = "",
    language: str = "",
    address: str = "",
) -> Intake:
    """Stores a clean text (see `clean_text`) as an intake. Raises Refused if the text is empty or too long.

    An empty title or language is filled in from the text.
    """
    if not text.strip():
        raise Refused(_("The text is empty."))
    report = ReportText(text)
    passages = list(_passages_in(report))
    if len(passages) > MAX_PASSAGES:
        limit = _("The text has more than %(most)s paragraphs. Enter only the paragraphs that you need.")
        raise Refused(limit % {"most": number_format(MAX_PASSAGES)})
    purge_expired()
    # The same text has the same hash regardless of white space.
    text_hash = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
    purge_on = timezone.localdate() + datetime.timedelta(days=settings.INTAKE_KEEP_DAYS)
    with transaction.atomic():
        intake = Intake.objects.create(
            text=text, text_hash=text_hash, sketch=sketch(text), source=source, file_name=file_name[:200],
            title=(title or _title(_ends_of(text)))[:300], publisher=publisher[:200], published_on=published_on,
            language=language or report.language, address=address[:500], made_by=user, purge_on=purge_on,
        )  # fmt: skip
        IntakePassage.objects.bulk_create(
            IntakePassage(intake=intake, number=number, start=piece.start, end=piece.end)
            for number, piece in enumerate(passages, 1)
        )
    return intake


def _passages_in(report: ReportText) -> Iterator[Span]:
    """Yields the paragraphs of the text.

    Omits initial lines that are only a URL, a date or a time, and lines at the top and bottom that are only a byline or
    a date in words. Very long paragraphs are split between sentences.
    """
    sentences, asides = SpanSet(report.sentences), _asides(report)
    lines = dropwhile(partial(_is_in_head, report), report.lines)
    for line in [line for line in lines if line not in asides] or report.lines:
        start, end = report.trimmed(*line)
        for sentence in sentences.starting_in(start + 1, end):
            if sentence.end - start > _LONGEST_PASSAGE:
                yield report.trimmed(start, sentence.start)
                start = sentence.start
        yield Span(start, end)


# Maximum length of a title. A longer first line, or a line that ends like a sentence, is not a title.
_LONGEST_TITLE = 200
_SENTENCE_END = (".", "。", ";", "；", ":", "：")
# Number of lines at the top and at the bottom that may contain the report's publisher, date or URL.
_EDGE_LINES = 4
# Number of characters searched at the start and at the end of a long text.
_EDGES = (6_000, 2_000)
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”«»（）]{4,480}")
_HEAD_LINE = re.compile(rf"{_ADDRESS.pattern}|\d{{1,4}}(?:[./:-]\d{{1,4}}){{1,2}}(?:,? \d{{1,2}}:\d{{2}})?")
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b")
_DAY_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_]?)(\d\d)\2(\d\d)(?!\d)")
# The end of a dateline in brackets, after its date.
_DATELINE_END = re.compile(r"\s?[)）]\s?[:：–—-]")
_ADDRESS_FIRST = re.compile(r"\A(?:\s*https?://\S+\s*\n)+")
_HOST = re.compile(r"https?://(?:www\.)?([^/?#:@]+)(?::\d+)?(?:[/?#]|$)")
_ADDRESS_TAIL = ".,;:!?)]}。，；）"
# The agency in "(Pamir Press)" and "/ТАСС/", and at the start of a Chinese dateline such as 帕米尔社杜尚别5月14日电.
_SOURCE = re.compile(r"[(/（]([^()/（）\n]{2,40})[)/）]")
_CHINESE_AGENCY = re.compile(r"^([\u3400-\u9fff]{1,6}社)")
_SOURCE_LABEL = re.compile(r"^\s*(?:Source|Источник|来源)\s*[:：—-]\s*([^\n]{2,80}?)\s*$")


def details_of(text: str, publishers: Iterable[str] = ()) -> dict[str, str]:
    """Returns the details found in the text, by field. Missing details are omitted.

    `publishers` are names that are searched for at the top and bottom of the text.
    """
    report = _ends_of(text)
    edges = _edges(report)
    address = _address(text, report, edges)
    found = {
        "title": _title(report),
        "publisher": _publisher(report, edges, sorted(publishers, key=len, reverse=True)) or _host(address),
        "published_on": _date(report, edges) or _date_in(address),
        "address": address,
    }
    if any(character.isalpha() for character in text):
        found["language"] = report.language
    return {name: found[name] for name in DETAIL_FIELDS if found.get(name)}


def known_publishers() -> list[str]:
    """Returns the publishers of stored reports."""
    return list(Report.objects.order_by("publisher").values_list("publisher", flat=True).distinct())


def _ends_of(text: str) -> ReportText:
    """Returns the beginning and the end of a text. A URL at the start is skipped."""
    text = _ADDRESS_FIRST.sub("", text)
    return ReportText(text if len(text) <= sum(_EDGES) else f"{text[: _EDGES[0]]}\n{text[-_EDGES[1] :]}")


def _is_in_head(report: ReportText, line: Span) -> bool:
    """Returns True if a line is only a URL, a date in digits, or a time. A line with a sign or unit may be a figure."""
    return bool(_HEAD_LINE.fullmatch(_words(report, line)))


def _asides(report: ReportText) -> list[Span]:
    """Returns the lines near the top and bottom that are only datelines, bylines or dates, with a weekday or a time."""
    dates = [span for mark in date_marks(report, None) for span in mark.spans]
    rest = report.without([*dates, *bylines(report)])
    edges = _edges(report)
    words = {line: re.findall(r"[^\W_]+", _TIME.sub("", rest.flat[slice(*line)]).lower()) for line in edges}
    return [line for line in edges if WEEKDAYS.issuperset(words[line])]


def _edges(report: ReportText) -> list[Span]:
    return [*report.lines[:_EDGE_LINES], *report.lines[_EDGE_LINES:][-_EDGE_LINES:]]


def _words(report: ReportText, line: Span) -> str:
    return report.flat[line.start : line.end].strip()


def _title(report: ReportText) -> str:
    """Returns the first line that is not a date, a byline or a sentence, if other lines follow."""
    above = [*masthead(report), *_asides(report)]
    lines = [
        line
        for line in report.lines[:_EDGE_LINES]
        if line not in above and any(map(str.isalpha, _words(report, line))) and not _is_in_head(report, line)
    ]
    if len(report.lines) < 2 or not lines:
        return ""
    first = _words(report, lines[0])
    if len(first) > _LONGEST_TITLE or first.endswith(_SENTENCE_END):
        return ""
    if boilerplate_spans(report).overlap(*report.trimmed(*lines[0])):
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
    boilerplate = boilerplate_spans(report)
    for span in (span for line in edges for span in boilerplate.starting_in(*line)):
        dateline = report.flat[span.start : span.end].strip()
        match = _CHINESE_AGENCY.search(dateline) or _SOURCE.search(dateline)
        if match and any(map(str.isdigit, dateline)):
            return match[1].strip()
    return ""


def _date(report: ReportText, edges: list[Span]) -> str:
    """Returns a date with a year in a dateline or on a short line, near the top or bottom."""
    boilerplate = boilerplate_spans(report)
    for mark in date_marks(report, None):
        if len(mark.value) < len("2026-05-14") or mark.value.startswith("X"):
            continue
        for span in mark.spans:
            line = next((line for line in edges if line.start <= span.start < line.end), None)
            if line is None:
                continue
            is_short = len(_words(report, line)) <= 2 * (span.end - span.start) + 10
            in_dateline = boilerplate.overlap(*span) or _DATELINE_END.match(report.flat, span.end)
            if is_short or in_dateline:
                with suppress(ValueError):
                    edtf.first_and_last_day(mark.value)
                    return mark.value
    return ""


def _date_in(address: str) -> str:
    """Returns the date in a URL, such as /2026/05/14/, /20260514/ and /14-May-2026/, unless it is in the future."""
    path = _DAY_IN_ADDRESS.sub(r" \1-\3-\4 ", address)
    marks = date_marks(ReportText(re.sub(r"[/_]|-(?!\d\d-|\d\d )", " ", path)), None)
    today = timezone.localdate().isoformat()
    return next((mark.value for mark in marks if len(mark.value) == len(today) and mark.value <= today), "")


def _address(text: str, report: ReportText, edges: list[Span]) -> str:
    """Returns the URL at the start of the text or at its top or bottom, otherwise the only URL in the text."""
    lines = [report.text[line.start : line.end].strip() for line in edges]
    found = [match.group() for line in (text.lstrip(), *lines) if (match := _ADDRESS.match(line))]
    if not found and len(anywhere := set(_ADDRESS.findall(report.text))) == 1:
        found = [*anywhere]
    return found[0].rstrip(_ADDRESS_TAIL) if found else ""


def _host(address: str) -> str:
    """Returns the host of the report's URL, which replaces a missing publisher."""
    match = _HOST.match(address)
    return match[1].lower() if match else ""
