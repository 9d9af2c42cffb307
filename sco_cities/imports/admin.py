"""Hides the admin list of background tasks, because the pages of imports and reverts show their results."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django_tasks_db.models import DBTaskResult

with suppress(NotRegistered):
    admin.site.unregister(DBTaskResult)
