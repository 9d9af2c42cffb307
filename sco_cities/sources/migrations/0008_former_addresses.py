"""Other words for the slugs that a record had before; nothing happens to the database itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sources", "0007_words_of_evidence")]

    operations = [
        migrations.AlterModelOptions(
            "FormerSlug",
            {"verbose_name": "former address", "verbose_name_plural": "former addresses"},
        ),
    ]
