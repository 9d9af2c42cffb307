"""Receives a report (its pasted text or its uploaded file) and stores it with its numbered passages, before it is read.

Web processes never parse uploaded files themselves (see `intake.files`)."""

import datetime
import hashlib
import json
import logging
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from tempfile import TemporaryDirectory, TemporaryFile

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sco_cities.core import limited_process
from sco_cities.core.exceptions import Refused, shortened
from sco_cities.imports.parser.limits import MEGABYTE

from .files.limits import MAX_ANSWER_SIZE, MAX_FILE_SIZE, MAX_LENGTH, WALL_S
from .files.report import FileText, normal_form, too_long
from .models import Intake, IntakePassage, TextSource
from .purge import purge_expired
from .reading.report_text import ReportText, Span, SpanSet
from .report_details import title_in
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
    """Extracts the text of a file and detects its format by its content. Raises Refused, which names the file."""
    try:
        return _text_of(data)
    except Refused as error:
        # The browser discards the chosen file, so the message names it.
        raise Refused(
            _("“%(file)s”: %(sentence)s") % {"file": shortened(file_name), "sentence": error}
        ) from None


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
    log.error("The reader of an uploaded report has ended with status %s.", status)
    raise Refused(_("This file could not be read. Save it in another format, or paste its text."))


MAX_PASSAGES = 5_000
# Maximum length of a passage. Longer paragraphs are split between sentences, so that no page shows the proposals of a
# whole book.
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
    """Stores a clean text (see `clean_text`) as an intake. Raises Refused if it is empty or too long.

    An empty title or language is filled in from the text.
    """
    if not text.strip():
        raise Refused(_("The text is empty."))
    report = ReportText(text)
    passages = list(_passages_in(report))
    if len(passages) > MAX_PASSAGES:
        limit = _("The text has more than %(most)s paragraphs. Enter the part that you want to read.")
        raise Refused(limit % {"most": number_format(MAX_PASSAGES)})
    purge_expired()
    with transaction.atomic():
        intake = Intake.objects.create(
            text=text, text_hash=hash_of(text), sketch=sketch(text), source=source, file_name=file_name[:200],
            title=(title or title_in(text))[:300], publisher=publisher[:200], published_on=published_on,
            language=language or report.language, address=address[:500], made_by=user, purge_on=purge_date(),
        )  # fmt: skip
        IntakePassage.objects.bulk_create(
            IntakePassage(intake=intake, number=number, start=piece.start, end=piece.end)
            for number, piece in enumerate(passages, 1)
        )
    return intake


def hash_of(text: str) -> str:
    """A digest that recognises the same text regardless of white space."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def purge_date() -> datetime.date:
    """The date when a text that is received today will be purged."""
    return timezone.localdate() + datetime.timedelta(days=settings.INTAKE_KEEP_DAYS)


def _passages_in(report: ReportText) -> Iterator[Span]:
    """The paragraphs of the text. Very long paragraphs are split between sentences."""
    sentences = SpanSet(report.sentences)
    for line in report.lines:
        start, end = report.trimmed(*line)
        for sentence in sentences.starting_in(start + 1, end):
            if sentence.end - start > _LONGEST_PASSAGE:
                yield report.trimmed(start, sentence.start)
                start = sentence.start
        yield Span(start, end)
