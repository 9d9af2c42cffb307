"""The baseline of the admin, a ModelAdmin of the same fields, without evidence, history and edit conflicts."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from initiatives.admin import InitiativeAdmin
from initiatives.models import Initiative, InitiativeCity
from sco_cities.admin_framework.pages import ADMIN_PAGES


class _PlainSite(admin.AdminSite):
    def get_urls(self):
        # The templates of the site link to these pages.
        pages = (
            *(
                path("", include(urls))
                for urls in dict.fromkeys(page.urls for page in ADMIN_PAGES if page.urls)
            ),
            path("", include("sco_cities.accounts.urls")),
            path("language/", set_language, name="language"),
        )
        return [*pages, *super().get_urls()]


plain_admin = _PlainSite("bench")
_RELATIONS = ("countries", "organisations", "themes")


class _CityInline(admin.TabularInline):
    model = InitiativeCity
    fields = raw_id_fields = ("city",)
    fields += ("role",)


@admin.register(Initiative, site=plain_admin)
class _PlainInitiativeAdmin(admin.ModelAdmin):
    list_display = ("slug", "title_en", "state", "kind", "status", "starts_on", "updated_at")
    list_filter = ("state", "kind", "status", *_RELATIONS)
    search_fields = ("search_text", "slug")
    list_per_page = InitiativeAdmin.list_per_page
    ordering = ("slug",)
    fields = (
        *("slug", "title_en", "title_ru", "title_zh", "summary_en", "summary_ru", "summary_zh"),
        *("kind", "status", "starts_on", "ends_on", "event", *_RELATIONS, "state"),
    )
    # Lists of all records to choose from would make the baseline slow.
    raw_id_fields = ("event", *_RELATIONS)
    inlines = (_CityInline,)
