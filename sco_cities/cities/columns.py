"""The lists of countries and cities."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sco_cities.browse.columns import Alphabetical, Column, Listing
from sco_cities.sources.columns import DISPUTED, NAMES, SLUG, SOURCES, UPDATED_AT, named

from .filters import CityFilters, CountryFilters
from .models import City, Country

COUNTRIES = Listing(
    collection="countries",
    filterset=CountryFilters,
    for_page=lambda: Country.objects.published().for_listing(),
    for_export=lambda: Country.objects.published().for_listing().with_sources(),
    title=_("Countries"),
    counted=ngettext_lazy("%(count)s country", "%(count)s countries", "count"),
    columns=(
        Column("code", _("Code"), lambda country: country.code, order=("slug",)),
        *NAMES,
        Column(
            "sco_role",
            _("Role in the SCO"),
            lambda country: country.sco_role,
            order=("sco_role", Alphabetical("name_en")),
        ),
        Column(
            "sco_since",
            _("Since"),
            lambda country: country.sco_since,
            order=("sco_since", Alphabetical("name_en")),
        ),
        Column("cities", _("Cities"), lambda country: country.city_count, order=("city_count",)),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "sco_role", "sco_since", "cities"),
    rows_template="cities/_country_rows.html",
)

CITIES = Listing(
    collection="cities",
    filterset=CityFilters,
    for_page=lambda: City.objects.published().for_listing(),
    for_export=lambda: City.objects.published().for_listing().with_sources(),
    title=_("Cities"),
    counted=ngettext_lazy("%(count)s city", "%(count)s cities", "count"),
    columns=(
        SLUG,
        *NAMES,
        named(
            "country",
            _("Country"),
            key="code",
            order=(Alphabetical("country__name_en"), Alphabetical("name_en")),
        ),
        Column("latitude", _("Latitude"), lambda city: city.latitude),
        Column("longitude", _("Longitude"), lambda city: city.longitude),
        Column("population", _("Population"), lambda city: city.population, order=("population",)),
        Column("geonames_id", _("GeoNames id"), lambda city: city.geonames_id),
        Column("wikidata_id", _("Wikidata id"), lambda city: city.wikidata_id),
        Column("aliases", _("Other names"), lambda city: city.alias_list),
        Column("lead", _("Leads"), lambda city: city.lead_count, order=("lead_count",)),
        Column("partner", _("Partner in"), lambda city: city.partner_count, order=("partner_count",)),
        Column(
            "reference", _("Reference for"), lambda city: city.reference_count, order=("reference_count",)
        ),
        SOURCES,
        DISPUTED,
        UPDATED_AT,
    ),
    table=("name_en", "country", "lead", "partner", "reference"),
    rows_template="cities/_city_rows.html",
)
