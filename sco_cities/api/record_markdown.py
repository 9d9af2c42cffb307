"""Formats a record as Markdown with numbered notes, for people who paste it and programs that cite it."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import localized
from sco_cities.history.shown_record import ShownRecord, as_of_sentences
from sco_cities.i18n.punctuation import join_sentences, pause, sentence_end, with_label
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL
from sco_cities.sources.footnotes import Note, Reading
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.web_address import link_address

from .record_document import citation, same_as
from .record_values import NAMES, TEXTS, RecordValue, reading_text, record_values, reference_facts

# "&" begins a character reference. Markdown extensions use "~" and "|".
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# At the start of a line these begin a list, a heading or a rule.
_AT_START = re.compile(r"[-+=]|\d+(?=[.)](?:\s|$))")
# Characters allowed in a URL in addition to letters and digits.
_SAFE_IN_ADDRESS = "/:?#@!$&'*+,;=%~-._[]"


def escape(text: object) -> str:
    """The text on one line, with Markdown characters escaped."""
    line = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    start = _AT_START.match(line)
    if not start:
        return line
    # Escapes the character after a number, which would start a list item.
    end = start.end()
    return f"\\{line}" if not line[0].isdigit() else f"{line[:end]}\\{line[end:]}"


def address(url: str) -> str:
    """Formats a web address as a Markdown link. Other texts are only escaped."""
    return escape(url) if url and not link_address(url) else f"<{quote(url, safe=_SAFE_IN_ADDRESS)}>"


def record_markdown(shown: ShownRecord, request: HttpRequest) -> str:
    """Formats a published record as Markdown. Its values have note numbers, and the notes follow them."""
    return "\n".join(_lines(shown, request)) + "\n"


def _lines(shown: ShownRecord, request: HttpRequest) -> Iterator[str]:
    record, footnotes = shown.record, shown.footnotes
    url = request.build_absolute_uri(shown.path)
    values = list(record_values(record, footnotes))
    named = [value for value in values if value.stem in NAMES]
    yield f"# {escape(record)}{_numbers(named[0].notes.supports) if named else ''}"
    yield ""
    yield f"{escape(capfirst(str(record._meta.verbose_name)))} · {address(url)}"
    if shown.as_of:
        yield ""
        yield escape(" ".join(as_of_sentences(shown)))
    for value in values:
        if value.stem in TEXTS:
            yield ""
            yield f"{escape(value.text)}{_numbers(value.notes.supports)}"
            yield from _readings(value)
    facts = [line for value in values if value.stem not in (*NAMES, *TEXTS) for line in _fact(value)]
    facts += [_fact_line(label, escape(text)) for label, text in reference_facts(record)]
    facts += [f"- {address(link)}" for link in same_as(record)]
    if facts:
        yield ""
        yield from facts
    if isinstance(record, Report):
        yield from _passages(record)
    elif footnotes.notes:
        yield ""
        yield f"## {escape(_('Footnotes'))}"
        yield ""
        for note in footnotes.notes:
            yield _note_line(note, request.build_absolute_uri)
    yield ""
    cited = join_sentences(f"{escape(citation(shown, ''))} {address(url)}")
    yield with_label(escape(_("Cite as")), cited)
    yield ""
    yield f"{escape(LICENCE)} {address(LICENCE_URL)}"


def _fact(value: RecordValue) -> Iterator[str]:
    text = f"{escape(value.text)}{_numbers(value.notes.supports)}" if value.text else _("not known")
    yield _fact_line(value.label, text)
    yield from _readings(value)


def _readings(value: RecordValue) -> Iterator[str]:
    """Yields a line for each differing or earlier value with its note numbers, and for each ruling."""
    for label, readings in (
        (value.notes.disagreement, value.notes.differs),
        (_("Earlier"), value.notes.earlier),
    ):
        for reading in readings:
            yield f"  - {escape(with_label(label, _dated(reading, value)))}{_numbers(reading.notes)}"
    for reason in value.notes.rulings:
        ruling = join_sentences(f"{escape(_('The editors:'))} {escape(reason)}")
        yield f"  - {ruling}"


def _dated(reading: Reading, value: RecordValue) -> str:
    text = reading_text(reading, value)
    if not reading.is_dated:
        return text
    return with_label(_("as of %(date)s") % {"date": reading.reported.as_of}, text)


def _passages(report: Report) -> Iterator[str]:
    yield ""
    yield f"## {escape(_('Passages'))}"
    yield ""
    for passage in sorted(report.passages.all(), key=lambda passage: passage.number):
        yield f"- ¶{passage.number} {_passage_text(passage)}"


def _fact_line(label: object, text: str) -> str:
    """A list item with a label and a text that is already Markdown."""
    return f"- {with_label(f'**{escape(capfirst(str(label)))}**', text)}"


def _numbers(notes: Iterable[Note]) -> str:
    """The note numbers of a value with a leading space, as in " [1][3]", or "" without notes."""
    markers = "".join(f"[{note.number}]" for note in notes)
    return f" {markers}" if markers else ""


def _note_line(note: Note, absolute: Callable[[str], str]) -> str:
    """A list item with the report of a note, its passage and both URLs. `absolute` makes absolute URLs."""
    report = note.report
    source = [
        report.name,
        format_date(report.published_on) if report.published_on else "",
        str(language_name(report.language)),
    ]
    named = with_label(report.publisher, pause().join(filter(None, source)))
    links = f"{address(absolute(note.passage.get_absolute_url()))} {address(report.address)}"
    said = join_sentences(f"{escape(named)}{sentence_end()} {_passage_text(note.passage)}")
    return f"- [{note.number}] {said} {links}"


def _passage_text(passage: Passage) -> str:
    """The summary of a passage, followed by its quotation if there is one."""
    quotation = f" > {escape(passage.quotation)}" if passage.quotation else ""
    return f"{escape(localized(passage, 'summary'))}{quotation}"
