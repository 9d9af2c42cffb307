"""The curators' admin site: its titles, the order of its index, and what autocompletes call a record."""

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from sco_cities.db.retry_on_deadlock import retry_on_deadlock

from .pages import ADMIN_PAGES, admin_page_links, index_pages

# The groups of the index, in order. An admin names its own as `section`; those that name none stay by app.
SECTIONS = {
    "initiatives": _("Initiatives"),
    "people": _("People, organisations and events"),
    "vocabulary": _("Places and themes"),
    "sources": _("Reports and passages"),
    "parts": _("Reference tables (read only)"),
}


class LabelledAutocomplete(AutocompleteJsonView):
    """Autocomplete results that read as the model's admin says, where `str()` is too short to choose by."""

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        return result | {"text": choice_label(self.model_admin, obj)}


def choice_label(model_admin, record) -> str:
    """What `record` is called where a curator chooses among many."""
    label = getattr(model_admin, "choice_label", str)
    return label(record)


class CuratorsSite(AdminSite):
    """The admin as a curator's desk."""

    site_header = _("SCO Cities: curators")
    site_title = _("SCO Cities: curators")
    index_title = _("Administration")
    enable_nav_sidebar = True

    def get_urls(self):
        return [
            *(path("", include(desk.urls)) for desk in ADMIN_PAGES),
            path("", include("sco_cities.curation.evidence.urls")),
            path("language/", set_language, name="language"),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        return super().admin_view(retry_on_deadlock(view), cacheable)

    def each_context(self, request):
        # The way to the site leads to its pages in the curator's language.
        return super().each_context(request) | {
            "site_url": reverse("home"),
            "ways_to_desks": admin_page_links(request),
        }

    def index(self, request, extra_context=None):
        return super().index(request, {"desks": index_pages(request), **(extra_context or {})})

    def autocomplete_view(self, request):
        return LabelledAutocomplete.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """The models by section on the index and in the sidebar; by app on an app's own page."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else self._by_section(apps)

    def _by_section(self, apps: list[dict]) -> list[dict]:
        sections = {name: [] for name in SECTIONS}
        for app in apps:
            for model in app["models"]:
                section = getattr(self.get_model_admin(model["model"]), "section", None)
                if section:
                    sections[section].append(model)
            app["models"] = [
                model
                for model in app["models"]
                if not hasattr(self.get_model_admin(model["model"]), "section")
            ]
        index = reverse(f"{self.name}:index")
        grouped = [
            {"name": SECTIONS[name], "app_label": name, "app_url": f"{index}#{name}", "models": models,
             "has_module_perms": True}
            for name, models in sections.items()
            if models
        ]  # fmt: skip
        return grouped + [app for app in apps if app["models"]]
