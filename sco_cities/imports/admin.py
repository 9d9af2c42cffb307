"""Hides the worker's own list of tasks: the pages of imports and reverts show what became of theirs."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django_tasks_db.models import DBTaskResult

with suppress(NotRegistered):
    admin.site.unregister(DBTaskResult)
