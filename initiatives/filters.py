"""Filters of the lists of initiatives and of the statements about them, for pages, maps and exports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from delegates.filters import event_filter, organisation_filter
from sco_cities.cities.filters import city_filter, country_filter, with_city_filter, with_country_filter
from sco_cities.listings.all_of_filter import AllOfFilter
from sco_cities.listings.filters import ChoicesFilter, RecordsFilter
from sco_cities.listings.stored_records_filter import StoredRecordsFilter
from sco_cities.listings.year_filters import StartFilter, YearFromFilter, YearToFilter
from sco_cities.sources.filters import EvidenceFilterSet, LanguageFilter, ReportAgeFilter
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import Kind, Status
from .since import MOVED, NONE, REPORTED

SINCE_CHOICES = (
    (NONE, pgettext_lazy("since an announcement", "no later report")),
    (REPORTED, pgettext_lazy("since an announcement", "reported again")),
    (MOVED, pgettext_lazy("since an announcement", "reported with another status")),
)


def city_role_filter(label: str, phrase: str) -> RecordsFilter:
    """A filter for initiatives in which any of the selected cities has a certain role. City pages link to it."""
    return RecordsFilter(of="cities", is_selectable=False, label=label, phrase=phrase)


class InitiativeFilterSet(EvidenceFilterSet):
    """Filters of the list of initiatives."""

    status = ChoicesFilter(
        choices=Status.choices,
        label=_("Status"),
        phrase=pgettext_lazy("initiatives by status", "%s"),
        comma_before=True,
    )
    country = country_filter(AllOfFilter)
    with_country = with_country_filter()
    city = city_filter(AllOfFilter)
    with_city = with_city_filter()
    lead = city_role_filter(_("Lead"), _("led by %s"))
    partner = city_role_filter(_("Partner"), _("with %s as a partner"))
    reference = city_role_filter(_("Reference"), _("with %s as a model for others"))
    shares = city_role_filter(_("Shares experience"), _("in which %s shares experience"))
    learns = city_role_filter(_("Learns"), _("in which %s learns"))
    theme = theme_filter()
    pillar = pillar_filter()
    kind = ChoicesFilter(
        choices=Kind.choices,
        label=_("Kind"),
        phrase=pgettext_lazy("initiatives by kind", "%s"),
        comma_before=True,
    )
    year_from = YearFromFilter()
    year_to = YearToFilter()
    started = StartFilter()
    reported = ReportAgeFilter()
    event = event_filter()
    since_event = ChoicesFilter(
        choices=SINCE_CHOICES,
        label=_("Since the event"),
        phrase=pgettext_lazy("initiatives by reports since the event", "since the event: %s"),
        comma_before=True,
    )
    since_first = ChoicesFilter(
        choices=SINCE_CHOICES,
        is_selectable=False,
        label=_("Since the first report"),
        phrase=pgettext_lazy("initiatives by reports since the first one", "since the first report: %s"),
        comma_before=True,
    )
    organisation = organisation_filter()

    field_order = (
        "q", "status", "kind", "country", "with_country", "city", "with_city", "lead", "partner", "reference",
        "shares", "learns", "theme", "pillar", "year_from", "year_to", "started", "reported", "event",
        "since_event", "since_first", "organisation", "report", "evidence",
    )  # fmt: skip


class StatementFilterSet(EvidenceFilterSet):
    """Filters of the list of statements. City, country and organisation are attributes of the speaker."""

    delegate = RecordsFilter(
        of="delegates", label=_("Speaker"), phrase=pgettext_lazy("statements by speaker", "by %s")
    )
    city = RecordsFilter(
        of="cities",
        label=_("City of the speaker"),
        phrase=pgettext_lazy("statements by city of the speaker", "by speakers from %s"),
    )
    country = RecordsFilter(
        of="countries",
        label=_("Country of the speaker"),
        phrase=pgettext_lazy("statements by country of the speaker", "by speakers from %s"),
    )
    organisation = RecordsFilter(
        of="organisations",
        label=_("Organisation of the speaker"),
        phrase=pgettext_lazy("statements by organisation of the speaker", "by speakers of %s"),
    )
    event = event_filter()
    theme = theme_filter()
    pillar = pillar_filter()
    initiative = StoredRecordsFilter(
        of="initiatives",
        label=_("Initiative in the same passage"),
        phrase=pgettext_lazy("statements by initiative", "about %s"),
    )
    initiative_status = ChoicesFilter(
        choices=Status.choices,
        label=_("Status of an initiative in the same passage"),
        phrase=pgettext_lazy("statements by status of the initiative", "about an initiative that is %s"),
    )
    language = LanguageFilter(
        label=_("Language of the reports"),
        phrase=pgettext_lazy("statements by language of the reports", "according to reports in %s"),
    )

    field_order = (
        "q", "delegate", "country", "city", "organisation", "event", "theme", "pillar", "initiative_status",
        "initiative", "language", "report", "evidence",
    )  # fmt: skip
