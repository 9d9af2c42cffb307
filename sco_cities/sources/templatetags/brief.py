"""The entries and notes of a brief.

Put together here: in templates fifty initiatives with their thousand markers took most of a second.
"""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sco_cities.core.edtf import format_date
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.punctuation import brackets
from sco_cities.listings.filter_html import fill_template, join_html, lang_attribute
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, SharedNote
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.footnotes import Note, Reading, ReportNotes, ValueNotes
from sco_cities.sources.html import localized_html
from sco_cities.sources.models import Report
from sco_cities.sources.reported_values import ReportedValue
from sco_cities.sources.templatetags.notes import host, title_language

register = template.Library()

_ENTRY = """
<li class="entry" id="{anchor}">
<h2><span class="number">{number}</span> <a href="{address}"{lang}>{name}</a> {markers}</h2>
<p class="standfirst">{facts}</p>
{text}<dl>{values}</dl>{told}
</li>"""
_VALUE = '<div class="value"><dt>{}</dt><dd>{} {}</dd></div>'
# As in `sources/_source.html`.
_REPORT = """
<li class="report"><p class="source"><b lang="en">{publisher}</b>
<cite><a href="{page}" lang="{language}">{title}</a></cite>
<span class="second">{facts} · <a class="out" href="{address}" rel="noopener noreferrer external"
title="{address}">{host} <span aria-hidden="true">↗</span></a></span></p><ol>{notes}</ol></li>"""
_NOTE = """
<li class="note" id="note-{number}" value="{number}"><span class="number" aria-hidden="true">[{number}]</span>
<div><p><span lang="en">{summary}</span> <a class="passage" href="{address}" aria-label="{label}">¶{passage}</a></p>
<ul class="uses">{uses}</ul></div></li>"""


@register.simple_tag
def brief_entries(briefed: BriefPage) -> str:
    """The records, each with its values, their notes and what reports dispute of them."""
    address = reverse(f"{briefed.listing.collection}-list")
    labels = {line: _label(briefed, line) for line in briefed.brief.values}
    return join_html("", [_Writer(briefed, entry, labels).written(address) for entry in briefed.entries])


def _label(briefed: BriefPage, line: BriefLine) -> str:
    return capfirst(str(line.label or field_label(briefed.model, line.evidence[0])))


class _Writer:
    """Writes an entry."""

    def __init__(self, briefed: BriefPage, entry: BriefEntry, labels: dict[BriefLine, str]):
        self.model, self.brief, self.entry, self.labels = briefed.model, briefed.brief, entry, labels
        self.footnotes = entry.footnotes
        self.said = dict(zip(self.brief.lines, entry.said, strict=True))

    def written(self, address: str) -> str:
        brief, entry = self.brief, self.entry
        name_fields = brief.name_fields if self.model.evidence_fields else ()
        facts = [self.said_with_notes(line) for line in brief.facts if self.said[line]]
        text = fill_template("<p>{}</p>", self.said_with_notes(brief.text)) if brief.text else ""
        values = [
            fill_template(_VALUE, self.labels[line], self.said[line], self.markers(line.evidence))
            for line in brief.values
            if self.said[line]
        ]
        figures = {each.key: each.figure for each in self.footnotes.figures}
        in_words = {
            key: render_to_string("sources/_figure.html", {"figure": figure})
            for key, figure in figures.items()
        }
        for key, figure in figures.items():
            label = localized_html(Localized(capfirst(figure.label), "en"))
            values.append(fill_template(_VALUE, label, in_words[key], self.markers((key,))))
        told = [self.told(name, localized_html(entry.name)) for name in name_fields]
        for line in brief.lines:
            told += [self.told(name, entry.said_of.get(name, ""), line) for name in line.evidence]
        told += [self.told(key, words) for key, words in in_words.items()]
        return fill_template(
            _ENTRY,
            anchor=entry.anchor,
            number=str(entry.number),
            address=f"{address}{entry.slug}/",
            lang=lang_attribute(entry.name),
            name=entry.name,
            markers=self.markers(name_fields),
            facts=join_html(" · ", facts),
            text=text,
            values=join_html("", values),
            told=join_html("", told),
        )

    def said_with_notes(self, line: BriefLine) -> str:
        """A value and its notes; of one that changes, also of when the newest report on it is."""
        newest = self.footnotes.of(*line.evidence).newest_report if line.is_dated else None
        when = _as_of(format_date(newest.published_on)) if newest else ""
        return fill_template("{}{} {}", self.said[line], when, self.markers(line.evidence))

    def markers(self, names: tuple[str, ...]) -> str:
        """The numbers of the notes on a value, and the way to what reports dispute of it."""
        if not names:
            return ""
        notes = self.footnotes.cite(*names)
        parts = [_marker(note) for note in notes.supports]
        if not parts and not self.footnotes.record.must_be_sourced:
            quiet = '<a class="marker quiet" href="#reference" aria-label="{}">[†]</a>'
            parts.append(fill_template(quiet, _("Source of this information")))
        elif not parts:
            parts.append(fill_template('<em class="unsourced">{}</em>', _("no report yet")))
        changing = [name for name in names if name in self.footnotes.changing]
        if disputed := [name for name in changing if self.footnotes.of(name).is_disputed]:
            says = _("%(disagreement)s: both versions") % {
                "disagreement": self.footnotes.of(disputed[0]).disagreement
            }
            link = '<a class="marker disputed" href="#{}" aria-label="{}">≠</a>'
            parts.append(fill_template(link, self.anchor(disputed[0]), says))
        return fill_template('<span class="markers">{}</span>', join_html(" ", parts))

    def anchor(self, name: str) -> str:
        return f"{self.entry.anchor}-{self.footnotes.of(name).anchor}"

    def told(self, name: str, words: str, line: BriefLine | None = None) -> str:
        """Both sides of a disagreement about a value that reads `words`, and its earlier states."""
        if name not in self.footnotes.changing:
            return ""
        notes, label = self.footnotes.of(name), capfirst(field_label(self.model, name))
        words = words or fill_template('<span class="second">{}</span>', _("not known"))
        return join_html("", [self.readings(notes, label, words, line), self.earlier(notes, label, line)])

    def readings(self, notes: ValueNotes, label: str, words: str, line: BriefLine | None) -> str:
        if not notes.differs:
            return ""
        sides = [_reading(reading, words, line) for reading in notes.wordings or [None]]
        sides += [_reading(reading, words, line) for reading in notes.differs]
        ruled = '<p class="ruling"><b>{}</b> <span lang="en">{}</span></p>'
        return fill_template(
            '<div class="readings" id="{}"><p><span aria-hidden="true">≠</span> {}: {}</p><ul>{}</ul>{}</div>',
            self.anchor(notes.field),
            label,
            notes.disagreement,
            join_html("", sides),
            join_html("", [fill_template(ruled, _("The editors:"), reason) for reason in notes.rulings]),
        )

    def earlier(self, notes: ValueNotes, label: str, line: BriefLine | None) -> str:
        if not notes.earlier:
            return ""
        states = [_reading(reading, "", line, is_dated=True) for reading in notes.earlier]
        return fill_template(
            '<div class="readings earlier"><p>{}: {}</p><ul>{}</ul></div>',
            label,
            _("Changes over time"),
            join_html("", states),
        )


