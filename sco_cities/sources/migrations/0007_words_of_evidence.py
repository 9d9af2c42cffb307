"""Other words for what a passage does, and for a ruling; nothing happens to the database itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0006_archive_address")]

    operations = [
        migrations.AlterField(
            "Evidence",
            "stance",
            models.CharField(
                choices=[
                    ("supports", "confirms"),
                    ("differs", "contradicts"),
                    ("earlier", "tells how it was before"),
                ],
                default="supports",
                max_length=8,
                verbose_name="what the passage does",
            ),
        ),
        migrations.AlterModelOptions(
            "Ruling",
            {
                "ordering": ("pk",),
                "verbose_name": "reason to keep a value",
                "verbose_name_plural": "reasons to keep values",
            },
        ),
    ]
