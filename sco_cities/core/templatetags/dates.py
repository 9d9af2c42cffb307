"""Dates and names of languages as people write them, in the reader's language."""

from django import template

from sco_cities.core import edtf
from sco_cities.core.language_codes import language_name

register = template.Library()

register.filter("in_words", edtf.format_date)
register.filter("language_name", language_name)


@register.simple_tag
def span(starts_on: str, ends_on: str) -> str:
    """From when to when, as far as is known: "2024 to 2029", "May 2025", "until 2029", or nothing."""
    if not ends_on or starts_on == ends_on:
        return edtf.format_date(starts_on)
    if "/" in starts_on or "/" in ends_on:
        # A start or end that is itself vague is told by its own.
        return edtf.format_date(starts_on or ends_on)
    return edtf.format_date(f"{starts_on or '..'}/{ends_on}")
