"""The desk of the board."""

from django.utils.translation import gettext_lazy as _

from sco_cities.curation.desks import Desk
from sco_cities.curation.roles.rights import REVIEWING

HEALTH = Desk(
    url_name="admin:health",
    urls="sco_cities.curation.health.urls",
    title=_("Evidence health"),
    description=_(
        "How many values are sourced, disputed, stale or untranslated, and a queue for each number."
    ),
    permission=REVIEWING,
)
