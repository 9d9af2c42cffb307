"""Filters for records related to all of several records, as in "with_city=almaty,osh"."""

from collections.abc import Iterable, Sequence

from django.http import QueryDict
from pyroaring import BitMap

from sco_cities.i18n.punctuation import and_list

from . import fields, querystring
from .fields import NOT, divide
from .filter_options import FilterOption, FilterOptions
from .filters import RecordsFilter

# Separates the slugs in a value that requires all of them.
AND = ","
# The form's choice between records that match any of the ticked options and records that match all of them.
ANY, ALL = MATCH_CHOICES = ("any", "all")


def split(value: str) -> list[str]:
    """Splits a value into slugs."""
    return list(dict.fromkeys(slug for part in value.lower().split(AND) if (slug := part.strip())))


def joined(values: Iterable[str]) -> list[str]:
    """Joins all included values into one value, such as "almaty,osh". Excluded values stay separate."""
    included, excluded = divide(values)
    slugs = dict.fromkeys(slug for value in included for slug in split(value) or [value])
    return [*([AND.join(slugs)] if slugs else []), *excluded]


def with_joined_values(params: QueryDict, choices: Iterable[tuple[str, str]]) -> QueryDict:
    """Converts the query to the form that links have, as in "city=almaty,osh" for
    "city=almaty&city=osh&city_match=all".

    `choices` are pairs of a filter's name and the parameter of its form field. If there are fewer than two values, the
    parameter is kept, because the reader may add values.
    """
    params = params.copy()
    for name, parameter in choices:
        match, values = params.get(parameter), querystring.values(params, name)
        if match == ALL and len(divide(values)[0]) > 1:
            params.setlist(name, joined(values))
            del params[parameter]
        elif match in ("", ANY):
            del params[parameter]
    return params


class AllOfField(fields.RecordsField):
    """Any number of values. Each is a slug, or slugs joined by commas that must all match. "-" excludes a value."""

    def check(self, values):
        included, excluded = {}, {}
        for value in values:
            slugs = split(value.removeprefix(NOT))
            for slug in slugs or [value]:
                if slug.startswith(NOT):
                    raise self._not_found_error(slug, slug)
                super().check([slug])
            (excluded if value.startswith(NOT) else included)[AND.join(slugs)] = True
        return fields.SelectedValues(tuple(included), tuple(excluded))


class AllOfFilter(RecordsFilter):
    """Keeps records that are related to all records of any of the values.

    If the filter is selectable, the reader chooses between any and all of the ticked options.
    """

    field_class = AllOfField

    @property
    def match_parameter(self):
        return f"{self.field_name}_match" if self.is_selectable else ""

    def requires_all(self, values):
        included, _excluded = divide(values)
        return (len(included) == 1 and len(split(included[0])) > 1) or (
            self.parent.data.get(self.match_parameter) == ALL
        )

    def option_values(self, values):
        if not self.is_selectable or not self.requires_all(values):
            return values
        included, excluded = divide(values)
        return [*(slug for value in included for slug in split(value) or [value]), *excluded]

    def keys_with_any(self, state, values: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *(self._keys_with_all(state, split(value)) for value in values))

    def _keys_with_all(self, state, slugs: Sequence[str]) -> BitMap:
        bitmaps = state.facet(self.collection, self.field_name)
        return BitMap.intersection(*(bitmaps.get(self.facet_key(state, slug), BitMap()) for slug in slugs))

    def label_of(self, value):
        return and_list(map(super().label_of, split(value) or [value]))

    def options_among(self, state, others, values, limit=None):
        if not self.is_selectable:
            return FilterOptions(self._joined_options(values), 0)
        separate = self.option_values(values)
        if others is not None and self.requires_all(values):
            # The count of an option is the number of records that match if the option is also ticked.
            included, _excluded = divide(map(self.normalize, separate))
            known = self.choices.with_slugs(included)
            others = others & self._keys_with_all(state, list(known)) if known else others
        options = super().options_among(state, others, separate, limit)
        several = [value for value in separate if len(split(value.removeprefix(NOT))) > 1]
        return FilterOptions([*self._joined_options(several), *options.visible], options.hidden_count)

    def _joined_options(self, values: Iterable[str]) -> list[FilterOption]:
        normalized = [value.lower() for value in values]
        slugs = {slug for value in normalized for slug in split(value.removeprefix(NOT))}
        known = self.choices.with_slugs(slugs)
        return [
            FilterOption(value, self.label_of(value), None, value in normalized, NOT + value in normalized)
            for value in dict.fromkeys(value.removeprefix(NOT) for value in normalized)
            if all(slug in known for slug in split(value))
        ]
