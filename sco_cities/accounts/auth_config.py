"""The app config that replaces `django.contrib.auth` in INSTALLED_APPS."""

from django.contrib.auth.apps import AuthConfig
from django.utils.translation import gettext_lazy as _


class AccountsAuthConfig(AuthConfig):
    """Django's accounts and groups, named as the rest of the admin names them."""

    verbose_name = _("Accounts and logins")
