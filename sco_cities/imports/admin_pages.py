"""Registers the admin pages for imports and for the grids of an account."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import AdminPage, PageGroup, WaitingEntry, register
from sco_cities.curation.permissions.object_permissions import ADD_EVIDENCE
from sco_cities.history.models import IMPORT_RECORDS

from .grid import unsaved_grids


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
    AdminPage(
        url_name="admin:own_grids",
        urls="sco_cities.imports.urls",
        title=_("My grids"),
        description=_("Grids with cells that you have typed and not saved yet: continue or discard them."),
        permission=ADD_EVIDENCE,
        group=PageGroup.TO_DO,
        waiting_count=lambda request: unsaved_grids(request.user).count(),
        waiting_entries=_grid_entries,
    )
)
register(
    AdminPage(
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
)
