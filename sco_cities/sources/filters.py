"""Filters by evidence, and the filters of the list of reports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sco_cities.core.language_codes import LANGUAGE_NAMES
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.listings.filter_options import FilterOptions
from sco_cities.listings.filters import ChoicesFilter, ListFilterSet
from sco_cities.listings.record_filters import RecordsFilter
from sco_cities.listings.year_filters import YearFromFilter, YearToFilter

# Choices by the number of supporting reports. "disputed" can be combined with "single" or "several".
EVIDENCE_CHOICES = (
    ("single", _("one report")),
    ("several", _("several reports")),
    ("disputed", _("disputed")),
)
# Choices by the age of the newest report that supports the status.
AGE_CHOICES = (
    ("under_1", pgettext_lazy("last reported", "less than a year ago")),
    ("1_to_2", pgettext_lazy("last reported", "1 to 2 years ago")),
    ("2_to_5", pgettext_lazy("last reported", "2 to 5 years ago")),
    ("over_5", pgettext_lazy("last reported", "over 5 years ago")),
    ("unknown", pgettext_lazy("last reported", "not known")),
)


class ReportAgeFilter(ChoicesFilter):
    """Filters records by the age of the newest report that supports their status."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=AGE_CHOICES,
            label=_("Last reported"),
            phrase=pgettext_lazy("list by age of the newest report", "last reported: %s"),
            comma_before=True,
        )


def report_filter() -> RecordsFilter:
    """Returns a filter for records with evidence in any of the selected reports.

    Only links set this filter, because it has too many options for a drop-down list.
    """
    return RecordsFilter(
        of="reports",
        is_selectable=False,
        label=_("Report"),
        phrase=pgettext_lazy("list by report", "according to %s"),
    )


class LanguageFilter(ChoicesFilter):
    """Filters reports by language, or records by the language of their supporting reports.

    The most frequent languages come first.
    """

    def __init__(self, **kwargs):
        super().__init__(choices=LANGUAGE_NAMES, **kwargs)

    def options_among(self, state, others, values, limit=None):
        result, language = super().options_among(state, others, values, limit), active_language()
        ranked = sorted(
            result.visible, key=lambda option: (-(option.count or 0), collation_key(option.label, language))
        )
        return FilterOptions(ranked, result.hidden_count)


class EvidenceFilterSet(ListFilterSet):
    """The filters of all lists of records with evidence."""

    report = report_filter()
    evidence = ChoicesFilter(
        choices=EVIDENCE_CHOICES,
        label=_("Evidence"),
        phrase=pgettext_lazy("list by evidence", "evidence: %s"),
        comma_before=True,
    )


class ReportFilterSet(ListFilterSet):
    """Filters of the list of reports."""

    language = LanguageFilter(label=_("Language"), phrase=pgettext_lazy("list by language", "in %s"))
    year_from = YearFromFilter()
    year_to = YearToFilter()
