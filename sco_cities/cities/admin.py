"""Countries and cities in the admin."""

from django.contrib import admin

from sco_cities.curation.records import RecordAdmin

from .models import City, Country


@admin.register(Country)
class CountryAdmin(RecordAdmin):
    """Countries and what they are to the SCO."""

    section = "vocabulary"
    facts = ("sco_role", "sco_since")
    # The address of a country is its ISO code, which no name spells.
    slug_from = ()
    columns = ("sco_role", "sco_since")
    list_filter = ("sco_role",)


@admin.register(City)
class CityAdmin(RecordAdmin):
    """Cities with their names in every script."""

    section = "vocabulary"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("latitude", "longitude", "population", "geonames_id", "wikidata_id")
    relations = ("country",)
    columns = ("country",)
    list_select_related = ("country",)
    list_filter = ("country",)
