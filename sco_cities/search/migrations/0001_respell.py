"""Texts to search in are spelled anew, in Latin letters: what was saved before could not be found otherwise."""

from django.db import migrations

from sco_cities.core import localized_names, tokenizer

NAMES = ("name_en", "name_ru", "name_zh")
# By model: names and titles, and other texts.
TEXTS = {
    ("sources", "Report"): (("title",), ("publisher",)),
    ("themes", "Theme"): (NAMES, ("description", "keywords")),
    ("cities", "Country"): (NAMES, ("slug",)),
    ("cities", "City"): ((*NAMES, "aliases"), ()),
    ("delegates", "Organisation"): ((*NAMES, "aliases"), ()),
    ("delegates", "Event"): (NAMES, ("series",)),
    ("delegates", "Delegate"): ((*NAMES, "aliases"), ("role",)),
    ("delegates", "Statement"): ((), ("summary",)),
    ("initiatives", "Initiative"): (
        ("title_en", "title_ru", "title_zh"),
        ("summary_en", "summary_ru", "summary_zh"),
    ),
}
BATCH = 1000


def respell(apps, schema_editor):
    database = schema_editor.connection.alias
    for (label, model_name), (named, told) in TEXTS.items():
        records = apps.get_model(label, model_name)._base_manager.using(database)
        rows = records.only("search_text", *named, *told).order_by("pk")
        batch = list(rows[:BATCH])
        while batch:
            for record in batch:
                record.search_text = document(record, named, told)
            records.bulk_update(batch, ["search_text"])
            batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def document(record, named, told) -> str:
    texts = []
    for name in named:
        text = getattr(record, name)
        texts += localized_names.split_list(text) if name == "aliases" else [text]
    return tokenizer.search_document(texts, [getattr(record, name) for name in told])


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0001_initial"),
        ("themes", "0001_initial"),
        ("cities", "0001_initial"),
        ("delegates", "0002_initial"),
        ("initiatives", "0001_initial"),
    ]

    operations = [migrations.RunPython(respell, migrations.RunPython.noop, elidable=True)]
