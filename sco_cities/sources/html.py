"""Renders small HTML elements that occur hundreds of times on a page.

Templates would take ten times as long.
"""

from collections.abc import Iterable
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.translation import get_language, gettext

from sco_cities.core.edtf import format_date
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.language_codes import language_name
from sco_cities.core.localized_names import Localized, foreign_language_note, localized
from sco_cities.facet_index.facets import today
from sco_cities.i18n.languages import html_language
from sco_cities.i18n.punctuation import Typeset

from .briefs import SharedNote
from .footnotes import Footnotes, Note, ValueNotes
from .link_checker import copy_of_dead_page
from .models import Passage, Report
from .newest_report import is_old
from .report_texts import report_title
from .web_address import host_of, link_address

_REPORT = """
<li class="report group"><p class="source"><b lang="en">{publisher}</b>
<cite><a href="{page}"{language}>{title}</a></cite>
<span class="secondary">{facts}</span></p><ol>{notes}</ol></li>"""
_EXTERNAL_LINK = """<a class="external-link" href="{address}" rel="noopener noreferrer external"
title="{address}">{text} <span aria-hidden="true">↗</span></a>"""
_QUOTATION = """<figure class="quotation"><figcaption>{label}</figcaption>
<blockquote lang="{language}">{text}</blockquote></figure>"""
_NOTE = """
<li class="note" id="note-{number}" value="{number}"><span class="number" aria-hidden="true">[{number}]</span>
<div><p>{summary}&nbsp;<a class="marker" href="{url}" aria-label="{label}">¶{passage}</a>{flag}{archive_link}</p>
{quotation}{speakers}
<ul class="evidence-items">{items}</ul></div></li>"""


_MARKER = '<a class="marker" href="#{}" aria-label="{}">{}</a>'
_REFERENCE_MARKER = '<a class="marker reference-marker" href="#reference" aria-label="{}">[†]</a>'
_DISPUTE_MARKER = '<a class="marker disputed" href="#{}" aria-label="{}">≠</a>'


def with_language(text: Localized, element: str = "span") -> str:
    """Wraps `text` in an HTML element, with a `lang` attribute if its language differs from the page's language."""
    return _element(text, text.lang, element, get_language() or "en")


def localized_html(text: Localized) -> str:
    """Returns `text` as HTML. Adds an element only if a `lang` attribute is necessary."""
    return with_language(text) if lang_attribute(text) else fill_template("{}", text)


def prose_html(text: Localized) -> str:
    """Returns `text` as HTML. A text in another language is followed by a small note with the language's name."""
    html = localized_html(text)
    note = language_note(text)
    return fill_template("{}{}", html, note) if note else html


def language_note(text: Localized) -> str:
    """Returns the note after a text in another language, or "" for a text in the page's language."""
    note = foreign_language_note(text)
    return fill_template(' <span class="language-note">{}</span>', note) if note else ""


def reported_html(date: str) -> str:
    """Returns a text such as "reported May 2021", or "" without a date. Old dates have a muted colour."""
    if not date:
        return ""
    text = gettext("reported %(date)s") % {"date": format_date(date)}
    return format_html('<span class="secondary">{}</span>', text) if is_old(date, today()) else escape(text)


def dispute_sign() -> str:
    """Returns the sign for records that a published report contradicts."""
    disputed = gettext("disputed")
    sign = '<span class="disputed" role="img" aria-label="{}" title="{}">≠</span>'
    return format_html(sign, disputed, disputed)


@lru_cache(maxsize=4096)
def _element(text: Localized, lang: str, element: str, active: str) -> str:
    attribute = "" if lang == html_language(active) else format_html(' lang="{}"', lang)
    return format_html("<{}{}>{}</{}>", element, attribute, text, element)


def note_marker(note: Note) -> str:
    """Returns the number of a footnote with a link to the footnote."""
    report = note.report
    return _marker_html(note.number, report.publisher, report.published_on, get_language())


