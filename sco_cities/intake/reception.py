"""Receives the text of a report and stores it with its numbered passages, before it is read."""

import datetime
import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sco_cities.core.exceptions import Refused

from .models import Intake, IntakePassage, TextSource
from .purge import purge_expired
from .reading.report_text import ReportText, Span, SpanSet
from .report_details import title_in
from .same_report import sketch

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
    """Stores a clean text (see `upload.clean_text`) as an intake. Raises Refused if it is empty or too long.

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
