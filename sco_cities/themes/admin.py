"""Themes in the admin."""

from django.contrib import admin

from sco_cities.curation.records import RecordAdmin

from .models import Theme


@admin.register(Theme)
class ThemeAdmin(RecordAdmin):
    """Themes by pillar."""

    section = "vocabulary"
    facts = ("pillar", "description", "keywords")
    columns = ("pillar",)
    list_filter = ("pillar",)
