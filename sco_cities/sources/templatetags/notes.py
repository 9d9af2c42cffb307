"""Renders values with footnote markers, links to other records, and tables of contents for record pages."""

import re
from urllib.parse import quote

from django import template
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.core.html import fill_template, join_html, lang_attribute, without_outer_space
from sco_cities.core.localized_names import Localized, localized
from sco_cities.i18n import numbers
from sco_cities.site.templatetags.site import plain_text
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.footnotes import Footnotes, Note, ReportNotes, ValueNotes
from sco_cities.sources.html import (
    archive_link,
    dispute_sign,
    external_link,
    language_note,
    localized_html,
    note_html,
    note_marker,
    prose_html,
    quotation,
    readings_html,
    report_html,
    reported_html,
    value_markers,
)
from sco_cities.sources.models import Stance
from sco_cities.sources.related_records import first_and_others, noun_after
from sco_cities.sources.report_texts import report_title
from sco_cities.sources.reported_values import EvidenceItem
from sco_cities.sources.web_address import link_address

register = template.Library()

_BACK = '<a href="#{}" aria-label="{}">{}</a>'
_VALUE = """
<div class="value"{anchor}><dt{lang}>{label}</dt>
<dd>{content}{readings}</dd></div>"""
_VALUE_CONTENT = '<div class="value-content">{}&nbsp;{}</div>'
_CORRECTION_LINK = (
    '<a class="correction-link" href="{}" rel="nofollow" aria-label="{}" title="{}">'
    '<svg class="icon" aria-hidden="true"><use href="#icon-flag"/></svg></a>'
)

register.filter("amount", numbers.format_amount)
register.filter("localized", localized)
register.filter("language_note", language_note)
register.filter(link_address)
register.filter(first_and_others)
register.filter(report_title)


@register.simple_block_tag(end_name="endvalue")
def value(
    content: str, footnotes: Footnotes, *names: str, label: str = "", plain: str = "", is_above: bool = False
) -> str:
    """Renders a row in a list of values, with the label, the tag's content (the value), markers and readings.

    An empty value has no row, unless reports give differing or earlier values. If the page shows the value above the
    list (`is_above`), the row contains only readings and uncited notes. `plain` is the value as text.
    """
    # A no-break space after the last word keeps the markers on the same line.
    content = without_outer_space(content)
    is_empty = not content
    value_notes = footnotes.notes_for(*names)
    is_shown = is_above and (footnotes.is_cited(names[0]) or not value_notes.own_notes)
    if is_shown and not is_empty and footnotes.is_reference_data(value_notes):
        footnotes.shows_reference_data = True
    if not value_notes.has_readings and (is_shown or is_empty):
        return ""
    if is_shown:
        anchor = text = ""
    else:
        footnotes.cite(*names)
        anchor = fill_template(' id="{}"', value_notes.anchor)
        text = fill_template(
            _VALUE_CONTENT,
            fill_template('<span class="secondary">{}</span>', _("not known")) if is_empty else content,
            _markers(footnotes, value_notes, is_empty=is_empty),
        )
    name = label or value_notes.label
    return fill_template(
        _VALUE,
        anchor=anchor,
        lang=lang_attribute(name),
        label=capfirst(name),
        content=text,
        readings=readings_html(value_notes, "" if is_empty else content, plain or plain_text(content)),
    )


@register.simple_tag
def notes(footnotes: Footnotes, *names: str) -> str:
    """Renders the footnote markers of a value outside a list of values. `readings` renders the readings."""
    value_notes = footnotes.cite(*names)
    return fill_template('<span id="{}">{}</span>', value_notes.anchor, _markers(footnotes, value_notes))


@register.simple_tag
def reference_mark(footnotes: Footnotes, name: str) -> str:
    """Renders the marker of an unsupported value above the list of values, unless the page already has one."""
    value_notes = footnotes.notes_for(name)
    if footnotes.shows_reference_data or not footnotes.is_reference_data(value_notes):
        return ""
    footnotes.shows_reference_data = True
    return _markers(footnotes, value_notes)


@register.simple_tag
def readings(footnotes: Footnotes, *names: str, plain: str = "") -> str:
    """Renders the readings and earlier states of a value. `plain` is the value as shown on the page."""
    return readings_html(footnotes.notes_for(*names), "", plain)


def _markers(footnotes: Footnotes, value: ValueNotes, *, is_empty: bool = False) -> str:
    dispute = f"{value.anchor}-readings" if value.is_disputed else ""
    return value_markers(footnotes, value, dispute, is_empty=is_empty)


@register.inclusion_tag("sources/_sources.html")
def sources(record: Record, *names: str) -> dict:
    """Renders the sources of a related record's value, as publisher names with links to the passages.

    The record's evidence must be prefetched.
    """
    return {"value": Footnotes(record, record.evidence.all()).notes_for(*names)}


