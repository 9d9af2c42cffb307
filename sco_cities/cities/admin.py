"""Countries, groups of countries, and cities in the admin."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.translation import gettext as _

from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.evidence.inlines import FormerSlugInline
from sco_cities.curation.record_admin.record_admin import RecordAdmin

from . import gazetteer
from .models import City, Country, CountryGroup


@admin.register(Country)
class CountryAdmin(RecordAdmin):
    """Countries and their roles in the SCO."""

    section = "vocabulary"
    facts = ("sco_role", "sco_since")
    similarity = SimilarityConfig(names=("name_en", "name_ru", "name_zh"))
    data_quality = DataQualityConfig(countries=("pk",))
    # The slug of a country is its ISO code, which cannot be derived from the name.
    slug_from = ()
    columns = ("sco_role", "sco_since")
    list_filter = ("sco_role",)


@admin.register(CountryGroup)
class CountryGroupAdmin(RecordAdmin):
    """Groups of countries. They need no supporting reports."""

    section = "vocabulary"
    relations = ("countries",)
    similarity = SimilarityConfig(names=("name_en", "name_ru", "name_zh"))

    def get_inlines(self, request, obj):
        return (FormerSlugInline,) if obj else ()


@admin.register(City)
class CityAdmin(RecordAdmin):
    """Cities with their names in all scripts."""

    section = "vocabulary"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("latitude", "longitude", "population", "geonames_id", "wikidata_id")
    relations = ("country",)
    similarity = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh", "aliases"),
        shared_fields=("country",),
        coordinates=("latitude", "longitude"),
    )
    data_quality = DataQualityConfig(places=("latitude",), countries=("country",))
    columns = ("country",)
    list_select_related = ("country",)
    list_filter = ("country",)

    def get_urls(self):
        lookup = self.admin_site.admin_view(self.gazetteer_view)
        return [path("gazetteer/", lookup, name="cities_city_gazetteer"), *super().get_urls()]

    def gazetteer_view(self, request):
        """Gazetteer search. Each result links to the form for a new city, with values from the result."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "").strip()
        places = gazetteer.search(query)
        return render_admin_page(
            request,
            "admin/cities/city/gazetteer.html",
            _("Look up in the gazetteer"),
            phrase=query,
            matches=gazetteer.matches(places[: gazetteer.MAX_RESULTS]),
            more=max(0, len(places) - gazetteer.MAX_RESULTS),
        )
