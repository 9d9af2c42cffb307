from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionRequestsConfig(AppConfig):
    """Errors reported by readers, as a queue for curators."""

    name = "sco_cities.correction_requests"
    verbose_name = _("Correction requests")
