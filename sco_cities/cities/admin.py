"""Countries, groups of countries, and cities in the admin.

To add a city, curators can search a gazetteer by name in any script. Selecting a result only prefills the form. The
gazetteer is in data/gazetteer. It was built from Natural Earth, GeoNames and Wikidata.
"""

from functools import lru_cache

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import path
from django.utils.translation import gettext as _

from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.core import tokenizer
from sco_cities.curation.admin.auto_slug import slug_from
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.evidence.inlines import FormerSlugInline
from sco_cities.curation.record_admin.record_admin import RecordAdmin
from sco_cities.names.gazetteer import REGION, rows

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
    """Groups of countries, which need no supporting reports."""

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
        places = search(query)
        return render_admin_page(
            request,
            "admin/cities/city/gazetteer.html",
            _("Look up in the gazetteer"),
            phrase=query,
            matches=matches(places[:MAX_RESULTS]),
            more=max(0, len(places) - MAX_RESULTS),
        )


# Maximum number of results shown. Curators are unlikely to read more, and can enter a longer name instead.
MAX_RESULTS = 20


# A place in the gazetteer, as a mapping of column names to values. Unknown values are empty.
Row = dict[str, str]


@lru_cache(maxsize=1)
def _places() -> list[tuple[Row, list[str]]]:
    """Returns the places in the gazetteer, each with the search tokens of its names."""
    # Sorted by population, because people search for large places most often.
    places = sorted(rows(REGION), key=lambda row: (-int(row["population"] or 0), row["name_en"]))
    names = ([row["name_en"], row["name_ru"], row["name_zh"]] for row in places)
    return [
        (row, tokenizer.search_document(each, ()).split()) for row, each in zip(places, names, strict=True)
    ]


def search(query: str) -> list[Row]:
    """Places found by the beginnings of words in any of their names, largest first."""
    query_tokens = [token for word in tokenizer.split(query) for token in tokenizer.query_tokens(word)]
    if not query_tokens:
        return []
    return [
        place
        for place, tokens in _places()
        if all(
            any(token.startswith((each, tokenizer.READING_PREFIX + each)) for token in tokens)
            for each in query_tokens
        )
    ]


def matches(places: list[Row]) -> list[tuple[Row, City | None, str, str]]:
    """Adds the existing city, or None, and two query strings that prefill the form (without and with the population).

    Runs three queries for any number of places.
    """
    codes = {place["country"].lower() for place in places}
    countries = dict(Country.objects.filter(slug__in=codes).values_list("slug", "pk"))
    numbers = {place["geonames_id"] for place in places} - {""}
    items = {place["wikidata_id"] for place in places} - {""}
    by_number = {str(city.geonames_id): city for city in City.objects.filter(geonames_id__in=numbers)}
    by_item = {city.wikidata_id: city for city in City.objects.filter(wikidata_id__in=items)}
    return [
        (
            place,
            by_number.get(place["geonames_id"]) or by_item.get(place["wikidata_id"]),
            _form_values(place, countries),
            _form_values(place, countries, "population"),
        )
        for place in places
    ]


def _form_values(place: Row, countries: dict[str, int], *more: str) -> str:
    """Returns the query string that prefills the form for a new city with the place's values.

    `countries` maps slugs to primary keys.
    """
    values = QueryDict(mutable=True)
    names = ("name_en", "name_ru", "name_zh", "latitude", "longitude", "geonames_id", "wikidata_id", *more)
    for name in names:
        if value := place[name]:
            values[name] = value
    values["slug"] = slug_from(place["name_en"])
    if country := countries.get(place["country"].lower()):
        values["country"] = str(country)
    return values.urlencode()
