"""Registers the admin page of intakes; "New from a report" is the first button of the admin index."""

from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import AdminPage, PageGroup, register

USE_INTAKE = "intake.use_intake"

INTAKE = register(
    AdminPage(
        url_name="admin:intake",
        urls="sco_cities.intake.urls",
        title=_("From reports"),
        description=_(
            "Paste or upload a report and accept what it says: new drafts and footnotes in one step."
        ),
        permission=USE_INTAKE,
        group=PageGroup.ADD,
        add_url_name="admin:intake_add",
        add_label=_("New from a report"),
    ),
    first=True,
)
