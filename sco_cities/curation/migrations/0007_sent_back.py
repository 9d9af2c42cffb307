"""An index of the revisions that sent a record back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("curation", "0006_from_a_report"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("state", "draft"), ("state_before", "in_review")),
                fields=["id"],
                name="curation_revision_sent_back",
            ),
        ),
    ]
