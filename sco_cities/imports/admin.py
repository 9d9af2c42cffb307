"""Adds the grid to the lists of records. Hides the list of background tasks, because other pages show their results."""

from contextlib import suppress

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django_tasks_db.models import DBTaskResult

from .column_types import IMPORTABLE_MODELS
from .grid_views import edit_as_grid

for kind in IMPORTABLE_MODELS.values():
    model_admin = admin.site.get_model_admin(kind.model)
    model_admin.actions = (*model_admin.actions, edit_as_grid)
with suppress(NotRegistered):
    admin.site.unregister(DBTaskResult)
