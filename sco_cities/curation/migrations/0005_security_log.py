"""Lets administrators read the security log."""

from django.db import migrations

from sco_cities.curation.permissions.groups import grant


def grant_view(apps, schema_editor):
    grant(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("curation", "0004_rename_models"), ("accounts", "0001_accounts")]

    operations = [migrations.RunPython(grant_view, migrations.RunPython.noop)]
