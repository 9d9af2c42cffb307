"""Numbers as people write them: "16.6 million", "21.39", "2,700"."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

_SCALES = ((10**9, gettext_noop("%(number)s billion")), (10**6, gettext_noop("%(number)s million")))
# Chinese counts in ten thousands; no other language has these words.
_CHINESE_SCALES = ((10**8, "%(number)s亿"), (10**4, "%(number)s万"))
# With more decimals than this, the number in full is easier to read.
_MOST_DECIMALS = 2


def grouped(number: Decimal | int) -> str:
    """`number` with its thousands apart and without trailing zeros."""
    return number_format(Decimal(f"{Decimal(number).normalize():f}"), use_l10n=True, force_grouping=True)


def amount(number: Decimal | int) -> str:
    """`number` in millions or billions where that is short, else in full."""
    number = Decimal(number)
    for size, words in _CHINESE_SCALES if (get_language() or "").startswith("zh") else _SCALES:
        scaled = (number / size).normalize()
        if abs(number) >= size:
            if -scaled.as_tuple().exponent <= _MOST_DECIMALS:
                return _(words) % {"number": grouped(scaled)}
            break
    return grouped(number)