# Markers are cached, because several entries of a page have the same markers.
@lru_cache(maxsize=4096)
def _marker_html(number: int, publisher: str, published_on: str, language: str | None) -> str:
    label = gettext("Footnote %(number)s: %(publisher)s") % {"number": number, "publisher": publisher}
    if published_on:
        label += f", {format_date(published_on)}"
    return fill_template(_MARKER, f"note-{number}", Typeset(label), f"[{number}]")


def value_markers(
    footnotes: Footnotes, value: ValueNotes, dispute: str = "", *, is_empty: bool = False
) -> str:
    """Returns the note markers of a value (a text if it has no notes) and a link to the anchor `dispute`."""
    parts = [note_marker(note) for note in value.own_notes]
    if footnotes.is_reference_data(value):
        parts.append(fill_template(_REFERENCE_MARKER, gettext("Source of this information")))
    elif not value.supports and not is_empty:
        parts.append(fill_template('<em class="unsourced">{}</em>', gettext("no report yet")))
    if dispute:
        label = gettext("%(disagreement)s: both versions") % {"disagreement": value.disagreement}
        parts.append(fill_template(_DISPUTE_MARKER, dispute, label))
    return fill_template('<span class="markers">&nbsp;{}</span>', join_html(" ", parts)) if parts else ""


def readings_html(value: ValueNotes, content: str, plain: str, **context: str | bool) -> str:
    """Returns a value's readings and earlier states. `content` is the value on the page. Readings show it as `plain`.

    A brief contains several records, so it also passes a `label` and a unique `anchor`, and omits some parts.
    """
    if not value.has_readings:
        return ""
    context = {"anchor": f"{value.anchor}-readings", "has_dispute": True, "has_earlier": True} | context
    context |= {"value": value, "content": content, "plain": plain}
    return render_to_string("sources/_readings.html", context)


def report_html(report: Report, notes: Iterable[str]) -> str:
    """Returns a report with its notes as a list item."""
    facts = [format_date(report.published_on), str(language_name(report.language)), external_link(report)]
    return fill_template(
        _REPORT,
        publisher=Typeset(report.publisher),
        page=report.get_absolute_url(),
        language=lang_attribute(report.name),
        title=report_title(report),
        facts=join_html(" · ", [fact for fact in facts if fact]),
        notes=join_html("", notes),
    )


def note_html(note: Note | SharedNote, items: Iterable[str], flag: str = "") -> str:
    """Returns a note with its passage, the values that it is evidence for, and a link for reporting an error."""
    passage = note.passage
    return fill_template(
        _NOTE,
        number=str(note.number),
        summary=prose_html(localized(passage, "summary")),
        url=passage.get_absolute_url(),
        label=gettext("Passage %(number)s of this report") % {"number": passage.number},
        passage=str(passage.number),
        flag=flag,
        archive_link=archive_link(passage),
        quotation=quotation(passage, passage.report.language),
        speakers=render_to_string("sources/_speakers.html", {"speakers": note.speakers})
        if note.speakers
        else "",
        items=join_html("", items),
    )


def external_link(report: Report) -> str:
    """Returns a link to a report's web page, or to the archived copy if the page no longer exists."""
    if check := copy_of_dead_page(report):
        text = gettext("archived copy of %(date)s; the page is no longer available on %(host)s") % {
            "date": format_date(check.archive_asked_at.date().isoformat()),
            "host": host_of(report.address),
        }
        return _external_link(check.archive_address, text)
    return _external_link(report.address, host_of(report.address))


def archive_link(passage: Passage) -> str:
    """Returns a link to an archived copy of the report after a space, or "" without a copy."""
    if not link_address(passage.archive_address):
        return ""
    return fill_template(" {}", _external_link(passage.archive_address, gettext("archived copy")))


def _external_link(address: str, text: str) -> str:
    if not link_address(address):
        return fill_template("{}", text)
    return fill_template(_EXTERNAL_LINK, address=address, text=text)


def quotation(passage: Passage, language: str) -> str:
    """Returns the quotation from a passage in the report's language, or "" without a quotation."""
    if not passage.quotation:
        return ""
    return fill_template(
        _QUOTATION, label=gettext("Original wording"), language=language, text=passage.quotation
    )
