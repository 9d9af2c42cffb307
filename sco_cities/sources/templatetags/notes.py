"""Values with their footnotes, and links to other records: what the pages of all records are made of."""

from urllib.parse import urlsplit

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html

from sco_cities.core import language_codes
from sco_cities.i18n import numbers
from sco_cities.listings.filter_html import lang_attribute
from sco_cities.site.templatetags.site import plain
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes, ValueNotes
from sco_cities.sources.models import Report

register = template.Library()

# So many notes stand beside a value; of more, the first and the number of the others.
MAX_MARKERS = 5
FIRST_MARKERS = 3

register.filter("amount", numbers.format_amount)


def _with_markers(footnotes: Footnotes, value: ValueNotes) -> dict:
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
    """A row of a list of values: what it is, the value between the tags, its notes, and what reports dispute.

    A value that is empty takes no row, unless reports say something of it. `is_dated` tells of when the newest
    report on it is, `gloss` explains it, `plain` is the value as a disagreement names it, `label_language` the
    language of a label that has one of its own.
    """
    notes = footnotes.of(*names)
    if not content.strip() and not notes.differs and not notes.earlier:
        return ""
    notes = footnotes.cite(*names)
    context = {
        "content": content if content.strip() else "",
        "is_empty": not content.strip(),
        "label": label or notes.label,
        "plain": plain(content),
        **options,
    }
    return render_to_string("sources/_value.html", _with_markers(footnotes, notes) | context)


@register.inclusion_tag("sources/_value_markers.html")
def notes(footnotes: Footnotes, *names: str) -> dict:
    """The notes of a value that stands outside a list of values; `readings` shows what is disputed of it."""
    return _with_markers(footnotes, footnotes.cite(*names))


@register.inclusion_tag("sources/_readings.html")
def readings(footnotes: Footnotes, *names: str, plain: str = "") -> dict:
    """Both sides of a disagreement about a value, which reads `plain` on the page, and its earlier states."""
    return {"value": footnotes.of(*names), "plain": plain}


@register.inclusion_tag("sources/_sources.html")
def sources(record: Record, *names: str) -> dict:
    """Where a value of another record than the page's is told: publishers, linked to the passages.

    Its evidence has been prefetched.
    """
    return {"value": Footnotes(record, record.evidence.all()).of(*names)}


@register.simple_tag
def mention(record: Record | None) -> str:
    """A link to another record by its name; nothing where there is none or readers do not see it."""
    if not record or not record.is_published:
        return ""
    return format_html(
        '<a href="{}"{}>{}</a>', record.get_absolute_url(), lang_attribute(record.name), record.name
    )


@register.filter
def title_language(report: Report) -> str:
    """The language of a report's title."""
    return language_codes.title_language(report.title, report.language)


@register.filter
def host(address: str) -> str:
    """The host of a web address, as readers know it: "en.people.cn"."""
    return urlsplit(address).hostname.removeprefix("www.")
