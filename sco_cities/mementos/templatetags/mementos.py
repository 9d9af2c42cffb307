"""Template tags for the values of a record as of a past date, with their footnotes."""

from django import template
from django.utils.html import escape

from initiatives.models import Initiative
from initiatives.templatetags.status import status_label
from sco_cities.api.record_document import field_value
from sco_cities.api.record_markdown import RecordValue, remarked_records
from sco_cities.core.html import fill_template, join_html
from sco_cities.core.localized_names import Localized
from sco_cities.i18n.punctuation import brackets, comma, semicolon
from sco_cities.sources.base_models import Record
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.html import prose_html
from sco_cities.sources.templatetags import notes

register = template.Library()


@register.filter
def memento_text(text: str) -> str:
    """Returns a text as HTML, with a note on its language if that differs from the language of the page."""
    return prose_html(text) if isinstance(text, Localized) else escape(text)


@register.simple_tag
def memento_value(record: Record, footnotes: Footnotes, value: RecordValue) -> str:
    """Returns a row in the list of values, with label, value, markers and other readings."""
    return notes.value(_content(record, value), footnotes, *value.keys, plain=value.text)


def _content(record: Record, value: RecordValue) -> str:
    """Returns the value as on the current page. A status has its symbol, and related records are links."""
    name, *others = value.keys
    if others:
        return memento_text(value.text)
    if isinstance(record, Initiative) and name == "status":
        return status_label(record.status)
    if remarked := remarked_records(record, name):
        opening, closing = brackets()
        links = ((notes.mention(each), opening, memento_text(remark), closing) for each, remark in remarked)
        return join_html(semicolon(), (fill_template("{}{}{}{}", *each) for each in links))
    found = field_value(record, name)
    found = found if isinstance(found, list) else [found]
    records = sorted((each for each in found if isinstance(each, Record)), key=str)
    links = [notes.mention(each) for each in records]
    return join_html(comma(), links) if links else memento_text(value.text)


@register.simple_tag
def memento_notes(footnotes: Footnotes, value: RecordValue) -> str:
    """Returns the footnote markers of a value that is not shown in the list."""
    return notes.notes(footnotes, *value.keys)


@register.simple_tag
def memento_readings(footnotes: Footnotes, value: RecordValue) -> str:
    """Returns the readings of a disputed value that is not shown in the list."""
    return notes.readings(footnotes, *value.keys, plain=value.text)
