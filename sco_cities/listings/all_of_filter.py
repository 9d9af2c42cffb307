"""A filter by records that take part together: a value may join several, of which all must."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from pyroaring import BitMap

from sco_cities.i18n.punctuation import comma_list

from . import fields
from .fields import NOT
from .filter_options import FilterOption, FilterOptions
from .filters import RecordsFilter

# Between the slugs of records of which all are meant.
AND = ","


def split(value: str) -> list[str]:
    """The slugs that a value joins."""
    return list(dict.fromkeys(slug for part in value.lower().split(AND) if (slug := part.strip())))


class AllOfField(fields.RecordsField):
    """Any of the values, each a slug or several joined by a comma, of which all are meant; "-" for none of them."""

    def check(self, values):
        wanted, unwanted = {}, {}
        for value in values:
            slugs = split(value.removeprefix(NOT))
            for slug in slugs or [value]:
                if slug.startswith(NOT):
                    raise ValidationError(self._unknown(slug, slug))
                super().check([slug])
            (unwanted if value.startswith(NOT) else wanted)[AND.join(slugs)] = True
        return fields.SelectedValues(tuple(wanted), tuple(unwanted))


class AllOfFilter(RecordsFilter):
    """Keeps what is tied to all the records of any of the values. Readers do not choose it, links lead to it."""

    field_class = AllOfField

    def __init__(self, **kwargs):
        super().__init__(is_offered=False, **kwargs)

    def having(self, state, values: Iterable[str]) -> BitMap:
        bitmaps = state.facet(self.collection, self.field_name)

        def having_all(value: str) -> BitMap:
            found = (bitmaps.get(self.facet_key(state, slug), BitMap()) for slug in split(value))
            return BitMap.intersection(*found)

        return BitMap.union(BitMap(), *map(having_all, values))

    def _narrowed(self, qs, values):
        found = Q()
        for value in values:
            together = qs.model.objects.all()
            for slug in split(value):
                together = super()._narrowed(together, [slug])
            found |= Q(pk__in=together.values("pk"))
        return qs.filter(found)

    def label_of(self, value):
        *others, last = map(super().label_of, split(value) or [value])
        return _("%(first)s and %(last)s") % {"first": comma_list(others), "last": last} if others else last

    def options(self, state, others, values, most=None):
        given = [value.lower() for value in values]
        known = {slug for value in given for slug in split(value.removeprefix(NOT))}
        known = self.offered.named(known)
        return FilterOptions(
            [
                FilterOption(value, self.label_of(value), None, value in given, NOT + value in given)
                for value in dict.fromkeys(value.removeprefix(NOT) for value in given)
                if all(slug in known for slug in split(value))
            ],
            0,
        )
