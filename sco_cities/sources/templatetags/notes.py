"""Values with footnote markers, and links to other records, for record pages."""

from urllib.parse import quote

from django import template
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.core.localized_names import Localized, localized
from sco_cities.i18n import numbers
from sco_cities.site.templatetags.site import plain_text
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes, ReportNotes, ValueNotes
from sco_cities.sources.html import (
    archive_link,
    dispute_sign,
    external_link,
    language_note,
    note_html,
    note_marker,
    prose_html,
    quotation,
    report_html,
    reported_html,
)
from sco_cities.sources.models import Stance
from sco_cities.sources.related_records import first_and_others
from sco_cities.sources.report_titles import report_title
from sco_cities.sources.reported_values import EvidenceItem
from sco_cities.sources.web_address import link_address, readable_address

register = template.Library()

# A value shows up to MAX_MARKERS markers; if there are more, FIRST_MARKERS and the number of the rest.
MAX_MARKERS = 5
FIRST_MARKERS = 3

_BACK = '<a href="#{}" aria-label="{}">{}</a>'
_CORRECTION_LINK = (
    '<a class="correction-link" href="{}" rel="nofollow" aria-label="{}" title="{}">'
    '<svg class="icon" aria-hidden="true"><use href="#icon-flag"/></svg></a>'
)

register.filter("amount", numbers.format_amount)
register.filter("localized", localized)
register.filter("language_note", language_note)
register.filter(readable_address)
register.filter(link_address)
register.filter(first_and_others)
register.filter(report_title)


def _marker_context(footnotes: Footnotes, value: ValueNotes) -> dict:
    notes = value.supports
    first = notes if len(notes) <= MAX_MARKERS else notes[:FIRST_MARKERS]
    return {
        "value": value,
        "first": first,
        "others": notes[len(first) :],
        "is_reference": not notes and not footnotes.record.must_be_sourced,
    }


@register.simple_block_tag(end_name="endvalue")
def value(content: str, footnotes: Footnotes, *names: str, label: str = "", **options) -> str:
    """A row of a list of values: label, the value between the tags, footnote markers and other readings.

    An empty value has no row, unless a report gives a different value or an earlier state. `is_dated` adds the date
    of the newest report, `gloss` an explanation. `plain` is the value as text, for the comparison of readings.
    """
    notes = footnotes.notes_for(*names)
    if not content.strip() and not notes.has_readings:
        return ""
    notes = footnotes.cite(*names)
    context = {
        "content": content if content.strip() else "",
        "is_empty": not content.strip(),
        "label": label or notes.label,
        "plain": plain_text(content),
        **options,
    }
    return render_to_string("sources/_value.html", _marker_context(footnotes, notes) | context)


@register.inclusion_tag("sources/_value_markers.html")
def notes(footnotes: Footnotes, *names: str) -> dict:
    """The footnote markers of a value outside a list of values; see `readings` for its other readings."""
    return _marker_context(footnotes, footnotes.cite(*names))


@register.inclusion_tag("sources/_readings.html")
def readings(footnotes: Footnotes, *names: str, plain: str = "") -> dict:
    """Both readings of a disputed value, shown as `plain` on the page, and its earlier states."""
    return {"value": footnotes.notes_for(*names), "plain": plain}


@register.inclusion_tag("sources/_sources.html")
def sources(record: Record, *names: str) -> dict:
    """The sources of a value of a related record: publishers, linked to the passages.

    The evidence of the record must be prefetched.
    """
    return {"value": Footnotes(record, record.evidence.all()).notes_for(*names)}


@register.simple_tag
def evidence_item(item: EvidenceItem, form_url: str = "") -> str:
    """What a passage states about a value, with links to the value and to `form_url`, where errors are reported."""
    parts, reported = [], item.reported
    if item.stance == Stance.DIFFERS:
        sign = '<span class="disputed" aria-hidden="true">≠</span> {}'
        parts.append(fill_template(sign, _("contradicts")))
    elif item.stance == Stance.EARLIER:
        parts.append(_("tells how it was before:"))
    back = fill_template(_BACK, item.anchor, _("Back to %(value)s") % {"value": item.label}, item.label)
    parts.append(back if item.anchor else item.label)
    if reported and reported.as_of:
        parts.append(_("as of %(date)s") % {"date": reported.as_of})
    if reported and reported.label:
        parts.append(reported.label)
    if reported and reported.text:
        text = reported.text
        parts.append(fill_template("<q{}>{}</q>{}", lang_attribute(text), text, language_note(text)))
    if form_url:
        name = _("Report an error: %(value)s") % {"value": item.label}
        parts.append(correction_link(form_url, item.key, name))
    return fill_template("<li>{}</li>", join_html(" ", parts))


@register.simple_tag
def report_notes(entry: ReportNotes, form_url: str = "") -> str:
    """A report with its notes, each with the values that its passage is about."""
    items = ([evidence_item(item, form_url) for item in note.evidence_items] for note in entry.notes)
    return report_html(entry.report, map(note_html, entry.notes, items))


@register.simple_tag
def correction_link(form_url: str, key: str, name: str) -> str:
    """A link to the form that reports an error in the value with this key."""
    address = f"{form_url}?value={quote(key, safe='')}"
    return fill_template(_CORRECTION_LINK, address, name, _("Report an error"))


register.simple_tag(reported_html, name="reported")
for element in (note_marker, external_link, archive_link, quotation):
    register.simple_tag(element)


@register.simple_tag
def last_reported(footnotes: Footnotes, name: str) -> str:
    """The date of the newest report that supports the value of a field; "" without one."""
    report = footnotes.notes_for(name).newest_report
    return report.published_on if report else ""


@register.simple_tag
def mention(record: Record | None) -> str:
    """A link to another record; "" if there is none or it is not published."""
    if not record or not record.is_published:
        return ""
    return format_html(
        '<a href="{}"{}>{}</a>', record.get_absolute_url(), lang_attribute(record.name), record.name
    )


@register.filter
def prose(record: Model, stem: str) -> str:
    """The text of `stem` in the reader's language, or in another one, with a word that says which."""
    return prose_html(localized(record, stem))


@register.filter
def english(text: str) -> str:
    """A text that is kept in English only."""
    return prose_html(Localized(text, "en"))


@register.simple_tag
def report_count(record) -> str:
    """The number of supporting reports, marked if a report differs: "≠ 3 reports"."""
    count = record.report_count
    word = npgettext("after a number", "report", "reports", count)
    counted = format_html('{}<span class="cell-label"> {}</span>', numbers.GroupedInt(count), word)
    if not record.is_disputed:
        return counted
    return format_html("{} {}", dispute_sign(), counted)
