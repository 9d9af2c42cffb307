"""The values of a record as plain texts with footnotes, and a record as Markdown with numbered notes.

The texts are in the reader's language. People paste the Markdown, and programs use it for citations.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from delegates.models import Event
from initiatives.models import ROLE_LABELS, CityRole, Initiative
from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import localized
from sco_cities.core.translations import translated_fields
from sco_cities.history.shown_record import ShownRecord, as_of_sentences
from sco_cities.i18n.punctuation import (
    comma_list,
    join_sentences,
    pause,
    semicolon_list,
    sentence_end,
    with_label,
    with_remark,
)
from sco_cities.listings.exports.attribution import LICENCE, LICENCE_URL
from sco_cities.site.templatetags.site import plain_text
from sco_cities.sources.base_models import Record, own_rows
from sco_cities.sources.evidence_coverage import field_label, field_text, figure_label
from sco_cities.sources.footnotes import Footnotes, Note, Reading, ValueNotes
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.web_address import link_address

from .record_document import citation, field_value, same_as

# Stems of fields shown above the list of values. Names are shown as the heading, and texts without a label.
NAMES, TEXTS = ("name", "title"), ("summary", "description")


@dataclass(frozen=True)
class RecordValue:
    """A value of a record. `stem` is the field name without a language suffix, such as "title" for "title_ru".

    `text` is "" if the value is unknown but reports mention it. `keys` contains the field names, or the figure key,
    that evidence refers to.
    """

    stem: str
    label: str
    text: str
    notes: ValueNotes
    keys: tuple[str, ...]


def record_values(record: Record, footnotes: Footnotes) -> Iterator[RecordValue]:
    """Yields the values that can have evidence, in page order. Texts are only in the reader's language."""
    model = type(record)
    stems = {
        column: stem for stem, texts in translated_fields(model).items() for column in texts.columns.values()
    }
    fields: dict[str, list[str]] = {}
    for name in model.evidence_fields:
        fields.setdefault(stems.get(name, name), []).append(name)
    for stem, names in fields.items():
        text = localized(record, stem) if names[0] in stems else display_text(record, names[0])
        notes = footnotes.notes_for(*names)
        if text or notes.has_readings:
            label = capfirst(field_label(model, names[0]))
            yield RecordValue(stem, label, text, notes, tuple(names))
    for figure in footnotes.figures:
        label, key = capfirst(figure_label(figure)), figure.key
        # The figure as shown on the record's page, such as "over 20 trains, 2024".
        text = plain_text(render_to_string("sources/_figure.html", {"figure": figure}))
        yield RecordValue(key, label, text, footnotes.notes_for(key), (key,))


def reference_facts(record: Record) -> Iterator[tuple[str, str]]:
    """Yields the label and text of each fact that needs no evidence."""
    if isinstance(record, Report):
        yield _("Publisher"), record.publisher
        if record.published_on:
            yield _("Published"), format_date(record.published_on)
        yield _("Language"), language_name(record.language)
        yield _("Address"), record.address
    if coordinates := getattr(record, "coordinates", ""):
        yield _("Coordinates"), coordinates
    if aliases := getattr(record, "alias_list", []):
        yield _("Other names"), comma_list(aliases)


def display_text(record: Record, name: str) -> str:
    """Returns the value of a field as text, or the names of the published records in a relation."""
    if (remarked := remarked_records(record, name)) is not None:
        return semicolon_list(with_remark(each, remark) for each, remark in remarked)
    value = field_value(record, name)
    if isinstance(value, list):
        return semicolon_list(sorted(map(str, value)))
    return str(value) if isinstance(value, Record) else field_text(record._meta.get_field(name), value)


def remarked_records(record: Record, name: str) -> list[tuple[Record, str]] | None:
    """Returns pairs of a published related record and a remark, such as a city and its role.

    Returns None if the field has no remarks.
    """
    remarked = _REMARKED.get((type(record), name))
    return None if remarked is None else list(remarked(record))


def _cities(initiative: Initiative) -> Iterator[tuple[Record, str]]:
    for role in CityRole:
        for city in initiative.cities_as(role):
            yield city, str(ROLE_LABELS[role])


def _attendances(event: Event) -> Iterator[tuple[Record, str]]:
    for row in own_rows(event, "attendances", "delegate"):
        if row.delegate.is_published:
            yield row.delegate, localized(row, "role_at_event")


_REMARKED: dict[tuple[type[Record], str], Callable[[Record], Iterator[tuple[Record, str]]]] = {
    (Initiative, "cities"): _cities,
    (Event, "attendances"): _attendances,
}


def reading_text(reading: Reading, value: RecordValue) -> str:
    """Returns the reported value as shown on the record's page, such as "under way (trial)"."""
    context = {"reported": reading.reported, "value": value.notes, "plain": value.text}
    return plain_text(render_to_string("sources/_reported_value.html", context))


