"""Renames the band of a proposal to its certainty, and the value "maybe" to "doubtful"."""

from django.db import migrations, models

_CERTAINTIES = ["sure", "likely", "doubtful"]


def rename_maybe(apps, schema_editor):
    """Stores "doubtful" in place of "maybe"."""
    proposals = apps.get_model("intake", "Proposal").objects.using(schema_editor.connection.alias)
    proposals.filter(certainty="maybe").update(certainty="doubtful")


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_fewer_decisions")]

    operations = [
        migrations.RemoveConstraint("proposal", "intake_proposal_band_is_known"),
        migrations.RenameField("proposal", "band", "certainty"),
        migrations.AlterField(
            "proposal",
            "certainty",
            models.CharField(
                "certainty",
                max_length=8,
                choices=[("sure", "sure"), ("likely", "likely"), ("doubtful", "doubtful")],
            ),
        ),
        migrations.RunPython(rename_maybe, migrations.RunPython.noop),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=models.Q(("certainty__in", _CERTAINTIES)),
                name="intake_proposal_certainty_is_known",
                violation_error_message=f"certainty must be one of {', '.join(_CERTAINTIES)}.",
            ),
        ),
    ]
