"""Filters of the lists of initiatives and of statements about initiatives, for pages, maps and exports.

If the filters of a list of initiatives require several places, the list links to the page about these places.
"""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from delegates.filters import event_filter, organisation_filter
from sco_cities.cities.filters import city_filter, country_filter
from sco_cities.cities.models import (
    FILTER_BY_KIND,
    LEAST_PLACES,
    MOST_PLACES,
    Place,
    city_in_country,
    together_url,
)
from sco_cities.i18n.punctuation import and_list, with_label
from sco_cities.listings.fields import SelectedValues
from sco_cities.listings.filters import ChoicesFilter
from sco_cities.listings.list_query import ListQuery
from sco_cities.listings.record_filters import AllOfFilter, RecordsFilter, StoredRecordsFilter, split
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
    """Returns a filter for initiatives where any of the selected cities has a certain role.

    City pages link to lists with this filter.
    """
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
    with_country = AllOfFilter(
        of="countries",
        field_name="country",
        is_selectable=False,
        label=_("Together with country"),
        phrase=_("together with %s"),
    )
    city = city_filter(AllOfFilter)
    with_city = AllOfFilter(
        of="cities",
        field_name="city",
        is_selectable=False,
        label=_("Together with city"),
        phrase=_("together with %s"),
    )
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


def required_places(list_query: ListQuery) -> list[Place]:
    """Returns the places that take part in every initiative of a list, because the filters require them."""
    places: dict[Place, None] = {}
    for name in FILTER_BY_KIND.values():
        for parameter in (name, f"with_{name}"):
            included = list_query.result_set.filter_values.get(parameter, SelectedValues()).included
            # If a filter has several values, they are alternatives, so no value is required.
            for slug in split(included[0]) if len(included) == 1 else ():
                places[list_query.filterset.filters[parameter].choices.by_slug[slug]] = None
    return list(places)


def together_link(list_query: ListQuery) -> tuple[str, str] | None:
    """Returns a link to the page about two to four required places. Returns None for a city and its country."""
    places = required_places(list_query)
    if city_in_country(places) or not LEAST_PLACES <= len(places) <= MOST_PLACES:
        return None
    return together_url(*places), with_label(gettext("Overview"), and_list(place.name for place in places))