# "&" starts a character reference. Markdown extensions use "~" and "|".
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
# Texts that mark a list, heading or rule at the start of a line.
_AT_START = re.compile(r"[-+=]|\d+(?=[.)](?:\s|$))")
# Characters allowed in a URL in addition to letters and digits.
_SAFE_IN_ADDRESS = "/:?#@!$&'*+,;=%~-._[]"


def escape(text: object) -> str:
    """Joins the lines of a text, and escapes Markdown characters."""
    line = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    start = _AT_START.match(line)
    if not start:
        return line
    # A number followed by "." or ")" would start a list item, so that character is escaped.
    end = start.end()
    return f"\\{line}" if not line[0].isdigit() else f"{line[:end]}\\{line[end:]}"


def markdown_url(url: str) -> str:
    """Formats a URL as a Markdown link. Escapes other texts."""
    return escape(url) if url and not link_address(url) else f"<{quote(url, safe=_SAFE_IN_ADDRESS)}>"


def record_markdown(shown: ShownRecord, request: HttpRequest) -> str:
    """Formats a published record as Markdown. The values have note numbers and are followed by the notes."""
    return "\n".join(_lines(shown, request)) + "\n"


def _lines(shown: ShownRecord, request: HttpRequest) -> Iterator[str]:
    record, footnotes = shown.record, shown.footnotes
    url = request.build_absolute_uri(shown.path)
    values = list(record_values(record, footnotes))
    named = [value for value in values if value.stem in NAMES]
    yield f"# {escape(record)}{_numbers(named[0].notes.supports) if named else ''}"
    yield ""
    yield f"{escape(capfirst(str(record._meta.verbose_name)))} · {markdown_url(url)}"
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
    facts += [f"- {markdown_url(link)}" for link in same_as(record)]
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
    cited = join_sentences(f"{escape(citation(shown, ''))} {markdown_url(url)}")
    yield with_label(escape(_("Cite as")), cited)
    yield ""
    yield f"{escape(LICENCE)} {markdown_url(LICENCE_URL)}"


def _fact(value: RecordValue) -> Iterator[str]:
    text = f"{escape(value.text)}{_numbers(value.notes.supports)}" if value.text else _("not known")
    yield _fact_line(value.label, text)
    yield from _readings(value)


def _readings(value: RecordValue) -> Iterator[str]:
    """Yields a line with note numbers for each differing or earlier value, and a line for each ruling."""
    for label, readings in (
        (value.notes.disagreement, value.notes.differs),
        (_("Earlier"), value.notes.earlier),
    ):
        for reading in readings:
            text = reading_text(reading, value)
            if reading.is_dated:
                text = with_label(_("as of %(date)s") % {"date": reading.reported.as_of}, text)
            yield f"  - {escape(with_label(label, text))}{_numbers(reading.notes)}"
    for reason in value.notes.rulings:
        ruling = join_sentences(f"{escape(_('The editors:'))} {escape(reason)}")
        yield f"  - {ruling}"


def _passages(report: Report) -> Iterator[str]:
    yield ""
    yield f"## {escape(_('Passages'))}"
    yield ""
    for passage in sorted(report.passages.all(), key=lambda passage: passage.number):
        yield f"- ¶{passage.number} {_passage_text(passage)}"


def _fact_line(label: object, text: str) -> str:
    """Returns a list item with a label. `text` is already Markdown."""
    return f"- {with_label(f'**{escape(capfirst(str(label)))}**', text)}"


def _numbers(notes: Iterable[Note]) -> str:
    """Returns note numbers with a leading space (" [1][3]"), or "" if there are no notes."""
    markers = "".join(f"[{note.number}]" for note in notes)
    return f" {markers}" if markers else ""


def _note_line(note: Note, absolute: Callable[[str], str]) -> str:
    """Returns a list item with a note's report and passage and both URLs. `absolute` makes URLs absolute."""
    report = note.report
    source = [
        report.name,
        format_date(report.published_on) if report.published_on else "",
        str(language_name(report.language)),
    ]
    named = with_label(report.publisher, pause().join(filter(None, source)))
    links = f"{markdown_url(absolute(note.passage.get_absolute_url()))} {markdown_url(report.address)}"
    said = join_sentences(f"{escape(named)}{sentence_end()} {_passage_text(note.passage)}")
    return f"- [{note.number}] {said} {links}"


def _passage_text(passage: Passage) -> str:
    """Returns the summary of a passage, followed by the quotation if the passage has one."""
    quotation = f" > {escape(passage.quotation)}" if passage.quotation else ""
    return f"{escape(localized(passage, 'summary'))}{quotation}"
