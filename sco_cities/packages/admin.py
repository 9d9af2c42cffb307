"""The desk of imports on the admin's index."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django_tasks_db.models import DBTaskResult

from sco_cities.curation.desks import register

from .desk import IMPORT

register(IMPORT)

# What the worker has done is told by the imports themselves.
with suppress(NotRegistered):
    admin.site.unregister(DBTaskResult)
