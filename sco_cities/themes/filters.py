"""Filters of the list of themes, and theme filters for other lists."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.listings.filters import ChoicesFilter
from sco_cities.listings.record_filters import RecordsFilter
from sco_cities.sources.filters import EvidenceFilterSet

from .models import Pillar


def theme_filter() -> RecordsFilter:
    """Returns a filter for records with any of the themes."""
    return RecordsFilter(
        of="themes",
        label=_("Theme"),
        phrase=pgettext_lazy("list by theme", "on %s"),
    )


def pillar_filter() -> ChoicesFilter:
    """Returns a filter for records with any theme under these pillars."""
    return ChoicesFilter(
        choices=Pillar.choices,
        label=_("Pillar"),
        phrase=pgettext_lazy("list by pillar", "under the pillar %s"),
    )


class ThemeFilterSet(EvidenceFilterSet):
    """Filters of the list of themes."""

    pillar = pillar_filter()

    field_order = ("q", "pillar", "report", "evidence")