@register.simple_tag
def evidence_item(item: EvidenceItem) -> str:
    """Renders a passage's evidence on a value, with a link to the value."""
    parts, reported = [], item.reported
    if item.stance == Stance.DIFFERS:
        sign = '<span class="disputed" aria-hidden="true">≠</span> {}'
        parts.append(fill_template(sign, _("contradicts")))
    elif item.stance == Stance.EARLIER:
        parts.append(_("gives an earlier state:"))
    back = fill_template(_BACK, item.anchor, _("Back to %(value)s") % {"value": item.label}, item.label)
    parts.append(back if item.anchor else item.label)
    if reported and reported.as_of:
        parts.append(_("as of %(date)s") % {"date": reported.as_of})
    if reported and reported.label:
        parts.append(reported.label)
    if reported and reported.text:
        text = reported.text
        parts.append(fill_template("<q{}>{}</q>{}", lang_attribute(text), text, language_note(text)))
    return fill_template("<li>{}</li>", join_html(" ", parts))


@register.simple_tag
def report_notes(entry: ReportNotes, form_url: str = "") -> str:
    """Renders a report with its notes, the values that each note is about, and links to `form_url`."""
    return report_html(entry.report, [_note(note, form_url) for note in entry.notes])


def _note(note: Note, form_url: str) -> str:
    items, flag = note.evidence_items, ""
    if form_url:
        # The form preselects the first value that the passage specifically supports or contradicts.
        own = [item.key for item in items if item.key != WHOLE]
        name = _("Report an error in footnote %(number)s") % {"number": note.number}
        flag = fill_template("&nbsp;{}", correction_link(form_url, own[0] if own else "", name))
    return note_html(note, map(evidence_item, items), flag)


@register.simple_tag
def correction_link(form_url: str, key: str, name: str) -> str:
    """Renders a link to the form for reporting an error in the value with `key`, or in the whole record."""
    url = f"{form_url}?value={quote(key, safe='')}" if key else form_url
    return fill_template(_CORRECTION_LINK, url, name, _("Report an error"))


register.simple_tag(reported_html, name="reported")
for element in (note_marker, external_link, archive_link, quotation):
    register.simple_tag(element)


@register.simple_tag
def last_reported(footnotes: Footnotes, name: str) -> str:
    """Returns the date of the newest report that supports a field's value, or ""."""
    report = footnotes.notes_for(name).newest_report
    return report.published_on if report else ""


@register.simple_tag
def mention(record: Record | None) -> str:
    """Renders a link to another record, or "" if the record is missing or unpublished."""
    if not record or not record.is_published:
        return ""
    return format_html(
        '<a href="{}"{}>{}</a>', record.get_absolute_url(), lang_attribute(record.name), record.name
    )


@register.filter
def published_name(record: Record | None) -> str:
    """Renders the name of a related record without a link, or "" if the record is missing or unpublished."""
    return localized_html(record.name) if record and record.is_published else ""


@register.filter
def prose(record: Model, stem: str) -> str:
    """Renders the text of `stem` in the reader's language, or in another language with a note."""
    return prose_html(localized(record, stem))


@register.filter
def english(text: str) -> str:
    """Renders a text that exists only in English."""
    return prose_html(Localized(text, "en"))


@register.simple_tag
def report_count(record) -> str:
    """Renders the number of supporting reports, marked if a report differs, such as "≠ 3 reports"."""
    count = record.report_count
    word = noun_after(count, "reports")
    counted = format_html('{}<span class="cell-label"> {}</span>', numbers.GroupedInt(count), word)
    if not record.is_disputed:
        return counted
    return format_html("{} {}", dispute_sign(), counted)


# Pages with fewer sections have no table of contents.
MIN_SECTIONS = 5
# The id of a section about the page itself.
_ABOUT_PAGE = "changes"
_HEADING = re.compile(r'<h2 id="([\w-]+)"[^>]*>(.*?)</h2>', re.DOTALL)


@register.simple_block_tag(end_name="endcontents")
def contents(content: str) -> str:
    """Renders a table of contents before the page content. Each <h2> with an id starts a section."""
    sections = [
        (anchor, plain_text(heading))
        for anchor, heading in _HEADING.findall(content)
        if anchor != _ABOUT_PAGE
    ]
    if len(sections) < MIN_SECTIONS:
        return content
    return format_html(
        '<nav class="contents related-links" aria-label="{}"><ul>{}</ul></nav>\n{}',
        _("On this page"),
        format_html_join("", '<li><a href="#{}">{}</a></li>', sections),
        content,
    )
