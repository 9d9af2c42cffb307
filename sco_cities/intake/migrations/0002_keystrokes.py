"""The field `keys` of proposals is called `keystrokes`; its column keeps its name, so that no table is altered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_intakes")]

    operations = [
        migrations.AlterField(
            model_name="proposal",
            name="keys",
            field=models.PositiveSmallIntegerField(db_column="keys", default=0),
        ),
        migrations.RenameField(model_name="proposal", old_name="keys", new_name="keystrokes"),
    ]
