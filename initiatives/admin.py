"""The admin of initiatives."""

import re
from collections.abc import Iterator

from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sco_cities.cities.models import City
from sco_cities.core.localized_names import split_list
from sco_cities.curation.admin.inlines import RowInline
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.record_admin.record_admin import RecordAdmin
from sco_cities.i18n.punctuation import comma_list
from sco_cities.names.forms import joined_forms
from sco_cities.names.gazetteer import numbers_of
from sco_cities.names.vocabulary import TITLE_COLONS, title_label

from .models import Initiative, InitiativeCity


class CityRoleInline(RowInline):
    """The inline with the cities of an initiative and their roles."""

    model = InitiativeCity
    fields = ("city", "role")
    unique_columns = ("city_id",)
    duplicate_message = _("This city is already listed. A city can have only one role.")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("city")


@admin.register(Initiative)
class InitiativeAdmin(RecordAdmin):
    """The admin of initiatives and their cities."""

    section = "initiatives"
    identity = ("title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh")
    facts = ("kind", "status")
    dates = ("starts_on", "ends_on")
    relations = ("event", "countries", "organisations", "themes")
    similarity = SimilarityConfig(
        names=("title_en", "title_ru", "title_zh"),
        shared_fields=("cities", "countries"),
        dates=("starts_on", "ends_on"),
        open_ended=True,
    )
    data_quality = DataQualityConfig(
        dates=("starts_on",),
        places=("cities", "countries"),
        status="status",
        countries=("countries", "cities__country"),
        themes=("themes",),
    )
    named_in_passages = ("cities",)
    slug_from = ("title_en",)
    record_inlines = (CityRoleInline,)
    columns = ("kind", "status", "starts_on")
    list_filter = ("kind", "status", "countries", "themes")

    def title_warnings(self, records):
        names = {record.pk: [] for record in records}
        roles = InitiativeCity.objects.filter(initiative__in=list(names)).select_related("city")
        for role in roles:
            names[role.initiative_id].append([role.city.name_en, *split_list(role.city.aliases)])
        return {record.pk: list(_title_warnings(record.title_en, names[record.pk])) for record in records}


def _title_warnings(title: str, cities: list[list[str]]) -> Iterator[str | Promise]:
    """Yields warnings if a title such as "Sister cities: A – B" or "Sister cities A and B" does not match `cities`."""
    label = title_label("sister cities", "en")
    is_pair, listed = title.startswith(label), title.removeprefix(label).partition(TITLE_COLONS["en"])[2]
    if is_pair and len(cities) < 2:
        yield _("The record is about sister cities, but it has fewer than two cities.")
    known = joined_forms([name for names in cities for name in names], City.collection)
    parts = re.split(r" – |, | and ", listed or (title.removeprefix(label).strip() if is_pair else ""))
    unknown = [
        part for part in parts if numbers_of(part) and not joined_forms([part], City.collection) & known
    ]
    if unknown:
        yield _("The title names cities that are not in the record: %(names)s") % {
            "names": comma_list(unknown)
        }
