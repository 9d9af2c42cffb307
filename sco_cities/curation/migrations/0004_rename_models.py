"""Renames two models; their tables keep their names, so that nothing happens to the database itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0003_taking_back")]

    operations = [
        migrations.AlterModelTable("Look", "curation_look"),
        migrations.RenameModel("Look", "SeenRevision"),
        migrations.AlterModelTable("TakingBack", "curation_takingback"),
        migrations.RenameModel("TakingBack", "RevertJob"),
        migrations.AlterModelOptions(
            "SeenRevision",
            {
                "default_permissions": (),
                "verbose_name": "viewed revision",
                "verbose_name_plural": "viewed revisions",
            },
        ),
        migrations.AlterField(
            "RevertJob",
            "change_set",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="revert_jobs",
                to="curation.changeset",
                verbose_name="change",
            ),
        ),
    ]
