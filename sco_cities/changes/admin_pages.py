"""Registers the History admin page."""

from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import register
from sco_cities.history.models import REVERT_CHANGES

register(
    url_name="admin:changes",
    urls="sco_cities.changes.urls",
    title=_("History"),
    description=_(
        "Recent changes, with author, time and reason. You can revert changes and restore deleted records."
    ),
    permission=REVERT_CHANGES,
)
