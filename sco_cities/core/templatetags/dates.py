"""Template filters and tags for dates and language names."""

from django import template

from sco_cities.core import edtf
from sco_cities.core.language_codes import language_name

register = template.Library()

register.filter("format_date", edtf.format_date)
register.filter("short_date", edtf.format_short_date)
register.filter("language_name", language_name)


@register.simple_tag
def date_range(starts_on: str, ends_on: str, *, is_short: bool = False) -> str:
    """Formats two EDTF dates as a range, such as "2024 to 2029", "May 2025" or "until 2029".

    Returns "" if both dates are empty. `is_short` abbreviates dates for list rows.
    """
    format_date = edtf.format_short_date if is_short else edtf.format_date
    if not ends_on or starts_on == ends_on:
        return format_date(starts_on)
    if "/" in starts_on or "/" in ends_on:
        # An interval cannot be the start or end of a range.
        return format_date(starts_on or ends_on)
    return format_date(f"{starts_on or '..'}/{ends_on}")
