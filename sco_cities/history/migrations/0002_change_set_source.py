from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]

    operations = [migrations.RenameField("changeset", "way", "source")]
