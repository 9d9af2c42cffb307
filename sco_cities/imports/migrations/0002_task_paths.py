"""Moves queued background tasks to the new paths of their functions, so that the worker still runs them.

The table of django_tasks_db stores a task by its dotted path.
"""

import django.db.models.deletion
from django.db import migrations, models

MOVED = {
    "sco_cities.packages.tasks.run_import": "sco_cities.imports.jobs.run_import",
    "sco_cities.curation.history.tasks.run_reversal": "sco_cities.history.background_revert.run_revert",
}


def move_tasks(apps, schema_editor):
    _move(apps, schema_editor, MOVED)


def move_back(apps, schema_editor):
    _move(apps, schema_editor, {new: old for old, new in MOVED.items()})


def _move(apps, schema_editor, paths):
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects.using(
        schema_editor.connection.alias
    )
    for old, new in paths.items():
        tasks.filter(task_path=old).update(task_path=new)


class Migration(migrations.Migration):
    dependencies = [
        ("packages", "0001_imports"),
        ("django_tasks_database", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(move_tasks, move_back),
        migrations.AlterField(
            "ImportRow",
            "job",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="row_results",
                to="packages.importjob",
            ),
        ),
    ]