def _reading(reading: Reading | None, words: str, line: BriefLine | None, *, is_dated: bool = False) -> str:
    """What some reports say; None: what the record says, though no report does."""
    if reading is None:
        return fill_template('<li><span class="told">{}</span></li>', words)
    when = reading.told.as_of if reading.is_dated else ""
    if is_dated and not when:
        when = format_date(reading.by_report[0].report.published_on)
    said = _told(reading.told, line) if reading.told else words
    count = len(reading.by_report)
    return fill_template(
        '<li><span class="told">{}</span>{} <span class="who">{} {}</span></li>',
        said,
        _as_of(when) if when else "",
        ngettext("in %(n)s report:", "in %(n)s reports:", count) % {"n": count},
        join_html("; ", [_cited(entry) for entry in reading.by_report]),
    )


def _told(told: ReportedValue, line: BriefLine | None) -> str:
    if not told.choice:
        return fill_template("<q{}>{}</q>", lang_attribute(told.text), told.text)
    label = line.choice(told.choice) if line and line.choice is not str else told.label
    if not told.text:
        return label
    before, after = brackets()
    return fill_template(
        "{}{}<span{}>{}</span>{}", label, before, lang_attribute(told.text), told.text, after
    )


def _cited(entry: ReportNotes) -> str:
    markers = join_html(" ", [_marker(note) for note in entry.notes])
    return fill_template(
        '<span lang="en">{}</span> <span class="markers">{}</span>', entry.report.publisher, markers
    )


def _as_of(when: str) -> str:
    return fill_template(' <span class="second">{}</span>', _("as of %(date)s") % {"date": when})


def _marker(note: Note) -> str:
    return _numbered(note.number, note.report.publisher, note.report.published_on, get_language())


# A page has each of them several times, in all its entries.
@lru_cache(maxsize=4096)
def _numbered(number: int, publisher: str, published_on: str, language: str | None) -> str:
    label = _("Footnote %(number)s: %(publisher)s") % {"number": number, "publisher": publisher}
    if published_on:
        label += f", {format_date(published_on)}"
    return fill_template(
        '<a class="marker" href="#note-{number}" aria-label="{label}">[{number}]</a>',
        number=str(number),
        label=label,
    )


@register.simple_tag
def brief_notes(grouped: Iterable[tuple[Report, list[SharedNote]]]) -> str:
    """The notes of all entries by report, each with the numbers of the entries that it is for."""
    return join_html("", [_report(report, notes) for report, notes in grouped])


def _report(report: Report, notes: list[SharedNote]) -> str:
    address = report.get_absolute_url()
    facts = [format_date(report.published_on), str(language_name(report.language))]
    return fill_template(
        _REPORT,
        publisher=report.publisher,
        page=address,
        language=title_language(report),
        title=report.title,
        facts=join_html(" · ", [fact for fact in facts if fact]),
        address=report.address,
        host=host(report.address),
        notes=join_html("", [_note(note, address) for note in notes]),
    )


def _note(note: SharedNote, address: str) -> str:
    passage = note.passage
    back = '<li><a href="#{}" aria-label="{}">{}</a></li>'
    uses = [
        fill_template(back, entry.anchor, _("Back to %(value)s") % {"value": entry.name}, str(entry.number))
        for entry in note.entries
    ]
    return fill_template(
        _NOTE,
        number=str(note.number),
        summary=passage.summary,
        address=f"{address}#p{passage.number}",
        label=_("Passage %(number)s of this report") % {"number": passage.number},
        passage=str(passage.number),
        uses=join_html("", uses),
    )
