from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("curation", "0010_confirmed_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="fingerprint",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=33),
        ),
    ]
