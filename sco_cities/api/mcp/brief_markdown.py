"""A brief as Markdown: records with their values, the numbers of the notes on each, and all notes at the end."""

import html
from collections.abc import Callable, Iterator
from operator import attrgetter

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from sco_cities.api.markdown import address, escape
from sco_cities.api.note_markdown import fact, note_line, numbers
from sco_cities.core.edtf import format_date
from sco_cities.core.localized_names import localized
from sco_cities.i18n.punctuation import join_sentences, pause, semicolon_list, with_label, with_remark
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, SharedNote
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.footnotes import Footnotes, Reading
from sco_cities.sources.models import Figure
from sco_cities.sources.reported_values import ReportedValue


def _plain(rendered: str) -> str:
    """A value of a brief, which is HTML, as a text of Markdown."""
    return escape(html.unescape(strip_tags(rendered)))


def brief_markdown(page: BriefPage, absolute: Callable[[str], str]) -> str:
    """The records of a page, then its notes. `absolute` makes absolute URLs."""
    entries = ["\n".join(_entry(page, entry, absolute)) for entry in page.entries]
    if notes := shared_notes(page):
        lines = (note_line(note, absolute) for note in notes)
        entries.append("\n".join([f"## {_('Footnotes')}", *lines]))
    return "\n\n".join(entries)


def _entry(page: BriefPage, entry: BriefEntry, absolute: Callable[[str], str]) -> Iterator[str]:
    footnotes, collection = entry.footnotes, page.listing.collection
    values = dict(zip(page.brief.lines, entry.values, strict=True))
    yield f"## {escape(entry.name)}{_markers(footnotes, page.name_fields)}"
    yield f"{collection}:{entry.slug} {address(absolute(reverse(f'{collection}-record', args=[entry.slug])))}"
    if page.brief.text and values[page.brief.text]:
        yield _with_notes(footnotes, page.brief.text, values[page.brief.text])
    for line in (*page.brief.facts, *page.brief.values):
        if values[line]:
            text = _with_notes(footnotes, line, values[line])
            label = line.label or (line.evidence and field_label(page.model, line.evidence[0]))
            yield fact(label, text) if label else f"- {text}"
    for each in footnotes.figures:
        yield fact(each.figure.localized_label, f"{_figure(each.figure)}{_markers(footnotes, (each.key,))}")
    for name in evidence_keys(page, footnotes):
        if name in footnotes.varying_fields:
            yield from _readings(footnotes, name)
    for line, records in zip(page.brief.related, entry.related, strict=True):
        for related in records:
            text = escape(localized(related.record, line.field))
            yield fact(line.label, f"{text}{_markers(related, (line.field,))}")


def evidence_keys(page: BriefPage, footnotes: Footnotes) -> list[str]:
    """The values of a record that can have notes of their own: fields and figures."""
    return [*page.model.evidence_fields, *(each.key for each in footnotes.figures)]


def _with_notes(footnotes: Footnotes, line: BriefLine, value: str) -> str:
    newest = footnotes.notes_for(*line.evidence).newest_report if line.is_dated else None
    when = pause() + _("reported %(date)s") % {"date": format_date(newest.published_on)} if newest else ""
    return f"{_plain(value)}{when}{_markers(footnotes, line.evidence)}"


def _figure(figure: Figure) -> str:
    return _plain(render_to_string("sources/_figure.html", {"figure": figure}))


def _markers(footnotes: Footnotes, names: tuple[str, ...]) -> str:
    return numbers(footnotes.notes_for(*names).supports) if names else ""


def _readings(footnotes: Footnotes, name: str) -> Iterator[str]:
    """What reports say instead, or said earlier, of a value."""
    notes = footnotes.notes_for(name)
    if notes.differs:
        yield fact(notes.label, with_label(notes.disagreement, semicolon_list(map(_reading, notes.differs))))
    for reason in notes.rulings:
        yield fact(notes.label, join_sentences(f"{_('The editors:')} {escape(reason)}"))
    if notes.earlier:
        yield fact(
            notes.label, with_label(_("Changes over time"), semicolon_list(map(_reading, notes.earlier)))
        )


def _reading(reading: Reading) -> str:
    text = _reported(reading.reported) if reading.reported else _("as shown")
    if reading.is_dated:
        text = with_remark(text, _("as of %(date)s") % {"date": reading.reported.as_of})
    return f"{text}{numbers(reading.notes)}"


def _reported(reported: ReportedValue) -> str:
    parts = filter(None, (str(reported.label), escape(reported.text)))
    return " ".join(parts)


def shared_notes(page: BriefPage) -> list[SharedNote]:
    """The notes of a page, by number."""
    return sorted((note for _report, notes in page.by_report for note in notes), key=attrgetter("number"))
