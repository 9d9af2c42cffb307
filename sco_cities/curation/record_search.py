"""A search for records of all kinds in any publication state, available on every admin page."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.admin_framework.pages import render_admin_page
from sco_cities.admin_framework.site import choice_label
from sco_cities.curation.admin.changelist import match_rank
from sco_cities.curation.permissions.object_permissions import visible_models

PER_KIND = 10


@require_safe
@admin.site.admin_view
def search(request: HttpRequest) -> HttpResponse:
    """Shows the records that match `q`, grouped by kind."""
    phrase = " ".join(request.GET.get("q", "").split())
    visible = [admin.site.get_model_admin(model) for model in visible_models(request)]
    if not visible:
        raise PermissionDenied
    found = [_found(request, each, phrase) for each in visible] if phrase else []
    return render_admin_page(
        request,
        "admin/curation/search.html",
        _("Search: %(phrase)s") % {"phrase": phrase} if phrase else _("Find any record"),
        record_phrase=phrase,
        kinds=sorted(filter(None, found), key=lambda kind: kind["best_rank"]),
    )


def _found(request: HttpRequest, model_admin: admin.ModelAdmin, phrase: str) -> dict | None:
    """Returns a kind's best matches and, if there are more, the URL of the complete list.

    Returns None if nothing matches. `best_rank` is 0 if a record has exactly this name (see `match_rank`).
    """
    model = model_admin.model
    records = model._default_manager.defer("search_text")
    found, _duplicates = model_admin.get_search_results(request, records, phrase)
    found = found.annotate(rank=match_rank(phrase)).order_by("rank", *model_admin.choice_order(phrase))
    records = list(found[: PER_KIND + 1])
    if not records:
        return None
    changelist = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    return {
        "name": model._meta.verbose_name_plural,
        "records": [(each, choice_label(model_admin, each), change_url(each)) for each in records[:PER_KIND]],
        "list_url": f"{changelist}?{urlencode({'q': phrase})}" if len(records) > PER_KIND else "",
        "best_rank": records[0].rank,
    }
