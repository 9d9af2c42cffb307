"""Data of accounts in the admin (viewed revisions, pairs that are not duplicates, open and unsaved forms)."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.models import RecordRelation


class SeenRevision(RecordRelation):
    """The last revision of a record that a reviewer has seen."""

    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("seen by")
    )
    revision = models.BigIntegerField(_("last revision seen"))

    class Meta:
        # No admin page lists them.
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
    """The unsaved input of an account in a form of the admin. Only this account sees it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # In the key of the form, so that two tabs with the same form do not overwrite each other's input.
    name = models.CharField(max_length=32)
    # The path of the form.
    address = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    # By field, the list of the values.
    values = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)
    # Whether the form has been saved. Such a row has no values: it marks the key of the form as used.
    is_used = models.BooleanField(default=False, db_default=False)

    class Meta:
        # No admin page lists them.
        default_permissions = ()
        verbose_name = _("unsaved form")
        verbose_name_plural = _("unsaved forms")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="curation_unsaved_form_is_unique")
        ]

    def __str__(self):
        return str(self.account)


class EditingSession(RecordRelation):
    """A form of a record that an account has open."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        # No admin page lists them.
        default_permissions = ()
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="curation_editing_session_is_unique")
        ]

    def __str__(self):
        return str(self.account)
