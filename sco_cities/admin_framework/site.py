"""The curators' admin site, with titles, index sections, autocomplete labels and a limit of records per action."""

from functools import wraps

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from sco_cities.db.database_errors import retry_on_deadlock
from sco_cities.ops.replica import remembers_change

from .admin_urls import change_url, is_key
from .pages import ADMIN_PAGES, admin_page_links, count_text

# Maximum number of records per change. Writing or reverting more records would take too long for one request.
MAX_RECORDS = 20_000


def exceeds_limit(request: HttpRequest, count: int, most: int | None = None) -> bool:
    """Returns True and adds an error message if `count` exceeds `most`, by default MAX_RECORDS."""
    most = MAX_RECORDS if most is None else most
    if count <= most:
        return False
    text = _(
        "You have selected too many records: %(count)s. Filter the list, and select at most %(most)s at a time."
    )
    messages.error(request, text % {"most": most, "count": count})
    return True


@wraps(delete_selected)
def delete_selected_records(model_admin, request, queryset):
    """Django's delete action, limited to MAX_RECORDS selected rows."""
    if exceeds_limit(request, queryset.count()):
        return None
    return delete_selected(model_admin, request, queryset)


# The groups of the index, in order. A ModelAdmin names its group in `section`. Other models are grouped by app.
SECTIONS = {
    "initiatives": _("Initiatives"),
    "people": _("People, organisations and events"),
    "vocabulary": _("Places and themes"),
    "sources": _("Reports and passages"),
    "accounts": _("Accounts and logins"),
}
# Groups for apps whose ModelAdmins have no `section`.
SECTION_OF_APP = {"auth": "accounts", "accounts": "accounts"}


class LabelledAutocomplete(AutocompleteJsonView):
    """Autocomplete results that use the labels and the order of the ModelAdmin.

    `model_admin.choice_order(term)` returns the columns to order by. If that method is missing, the changelist's order
    applies.
    """

    def get_queryset(self):
        choices, order = super().get_queryset(), getattr(self.model_admin, "choice_order", None)
        return choices.order_by(*order(self.term)) if order else choices

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        return result | {"text": choice_label(self.model_admin, obj)}


def choice_label(model_admin, record) -> str:
    """Returns the autocomplete label of `record`. Uses `model_admin.choice_label(record)` if defined, else `str`."""
    label = getattr(model_admin, "choice_label", str)
    return label(record)


class CuratorsSite(AdminSite):
    """The admin site with custom pages, an index in sections, a limit on deletions, and a retry after deadlocks."""

    site_header = _("SCO Cities: curators")
    site_title = _("SCO Cities: curators")
    index_title = _("Start page")
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin"):
        super().__init__(name)
        self.add_action(delete_selected_records, "delete_selected")

    def get_urls(self):
        return [
            *(
                path("", include(urls))
                for urls in dict.fromkeys(page.urls for page in ADMIN_PAGES if page.urls)
            ),
            path("", include("sco_cities.accounts.urls")),
            path("language/", set_language, name="language"),
            # Replaces Django's view, which redirects any user to the page of any record.
            path("r/<path:kind>/<path:key>/", self.admin_view(self.view_on_site), name="view_on_site"),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        return remembers_change(super().admin_view(retry_on_deadlock(view), cacheable))

    def each_context(self, request):
        # "View site" opens the home page in the curator's language.
        return super().each_context(request) | {
            "site_url": reverse("home"),
            "admin_page_links": admin_page_links(request),
        }

    def view_on_site(self, request: HttpRequest, kind: str, key: str) -> HttpResponseRedirect:
        """Redirects to the public page of a published record, otherwise to its form. `kind` is the content type."""
        if not (is_key(kind) and is_key(key)):
            raise Http404
        content_type = ContentType.objects.filter(pk=kind).first()
        model = content_type.model_class() if content_type else None
        if model is None or not self.is_registered(model):
            raise Http404
        model_admin = self.get_model_admin(model)
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        found = model_admin.get_object(request, key)
        if found is None:
            raise Http404
        is_public = getattr(found, "is_published", False)
        return HttpResponseRedirect(found.get_absolute_url() if is_public else change_url(found))

    def index(self, request, extra_context=None):
        links = admin_page_links(request)
        queues = [link for link in links if link.entries]
        waiting = sum(link.waiting for link in queues)
        context = {
            "admin_page_links": links,
            "queues": queues,
            "empty_queues": [link for link in links if link.page.waiting_entries and not link.entries],
            "waiting": waiting,
            "waiting_text": count_text(waiting),
            "next_entry": queues[0].entries[0] if queues else None,
            "pages_to_add": [link.page for link in links if link.page.add_url_name],
            "pages_with_numbers": [link for link in links if link.numbers],
        }
        return super().index(request, context | (extra_context or {}))

    def autocomplete_view(self, request):
        return LabelledAutocomplete.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        """Lists the models by section on the index and in the sidebar, and by app on the page of an app."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        sections = {name: [] for name in SECTIONS}
        # Changelists registered as admin pages. The index lists these above the models.
        admin_pages = {page.url_name for page in ADMIN_PAGES}
        for app in apps:
            others = []
            for model in app["models"]:
                model_admin = self.get_model_admin(model["model"])
                section = getattr(model_admin, "section", SECTION_OF_APP.get(app["app_label"]))
                if section:
                    sections[section].append(model)
                elif (
                    f"{self.name}:{model['model']._meta.label_lower.replace('.', '_')}_changelist"
                    not in admin_pages
                ):
                    others.append(model)
            app["models"] = others
        index = reverse(f"{self.name}:index")
        grouped = [
            {"name": SECTIONS[name], "app_label": name, "app_url": f"{index}#{name}", "models": models,
             "has_module_perms": True}
            for name, models in sections.items()
            if models
        ]  # fmt: skip
        return grouped + [app for app in apps if app["models"]]
