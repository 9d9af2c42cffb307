"""Form fields that accept repeated query parameters and report errors in full sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sco_cities.core import tokenizer
from sco_cities.core.exceptions import shortened
from sco_cities.i18n.punctuation import comma_list

from .filter_options import NOT
from .querystring import ErrorCode, QueryError, not_a_choice, not_found, tidy

MAX_SEARCH_LENGTH = 200
# Limited because each phrase becomes a separate condition, and databases limit the depth of conditions.
MAX_PHRASES = 10


def divide(values: Iterable[str]) -> tuple[list[str], list[str]]:
    """Splits values into included and excluded values."""
    values = list(values)
    return (
        [value for value in values if not value.startswith(NOT)],
        [value for value in values if value.startswith(NOT)],
    )


def invalid(sentence: str, code: ErrorCode, value: str = "", near: Iterable[str] = ()) -> ValidationError:
    """Returns the exception for an invalid value. Its message is a `QueryError`."""
    return ValidationError(QueryError(sentence, code, value, near))


class ValuesField(forms.Field):
    """The values of a parameter, without empty values and duplicates.

    `check` returns the cleaned value for the filter, or raises ValidationError.
    """

    widget = forms.SelectMultiple

    def __init__(self, **kwargs):
        kwargs["required"] = False
        super().__init__(**kwargs)

    def clean(self, value):
        values = list(dict.fromkeys(tidied for item in value or [] if (tidied := tidy(item))))
        for item in values:
            if not item.isprintable():
                sentence = _("“%(value)s” contains characters that cannot be searched for. Remove them.")
                raise invalid(sentence % {"value": shortened(item)}, ErrorCode.UNSEARCHABLE, item)
        return self.check(values)

    def check(self, values: list[str]):
        return values


@dataclass(frozen=True)
class SelectedValues:
    """The values of a filter. A record matches if it has at least one `included` value and no `excluded` value."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __bool__(self):
        return bool(self.included or self.excluded)


class SelectionField(ValuesField):
    """Accepts values that `name_of` accepts. "-value" excludes a value."""

    def check(self, values):
        included, excluded = {}, {}
        for value in values:
            (excluded if value.startswith(NOT) else included)[self.name_of(value)] = True
        return SelectedValues(tuple(included), tuple(excluded))

    def name_of(self, value: str) -> str:
        """Returns the name of a valid value, without a leading "-". Raises ValidationError for an invalid value."""
        raise NotImplementedError


class ChoicesField(SelectionField):
    """Accepts codes from a fixed set. "-code" excludes a choice. Errors list the labels."""

    def __init__(self, *, choices: Iterable[tuple[str, str]], **kwargs):
        self.choices = dict(choices)
        super().__init__(**kwargs)

    def name_of(self, value):
        code = value.removeprefix(NOT)
        if code not in self.choices:
            raise ValidationError(not_a_choice(value, self.choices, comma_list(self.choices.values())))
        return code


class RecordsField(SelectionField):
    """Accepts slugs of published records of a collection. "-slug" excludes a record.

    `records` is the field's filter, which looks up records by slug and by name.
    """

    def __init__(self, *, records: Any, **kwargs):
        self.records = records
        super().__init__(**kwargs)

    def check(self, values):
        # Looks up all slugs together, because a lookup may run a database query.
        self.records.known_slugs([value.lower().removeprefix(NOT) for value in values])
        return super().check(values)

    def name_of(self, value):
        slug = value.lower().removeprefix(NOT)
        if slug not in self.records.known_slugs([slug]):
            raise self._not_found_error(value, slug)
        return slug

    def _not_found_error(self, value: str, slug: str) -> ValidationError:
        named = self.records.named_slugs(slug) if len(slug) <= MAX_SEARCH_LENGTH else []
        known = () if named else self.records.known_slugs()
        return ValidationError(not_found(value, slug, named, known, is_selectable=self.records.is_selectable))


class OneValueField(ValuesField):
    """A parameter that can occur only once. The value is None if the parameter is missing."""

    def check(self, values):
        if len(values) > 1:
            sentence = _("Enter only one value, not %(count)s: %(values)s.") % {
                "count": len(values),
                "values": shortened(", ".join(values)),
            }
            raise invalid(sentence, ErrorCode.TOO_MANY)
        return self.parse(values[0]) if values else None

    def parse(self, value: str):
        return value


class YearField(OneValueField):
    """A year from 1 to 9999."""

    def parse(self, value):
        if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) > 0):
            sentence = _("“%(value)s” is not a valid year. Enter a year such as 2024.")
            raise invalid(sentence % {"value": shortened(value)}, ErrorCode.NOT_A_YEAR, value)
        return int(value)


class SearchField(ValuesField):
    """One or more search phrases. A record must match at least one phrase."""

    def check(self, values):
        if len(values) > MAX_PHRASES:
            sentence = _("Too many phrases: %(count)s. Search for at most %(most)s.")
            raise invalid(sentence % {"most": MAX_PHRASES, "count": len(values)}, ErrorCode.TOO_MANY)
        for value in values:
            if len(value) > MAX_SEARCH_LENGTH:
                sentence = _("The search text is too long: %(count)s characters. Enter at most %(most)s.") % {
                    "most": MAX_SEARCH_LENGTH,
                    "count": len(value),
                }
                raise invalid(sentence, ErrorCode.TOO_LONG, value)
            if error := tokenizer.phrase_error(value):
                raise invalid(error, ErrorCode.UNSEARCHABLE, value)
        return values
