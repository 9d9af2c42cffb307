"""Form fields that read the values of a repeated parameter, and say in a sentence what is wrong with one."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .querystring import tidy

MAX_WORDS_LENGTH = 200
# Each phrase is a condition of its own, and databases bound the depth of conditions.
MAX_PHRASES = 10
_SHOWN = 60


def shown(value: str) -> str:
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

    def clean(self, value):
        values = list(dict.fromkeys(text for item in value or [] if (text := tidy(item))))
        for item in values:
            if not item.isprintable():
                raise ValidationError(
                    _("“%(value)s” has characters that cannot be searched for.") % {"value": shown(item)}
                )
        return self.check(values)

    def check(self, values: list[str]):
        return values


class ChoicesField(ValuesField):
    """Any of a fixed set of choices, by their codes."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs):
        self.choices = tuple(choices)
        super().__init__(**kwargs)

    def options(self, values: list[str]) -> dict[str, str]:
        """The choices on offer: their words by their codes."""
        return dict(self.choices)

    def check(self, values):
        known = self.options(values)
        for value in values:
            if value not in known:
                raise ValidationError(
                    _("“%(value)s” is none of the choices: %(choices)s.")
                    % {"value": shown(value), "choices": ", ".join(known)}
                )
        return values


class RecordsField(ValuesField):
    """Any of the published records of a kind, by slug; read with one query.

    With `offer_all` every record of the kind is on offer, otherwise only the chosen ones.
    """

    def __init__(self, *, records: Callable[[], QuerySet], offer_all: bool = True, **kwargs):
        self.records = records
        self.offer_all = offer_all
        super().__init__(**kwargs)

    def options(self, values: list[str]) -> dict[str, str]:
        """The records on offer: their names by their slugs, in the order of the names."""
        if not hasattr(self, "_options"):
            records = self.records() if self.offer_all else self._chosen(values)
            self._options = dict(
                sorted(((record.slug, str(record)) for record in records), key=lambda item: item[1])
            )
        return self._options

    def _chosen(self, values):
        slugs = [value.lower() for value in values if value.isprintable()]
        return self.records().filter(slug__in=slugs) if slugs else ()

    def check(self, values):
        if not values:
            return []
        slugs = [value.lower() for value in values]
        known = self.options(slugs)
        for value, slug in zip(values, slugs, strict=True):
            if slug not in known:
                raise ValidationError(self._unknown(value, slug, known))
        return list(dict.fromkeys(slugs))

    def _unknown(self, value: str, slug: str, known: dict[str, str]) -> str:
        near = get_close_matches(slug[:_SHOWN], known, n=3, cutoff=0.7)
        if near:
            return _("“%(value)s” is not known here. Did you mean %(near)s?") % {
                "value": shown(value),
                "near": ", ".join(near),
            }
        if not self.offer_all:
            return _("“%(value)s” is not known here.") % {"value": shown(value)}
        return _("“%(value)s” is not known here. Choose one from the list.") % {"value": shown(value)}


class OneValueField(ValuesField):
    """A parameter that makes sense only once; None where it is not given."""

    def check(self, values):
        if len(values) > 1:
            raise ValidationError(
                _("Give one value, not %(count)s: %(values)s.")
                % {"count": len(values), "values": shown(", ".join(values))}
            )
        return self.read(values[0]) if values else None

    def read(self, value: str):
        return value


class YearField(OneValueField):
    """A year from 1 to 9999."""

    def read(self, value):
        if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) > 0):
            raise ValidationError(
                _("“%(value)s” is not a year. Write it as in 2024.") % {"value": shown(value)}
            )
        return int(value)


class WordsField(ValuesField):
    """Words to search for; a repeated parameter means any of the phrases."""

    def check(self, values):
        if len(values) > MAX_PHRASES:
            raise ValidationError(
                _("Search for at most %(most)s phrases, not %(count)s.")
                % {"most": MAX_PHRASES, "count": len(values)}
            )
        for value in values:
            if len(value) > MAX_WORDS_LENGTH:
                raise ValidationError(
                    _("Search for at most %(most)s characters, not %(count)s.")
                    % {"most": MAX_WORDS_LENGTH, "count": len(value)}
                )
        return values
