"""Filters of the list of initiatives, for pages, maps and exports."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from delegates.filters import event_filter, organisation_filter
from sco_cities.cities.filters import city_filter, country_filter, with_city_filter, with_country_filter
from sco_cities.listings.filters import ChoicesFilter, RecordsFilter
from sco_cities.listings.year_filters import StartFilter, YearFromFilter, YearToFilter
from sco_cities.sources.filters import EvidenceFilterSet, ReportAgeFilter
from sco_cities.themes.filters import pillar_filter, theme_filter

from .models import Kind, Status


def city_role_filter(label: str, phrase: str) -> RecordsFilter:
    """A filter for initiatives in which any of the cities has a certain role; city pages link to it."""
    return RecordsFilter(of="cities", is_selectable=False, label=label, phrase=phrase)


class InitiativeFilterSet(EvidenceFilterSet):
    """Filters of the list of initiatives."""

    status = ChoicesFilter(
        choices=Status.choices,
        label=_("Status"),
        phrase=pgettext_lazy("initiatives by status", "%s"),
        comma_before=True,
    )
    country = country_filter()
    with_country = with_country_filter()
    city = city_filter()
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
    organisation = organisation_filter()

    field_order = (
        "q", "status", "kind", "country", "with_country", "city", "with_city", "lead", "partner", "reference",
        "shares", "learns", "theme", "pillar", "year_from", "year_to", "started", "reported", "event",
        "organisation", "report", "evidence",
    )  # fmt: skip
