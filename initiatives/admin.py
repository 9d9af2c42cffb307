"""Initiatives in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.admin.inlines import OwnRowFormSet, RowForm, RowInline
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.record_admin.record_admin import RecordAdmin

from .models import Initiative, InitiativeCity


class CityRoleForm(RowForm):
    """One city of an initiative."""

    unique_columns = ("city_id",)


class CityRoleFormSet(OwnRowFormSet):
    """The cities of an initiative."""

    duplicate_message = _("This city is already listed; each city has one role.")


class CityRoleInline(RowInline):
    """The cities of an initiative, each with its role."""

    model = InitiativeCity
    form = CityRoleForm
    formset = CityRoleFormSet
    fields = ("city", "role")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("city")


@admin.register(Initiative)
class InitiativeAdmin(RecordAdmin):
    """Initiatives and the cities in them."""

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
