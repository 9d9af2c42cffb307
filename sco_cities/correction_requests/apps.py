from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionRequestsConfig(AppConfig):
    """Error reports from readers, and a queue for curators to answer them."""

    name = "sco_cities.correction_requests"
    verbose_name = _("Correction requests")
