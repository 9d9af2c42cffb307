"""Filters by the years that records overlap."""

import datetime
import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from pyroaring import BitMap

from sco_cities.facet_index.state import IndexState
from sco_cities.facet_index.year_facet import YearFacet

from . import fields
from .fields import NOT, SelectedValues, ValuesField, shortened
from .filter_options import FilterOption, FilterOptions
from .filters import FacetFilter, ListFilter


class YearFilter(ListFilter):
    """Keeps what overlaps the time from the first day of a year on, or up to its last."""

    field_class = fields.YearField

    def __init__(self, *, narrow: str = "overlapping", **kwargs):
        super().__init__(narrow=narrow, **kwargs)

    def overlapping(self, state: IndexState, first: int | None, last: int | None) -> BitMap:
        years: YearFacet = state.index(self.collection).kind.facets["years"]
        return years.overlapping(state, self.collection, first, last)


class YearFromFilter(YearFilter):
    """Keeps what is not over before the year."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("From year"), phrase=pgettext_lazy("list by year", "from %s"), **kwargs
        )

    def kept(self, state, value):
        return self.overlapping(state, value, None)

    def filter(self, qs, value):
        return getattr(qs, self.narrow)(datetime.date(value, 1, 1), None) if value else qs


class YearToFilter(YearFilter):
    """Keeps what has begun by the end of the year."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("To year"), phrase=pgettext_lazy("list by year", "up to %s"), **kwargs
        )

    def kept(self, state, value):
        return self.overlapping(state, None, value)

    def filter(self, qs, value):
        return getattr(qs, self.narrow)(None, datetime.date(value, 12, 31)) if value else qs


# Of what begins at a time that no report gives.
UNKNOWN = "unknown"
# Each is a condition of its own, and databases bound the depth of conditions.
MAX_SPANS = 50
_SPAN = re.compile(r"(?:(\d{1,4})|\.\.)/(?:(\d{1,4})|\.\.)", re.ASCII)


def span(first: int | None, last: int | None) -> str:
    """The value for what begins from the year `first` to the year `last`; None leaves an end open."""
    if first == last:
        return str(first)
    return f"{first or '..'}/{last or '..'}"


def _years(value: str) -> tuple[int | None, int | None] | None:
    """The first and the last year of a value; None where it is no years."""
    if value.isascii() and value.isdigit() and len(value) <= 4:
        value = f"{value}/{value}"
    if not (match := _SPAN.fullmatch(value)):
        return None
    first, last = (int(year) if year else None for year in match.groups())
    if first == last is None or 0 in (first, last) or (first and last and first > last):
        return None
    return first, last


class StartField(ValuesField):
    """Years ("2024"), spans of them ("2020/2024", "../1999", "2030/.."), or "unknown"; with "-" what is left out."""

    def check(self, values):
        if len(values) > MAX_SPANS:
            raise ValidationError(
                _("Too many year ranges: %(count)s. Enter at most %(most)s.")
                % {"most": MAX_SPANS, "count": len(values)}
            )
        wanted, unwanted = [], []
        for value in values:
            given = value.removeprefix(NOT)
            if given != UNKNOWN and _years(given) is None:
                raise ValidationError(
                    _(
                        "“%(value)s” is not a valid start year. Enter a year such as 2024, a range such as "
                        "2020/2024, or “unknown”."
                    )
                    % {"value": shortened(value)}
                )
            (unwanted if value.startswith(NOT) else wanted).append(given)
        return SelectedValues(tuple(wanted), tuple(unwanted))


class StartFilter(FacetFilter):
    """Keeps what begins in any of these years. Where a start is itself vague, its first possible year counts."""

    field_class = StartField
    # Charts lead to it; the years that records overlap are what readers choose by.
    is_offered = False

    def __init__(self, **kwargs):
        super().__init__(
            narrow="",
            field_name="years",
            label=gettext_lazy("Start year"),
            phrase=gettext_lazy("started in %s"),
            **kwargs,
        )

    def having(self, state: IndexState, values: Iterable[str]) -> BitMap:
        """The keys of the records that begin in any of these years."""
        started = state.facet(self.collection, self.field_name)
        found = BitMap()
        for value in values:
            if value == UNKNOWN:
                found |= state.published(self.collection).difference(*started.values())
            else:
                first, last = _years(value)
                found |= BitMap.union(
                    BitMap(),
                    *(
                        having
                        for year, having in started.items()
                        if (first or 1) <= year <= (last or datetime.MAXYEAR)
                    ),
                )
        return found

    def _narrowed(self, qs: QuerySet, values: list[str]) -> QuerySet:
        wanted = Q(pk__in=[])
        for value in values:
            if value == UNKNOWN:
                wanted |= Q(starts_first__isnull=True)
            else:
                first, last = _years(value)
                wanted |= Q(
                    starts_first__gte=datetime.date(first or 1, 1, 1),
                    starts_first__lte=datetime.date(last or datetime.MAXYEAR, 12, 31),
                )
        return qs.filter(wanted)

    def label_of(self, value):
        if value == UNKNOWN:
            return _("an unknown year")
        first, last = _years(value) or (None, None)
        if first == last:
            return value
        if first is None:
            return _("%(year)s or before") % {"year": last}
        if last is None:
            return _("%(year)s or later") % {"year": first}
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def options(self, state, others, values, most=None):
        given = dict.fromkeys(value.removeprefix(NOT) for value in values)
        known = [value for value in given if value == UNKNOWN or _years(value)]
        return FilterOptions(
            [
                FilterOption(
                    value,
                    self.label_of(value),
                    None if others is None else self.having(state, [value]).intersection_cardinality(others),
                    value in values,
                    NOT + value in values,
                )
                for value in known
            ],
            0,
        )
