"""Lets programs read changes in an order to which nothing is added before what they have read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("curation", "0007_sent_back")]

    operations = [
        migrations.AddField("changeset", "horizon", models.BigIntegerField(default=0, editable=False)),
    ]
