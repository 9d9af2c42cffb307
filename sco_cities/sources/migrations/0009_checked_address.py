"""The address that was checked, so that a check does not count for an address that replaces it.

For checks so far this is the address of today: they count as before, until it is replaced.
"""

from django.db import migrations, models


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    reports = apps.get_model("sources", "Report").objects.using(alias)
    address = reports.filter(pk=models.OuterRef("report")).values("address")
    apps.get_model("sources", "AddressCheck").objects.using(alias).update(address=models.Subquery(address))


class Migration(migrations.Migration):
    dependencies = [("sources", "0008_former_addresses")]

    operations = [
        migrations.AddField(
            "AddressCheck",
            "address",
            models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="address"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
