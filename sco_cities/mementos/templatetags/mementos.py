"""The values of a record as of a day, with their footnotes."""

from django import template
from django.utils.html import escape

from sco_cities.api.record_document import field_value
from sco_cities.api.record_values import RecordValue, has_remarks
from sco_cities.core.html import join_html
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.punctuation import comma
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.html import prose_html
from sco_cities.sources.templatetags import notes

register = template.Library()


@register.filter
def memento_text(text: str) -> str:
    """A text as HTML, with a word on its language if it is not that of the page."""
    return prose_html(text) if isinstance(text, Localized) else escape(text)


@register.simple_tag
def memento_value(record: Record, footnotes: Footnotes, value: RecordValue) -> str:
    """A row of the list of values: label, value, markers and other readings."""
    return notes.value(_content(record, value), footnotes, *value.keys, plain=value.text)


def _content(record: Record, value: RecordValue) -> str:
    """The value with links to the records that it names, as far as it says no more than their names."""
    name, *others = value.keys
    found = None if others or has_remarks(type(record), name) else field_value(record, name)
    records = found if isinstance(found, list) else [found]
    links = [notes.mention(each) for each in records if isinstance(each, Record)]
    return join_html(comma(), links) if links else memento_text(value.text)


@register.inclusion_tag("sources/_value_markers.html")
def memento_notes(footnotes: Footnotes, value: RecordValue) -> dict:
    """The markers of a value outside the list."""
    return notes.notes(footnotes, *value.keys)


@register.inclusion_tag("sources/_readings.html")
def memento_readings(footnotes: Footnotes, value: RecordValue) -> dict:
    """The readings of a disputed value outside the list."""
    return notes.readings(footnotes, *value.keys, plain=value.text)
