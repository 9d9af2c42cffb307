"""Models of the lists and records that readers follow by e-mail, without an account.

Addresses are encrypted and looked up by keyed codes. Encryption and codes use SECRET_KEY. Addresses that were encrypted
with a key in SECRET_KEY_FALLBACKS can still be read and looked up.
"""

import base64
import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sco_cities.facet_index.refresh import facet_index
from sco_cities.feeds.changes import FeedSubject
from sco_cities.history.models import Action, Revision
from sco_cities.listings import querystring
from sco_cities.listings.list_query import ListQuery
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from sco_cities.sources.base_models import Record

_PURPOSE = "sco_cities.subscriptions.address"


def encrypt(address: str) -> str:
    """Encrypts an address with the current key."""
    return _fernet(*_keys()).encrypt(address.encode()).decode()


def decrypt(encrypted_address: str) -> str | None:
    """Decrypts an address. Returns None if no current or former key can decrypt it."""
    try:
        return _fernet(*_keys()).decrypt(encrypted_address).decode()
    except InvalidToken:
        return None


def address_codes(address: str) -> list[str]:
    """Returns an address's lookup code for each key, with the current key first. Codes ignore letter case."""
    return [
        salted_hmac(_PURPOSE, address.casefold(), secret=key, algorithm="sha256").hexdigest()
        for key in _keys()
    ]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=2)
def _fernet(*keys: str) -> MultiFernet:
    derived = (
        HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE.encode()).derive(key.encode())
        for key in keys
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


# Subscriptions that are not confirmed within this time are deleted.
TIME_TO_CONFIRM = datetime.timedelta(days=7)
# The purposes of tokens in e-mail links. A token is a primary key signed for one purpose.
CONFIRM, UNSUBSCRIBE = "sco_cities.subscriptions.confirm", "sco_cities.subscriptions.unsubscribe"


def key_in(token: str, purpose: str) -> int | None:
    """Returns the primary key in the token of a link. Returns None if this site did not sign the token."""
    try:
        return int(Signer(salt=purpose).unsign(token))
    except BadSignature:
        return None


class Subscriber(models.Model):
    """An e-mail address, which is deleted together with its last subscription."""

    # The lookup code of the address (see `address_codes`).
    code = models.CharField(max_length=64, unique=True)
    encrypted_address = models.TextField()
    # The date (UTC) of the last search for changes. None until the first confirmation.
    searched_on = models.DateField(null=True, db_index=True)

    class Meta:
        # There is no admin page that needs permissions.
        default_permissions = ()
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")

    def __str__(self):
        return f"subscriber {self.pk}"

    @property
    def unsubscribe_path(self) -> str:
        """The path of the page where the subscriber can see and cancel all subscriptions."""
        return reverse("subscriptions", args=[Signer(salt=UNSUBSCRIBE).sign(self.pk)])


class SubscriptionQuerySet(models.QuerySet):
    """QuerySet of subscriptions."""

    def confirmed(self):
        """Filters to confirmed subscriptions, oldest confirmation first. Only these receive e-mails."""
        return self.exclude(confirmed_at=None).order_by("confirmed_at", "pk")

    def expired(self):
        """Filters to subscriptions that were not confirmed in time."""
        return self.filter(confirmed_at=None, asked_at__lt=timezone.now() - TIME_TO_CONFIRM)

    def delete_with_addresses(self) -> int:
        """Deletes the subscriptions, and addresses without other subscriptions. Returns the number of subscriptions."""
        count, _by_model = self.delete()
        Subscriber.objects.filter(subscriptions=None).delete()
        return count


