"""The history of all records: who changed what, when and why."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import RecordRelation


class ChangeSource(models.TextChoices):
    """By what a change came about."""

    EDIT = "edit", _("edit")
    REVIEW = "review", _("review")
    BULK = "bulk", _("bulk edit")
    EVIDENCE = "evidence", _("new evidence")
    IMPORT = "import", _("import")
    PACKAGE = "package", _("data package")
    MERGE = "merge", _("merge")
    REVERT = "revert", _("revert")


class Action(models.TextChoices):
    """What happened to a record."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


class ChangeSet(models.Model):
    """What was done at once, by one person or command, and why."""

    made_at = models.DateTimeField(_("date and time"), default=timezone.now, db_index=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    # Stays when the account goes; empty for commands.
    made_by_name = models.CharField(_("user"), max_length=150, blank=True, default="")
    way = models.CharField(_("method"), max_length=10, choices=ChangeSource, default=ChangeSource.EDIT)
    reason = models.TextField(_("reason"), blank=True, default="")
    reverts = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reverted_by", verbose_name=_("reverts")
    )

    class Meta:
        app_label = "curation"
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-pk",)
        permissions = [
            ("review_records", _("Can publish records, withdraw them and send them back")),
            ("import_records", _("Can import records from files")),
            ("merge_records", _("Can merge duplicates")),
            ("revert_changes", _("Can revert changes")),
        ]

    def __str__(self):
        return f"{self.get_way_display()}, {self.made_at:%Y-%m-%d %H:%M}"


class RevisionQuerySet(models.QuerySet):
    """What can be asked of revisions."""

    def of(self, record) -> models.QuerySet:
        """The revisions of a record, newest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)

    def seen_by_readers(self):
        """Changes of records that were published before or after them."""
        return self.filter(
            models.Q(state_before=PublicationState.PUBLISHED) | models.Q(state=PublicationState.PUBLISHED)
        )


class Revision(RecordRelation):
    """What a change set did to one record.

    `changes` holds, by field, [old, new], and for a list {"removed": […], "added": […]} (see `history.changes`).
    A record that was created has none, for its values can be told from what it is now or was when it was
    changed next; one that was deleted has all its values as removed. `slug`, `state_before` and `state` tell
    what the record was called and how far it had come; "" where it was not there.
    """

    change_set = models.ForeignKey(
        ChangeSet, models.CASCADE, related_name="revisions", verbose_name=_("change")
    )
    action = models.CharField(_("action"), max_length=8, choices=Action)
    slug = models.CharField(_("slug"), max_length=80)
    state_before = models.CharField(
        _("previous publication state"), max_length=12, choices=PublicationState, blank=True, default=""
    )
    state = models.CharField(
        _("publication state"), max_length=12, choices=PublicationState, blank=True, default=""
    )
    changes = models.JSONField(_("changes"), default=dict, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        app_label = "curation"
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "-id"], name="curation_revision_of_record")
        ]

    def __str__(self):
        return f"{self.slug}: {self.get_action_display()}"


class RevertJob(models.Model):
    """A large change set that is taken back by the worker, and how that ended.

    `fields` are those that alone are taken back, None for all; `seen` is the newest revision when the curator looked.
    `done` counts the records of `records` that have been come through; `result` is what was done, None where nothing
    was left to take back.
    """

    class Stage(models.TextChoices):
        AT_WORK = "at_work", _("being reverted")
        DONE = "done", _("reverted")
        FAILED = "failed", _("failed")

    change_set = models.ForeignKey(
        ChangeSet, models.CASCADE, related_name="revert_jobs", verbose_name=_("change")
    )
    fields = models.JSONField(null=True)
    later_too = models.BooleanField(default=False)
    seen = models.BigIntegerField()
    reason = models.TextField(_("reason"))
    language = models.CharField(max_length=10, default="en")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.AT_WORK)
    records = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(_("errors"), default=list)
    result = models.OneToOneField(
        ChangeSet, models.SET_NULL, null=True, related_name="+", verbose_name=_("result")
    )
    made_at = models.DateTimeField(_("date and time"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )

    class Meta:
        app_label = "curation"
        # The name of an earlier version of the code.
        db_table = "curation_takingback"
        verbose_name = _("revert job")
        verbose_name_plural = _("revert jobs")
        ordering = ("-pk",)
        # Who may take back has the permission of the change set; these are looked at on no page of the stock admin.
        default_permissions = ()

    def __str__(self):
        return str(self.change_set)

    @property
    def is_at_work(self) -> bool:
        return self.stage == self.Stage.AT_WORK
