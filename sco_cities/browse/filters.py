"""Filters that say in words what they keep; each kind of record declares its own, once, for every form of its list.

A filter narrows by a method of the record's QuerySet (`narrow="in_countries"`), so that the domain's words are
said there and the query string only names them.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import fields


@dataclass(frozen=True)
class Option:
    """A value that a filter offers."""

    value: str
    label: str
    selected: bool


class ListFilter(django_filters.Filter):
    """A filter over all the values of a parameter.

    `narrow` names the QuerySet method that keeps the matching records; `phrase` has "%s" where the chosen
    values are named in the heading, as in "with %s"; one with a leading comma stands apart, as in ", %s".
    """

    field_class = fields.ValuesField

    def __init__(self, *, narrow: str, label: str, phrase: str, **kwargs):
        self.narrow = narrow
        self.phrase = phrase
        super().__init__(label=label, **kwargs)

    def filter(self, qs: QuerySet, value):
        return getattr(qs, self.narrow)(value) if value else qs

    def options(self, field, values: list[str]) -> list[Option]:
        """What a reader can choose from; empty where the filter takes what is typed."""
        if not hasattr(field, "options"):
            return []
        chosen = {value.lower() for value in values}
        return [Option(value, label, value in chosen) for value, label in field.options(values).items()]


class RecordsFilter(ListFilter):
    """Keeps what is tied to any of the chosen records of another kind."""

    field_class = fields.RecordsField

    def __init__(self, *, records: Callable[[], QuerySet], offer_all: bool = True, **kwargs):
        super().__init__(records=records, offer_all=offer_all, **kwargs)


class ChoicesFilter(ListFilter):
    """Keeps what has any of the chosen codes."""

    field_class = fields.ChoicesField

    def __init__(self, *, choices: Iterable[tuple[str, str]], narrow: str = "", **kwargs):
        super().__init__(narrow=narrow, choices=choices, **kwargs)

    def filter(self, qs, value):
        if not value or self.narrow:
            return super().filter(qs, value)
        return qs.filter(**{f"{self.field_name}__in": value})


class WordsFilter(ListFilter):
    """Keeps what contains all words of a phrase; of several phrases, any."""

    field_class = fields.WordsField

    def __init__(self, **kwargs):
        super().__init__(
            narrow="containing_any", label=gettext_lazy("Words"), phrase=gettext_lazy("matching %s")
        )


class YearFilter(ListFilter):
    """Keeps what overlaps the time from the first day of a year on, or up to its last."""

    field_class = fields.YearField

    def __init__(self, *, narrow: str = "overlapping", **kwargs):
        super().__init__(narrow=narrow, **kwargs)


class YearFromFilter(YearFilter):
    """Keeps what is not over before the year."""

    def __init__(self, **kwargs):
        super().__init__(label=gettext_lazy("From year"), phrase=gettext_lazy("from %s on"), **kwargs)

    def filter(self, qs, value):
        return getattr(qs, self.narrow)(datetime.date(value, 1, 1), None) if value else qs


class YearToFilter(YearFilter):
    """Keeps what has begun by the end of the year."""

    def __init__(self, **kwargs):
        super().__init__(label=gettext_lazy("To year"), phrase=gettext_lazy("up to %s"), **kwargs)

    def filter(self, qs, value):
        return getattr(qs, self.narrow)(None, datetime.date(value, 12, 31)) if value else qs


class BrowseFilterSet(django_filters.FilterSet):
    """The filters of a kind of record. `q` is there for every kind.

    `field_order` is the order in which the page shows them and the heading names them.
    """

    field_order: ClassVar[tuple[str, ...]] = ()

    q = WordsFilter()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order = dict.fromkeys([*self.field_order, *self.filters])
        self.filters = {name: self.filters[name] for name in order}

    def wrong_years(self) -> str:
        """The reason why the two years cannot both hold, or ""."""
        first, last = (self.form.cleaned_data.get(name) for name in ("year_from", "year_to"))
        if first and last and first > last:
            return _("%(last)s comes before %(first)s.") % {"first": first, "last": last}
        return ""
