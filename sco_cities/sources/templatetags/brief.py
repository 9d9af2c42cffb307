"""The entries and notes of a brief as HTML, rendered in Python as in `entry_html`."""

from collections.abc import Callable, Iterable

from django import template
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.edtf import format_date
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import localized
from sco_cities.sources.briefs import BriefEntry, BriefLine, BriefPage, SharedNote
from sco_cities.sources.entry_html import EntryRenderer
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.html import prose_html
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.report_titles import report_title
from sco_cities.sources.templatetags.notes import host
from sco_cities.sources.web_address import link_address

register = template.Library()

# The same as `sources/_source.html`.
_REPORT = """
<li class="report group"><p class="source"><b lang="en">{publisher}</b>
<cite><a href="{page}"{language}>{title}</a></cite>
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
    return join_html("", [renderer.render() for renderer in _renderers(page, page.entries)])


@register.simple_tag
def short_entries(page: BriefPage, entries: Iterable[BriefEntry]) -> str:
    """Some of the records, without what `entry_figures` and `entry_disputes` give."""
    return join_html("", [renderer.render(is_short=True) for renderer in _renderers(page, entries)])


@register.simple_tag
def entry_figures(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """The records with figures, and these as HTML with their markers."""
    return _with_parts(page, EntryRenderer.figure_rows)


@register.simple_tag
def entry_disputes(page: BriefPage) -> list[tuple[BriefEntry, list[str]]]:
    """The records with disputed values, and the readings of each as HTML."""
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
    """The notes of all entries by report, each with the numbers of the entries that cite it."""
    return join_html("", [_report(report, notes) for report, notes in grouped])


def _report(report: Report, notes: list[SharedNote]) -> str:
    address = report.get_absolute_url()
    facts = [format_date(report.published_on), str(language_name(report.language))]
    return fill_template(
        _REPORT,
        publisher=report.publisher,
        page=address,
        language=lang_attribute(report.name),
        title=report_title(report),
        facts=join_html(" · ", [fact for fact in facts if fact]),
        link=_external_link(report.address, host(report.address)),
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
    if not link_address(passage.archive_address):
        return ""
    return fill_template(" {}", _external_link(passage.archive_address, _("archived copy")))


def _external_link(address: str, text: str) -> str:
    if not link_address(address):
        return fill_template("{}", text)
    return fill_template(_EXTERNAL_LINK, address=address, text=text)


def _quotation(passage: Passage) -> str:
    if not passage.quotation:
        return ""
    return fill_template(
        _QUOTATION,
        label=_("Original wording"),
        language=passage.report.language,
        text=passage.quotation,
    )
