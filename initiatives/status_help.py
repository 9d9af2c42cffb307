"""Help texts for statuses that readers might overestimate, and the labels of city roles."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import CityRole, Status

STATUS_HELP = {
    Status.INTEREST: _("declared interest or talks; nothing agreed yet"),
    Status.PROPOSED: _("a plan or a proposal; nothing agreed yet"),
    Status.AGREED: _("a letter of intent, memorandum, agreement or awarded title"),
}

# Short labels of the roles of a city.
ROLE_LABELS = {
    CityRole.LEAD: pgettext_lazy("role of a city", "lead"),
    CityRole.PARTNER: pgettext_lazy("role of a city", "partner"),
    CityRole.REFERENCE: pgettext_lazy("role of a city", "model"),
}
