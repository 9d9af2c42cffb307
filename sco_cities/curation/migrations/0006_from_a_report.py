"""Adds the method of changes that come from a report."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0005_security_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="changeset",
            name="way",
            field=models.CharField(
                choices=[
                    ("edit", "edit"),
                    ("review", "review"),
                    ("bulk", "bulk edit"),
                    ("evidence", "new evidence"),
                    ("import", "import"),
                    ("intake", "from a report"),
                    ("package", "data package"),
                    ("merge", "merge"),
                    ("revert", "revert"),
                ],
                default="edit",
                max_length=10,
                verbose_name="method",
            ),
        ),
    ]
