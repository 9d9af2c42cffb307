"""Names of exported files. They include the filters, as in "initiatives-kazakhstan-agreed.csv"."""

from collections.abc import Iterator

from anyascii import anyascii
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import override

from sco_cities.listings import all_of_filter
from sco_cities.listings.fields import NOT
from sco_cities.listings.filters import ListFilter, RecordsFilter
from sco_cities.listings.list_query import ListQuery

# Maximum length of a name, because old archive programs and shared folders limit the length of paths.
MAX_LENGTH = 80
# Maximum length of a part, so that a long search phrase leaves space for other filters.
_MAX_PART = 30


def declare_file_name(response: HttpResponse, stem: str, extension: str) -> None:
    """Sets the name under which browsers save the response. The name is ASCII."""
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}.{extension}")


def file_stem(list_query: ListQuery, name: str = "") -> str:
    """The file name without its extension. It combines `name`, or the list's name, with the values of the filters.

    Filters that would make the name too long are left out. The same query gives the same name in every language and
    format.
    """
    stem = name or list_query.listing.collection
    # Names of places and other records come first, as in "kazakhstan-agreed".
    filters = sorted(list_query.active_filters, key=lambda each: not isinstance(each[1], RecordsFilter))
    for parameter, item, values in filters:
        for part in _parts(parameter, item, values):
            if len(stem) + 1 + len(part) <= MAX_LENGTH:
                stem = f"{stem}-{part}"
    return stem


def _parts(parameter: str, item: ListFilter, values: list[str]) -> Iterator[str]:
    # Some values get a prefix, as in "from-2020". "lead-tianjin" has one, because "tianjin" alone stands for the
    # filter by city.
    is_named = parameter.startswith("year_") or not getattr(item, "is_selectable", True)
    prefix = f"{parameter.removeprefix('year_')}-" if is_named else ""
    for value in values:
        plain = value.removeprefix(NOT) if item.has_options else value
        all_of = isinstance(item, all_of_filter.AllOfFilter)
        words = [_word(item, each) for each in (all_of_filter.split(plain) if all_of else [plain])]
        if text := "-".join(filter(None, words)):
            yield f"{'not-' if plain != value else ''}{prefix.replace('_', '-')}{text}"


def _word(item: ListFilter, value: str) -> str:
    """A slug or code as a part of a file name. Two-letter country codes become English names."""
    text = value
    if len(value) <= 2 and isinstance(item, RecordsFilter):
        with override("en"):
            text = item.label_of(value)
    return slugify(anyascii(text).replace("_", "-"))[:_MAX_PART].strip("-")
