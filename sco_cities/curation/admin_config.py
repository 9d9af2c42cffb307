"""The config that settings install in the place of `django.contrib.admin`."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class CuratorsAdminConfig(AdminConfig):
    """Django's admin with `CuratorsSite` as `admin.site` and the custom pages of every app."""

    default_site = "sco_cities.curation.admin.site.CuratorsSite"

    def ready(self):
        super().ready()
        autodiscover_modules("admin_pages")
