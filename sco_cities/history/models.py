"""Models for change sets (author, time and reason of a change), revisions and revert jobs."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sco_cities.core.localized_names import name_in
from sco_cities.core.publication_state import VISIBLE, PublicationState
from sco_cities.db.pk_queries import pk_in
from sco_cities.i18n.punctuation import pause
from sco_cities.jobs.background_job import BackgroundJob
from sco_cities.sources.models import RecordRelation

from .delta import values_before

# Permissions declared by ChangeSet, for use with `User.has_perm`.
REVIEW_RECORDS = "history.review_records"
IMPORT_RECORDS = "history.import_records"
MERGE_RECORDS = "history.merge_records"
REVERT_CHANGES = "history.revert_changes"


class ChangeSource(models.TextChoices):
    """The operation that made a change set."""

    EDIT = "edit", _("edit")
    REVIEW = "review", _("review")
    BULK = "bulk", _("bulk edit")
    EVIDENCE = "evidence", _("new evidence")
    IMPORT = "import", _("import")
    INTAKE = "intake", _("from a report")
    PACKAGE = "package", _("data package")
    MERGE = "merge", _("merge")
    REVERT = "revert", _("revert")


class Action(models.TextChoices):
    """The effect of a revision on its record."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")


# Labels for changes of the publication state, by the new state.
STATE_CHANGES = {
    PublicationState.DRAFT: _("returned to draft"),
    PublicationState.IN_REVIEW: _("sent for review"),
    PublicationState.PUBLISHED: _("published"),
    PublicationState.WITHDRAWN: _("withdrawn"),
}


# Revisions that returned a record from review to draft. Either a reviewer sent the record back, or its creator withdrew
# it from review. `RevisionQuerySet.with_send_backs` distinguishes the two cases.
SENT_BACK = models.Q(state_before=PublicationState.IN_REVIEW, state=PublicationState.DRAFT)


def outcome_label(action: str, state_before: str, state: str, *, is_sent_back: bool) -> str:
    """Returns the effect on a record as a short text. A new publication state takes precedence over "changed"."""
    if action != Action.CHANGED or state == state_before:
        return Action(action).label
    return _("sent back") if is_sent_back else STATE_CHANGES[PublicationState(state)]


class ChangeSet(models.Model):
    """One write by one user or command, with its reason and a revision for each changed record."""

    made_at = models.DateTimeField(_("date and time"), default=timezone.now, db_index=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("account")
    )
    # Keeps the user name when the account is deleted. Empty for commands.
    made_by_name = models.CharField(_("user"), max_length=150, blank=True, default="")
    source = models.CharField(_("method"), max_length=10, choices=ChangeSource, default=ChangeSource.EDIT)
    reason = models.TextField(_("reason"), blank=True, default="")
    # True if a published value has changed without evidence for the new value, and a user has confirmed that the
    # existing evidence supports it.
    evidence_stands = models.BooleanField(
        _("existing evidence confirmed"), default=False, db_default=False, editable=False
    )
    # On PostgreSQL, a number above all transactions that may have an earlier revision (`public_changes.unsettled`).
    horizon = models.BigIntegerField(default=0, editable=False)
    reverts = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reverted_by", verbose_name=_("reverts")
    )

    class Meta:
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
        when = date_format(timezone.localtime(self.made_at), "DATETIME_FORMAT")
        return f"{capfirst(self.get_source_display())}{pause()}{when}"


