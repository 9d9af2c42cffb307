"""The model of correction requests, with the reported error, the state and the curators' answer."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from sco_cities.core.fields import not_empty, one_of
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug, RecordRelation
from sco_cities.sources.web_address import WebAddressField

MAX_TEXT, MAX_ANSWER = 2000, 2000
# Excludes letters and digits that look alike.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def make_reference() -> str:
    """Returns a random reference number that cannot be guessed, such as "K7M2-9QXR"."""
    text = "".join(secrets.choice(_ALPHABET) for _position in range(8))
    return f"{text[:4]}-{text[4:]}"


def network_code(network: str | None) -> str:
    """Returns a hash of the network that cannot be reversed without the secret key, or "" for an unknown network."""
    salt = "sco_cities.correction_requests.network"
    return salted_hmac(salt, network, algorithm="sha256").hexdigest()[:16] if network else ""


class RequestState(models.TextChoices):
    """States of correction requests. Closed requests were corrected or declined."""

    NEW = "new", _("new")
    IN_PROGRESS = "in_progress", _("in progress")
    CORRECTED = "corrected", _("accepted and corrected")
    DECLINED = "declined", _("declined")


OPEN_STATES = (RequestState.NEW, RequestState.IN_PROGRESS)


class CorrectionRequestQuerySet(models.QuerySet):
    """QuerySet of correction requests."""

    def open(self):
        """Returns the requests without an answer."""
        return self.filter(state__in=OPEN_STATES)

    def close(self, state: RequestState, user_name: str) -> int:
        """Closes all requests of the QuerySet, but stores no answer. Returns the number of requests."""
        return self.update(state=state, email="", network="", handled_by=user_name, changed_at=timezone.now())


class CorrectionRequest(RecordRelation):
    """An error in a record or one of its values, reported by a reader.

    The names of the record and the value are stored as they were when the error was reported, because both may be
    changed, merged or deleted later. `value` is the key of the value in the record, or "" for the record as a whole.
    """

    reference = models.CharField(_("reference number"), max_length=9, unique=True, default=make_reference)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    language = models.CharField(_("language of the page"), max_length=10)
    slug = models.CharField(_("slug"), max_length=80)
    record_name = models.CharField(_("record"), max_length=300)
    value = models.CharField(_("value"), max_length=160, blank=True, default="")
    value_label = models.CharField(_("value"), max_length=200)
    text = models.TextField(_("what is wrong"), max_length=MAX_TEXT)
    address = WebAddressField(_("page with the correct value"), max_length=500, blank=True, default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    # From `network_code`. It lets curators decline a flood in one step, and limits the open requests per network.
    network = models.CharField(_("network"), max_length=16, blank=True, default="", db_default="")
    state = models.CharField(
        _("state"), max_length=12, choices=RequestState, default=RequestState.NEW, db_index=True
    )
    answer = models.TextField(
        _("answer"),
        max_length=MAX_ANSWER,
        blank=True,
        default="",
        help_text=_("The sender can read the answer on the confirmation page once the request is closed."),
    )
    # The user name is kept when the account is deleted.
    handled_by = models.CharField(_("handled by"), max_length=150, blank=True, default="")

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction request")
        verbose_name_plural = _("correction requests")
        ordering = ("-pk",)
        # Requests cannot be added in the admin, because only readers submit them.
        default_permissions = ("view", "change", "delete")
        constraints: ClassVar = [
            one_of("state", RequestState),
            not_empty("text"),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_STATES) | models.Q(email=""),
                name="correction_requests_no_email_when_closed",
            ),
        ]

    def __str__(self):
        return f"{self.reference}: {self.record_name}"

    def save(self, *args, **kwargs):
        if not self.is_open:
            # The e-mail address and network are needed only to answer this request.
            self.email = self.network = ""
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def current_record(self) -> Record | None:
        """Returns the record, or the record that it was merged into. Returns None if it was deleted."""
        if self.record is not None:
            return self.record
        former = FormerSlug.objects.filter(content_type=self.content_type_id, slug=self.slug).first()
        return former.record if former else None
