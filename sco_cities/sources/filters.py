"""Filters that go by evidence, and those of the list of reports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.core.language_codes import LANGUAGE_NAMES
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.listings.filter_options import FilterOptions
from sco_cities.listings.filters import ChoicesFilter, ListFilterSet, RecordsFilter
from sco_cities.listings.year_filters import YearFromFilter, YearToFilter

# How well what a record says is borne out; "disputed" goes with either of the others.
EVIDENCE_CHOICES = (
    ("single", _("one report")),
    ("several", _("several reports")),
    ("disputed", _("disputed")),
)


class EvidenceFilter(ChoicesFilter):
    """Keeps what one report supports, or several, or what one disputes."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=EVIDENCE_CHOICES,
            narrow="with_evidence",
            label=_("Evidence"),
            phrase=pgettext_lazy("list by evidence", "evidence: %s"),
            stands_apart=True,
        )


def report_filter() -> RecordsFilter:
    """Keeps what is footnoted to one of the reports; there are too many to offer, so pages link to it."""
    return RecordsFilter(
        of="reports",
        is_offered=False,
        narrow="citing",
        label=_("Report"),
        phrase=pgettext_lazy("list by report", "according to %s"),
    )


class LanguageFilter(ChoicesFilter):
    """Keeps the reports in any of these languages; they have no order, so the frequent ones come first."""

    def options(self, state, others, values, most=None):
        found, language = super().options(state, others, values, most), active_language()
        ranked = sorted(
            found.shown, key=lambda option: (-(option.count or 0), collation_key(option.label, language))
        )
        return FilterOptions(ranked, found.more)


class EvidenceFilters(ListFilterSet):
    """Filters of every list whose records must be sourced."""

    report = report_filter()
    evidence = EvidenceFilter()


class ReportFilters(ListFilterSet):
    """Filters of the list of reports."""

    language = LanguageFilter(
        choices=LANGUAGE_NAMES, label=_("Language"), phrase=pgettext_lazy("list by language", "in %s")
    )
    year_from = YearFromFilter(narrow="published_between")
    year_to = YearToFilter(narrow="published_between")
