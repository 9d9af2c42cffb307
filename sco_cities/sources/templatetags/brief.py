"""Renders the entries and notes of a brief, with values, footnote markers and readings of disputed values.

Python code builds the HTML, because templates took nearly a second for fifty initiatives with a thousand markers.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.localized_names import Localized, localized
from sco_cities.i18n.punctuation import pause
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, RelatedLine, SharedNote
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.html import (
    localized_html,
    note_html,
    readings_html,
    report_html,
    reported_html,
    value_markers,
)
from sco_cities.sources.models import Report

_ENTRY = """
<li class="entry" id="{anchor}">
<{heading}><span class="number">{number}</span> <a href="{url}"{lang}>{name}</a> {markers}</{heading}>
<p class="intro">{facts}{whole}</p>
{text}<dl>{values}</dl>{readings}
</li>"""
_WHOLE_NOTES = '<span class="whole-notes">{}{}</span>'
_VALUE = '<div class="value"><dt>{}</dt><dd>{}&nbsp;{}</dd></div>'


class FigureItem(NamedTuple):
    """A figure as HTML, with its key, label, value and markers."""

    key: str
    label: str
    value: str
    markers: str


class _NotesRenderer:
    """Renders the footnote markers and readings of a record. The anchors of readings begin with `prefix`."""

    def __init__(self, footnotes: Footnotes, prefix: str):
        self.footnotes, self.prefix = footnotes, prefix

    def markers(self, names: tuple[str, ...]) -> str:
        """Renders the footnote markers of a value, with a link to the readings if the value is disputed."""
        if not names:
            return ""
        notes = self.footnotes.cite(*names)
        disputed = next((name for name in names if self.footnotes.notes_for(name).is_disputed), "")
        return value_markers(self.footnotes, notes, self.anchor(disputed) if disputed else "")

    def anchor(self, name: str) -> str:
        return f"{self.prefix}-{self.footnotes.notes_for(name).anchor}"

    def readings(self, name: str, value: str, **parts: bool) -> str:
        """Renders the readings and earlier states of a value. `value` is the value in the record."""
        notes = self.footnotes.notes_for(name)
        # Checked here, because most of a page's thousands of values have no readings.
        if not notes.has_readings:
            return ""
        context = {"anchor": self.anchor(name), "label": capfirst(notes.label), **parts}
        return readings_html(notes, "", value or _("not known"), **context)

    @cached_property
    def figures(self) -> list[FigureItem]:
        """The figures of the record."""
        return [
            FigureItem(
                figure.key,
                localized_html(Localized(capfirst(figure.localized_label), figure.localized_label.lang)),
                render_to_string("sources/_figure.html", {"figure": figure}),
                self.markers((figure.key,)),
            )
            for figure in self.footnotes.figures
        ]


class _RelatedRenderer(_NotesRenderer):
    """Renders the notes on a record of a related line."""

    def __init__(self, footnotes: Footnotes, entry: BriefEntry, field: str):
        self.record, self.field = footnotes.record, field
        super().__init__(footnotes, f"{entry.anchor}-{self.record.slug}")

    @property
    def field_markers(self) -> str:
        return self.markers((self.field,))

    @property
    def field_readings(self) -> str:
        text = localized_html(localized(self.record, self.field))
        figures = [self.readings(figure.key, figure.value) for figure in self.figures]
        return join_html("", [self.readings(self.field, text), *figures])


class EntryRenderer(_NotesRenderer):
    """Renders an entry."""

    def __init__(self, page: BriefPage, entry: BriefEntry, labels: dict[BriefLine, str]):
        super().__init__(entry.footnotes, entry.anchor)
        self.page, self.brief, self.entry, self.labels = page, page.brief, entry, labels
        self.values = dict(zip(self.brief.lines, entry.values, strict=True))

    def render(self, *, is_short: bool = False) -> str:
        """Returns the entry as HTML. Short entries belong to a section and omit figures and disputes."""
        brief, entry = self.brief, self.entry
        facts = [self.value_with_notes(line) for line in brief.facts if self.values[line]]
        text = fill_template("<p>{}</p>", self.value_with_notes(brief.text)) if brief.text else ""
        values = [
            fill_template(_VALUE, self.labels[line], self.values[line], self.markers(line.evidence))
            for line in brief.values
            if self.values[line]
        ]
        related = zip(brief.related, entry.related, strict=True)
        values += [] if is_short else self.figure_rows()
        values += [
            fill_template(_VALUE, str(line.label), self.related(line, records), "")
            for line, records in related
            if records
        ]
        whole = self.markers((WHOLE,)) if self.footnotes.whole.supports else ""
        return fill_template(
            _ENTRY,
            heading="h4" if is_short else "h2",
            anchor=entry.anchor,
            number=str(entry.number),
            url=reverse(f"{self.page.listing.collection}-record", args=[entry.slug]),
            lang=lang_attribute(entry.name),
            name=entry.name,
            markers=self.markers(self.page.name_fields),
            facts=join_html(" · ", facts),
            whole=fill_template(_WHOLE_NOTES, " · " if facts else "", whole) if whole else "",
            text=text,
            values=join_html("", values),
            readings=join_html(
                "", [self.readings(*value, has_dispute=not is_short) for value in self._noted_values()]
            ),
        )

    def figure_rows(self) -> list[str]:
        """Renders the figures with their labels and markers."""
        return [fill_template(_VALUE, each.label, each.value, each.markers) for each in self.figures]

    def disputes(self) -> list[str]:
        """Renders the readings of each disputed value."""
        return [
            self.readings(*value, has_earlier=False)
            for value in self._noted_values()
            if self.footnotes.notes_for(value[0]).is_disputed
        ]

    def _noted_values(self) -> Iterator[tuple[str, str]]:
        """Yields the name and the value of each field that can have notes."""
        for name in (WHOLE, *self.page.name_fields):
            yield name, localized_html(self.entry.name)
        for line in self.brief.lines:
            for name in line.evidence:
                yield name, self.entry.field_values.get(name, "")
        for figure in self.figures:
            yield figure.key, figure.value

    def related(self, line: RelatedLine, records: list[Footnotes]) -> str:
        """Renders the records of a related line, each with its notes."""
        items = [_RelatedRenderer(footnotes, self.entry, line.field) for footnotes in records]
        return render_to_string(line.template, {"items": items})

    def value_with_notes(self, line: BriefLine) -> str:
        """Renders a value with its footnote markers. A dated value also has the date of its newest report."""
        newest = self.footnotes.notes_for(*line.evidence).newest_report if line.is_dated else None
        when = fill_template("{}{}", pause(), reported_html(newest.published_on)) if newest else ""
        return fill_template("{}{}&nbsp;{}", self.values[line], when, self.markers(line.evidence))


register = template.Library()


@register.simple_tag
def brief_entries(page: BriefPage) -> str:
    """Renders the records with their values, footnote markers and readings of disputed values."""
    return join_html("", [renderer.render() for renderer in _renderers(page, page.entries)])


@register.simple_tag
def short_entries(page: BriefPage, entries: Iterable[BriefEntry]) -> str:
    """Renders `entries` without the parts that `entry_figures` and `entry_disputes` return."""
    return join_html("", [renderer.render(is_short=True) for renderer in _renderers(page, entries)])


@register.simple_tag
def entry_figures(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """Returns the records that have figures, with figures and markers as HTML."""
    return _with_parts(page, EntryRenderer.figure_rows)


@register.simple_tag
def entry_disputes(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """Returns the records that have disputed values, with the readings as HTML."""
    return _with_parts(page, EntryRenderer.disputes)


def _with_parts(
    page: BriefPage, render: Callable[[EntryRenderer], list[str]]
) -> list[tuple[BriefEntry, list[str]]]:
    parts = ((renderer.entry, render(renderer)) for renderer in _renderers(page, page.entries))
    return [(entry, texts) for entry, texts in parts if texts]


def _renderers(page: BriefPage, entries: Iterable[BriefEntry]) -> list[EntryRenderer]:
    labels = {line: _label(page, line) for line in page.brief.values}
    return [EntryRenderer(page, entry, labels) for entry in entries]


def _label(page: BriefPage, line: BriefLine) -> str:
    return capfirst(str(line.label or field_label(page.model, line.evidence[0])))


@register.simple_tag
def brief_notes(grouped: Iterable[tuple[Report, list[SharedNote]]]) -> str:
    """Renders all notes, grouped by report. Each note lists the numbers of the entries that cite the passage."""
    return join_html("", [report_html(report, map(_note, notes)) for report, notes in grouped])


def _note(note: SharedNote) -> str:
    back = '<li><a href="#{}" aria-label="{}">{}</a></li>'
    entries = [
        fill_template(back, entry.anchor, _("Back to %(value)s") % {"value": entry.name}, str(entry.number))
        for entry in note.entries
    ]
    return note_html(note, entries)
