"""Filters of the list of themes, and the filters by theme that other lists share."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.listings.filters import ChoicesFilter, RecordsFilter
from sco_cities.sources.filters import EvidenceFilters

from .models import Pillar


def theme_filter() -> RecordsFilter:
    """Keeps what is on any of the themes."""
    return RecordsFilter(
        of="themes", narrow="on_themes", label=_("Theme"), phrase=pgettext_lazy("list by theme", "on %s")
    )


def pillar_filter() -> ChoicesFilter:
    """Keeps what is on any theme of the pillars."""
    return ChoicesFilter(
        choices=Pillar.choices,
        narrow="of_pillars",
        label=_("Pillar"),
        phrase=pgettext_lazy("list by pillar", "under the pillar %s"),
    )


class ThemeFilters(EvidenceFilters):
    """Filters of the list of themes."""

    pillar = pillar_filter()

    field_order = ("q", "pillar", "report", "evidence")
