"""What messages say of many records: how many they are, which, and how many more than they name."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from sco_cities.sources.base_models import Record

from .admin_urls import change_url


def count_label(number: int) -> str:
    """So many records."""
    return ngettext("%d record", "%d records", number) % number


def more_label(number: int) -> str:
    """What stands behind the first few of a list."""
    return ngettext("and %d more", "and %d more", number) % number


def name_list(items: Iterable[str], more: int = 0) -> str:
    """A list of `items`, and how many there are besides."""
    lines = [*items, *([more_label(more)] if more > 0 else [])]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


def refusal_list(refused: Iterable[tuple[Record, str]], more: int = 0) -> str:
    """A list of records that were refused, each with the reason."""
    return name_list(
        (
            format_html('<a href="{}">{}</a>: {}', change_url(record), record, reason)
            for record, reason in refused
        ),
        more,
    )
