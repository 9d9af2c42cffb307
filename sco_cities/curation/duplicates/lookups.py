"""Objects named by the URLs of the duplicates and merge pages; 404 or 403 if they are missing or not allowed."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.sources.base_models import Record, record_model


def model_or_404(request: HttpRequest, collection: str) -> type[Record]:
    """The kind of record with this collection name; 403 if the curator may not change its records."""
    model = record_model(collection)
    if model is None or not admin.site.is_registered(model):
        raise Http404(_("There is no such kind of record."))
    if not admin.site.get_model_admin(model).has_change_permission(request):
        raise PermissionDenied
    return model


def pair_or_404(request: HttpRequest, model: type[Record], one: str, other: str) -> tuple[Record, Record]:
    """The two records with these keys; 404 if they are not two different stored records."""
    keys = [int(key) for key in (one, other) if is_key(key)]
    relations = [column.name for column in model._meta.concrete_fields if column.is_relation]
    queryset = model._base_manager.select_related(*relations) if relations else model._base_manager
    records = queryset.in_bulk(keys)
    if len(records) < 2:
        raise Http404(
            _("At least one of the two records no longer exists; it may have been merged or deleted.")
        )
    model_admin = admin.site.get_model_admin(model)
    if not all(model_admin.has_change_permission(request, each) for each in records.values()):
        raise PermissionDenied
    return records[keys[0]], records[keys[1]]
