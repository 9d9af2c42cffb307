from django.db import migrations

from sco_cities.curation.permissions.groups import CURATOR, grant

FORMER_NAME = "curators"


def make_groups(apps, schema_editor):
    """Makes the groups of the roles. The table in `roles.groups` is read as it is, not as it was: what it
    names that is not there yet is granted by the next `ensure_curator`."""
    grant(apps, schema_editor.connection.alias)


def move_curators(apps, schema_editor):
    """Makes the members of the group "curators" of earlier versions members of "curator"."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    former = groups.filter(name=FORMER_NAME).first()
    if former is None:
        return
    curator = groups.get(name=CURATOR)
    curator.user_set.add(*former.user_set.all())
    curator.permissions.add(*former.permissions.all())
    former.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sources", "0003_withdrawn_rulings_addresses"),
        ("themes", "0003_withdrawn"),
        ("cities", "0003_withdrawn"),
        ("delegates", "0004_withdrawn"),
        ("initiatives", "0003_withdrawn"),
        ("curation", "0001_history"),
    ]

    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(move_curators, migrations.RunPython.noop),
    ]
