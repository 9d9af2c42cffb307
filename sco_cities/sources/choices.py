"""Choices of evidence and figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stance(models.TextChoices):
    """How a passage relates to a value of a record."""

    SUPPORTS = "supports", _("confirms")
    DIFFERS = "differs", _("contradicts")
    EARLIER = "earlier", _("gives an earlier state")


class Qualifier(models.TextChoices):
    """The precision of a figure."""

    EXACT = "exact", _("exactly")
    OVER = "over", _("over")
    UNDER = "under", _("under")
    ABOUT = "about", _("about")
