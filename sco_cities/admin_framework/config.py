"""The app config that replaces `django.contrib.admin` in INSTALLED_APPS."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class CuratorsAdminConfig(AdminConfig):
    """Django's admin with `CuratorsSite` as `admin.site` and the custom admin pages of every app."""

    default_site = "sco_cities.admin_framework.site.CuratorsSite"

    def ready(self):
        super().ready()
        autodiscover_modules("admin_pages")
