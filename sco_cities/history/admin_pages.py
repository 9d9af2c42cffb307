"""The admin page of the history."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.admin.pages import AdminPage, register

from .permissions import REVERT_CHANGES

HISTORY = register(
    AdminPage(
        url_name="admin:changes",
        urls="sco_cities.history.urls",
        title=_("History"),
        description=_("What was changed lately, by whom and why; take it back, bring back what was deleted."),
        permission=REVERT_CHANGES,
    )
)
