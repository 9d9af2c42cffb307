"""Themes in the admin."""

from django.contrib import admin

from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.record_admin.record_admin import RecordAdmin

from .models import Theme


@admin.register(Theme)
class ThemeAdmin(RecordAdmin):
    """Themes by pillar."""

    section = "vocabulary"
    facts = ("pillar", "description", "keywords")
    similarity = SimilarityConfig(names=("name_en", "name_ru", "name_zh"))
    data_quality = DataQualityConfig(themes=("pk",))
    columns = ("pillar",)
    list_filter = ("pillar",)
