from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [
        migrations.AddField(
            "addresscheck",
            "archive_address",
            models.URLField(
                blank=True,
                db_default="",
                default="",
                max_length=500,
                verbose_name="address of an archived copy",
            ),
        ),
        migrations.AddField(
            "addresscheck",
            "archive_asked_at",
            models.DateTimeField(blank=True, null=True, verbose_name="copy requested at"),
        ),
    ]
