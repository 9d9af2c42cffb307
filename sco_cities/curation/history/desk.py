"""The desk of the history: what was done lately, by whom, and the way back."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.desks import Desk

REVERTING = "curation.revert_changes"

HISTORY = Desk(
    url_name="admin:changes",
    urls="sco_cities.curation.history.urls",
    title=_("History"),
    description=_("What was changed lately, by whom and why; take it back, bring back what was deleted."),
    permission=REVERTING,
)
