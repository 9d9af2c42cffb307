"""A filter for records that are related to all of several records, as in "with_city=almaty,osh"."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from pyroaring import BitMap

from sco_cities.i18n.punctuation import and_list

from . import fields
from .fields import NOT
from .filter_options import FilterOption, FilterOptions
from .filters import RecordsFilter

# Between the slugs of a value that requires all of them.
AND = ","


def split(value: str) -> list[str]:
    """The slugs in a value."""
    return list(dict.fromkeys(slug for part in value.lower().split(AND) if (slug := part.strip())))


class AllOfField(fields.RecordsField):
    """Any of the values. Each is a slug, or several slugs joined by commas that must all match; "-" excludes one."""

    def check(self, values):
        included, excluded = {}, {}
        for value in values:
            slugs = split(value.removeprefix(NOT))
            for slug in slugs or [value]:
                if slug.startswith(NOT):
                    raise ValidationError(self._not_found_error(slug, slug))
                super().check([slug])
            (excluded if value.startswith(NOT) else included)[AND.join(slugs)] = True
        return fields.SelectedValues(tuple(included), tuple(excluded))


class AllOfFilter(RecordsFilter):
    """Keeps records that are related to all records of any of the values. It has no options: links set it."""

    field_class = AllOfField

    def __init__(self, **kwargs):
        super().__init__(is_selectable=False, **kwargs)

    def keys_with_any(self, state, values: Iterable[str]) -> BitMap:
        bitmaps = state.facet(self.collection, self.field_name)

        def keys_with_all(value: str) -> BitMap:
            return BitMap.intersection(
                *(bitmaps.get(self.facet_key(state, slug), BitMap()) for slug in split(value))
            )

        return BitMap.union(BitMap(), *map(keys_with_all, values))

    def label_of(self, value):
        return and_list(map(super().label_of, split(value) or [value]))

    def options(self, state, others, values, limit=None):
        normalized = [value.lower() for value in values]
        slugs = {slug for value in normalized for slug in split(value.removeprefix(NOT))}
        known = self.choices.with_slugs(slugs)
        return FilterOptions(
            [
                FilterOption(
                    value, self.label_of(value), None, value in normalized, NOT + value in normalized
                )
                for value in dict.fromkeys(value.removeprefix(NOT) for value in normalized)
                if all(slug in known for slug in split(value))
            ],
            0,
        )
