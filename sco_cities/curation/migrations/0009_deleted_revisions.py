"""An index of the revisions that deleted a record, by its slug."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class AddIndexWithoutLock(AddIndexConcurrently):
    """On PostgreSQL without blocking writers, on SQLite like any index."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            # It keeps nobody waiting, and would leave an invalid index if it gave up.
            schema_editor.execute("SET lock_timeout = 0")
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            schema_editor.execute("RESET lock_timeout")
        else:
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("curation", "0008_change_horizon")]

    operations = [
        AddIndexWithoutLock(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("action", "deleted")),
                fields=["content_type", "slug"],
                name="curation_revision_deleted",
            ),
        ),
    ]