class Subscription(models.Model):
    """A record, or a list with its filters, that a subscriber follows."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    collection = models.CharField(max_length=30)
    # The filters of a list, as in its URL.
    query = models.TextField(default="", blank=True)
    # The primary key of a record. 0 for a list.
    record_key = models.BigIntegerField(default=0)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(default=timezone.now)
    # True once the e-mail with the confirmation link has been sent.
    is_told = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    # The number of the last change that was sent. Initially, it is the last change before the confirmation.
    last_change = models.BigIntegerField(default=0)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        # There is no admin page that needs permissions.
        default_permissions = ()
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "collection", "record_key", "query"],
                name="subscriptions_subscription_is_unique",
            )
        ]

    def __str__(self):
        return f"subscription {self.pk}"

    @property
    def confirm_path(self) -> str:
        """The path of the page where the subscriber confirms the subscription."""
        return reverse("subscription-confirm", args=[Signer(salt=CONFIRM).sign(self.pk)])

    def subject(self) -> FeedSubject | None:
        """Returns the followed list or record, in the current language.

        Returns None if the record or a filter's value was deleted. If a record was merged, returns the other record.
        """
        kind = LISTS_BY_COLLECTION[self.collection]
        if self.record_key:
            return self._record and FeedSubject.of_record(self._record, DEFAULT_DB_ALIAS)
        with facet_index(kind.collection) as state:
            list_query = ListQuery(kind.listing, state, *querystring.parse(self.query))
            return None if list_query.errors else FeedSubject.of_list(list_query)

    def deletion(self) -> Revision | None:
        """Returns the deletion of the followed record, or None for lists and existing or merged records."""
        return self._deletion if self._record is None else None

    @cached_property
    def _record(self) -> Record | None:
        """The followed record or, after a merge, the merged record, found by the followed record's last slug."""
        read_records([self])
        return self._record

    @cached_property
    def _deletion(self) -> Revision | None:
        """The revision that deleted the record, or None."""
        read_records([self])
        return self._deletion


def read_records(subscriptions: Sequence[Subscription]) -> None:
    """Reads the followed records of all subscriptions, with at most three queries for each kind of record."""
    for collection in {subscription.collection for subscription in subscriptions}:
        model = LISTS_BY_COLLECTION[collection].model
        own = [subscription for subscription in subscriptions if subscription.collection == collection]
        keys = {subscription.record_key for subscription in own if subscription.record_key}
        records = model.objects.in_bulk(keys)
        revisions = _last_revisions(model, keys - records.keys())
        slugs = [revision.slug for revision in revisions.values()]
        merged = model.objects.filter(former_slugs__slug__in=slugs).annotate(former=F("former_slugs__slug"))
        by_slug = {record.former: record for record in merged} if slugs else {}
        for subscription in own:
            revision = revisions.get(subscription.record_key)
            record = records.get(subscription.record_key)
            subscription._record = record or (revision and by_slug.get(revision.slug))
            subscription._deletion = revision if revision and revision.action == Action.DELETED else None


def _last_revisions(model: type[Record], keys: set[int]) -> dict[int, Revision]:
    """Maps the keys of deleted records to their newest revisions."""
    if not keys:
        return {}
    revisions = Revision.objects.of(*(model(pk=key) for key in keys)).order_by()
    newest = revisions.values("object_id").annotate(newest=Max("pk")).values("newest")
    return {revision.object_id: revision for revision in revisions.filter(pk__in=newest)}


def subscribers_with(address: str) -> models.QuerySet[Subscriber]:
    """Filters to the subscriber with this address. The stored code may have been computed with a former key."""
    return Subscriber.objects.filter(code__in=address_codes(address))


def subscribe(address: str, subject: FeedSubject) -> None:
    """Stores an unconfirmed subscription. If the subscription already exists, the subscriber only gets a new link."""
    subscriber = subscribers_with(address).first()
    if subscriber is None:
        encrypted = {"encrypted_address": encrypt(address)}
        subscriber, _is_new = Subscriber.objects.get_or_create(
            code=address_codes(address)[0], defaults=encrypted
        )
    subscription, _is_new = subscriber.subscriptions.get_or_create(
        collection=subject.model.collection,
        # Filters are sorted, because their order makes no difference.
        query="&".join(sorted(subject.query.removeprefix("?").split("&"))),
        record_key=subject.record.pk if subject.record else 0,
    )
    if subscription.confirmed_at is None:
        subscription.language, subscription.asked_at = get_language(), timezone.now()
    subscription.is_told = False
    subscription.save()


def delete_expired() -> int:
    """Deletes subscriptions that were not confirmed in time. Re-encrypts other addresses with the current key."""
    count = Subscription.objects.expired().delete_with_addresses()
    for subscriber in Subscriber.objects.iterator():
        address = decrypt(subscriber.encrypted_address)
        if address is not None and subscriber.code != (code := address_codes(address)[0]):
            subscriber.code, subscriber.encrypted_address = code, encrypt(address)
            subscriber.save(update_fields=["code", "encrypted_address"])
    return count
