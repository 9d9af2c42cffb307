"""Form fields that read the values of a repeated parameter, and say in a sentence what is wrong with one."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from . import search_backend
from .querystring import tidy

# Before a value it turns the filter round: "status=-completed" keeps what is not completed.
NOT = "-"
MAX_SEARCH_LENGTH = 200
# Each phrase is a condition of its own, and databases bound the depth of conditions.
MAX_PHRASES = 10
_SHOWN = 60


def shortened(value: str) -> str:
    """`value` as an error text repeats it: short, and without characters that cannot be shown."""
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"


class ValuesField(forms.Field):
    """All values of a parameter, without the empty ones and repetitions.

    `check` gets those and returns what the filter takes; it raises ValidationError for a wrong one.
    """

    widget = forms.SelectMultiple

    def __init__(self, **kwargs):
        kwargs["required"] = False
        super().__init__(**kwargs)

    def __deepcopy__(self, memo):
        # Each set of filters makes fields of its own, and its form copies them once more: nothing changes them.
        return copy(self)

    def clean(self, value):
        values = list(dict.fromkeys(tidied for item in value or [] if (tidied := tidy(item))))
        for item in values:
            if not item.isprintable():
                raise ValidationError(
                    _("“%(value)s” contains characters that cannot be searched for. Remove them.")
                    % {"value": shortened(item)}
                )
        return self.check(values)

    def check(self, values: list[str]):
        return values


@dataclass(frozen=True)
class SelectedValues:
    """What a filter is to keep: records with any of the values `wanted`, and with none of the `unwanted`."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    def __bool__(self):
        return bool(self.wanted or self.unwanted)


class ChoicesField(ValuesField):
    """Any of a fixed set of choices, by their codes; "-code" for none of them."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs):
        self.choices = dict(choices)
        super().__init__(**kwargs)

    def check(self, values):
        wanted, unwanted = [], []
        for value in values:
            code = value.removeprefix(NOT)
            if code not in self.choices:
                raise ValidationError(
                    _("“%(value)s” is not one of the options. Choose: %(choices)s.")
                    % {"value": shortened(value), "choices": ", ".join(self.choices)}
                )
            (unwanted if value.startswith(NOT) else wanted).append(code)
        return SelectedValues(tuple(wanted), tuple(unwanted))


class RecordsField(ValuesField):
    """Any of the published records of a kind, by slug; "-slug" for none of them.

    `known` gives those of the slugs it gets that there are, or without an argument all that are on offer.
    """

    def __init__(self, *, known: Callable[..., Iterable[str]], is_offered: bool = True, **kwargs):
        self.known = known
        self.is_offered = is_offered
        super().__init__(**kwargs)

    def check(self, values):
        if not values:
            return SelectedValues()
        slugs = [value.lower() for value in values]
        known = set(self.known([slug.removeprefix(NOT) for slug in slugs]))
        wanted, unwanted = {}, {}
        for value, slug in zip(values, slugs, strict=True):
            name = slug.removeprefix(NOT)
            if name not in known:
                raise ValidationError(self._unknown(value, name))
            (unwanted if slug.startswith(NOT) else wanted)[name] = True
        return SelectedValues(tuple(wanted), tuple(unwanted))

    def _unknown(self, value: str, slug: str) -> str:
        near = get_close_matches(slug[:_SHOWN], self.known(), n=3, cutoff=0.7)
        if near:
            return _("“%(value)s” was not found. Did you mean %(near)s?") % {
                "value": shortened(value),
                "near": ", ".join(near),
            }
        if not self.is_offered:
            return _("“%(value)s” was not found.") % {"value": shortened(value)}
        return _("“%(value)s” was not found. Choose from the list.") % {"value": shortened(value)}


class OneValueField(ValuesField):
    """A parameter that makes sense only once; None where it is not given."""

    def check(self, values):
        if len(values) > 1:
            raise ValidationError(
                _("Enter only one value, not %(count)s: %(values)s.")
                % {"count": len(values), "values": shortened(", ".join(values))}
            )
        return self.read(values[0]) if values else None

    def read(self, value: str):
        return value


class YearField(OneValueField):
    """A year from 1 to 9999."""

    def read(self, value):
        if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) > 0):
            raise ValidationError(
                _("“%(value)s” is not a year. Enter a year such as 2024.") % {"value": shortened(value)}
            )
        return int(value)


class SearchField(ValuesField):
    """Words to search for; a repeated parameter means any of the phrases."""

    def check(self, values):
        if len(values) > MAX_PHRASES:
            raise ValidationError(
                _("Too many phrases: %(count)s. Search for at most %(most)s.")
                % {"most": MAX_PHRASES, "count": len(values)}
            )
        for value in values:
            if len(value) > MAX_SEARCH_LENGTH:
                raise ValidationError(
                    _("The search text is too long: %(count)s characters. Enter at most %(most)s.")
                    % {"most": MAX_SEARCH_LENGTH, "count": len(value)}
                )
            if problem := search_backend.problem_with(value):
                raise ValidationError(problem)
        return values
