"""Tasks queued by an earlier version run after the upgrade: a migration updates the paths of their functions."""

import io
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django_tasks_db.models import DBTaskResult

from sco_cities.history.background_revert import run_revert
from sco_cities.imports.jobs import run_import
from sco_cities.imports.models import ImportJob, ImportStage
from sco_cities.jobs.task_status import is_waiting
from tests import factories as make

migration = import_module("sco_cities.imports.migrations.0002_task_paths")

pytestmark = pytest.mark.django_db
EDITOR = SimpleNamespace(connection=connection)
OLD_IMPORT = "sco_cities.packages.tasks.run_import"
OLD_REVERT = "sco_cities.curation.history.tasks.run_reversal"


def paths() -> set[str]:
    return set(DBTaskResult.objects.values_list("task_path", flat=True))


def test_queued_tasks_of_the_earlier_version_are_recognised_as_waiting():
    for task, old_path in ((run_import, OLD_IMPORT), (run_revert, OLD_REVERT)):
        result = task.enqueue(7)
        DBTaskResult.objects.filter(pk=result.id).update(task_path=old_path)
        assert not is_waiting(task, 7)
    migration.move_tasks(apps, EDITOR)
    for task in (run_import, run_revert):
        assert is_waiting(task, 7)
        assert not is_waiting(task, 8)


def test_the_worker_runs_a_queued_task_of_the_earlier_version():
    make.make_theme()
    job = ImportJob(kind="themes", file_name="x.csv", stage=ImportStage.CHECKING, columns=["slug", "name_en"])
    job.store(io.BytesIO(b"slug,name_en\nlamps,Lanterns\n"))
    job.save()
    run_import.enqueue(job.pk)
    DBTaskResult.objects.update(task_path=OLD_IMPORT)
    migration.move_tasks(apps, EDITOR)
    queued = DBTaskResult.objects.get()
    queued.task.func(*queued.args_kwargs["args"])  # what the worker does
    job.refresh_from_db()
    assert (job.stage, job.tally) == (ImportStage.CHECKED, {"updated": 1})


def test_the_migration_can_be_reversed():
    run_import.enqueue(7)
    run_revert.enqueue(7)
    migration.move_back(apps, EDITOR)
    assert paths() == {OLD_IMPORT, OLD_REVERT}
    migration.move_tasks(apps, EDITOR)
    assert paths() == {run_import.module_path, run_revert.module_path}


def test_the_migration_does_nothing_without_queued_tasks():
    migration.move_tasks(apps, EDITOR)
    migration.move_back(apps, EDITOR)
    assert paths() == set()


def test_other_tasks_keep_their_paths():
    run_import.enqueue(7)
    DBTaskResult.objects.update(task_path="elsewhere.tasks.run")
    migration.move_tasks(apps, EDITOR)
    migration.move_back(apps, EDITOR)
    assert paths() == {"elsewhere.tasks.run"}
