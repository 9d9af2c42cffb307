"""Number formats for running text, and units that depend on the number."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial

from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, gettext_noop, pgettext
from django.utils.translation import gettext as _


class GroupedInt(int):
    """An integer formatted with the thousands separators of the reader's language."""

    def __str__(self):
        return grouping_formatter(get_language())(int(self))


class PartOfAll(int):
    """A number out of a total, for the text before a plural form, such as "26 of 203" in "26 of 203 initiatives"."""

    def __new__(cls, part: int, whole: int):
        # After "из", Russian uses other plural forms (the form for 2 or, with most numbers, the form for 5).
        is_one = get_language() == "ru" and whole % 10 == 1 and whole % 100 != 11
        number = super().__new__(cls, 2 if is_one else 5 if whole != 1 else 1)
        number.words = pgettext("a part of a list", "%(part)s of %(whole)s") % {
            "part": GroupedInt(part),
            "whole": GroupedInt(whole),
        }
        return number

    def __str__(self):
        return self.words


@cache
def grouping_formatter(language: str | None) -> Callable[[int], str]:
    """Returns a formatter for integers that is ten times as fast as Django's. A page contains hundreds of integers."""
    if get_format("NUMBER_GROUPING", language) != 3:
        return partial(number_format, force_grouping=True)
    separator = str(get_format("THOUSAND_SEPARATOR", language))
    return lambda number: f"{number:,}".replace(",", separator)


_SCALES = ((10**9, gettext_noop("%(number)s billion")), (10**6, gettext_noop("%(number)s million")))
# Chinese has words for 10⁴ and 10⁸. They are not messages, because other languages have no equivalent.
_CHINESE_SCALES = ((10**8, "%(number)s亿"), (10**4, "%(number)s万"))
# If the short form needs more decimals, the full number is easier to read.
_MAX_DECIMALS = 2


def format_grouped(number: Decimal | int) -> str:
    """Formats `number` with thousands separators and without trailing zeros."""
    return number_format(Decimal(f"{Decimal(number).normalize():f}"), use_l10n=True, force_grouping=True)


def format_amount(number: Decimal | int) -> str:
    """Formats `number` in millions or billions if the result is short, otherwise in full."""
    number = Decimal(number)
    for size, words in _CHINESE_SCALES if (get_language() or "").startswith("zh") else _SCALES:
        scaled = (number / size).normalize()
        if abs(number) >= size:
            if -scaled.as_tuple().exponent <= _MAX_DECIMALS:
                return _(words) % {"number": format_grouped(scaled)}
            break
    return format_grouped(number)


SEPARATOR = "|"


def validate_forms(text: str) -> None:
    """Raises ValidationError unless `text` has exactly one or three forms."""
    forms = [form.strip() for form in text.split(SEPARATOR)]
    if len(forms) not in (1, 3) or (len(forms) == 3 and "" in forms):
        raise ValidationError(
            _(
                "Enter three forms separated by “|” (1 поезд | 2 поезда | 5 поездов), or one form that never "
                "changes."
            )
        )


def form_for(text: str, number: Decimal, *, is_exact: bool = True) -> str:
    """Returns the form of a unit after `number` ("5 поездов"), or after words such as "over" ("более 21 поезда")."""
    forms = [form.strip() for form in text.split(SEPARATOR)]
    if len(forms) != 3:
        return text
    one, few, many = forms
    if number % 1:
        return few
    last, last_two = abs(int(number)) % 10, abs(int(number)) % 100
    if last == 1 and last_two != 11:
        return one if is_exact else few
    return few if is_exact and last in (2, 3, 4) and last_two not in (12, 13, 14) else many
