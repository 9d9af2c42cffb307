"""The entries and notes of a brief as HTML, rendered in Python like `entry_html`."""

from collections.abc import Callable, Iterable

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, SharedNote
from sco_cities.sources.entry_html import EntryRenderer
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.html import note_html, report_html
from sco_cities.sources.models import Report

register = template.Library()


@register.simple_tag
def brief_entries(page: BriefPage) -> str:
    """The records with their values, footnote markers and readings of disputed values."""
    return join_html("", [renderer.render() for renderer in _renderers(page, page.entries)])


@register.simple_tag
def short_entries(page: BriefPage, entries: Iterable[BriefEntry]) -> str:
    """The given records, without the parts that `entry_figures` and `entry_disputes` return."""
    return join_html("", [renderer.render(is_short=True) for renderer in _renderers(page, entries)])


@register.simple_tag
def entry_figures(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """The records that have figures, each with its figures and their markers as HTML."""
    return _with_parts(page, EntryRenderer.figure_rows)


@register.simple_tag
def entry_disputes(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """The records that have disputed values, each with the readings as HTML."""
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
    """The notes of all entries, grouped by report. Each note has the numbers of the entries that cite it."""
    return join_html("", [report_html(report, map(_note, notes)) for report, notes in grouped])


def _note(note: SharedNote) -> str:
    back = '<li><a href="#{}" aria-label="{}">{}</a></li>'
    entries = [
        fill_template(back, entry.anchor, _("Back to %(value)s") % {"value": entry.name}, str(entry.number))
        for entry in note.entries
    ]
    return note_html(note, entries)
