"""Admin models for viewed revisions, pairs marked as not duplicates, unsaved and open forms, and comments."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.core.exceptions import shortened
from sco_cities.sources.base_models import WHOLE
from sco_cities.sources.evidence_coverage import field_label
from sco_cities.sources.models import RecordRelation


class SeenRevision(RecordRelation):
    """The last revision of a record that a reviewer has seen."""

    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("seen by")
    )
    revision = models.BigIntegerField(_("last revision seen"))

    class Meta:
        # No admin page needs permissions for this model.
        default_permissions = ()
        verbose_name = _("viewed revision")
        verbose_name_plural = _("viewed revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "seen_by"], name="curation_seen_revision_is_unique"
            )
        ]

    def __str__(self):
        return f"{self.seen_by}: {self.revision}"


class NotDuplicates(models.Model):
    """A pair of records of one kind that a curator has marked as not duplicates."""

    content_type = models.ForeignKey(
        ContentType, models.CASCADE, related_name="+", verbose_name=_("kind of record")
    )
    first_id = models.BigIntegerField(_("record A"))
    second_id = models.BigIntegerField(_("record B"))

    class Meta:
        verbose_name = _("pair marked as not duplicates")
        verbose_name_plural = _("pairs marked as not duplicates")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "first_id", "second_id"], name="curation_not_duplicates_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")),
                name="curation_not_duplicates_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.first_id} ≠ {self.second_id}"


class UnsavedForm(models.Model):
    """An account's unsaved input in an admin form. Only this account can see it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The name in the form key, which distinguishes two tabs with the same form.
    name = models.CharField(max_length=32)
    # The URL path of the form.
    address = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    # Maps each field to the list of its submitted values.
    values = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)
    # True after the form has been saved. A used row has no values and only prevents reuse of the form key.
    is_used = models.BooleanField(default=False, db_default=False)

    class Meta:
        # No admin page needs permissions for this model.
        default_permissions = ()
        verbose_name = _("unsaved form")
        verbose_name_plural = _("unsaved forms")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="curation_unsaved_form_is_unique")
        ]

    def __str__(self):
        return str(self.account)


class EditingSession(RecordRelation):
    """A user's open form for a record."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        # No admin page needs permissions for this model.
        default_permissions = ()
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="curation_editing_session_is_unique")
        ]

    def __str__(self):
        return str(self.account)


class CommentThread(RecordRelation):
    """Comments on a field of a record, or on the whole record if `field` is "". Comments are not public."""

    field = models.CharField(_("field"), max_length=100, blank=True, default="")
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        # Every user who can open the record's form can write and resolve its comments.
        default_permissions = ()
        verbose_name = _("comment thread")
        verbose_name_plural = _("comment threads")
        ordering = ("pk",)
        indexes = [models.Index(fields=["content_type", "object_id"], name="curation_comments_of_record")]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The label of the field, or "the record as a whole"."""
        return field_label(self.content_type.model_class(), self.field or WHOLE)

    @property
    def resolved_by_name(self) -> str:
        return account_name(self.resolved_by)


class Comment(models.Model):
    """A comment in a thread. `mentioned` contains the accounts mentioned with @."""

    thread = models.ForeignKey(CommentThread, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    text = models.TextField(_("comment"), max_length=2_000)
    # When the author wrote or last changed the text.
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("pk",)

    def __str__(self):
        return shortened(" ".join(self.text.split()))

    @property
    def author_name(self) -> str:
        return account_name(self.author)

    @property
    def url(self) -> str:
        """The URL of the comment on the form of its record."""
        return f"{change_url(self.thread.record)}#comment-{self.pk}"


def account_name(account) -> str:
    """Returns an account's user name, or a text for a deleted account (None)."""
    return account.get_username() if account else _("a former account")
