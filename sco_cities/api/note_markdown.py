"""Values and their numbered notes in Markdown, the same in the file of a record and in answers to assistants."""

from collections.abc import Callable, Iterable

from django.utils.text import capfirst

from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import localized
from sco_cities.i18n.punctuation import join_sentences, pause, sentence_end, with_label
from sco_cities.sources.briefs import SharedNote
from sco_cities.sources.footnotes import Note
from sco_cities.sources.models import Passage

from .markdown import address, escape


def fact(label: object, text: str) -> str:
    """A line with a value; its text is Markdown."""
    return f"- {with_label(f'**{escape(capfirst(str(label)))}**', text)}"


def numbers(notes: Iterable[Note | SharedNote]) -> str:
    """The numbers of the notes on a value, after a space: " [1][3]"; "" without notes."""
    markers = "".join(f"[{note.number}]" for note in notes)
    return f" {markers}" if markers else ""


def note_line(note: Note | SharedNote, absolute: Callable[[str], str]) -> str:
    """A note: its report, what the passage says, and the addresses of both. `absolute` makes absolute URLs."""
    report = note.report
    source = [
        report.name,
        format_date(report.published_on) if report.published_on else "",
        str(language_name(report.language)),
    ]
    named = with_label(report.publisher, pause().join(filter(None, source)))
    links = f"{address(absolute(note.passage.get_absolute_url()))} {address(report.address)}"
    said = join_sentences(f"{escape(named)}{sentence_end()} {passage_text(note.passage)}")
    return f"- [{note.number}] {said} {links}"


def passage_text(passage: Passage) -> str:
    """What a passage says in our own words, and its wording."""
    quotation = f" > {escape(passage.quotation)}" if passage.quotation else ""
    return f"{escape(localized(passage, 'summary'))}{quotation}"
