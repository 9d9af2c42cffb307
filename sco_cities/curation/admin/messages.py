"""Messages about many records, with their number, a list of names, and the number of unlisted records."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.i18n.punctuation import colon
from sco_cities.sources.base_models import Record


def count_label(number: int) -> str:
    """Formats a number of records, such as "3 records"."""
    return ngettext("%d record", "%d records", number) % number


def add_record_message(
    request: HttpRequest, level: int, text: str, number: int, records="", **values
) -> None:
    """Adds a message about `number` records, unless `number` is 0. In `text`, "%(records)s" is replaced by the number.

    `records` is an HTML list below the text, and `values` contains the other placeholder values.
    """
    if number:
        heading = text % {"records": count_label(number), **values}
        messages.add_message(request, level, format_html("{}{}", heading, records))


def more_label(number: int) -> str:
    """Returns the last line of a shortened list, such as "and 3 more"."""
    return ngettext("and %d more", "and %d more", number) % number


def name_list(items: Iterable[str], more: int = 0) -> str:
    """Renders `items` as an HTML list. The last line gives the number of items not listed."""
    lines = [*items, *([more_label(more)] if more > 0 else [])]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


def record_list(records: Iterable[Record], more: int = 0) -> str:
    """Renders an HTML list of links to the forms of records. `more` is the number of records not listed."""
    links = (format_html('<a href="{}">{}</a>', change_url(record), record) for record in records)
    return name_list(links, more)


def refusal_list(refused: Iterable[tuple[Record, str]], more: int = 0) -> str:
    """Renders an HTML list of rejected records, each with the reason. `more` is the number of records not listed."""
    return name_list(
        (
            format_html('<a href="{}">{}</a>{}{}', change_url(record), record, colon(), reason)
            for record, reason in refused
        ),
        more,
    )
