"""Removes the keystroke counts. Proposals that were decided as not for the site become rejected."""

from django.db import migrations, models

_STATUSES = ["open", "accepted", "edited", "rejected", "superseded"]


def reject_what_was_not_for_the_site(apps, schema_editor):
    """Replaces the removed decision by "rejected"."""
    proposals = apps.get_model("intake", "Proposal").objects.using(schema_editor.connection.alias)
    proposals.filter(status="not_ours").update(status="rejected")


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.RunPython(reject_what_was_not_for_the_site, migrations.RunPython.noop),
        migrations.RemoveConstraint("proposal", "intake_proposal_status_is_known"),
        migrations.RemoveField("proposal", "keystrokes"),
        migrations.AlterField(
            "proposal",
            "status",
            models.CharField(
                "decision",
                max_length=10,
                choices=[
                    ("open", "undecided"),
                    ("accepted", "accepted"),
                    ("edited", "accepted with changes"),
                    ("rejected", "rejected"),
                    ("superseded", "superseded"),
                ],
                default="open",
            ),
        ),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=models.Q(("status__in", _STATUSES)),
                name="intake_proposal_status_is_known",
                violation_error_message=f"status must be one of {', '.join(_STATUSES)}.",
            ),
        ),
    ]
