"""Registers the admin pages for imports and grids, and checks access to imports."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import PageGroup, WaitingEntry, register
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE
from sco_cities.history.models import IMPORT_RECORDS

from .column_types import IMPORTABLE_MODELS
from .grid import unsaved_grids
from .models import ImportJob


def _grid_entries(request: HttpRequest, number: int) -> list[WaitingEntry]:
    return [
        WaitingEntry(
            str(job),
            reverse("admin:import_grid", args=[job.pk]),
            date_format(localtime(job.made_at), "DATETIME_FORMAT"),
        )
        for job in unsaved_grids(request.user)[:number]
    ]


OWN_GRIDS = register(
    url_name="admin:own_grids",
    urls="sco_cities.imports.urls",
    title=_("My grids"),
    description=_("Grids with unsaved cells. Continue or discard them."),
    permission=ADD_EVIDENCE,
    group=PageGroup.TO_DO,
    waiting_count=lambda request: unsaved_grids(request.user).count(),
    waiting_entries=_grid_entries,
)
register(
    url_name="admin:imports",
    urls="sco_cities.imports.urls",
    title=_("Import"),
    description=_(
        "Import a CSV or Excel file. You first see a preview of the changes, and you can revert the whole "
        "import."
    ),
    permission=IMPORT_RECORDS,
    group=PageGroup.ADD,
    add_url_name="admin:imports",
    add_label=_("Import a spreadsheet"),
)


def import_page_view(view: Callable) -> Callable:
    """Decorates the views of an import's pages. Raises PermissionDenied for accounts that may not open the import.

    A grid's creator needs only permission to change records of this kind.
    """

    @wraps(view)
    def checked_view(request: HttpRequest, number: int, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm(IMPORT_RECORDS):
            job = ImportJob.objects.filter(pk=number, made_by=request.user.pk).only("kind", "options").first()
            model = IMPORTABLE_MODELS[job.kind].model if job is not None and job.is_grid else None
            if model is None or not admin.site.get_model_admin(model).has_change_permission(request):
                raise PermissionDenied
        return view(request, number, *args, **kwargs)

    return admin.site.admin_view(checked_view)
