"""The entries and notes of a brief as HTML.

Rendered in Python: templates took most of a second for fifty initiatives with their thousand markers.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sco_cities.core.edtf import format_date
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import Localized, localized
from sco_cities.i18n.punctuation import brackets, comma
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, RelatedLine, SharedNote
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.footnotes import Footnotes, Note, Reading, ReportNotes, ValueNotes
from sco_cities.sources.html import language_note, localized_html, prose_html, reported_html
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.report_titles import report_title
from sco_cities.sources.reported_values import ReportedValue
from sco_cities.sources.templatetags.notes import host, title_language

register = template.Library()

_ENTRY = """
<li class="entry" id="{anchor}">
<h2><span class="number">{number}</span> <a href="{address}"{lang}>{name}</a> {markers}</h2>
<p class="intro">{facts}</p>
{text}<dl>{values}</dl>{readings}
</li>"""
_VALUE = '<div class="value"><dt>{}</dt><dd>{} {}</dd></div>'
# The same as `sources/_source.html`.
_REPORT = """
<li class="report"><p class="source"><b lang="en">{publisher}</b>
<cite><a href="{page}" lang="{language}">{title}</a></cite>
<span class="secondary">{facts} · {link}</span></p><ol>{notes}</ol></li>"""
_EXTERNAL_LINK = """<a class="external-link" href="{address}" rel="noopener noreferrer external"
title="{address}">{text} <span aria-hidden="true">↗</span></a>"""
# The same as `sources/_quotation.html`.
_QUOTATION = """<figure class="quotation"><figcaption>{label}</figcaption>
<blockquote lang="{language}">{text}</blockquote></figure>"""
_NOTE = """
<li class="note" id="note-{number}" value="{number}"><span class="number" aria-hidden="true">[{number}]</span>
<div><p>{summary}
<a class="marker" href="{address}" aria-label="{label}">¶{passage}</a>{archive_link}</p>{quotation}{speakers}
<ul class="evidence-items">{entries}</ul></div></li>"""


@register.simple_tag
def brief_entries(page: BriefPage) -> str:
    """The records, each with its values, their footnote markers and the readings of disputed values."""
    list_address = reverse(f"{page.listing.collection}-list")
    labels = {line: _label(page, line) for line in page.brief.values}
    return join_html("", [_EntryRenderer(page, entry, labels).render(list_address) for entry in page.entries])


def _label(page: BriefPage, line: BriefLine) -> str:
    return capfirst(str(line.label or field_label(page.model, line.evidence[0])))


class FigureItem(NamedTuple):
    """A figure as HTML: its key, label, value and markers."""

    key: str
    label: str
    value: str
    markers: str


class _NotesRenderer:
    """Renders the footnote markers and the readings of a record; `prefix` begins the anchors of its readings."""

    def __init__(self, footnotes: Footnotes, prefix: str):
        self.footnotes, self.prefix = footnotes, prefix

    def markers(self, names: tuple[str, ...]) -> str:
        """The footnote markers of a value, and a link to the readings if it is disputed."""
        if not names:
            return ""
        notes = self.footnotes.cite(*names)
        parts = [_marker(note, notes) for note in notes.supports]
        if not parts and not self.footnotes.record.must_be_sourced:
            marker = '<a class="marker reference-marker" href="#reference" aria-label="{}">[†]</a>'
            parts.append(fill_template(marker, _("Source of this information")))
        elif not parts:
            parts.append(fill_template('<em class="unsourced">{}</em>', _("no report yet")))
        varying = [name for name in names if name in self.footnotes.varying_fields]
        if disputed := [name for name in varying if self.footnotes.notes_for(name).is_disputed]:
            link_label = _("%(disagreement)s: both versions") % {
                "disagreement": self.footnotes.notes_for(disputed[0]).disagreement
            }
            link = '<a class="marker disputed" href="#{}" aria-label="{}">≠</a>'
            parts.append(fill_template(link, self.anchor(disputed[0]), link_label))
        return fill_template('<span class="markers">{}</span>', join_html(" ", parts))

    def anchor(self, name: str) -> str:
        return f"{self.prefix}-{self.footnotes.notes_for(name).anchor}"

    def all_readings(self, name: str, value: str, line: BriefLine | None = None) -> str:
        """Both readings of a disputed value, `value` in the record, and its earlier states."""
        if name not in self.footnotes.varying_fields:
            return ""
        notes = self.footnotes.notes_for(name)
        label = capfirst(notes.label)
        value = value or fill_template('<span class="secondary">{}</span>', _("not known"))
        return join_html("", [self.readings(notes, label, value, line), self.earlier(notes, label, line)])

    def readings(self, notes: ValueNotes, label: str, value: str, line: BriefLine | None) -> str:
        if not notes.differs:
            return ""
        readings = [_reading(reading, value, line) for reading in notes.wordings or [None]]
        readings += [_reading(reading, value, line) for reading in notes.differs]
        ruling = '<p class="ruling"><b>{}</b> {}</p>'
        return fill_template(
            '<div class="readings" id="{}"><p><span class="disputed" aria-hidden="true">≠</span> {}: {}</p>'
            "<ul>{}</ul>{}</div>",
            self.anchor(notes.field),
            label,
            notes.disagreement,
            join_html("", readings),
            join_html(
                "", [fill_template(ruling, _("The editors:"), _english(reason)) for reason in notes.rulings]
            ),
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

    @cached_property
    def figures(self) -> list[FigureItem]:
        """The figures of the record."""
        return [
            FigureItem(
                key,
                localized_html(Localized(capfirst(figure.localized_label), figure.localized_label.lang)),
                render_to_string("sources/_figure.html", {"figure": figure}),
                self.markers((key,)),
            )
            for figure, key in ((each.figure, each.key) for each in self.footnotes.figures)
        ]

    @property
    def figure_readings(self) -> list[str]:
        return [self.all_readings(figure.key, figure.value) for figure in self.figures]


class _RelatedRenderer(_NotesRenderer):
    """Renders what a related line shows of the notes on a record."""

    def __init__(self, footnotes: Footnotes, entry: BriefEntry, field: str):
        self.record, self.field = footnotes.record, field
        super().__init__(footnotes, f"{entry.anchor}-{self.record.slug}")

    @property
    def field_markers(self) -> str:
        return self.markers((self.field,))

    @property
    def field_readings(self) -> str:
        text = localized_html(localized(self.record, self.field))
        return join_html("", [self.all_readings(self.field, text), *self.figure_readings])


class _EntryRenderer(_NotesRenderer):
    """Renders an entry."""

    def __init__(self, page: BriefPage, entry: BriefEntry, labels: dict[BriefLine, str]):
        super().__init__(entry.footnotes, entry.anchor)
        self.page, self.brief, self.entry, self.labels = page, page.brief, entry, labels
        self.values = dict(zip(self.brief.lines, entry.values, strict=True))

    def render(self, list_address: str) -> str:
        brief, entry = self.brief, self.entry
        name_fields = self.page.name_fields
        facts = [self.value_with_notes(line) for line in brief.facts if self.values[line]]
        text = fill_template("<p>{}</p>", self.value_with_notes(brief.text)) if brief.text else ""
        values = [
            fill_template(_VALUE, self.labels[line], self.values[line], self.markers(line.evidence))
            for line in brief.values
            if self.values[line]
        ]
        values += [fill_template(_VALUE, each.label, each.value, each.markers) for each in self.figures]
        related = zip(brief.related, entry.related, strict=True)
        values += [
            fill_template(_VALUE, str(line.label), self.related(line, records), "")
            for line, records in related
            if records
        ]
        readings = [self.all_readings(name, localized_html(entry.name)) for name in name_fields]
        for line in brief.lines:
            readings += [
                self.all_readings(name, entry.field_values.get(name, ""), line) for name in line.evidence
            ]
        readings += self.figure_readings
        return fill_template(
            _ENTRY,
            anchor=entry.anchor,
            number=str(entry.number),
            address=f"{list_address}{entry.slug}/",
            lang=lang_attribute(entry.name),
            name=entry.name,
            markers=self.markers(name_fields),
            facts=join_html(" · ", facts),
            text=text,
            values=join_html("", values),
            readings=join_html("", readings),
        )

    def related(self, line: RelatedLine, records: list[Footnotes]) -> str:
        """The other records of a line, each with its notes."""
        items = [_RelatedRenderer(footnotes, self.entry, line.field) for footnotes in records]
        return render_to_string(line.template, {"items": items})

    def value_with_notes(self, line: BriefLine) -> str:
        """A value and its footnote markers; a dated value also has the date of its newest report."""
        newest = self.footnotes.notes_for(*line.evidence).newest_report if line.is_dated else None
        when = fill_template("{}{}", comma(), reported_html(newest.published_on)) if newest else ""
        return fill_template("{}{} {}", self.values[line], when, self.markers(line.evidence))


def _english(text: str) -> str:
    return prose_html(Localized(text, "en"))


def _reading(reading: Reading | None, value: str, line: BriefLine | None, *, is_dated: bool = False) -> str:
    """A reading and the reports that give it. None: the `value` of the record, which no report supports."""
    if reading is None:
        return fill_template('<li><span class="reported-value">{}</span></li>', value)
    when = reading.reported.as_of if reading.is_dated else ""
    if is_dated and not when:
        when = format_date(reading.by_report[0].report.published_on)
    text = _reported_value(reading.reported, line) if reading.reported else value
    count = len(reading.by_report)
    return fill_template(
        '<li><span class="reported-value">{}</span>{} <span class="reported-by">{} {}</span></li>',
        text,
        _as_of(when) if when else "",
        ngettext("in %(n)s report:", "in %(n)s reports:", count) % {"n": count},
        join_html("; ", [_cited(entry) for entry in reading.by_report]),
    )


def _reported_value(reported: ReportedValue, line: BriefLine | None) -> str:
    text = reported.text
    if not reported.choice:
        return fill_template("<q{}>{}</q>{}", lang_attribute(text), text, language_note(text))
    label = line.choice(reported.choice) if line and line.choice is not str else reported.label
    if not text:
        return label
    before, after = brackets()
    rest = fill_template("<span{}>{}</span>", lang_attribute(text), text)
    return fill_template("{}{}{}{}{}", label, before, rest, after, language_note(text))


def _cited(entry: ReportNotes) -> str:
    markers = join_html(" ", [_marker(note) for note in entry.notes])
    return fill_template(
        '<span lang="en">{}</span> <span class="markers">{}</span>', entry.report.publisher, markers
    )


def _as_of(when: str) -> str:
    return fill_template(' <span class="secondary">{}</span>', _("as of %(date)s") % {"date": when})


def _marker(note: Note, value: ValueNotes | None = None) -> str:
    report, number = note.report, note.number
    is_about_record, is_repeated = (
        (number in value.record_notes, number in value.repeated_notes) if value else (False, False)
    )
    return _marker_html(
        number, report.publisher, report.published_on, is_about_record, is_repeated, get_language()
    )


# The entries of a page repeat the same markers.
@lru_cache(maxsize=4096)
def _marker_html(
    number: int,
    publisher: str,
    published_on: str,
    is_about_record: bool,
    is_repeated: bool,
    language: str | None,
) -> str:
    label = _("Footnote %(number)s: %(publisher)s") % {"number": number, "publisher": publisher}
    if published_on:
        label += f", {format_date(published_on)}"
    if is_about_record:
        label += f", {_('on the record as a whole')}"
    return fill_template(
        '<a class="{css_class}" href="#note-{number}" aria-label="{label}">[{number}]</a>',
        css_class="marker record-marker" if is_repeated else "marker",
        number=str(number),
        label=label,
    )


@register.simple_tag
def brief_notes(grouped: Iterable[tuple[Report, list[SharedNote]]]) -> str:
    """The notes of all entries by report, each with the numbers of the entries that cite it."""
    return join_html("", [_report(report, notes) for report, notes in grouped])


def _report(report: Report, notes: list[SharedNote]) -> str:
    address = report.get_absolute_url()
    facts = [format_date(report.published_on), str(language_name(report.language))]
    return fill_template(
        _REPORT,
        publisher=report.publisher,
        page=address,
        language=title_language(report),
        title=report_title(report),
        facts=join_html(" · ", [fact for fact in facts if fact]),
        link=fill_template(_EXTERNAL_LINK, address=report.address, text=host(report.address)),
        notes=join_html("", [_note(note, address) for note in notes]),
    )


def _note(note: SharedNote, address: str) -> str:
    passage = note.passage
    back = '<li><a href="#{}" aria-label="{}">{}</a></li>'
    entries = [
        fill_template(back, entry.anchor, _("Back to %(value)s") % {"value": entry.name}, str(entry.number))
        for entry in note.entries
    ]
    return fill_template(
        _NOTE,
        number=str(note.number),
        summary=prose_html(localized(passage, "summary")),
        address=f"{address}#p{passage.number}",
        label=_("Passage %(number)s of this report") % {"number": passage.number},
        passage=str(passage.number),
        archive_link=_archive_link(passage),
        quotation=_quotation(passage),
        speakers=_speakers(note) if note.speakers else "",
        entries=join_html("", entries),
    )


def _speakers(note: SharedNote) -> str:
    return render_to_string("sources/_speakers.html", {"speakers": note.speakers})


def _archive_link(passage: Passage) -> str:
    if not passage.archive_address:
        return ""
    link = fill_template(_EXTERNAL_LINK, address=passage.archive_address, text=_("archived copy"))
    return fill_template(" {}", link)


def _quotation(passage: Passage) -> str:
    if not passage.quotation:
        return ""
    return fill_template(
        _QUOTATION,
        label=_("Original wording"),
        language=passage.report.language,
        text=passage.quotation,
    )
