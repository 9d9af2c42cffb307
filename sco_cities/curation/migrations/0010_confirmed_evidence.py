"""Keeps with a change whether somebody has confirmed the existing evidence for new values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0009_deleted_revisions")]

    operations = [
        migrations.AddField(
            "changeset",
            "evidence_stands",
            models.BooleanField(
                "existing evidence confirmed", default=False, db_default=False, editable=False
            ),
        ),
        migrations.AddField(
            "revertjob", "evidence_stands", models.BooleanField(default=False, db_default=False)
        ),
    ]
