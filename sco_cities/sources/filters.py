"""Filters that go by evidence, and those of the list of reports."""

from django.utils.translation import gettext_lazy as _

from sco_cities.browse.filters import (
    BrowseFilterSet,
    ChoicesFilter,
    EvidenceFilter,
    RecordsFilter,
    YearFromFilter,
    YearToFilter,
)

from .languages import LANGUAGE_NAMES
from .models import Report


def report_filter() -> RecordsFilter:
    """Keeps what is footnoted to one of the reports; there are too many to offer, so pages link to it."""
    return RecordsFilter(
        records=Report.objects.published,
        offer_all=False,
        narrow="citing",
        label=_("Report"),
        phrase=_("according to %s"),
    )


class EvidenceFilters(BrowseFilterSet):
    """Filters of every list whose records must be sourced."""

    report = report_filter()
    evidence = EvidenceFilter()


class ReportFilters(BrowseFilterSet):
    """Filters of the list of reports."""

    language = ChoicesFilter(choices=LANGUAGE_NAMES, label=_("Language"), phrase=_("in %s"))
    year_from = YearFromFilter(narrow="published_between")
    year_to = YearToFilter(narrow="published_between")
