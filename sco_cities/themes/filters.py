"""Filters of the list of themes, and filters by theme for other lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.listings.filters import ChoicesFilter, QuerySetMethod, RecordsFilter
from sco_cities.sources.filters import EvidenceFilterSet

from .models import Pillar, ThemeQuerySet


def theme_filter(queryset_method: QuerySetMethod) -> RecordsFilter:
    """Records on any of the themes."""
    return RecordsFilter(
        of="themes",
        queryset_method=queryset_method,
        label=_("Theme"),
        phrase=pgettext_lazy("list by theme", "on %s"),
    )


def pillar_filter(queryset_method: QuerySetMethod) -> ChoicesFilter:
    """Records on any theme of the pillars."""
    return ChoicesFilter(
        choices=Pillar.choices,
        queryset_method=queryset_method,
        label=_("Pillar"),
        phrase=pgettext_lazy("list by pillar", "under the pillar %s"),
    )


class ThemeFilterSet(EvidenceFilterSet):
    """Filters of the list of themes."""

    pillar = pillar_filter(ThemeQuerySet.of_pillars)

    field_order = ("q", "pillar", "report", "evidence")