class RevisionQuerySet(models.QuerySet):
    """Queries on revisions."""

    def of(self, *records) -> models.QuerySet:
        """Returns the revisions of one or more records of the same kind, newest first."""
        content_type = ContentType.objects.get_for_model(records[0])
        return self.filter(content_type=content_type, object_id__in=[record.pk for record in records])

    def of_model(self, model: type[models.Model], keys: Collection[int] | None = None) -> models.QuerySet:
        """Filters revisions by kind of record and, if `keys` is given, by primary key."""
        revisions = self.filter(content_type=ContentType.objects.get_for_model(model))
        return revisions if keys is None else revisions.filter(pk_in(keys, "object_id"))

    def with_send_backs(self):
        """Annotates revisions with `is_sent_back`, which is True if a reviewer returned the record with a reason.

        The value is False if the creator returned the record to draft.
        """
        creations = self.model.objects.filter(
            content_type=models.OuterRef("content_type"),
            object_id=models.OuterRef("object_id"),
            action=Action.CREATED,
        )
        creator = models.Subquery(creations.order_by("-pk").values("change_set__made_by")[:1])
        # The creator of an old record is unknown, because the creation was not recorded.
        by_others = models.Q(change_set__made_by=None) | ~models.Q(change_set__made_by=Coalesce(creator, 0))
        is_sent_back = models.When(SENT_BACK & ~models.Q(change_set__reason="") & by_others, then=True)
        return self.annotate(is_sent_back=models.Case(is_sent_back, default=False))

    def seen_by_readers(self):
        """Filters revisions of records that were published before or after the change."""
        return self.filter(models.Q(state_before=VISIBLE) | models.Q(state=VISIBLE))


class Revision(RecordRelation):
    """The change to one record in a change set.

    `changes` maps fields to [old, new], or list fields to {"removed": […], "added": […]} (see `history.delta`). If the
    record was created, `changes` is empty, because the first values can be computed from later documents and revisions.
    If the record was deleted, `changes` removes all values. `state_before` and `state` are the record's publication
    states before and after the change, or "" if the record did not exist.
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
    # The fingerprint of the document after the revision. See `history.versions`.
    fingerprint = models.CharField(max_length=33, blank=True, default="", db_default="", editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "-id"], name="history_revision_of_record"),
            # The admin start page and e-mails list the records sent back to a contributor. Few rows match.
            models.Index(fields=["id"], condition=SENT_BACK, name="history_revision_sent_back"),
            # Used to look up deleted objects that earlier versions of a record refer to.
            models.Index(
                fields=["content_type", "slug"],
                condition=models.Q(action=Action.DELETED),
                name="history_revision_deleted",
            ),
        ]

    def __str__(self):
        return f"{self.slug}: {self.get_action_display()}"

    @property
    def last_name(self) -> str:
        """The name of a deleted record, or the slug of another record."""
        return (name_in(values_before(self.changes)) if self.action == Action.DELETED else "") or self.slug

    @property
    def outcome(self) -> str:
        """The effect on the record as a short text. Requires a revision from `with_send_backs`."""
        return outcome_label(self.action, self.state_before, self.state, is_sent_back=self.is_sent_back)


class RevertJob(BackgroundJob):
    """The revert of a large change set in the background worker, and its result.

    `fields` contains the fields to revert (None for all). `seen` is the key of the newest revision when the preview was
    made. `evidence_stands` confirms that the existing evidence supports values restored without their former evidence.
    `records` is the number of records, and `done` is the number of processed records. `result` is the change set of the
    revert, or None if there was nothing to revert.
    """

    class Stage(models.TextChoices):
        AT_WORK = "at_work", _("being reverted")
        DONE = "done", _("reverted")
        FAILED = "failed", _("failed")

    TASK = "sco_cities.changes.background_revert.run_revert"
    RUNNING_STAGES = (Stage.AT_WORK,)

    change_set = models.ForeignKey(
        ChangeSet, models.CASCADE, related_name="revert_jobs", verbose_name=_("change")
    )
    fields = models.JSONField(null=True)
    later_too = models.BooleanField(default=False)
    evidence_stands = models.BooleanField(default=False, db_default=False)
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

    class Meta:
        verbose_name = _("revert job")
        verbose_name_plural = _("revert jobs")
        ordering = ("-pk",)
        # Reverting requires a permission of ChangeSet. This model is not registered in the admin.
        default_permissions = ()

    def __str__(self):
        return str(self.change_set)

    def failure(self, reasons: list[str]) -> dict[str, object]:
        return {"stage": self.FAILED, "reasons": reasons}
