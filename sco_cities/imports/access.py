"""Access to the page of an import, for accounts that may import and for the account that opened a grid."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from sco_cities.history.models import IMPORT_RECORDS

from .column_types import IMPORTABLE_MODELS
from .models import ImportJob


def import_page_view(view: Callable) -> Callable:
    """A decorator for the pages of one import. Raises PermissionDenied for accounts that may not open it.

    The account that created a grid may open it as long as it may change records of that kind.
    """

    @wraps(view)
    def checked_view(request: HttpRequest, number: int, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm(IMPORT_RECORDS) and not _is_own_grid(request, number):
            raise PermissionDenied
        return view(request, number, *args, **kwargs)

    return admin.site.admin_view(checked_view)


def _is_own_grid(request: HttpRequest, number: int) -> bool:
    job = ImportJob.objects.filter(pk=number, made_by=request.user.pk).only("kind", "options").first()
    if job is None or not job.is_grid:
        return False
    model_admin = admin.site.get_model_admin(IMPORTABLE_MODELS[job.kind].model)
    return model_admin.has_change_permission(request)
