"""Registers the admin page for intakes. Its "New from a report" button is the first button on the start page."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sco_cities.admin_framework.pages import PageGroup, WaitingEntry, register

from .models import Intake

USE_INTAKE = "intake.use_intake"


def open_reports(request: HttpRequest) -> QuerySet[Intake]:
    """Returns the user's reports with undecided proposals, oldest first."""
    return Intake.objects.filter(made_by=request.user, purged_at=None).with_open_proposals().order_by("pk")


def waiting_reports(request: HttpRequest, number: int) -> list[WaitingEntry]:
    """Entries for at most `number` of the user's oldest reports with undecided proposals."""
    reports = open_reports(request).without_text().with_open_count().select_related("report")[:number]
    return [
        WaitingEntry(
            str(each),
            reverse("admin:intake_page", args=(each.pk,)),
            ngettext("%(number)d proposal to decide", "%(number)d proposals to decide", each.open_count)
            % {"number": each.open_count},
        )
        for each in reports
    ]


INTAKE = register(
    url_name="admin:intake",
    urls="sco_cities.intake.urls",
    title=_("From reports"),
    description=_(
        "Paste or upload a report and review the proposals. Then add new drafts and footnotes in one step."
    ),
    permission=USE_INTAKE,
    waiting_count=lambda request: open_reports(request).count(),
    waiting_entries=waiting_reports,
    group=PageGroup.ADD,
    add_url_name="admin:intake_add",
    add_label=_("New from a report"),
    first=True,
)
