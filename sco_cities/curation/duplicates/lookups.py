"""What addresses of the desk name: a kind of record, and two records of it that somebody may change."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from sco_cities.curation.admin.autocomplete import is_key
from sco_cities.sources.base_models import Record, record_model


def model_or_404(request: HttpRequest, collection: str) -> type[Record]:
    """The kind of record that an address names, if the curator may change records of it."""
    model = record_model(collection)
    if model is None or not admin.site.is_registered(model):
        raise Http404(_("There is no such kind of record."))
    if not admin.site.get_model_admin(model).has_change_permission(request):
        raise PermissionDenied
    return model


def pair_or_404(request: HttpRequest, model: type[Record], one: str, other: str) -> tuple[Record, Record]:
    """The two records that an address names by their keys; 404 where they are not two, or not there any more."""
    keys = [int(key) for key in (one, other) if is_key(key)]
    named = [column.name for column in model._meta.concrete_fields if column.is_relation]
    rows = model._base_manager.select_related(*named) if named else model._base_manager
    found = rows.in_bulk(keys)
    if len(found) < 2:
        raise Http404(
            _("At least one of the two records no longer exists; it may have been merged or deleted.")
        )
    model_admin = admin.site.get_model_admin(model)
    if not all(model_admin.has_change_permission(request, each) for each in found.values()):
        raise PermissionDenied
    return found[keys[0]], found[keys[1]]
