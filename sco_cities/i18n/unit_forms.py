"""Russian units, with three forms that depend on the number, written as "поезд | поезда | поездов"."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SEPARATOR = "|"


def validate_forms(text: str) -> None:
    """Raises ValidationError unless `text` has one form, or all three."""
    forms = [form.strip() for form in text.split(SEPARATOR)]
    if len(forms) not in (1, 3) or (len(forms) == 3 and "" in forms):
        raise ValidationError(
            _(
                "Enter three forms separated by “|” (1 поезд | 2 поезда | 5 поездов), or one form that never "
                "changes."
            )
        )


def form_for(text: str, number: Decimal, *, is_exact: bool = True) -> str:
    """The form of a unit after `number`, as in "5 поездов", or after "over", "about" or "up to", as in "более 21
    поезда".
    """
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
