"""Puts the curators' admin in the place of Django's: settings install it for `django.contrib.admin`."""

from django.contrib.admin.apps import AdminConfig


class CuratorsAdminConfig(AdminConfig):
    """Django's admin with a site of our own as `admin.site`."""

    default_site = "sco_cities.curation.site.CuratorsSite"
