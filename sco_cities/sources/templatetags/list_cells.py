"""Cells that several lists share."""

from django import template
from django.utils.html import format_html
from django.utils.translation import npgettext

from sco_cities.i18n.numbers import GroupedInt
from sco_cities.sources.html import dispute_sign

register = template.Library()


@register.simple_tag
def report_count(record) -> str:
    """The number of supporting reports, marked if a report differs: "≠ 3 reports"."""
    count = record.report_count
    word = npgettext("after a number", "report", "reports", count)
    counted = format_html('{}<span class="cell-label"> {}</span>', GroupedInt(count), word)
    if not record.is_disputed:
        return counted
    return format_html("{} {}", dispute_sign(), counted)
