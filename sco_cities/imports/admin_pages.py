"""Registers the Import admin page."""

from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import AdminPage, PageGroup, register
from sco_cities.history.models import IMPORT_RECORDS

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
