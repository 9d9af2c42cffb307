"""Filters by the years that records overlap."""

import datetime

from django.utils.translation import gettext_lazy, pgettext_lazy
from pyroaring import BitMap

from . import fields
from .filters import ListFilter
from .index.state import State
from .index.years import Years


class YearFilter(ListFilter):
    """Keeps what overlaps the time from the first day of a year on, or up to its last."""

    field_class = fields.YearField

    def __init__(self, *, narrow: str = "overlapping", **kwargs):
        super().__init__(narrow=narrow, **kwargs)

    def overlapping(self, state: State, first: int | None, last: int | None) -> BitMap:
        years: Years = state.index(self.collection).kind.facets["years"]
        return years.overlapping(state, self.collection, first, last)


class YearFromFilter(YearFilter):
    """Keeps what is not over before the year."""

    def __init__(self, **kwargs):
        super().__init__(
            label=gettext_lazy("From year"), phrase=pgettext_lazy("list by year", "from %s on"), **kwargs
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
