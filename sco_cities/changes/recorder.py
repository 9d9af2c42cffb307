"""Stores the changes of a write as a change set with revisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Model
from django.utils import timezone

from sco_cities.core.exceptions import Refused
from sco_cities.db.bulk_insert import insert_rows
from sco_cities.db.pk_queries import pk_in
from sco_cities.history import delta, serialization
from sco_cities.history.delta import Delta
from sco_cities.history.models import Action, ChangeSet, ChangeSource, Revision
from sco_cities.history.references import records_referencing
from sco_cities.history.serialization import Document
from sco_cities.history.versions import fingerprint, fingerprints_of_new, published_last
from sco_cities.sources.base_models import PublicationState, Record

from .changed_values import ChangedValues, UnsupportedValues, planned_values, values_without_evidence
from .locking import KeysByModel, lock_all, lock_with_references

# The columns of the rows that `_changed_rows` and `_created_rows` yield.
_COLUMNS = (
    "content_type_id", "object_id", "action", "slug", "state_before", "state", "changes", "fingerprint",
)  # fmt: skip


class Recorder:
    """Stores the changes that a write makes to records as revisions.

    Within one transaction, call `lock` for existing records (or `watch` if they are already locked), write the records,
    call `note_created` for new records, and then call `write`. If no record has changed, no change set is stored and
    `change_set` stays None.

    `unsupported` contains the values of published records that have changed without evidence for the new values (see
    `changed_values`). Call `require_evidence` at the end, or reject the values in `lacking`. A record that is published
    again is compared with its last public version. If a user has confirmed that the existing evidence supports all new
    values, set `evidence_stands`. To confirm single values, call `confirm`. The change set records whether any value
    relies on a confirmation.

    If `sets_dates` is set, the recorder sets the public `updated_at` of changed records that the writer has not saved
    since the last `watch`. If only the slug of a referenced record has changed, the referencing record keeps its date.
    """

    def __init__(
        self,
        source: ChangeSource,
        *,
        user=None,
        reason="",
        reverts: ChangeSet | None = None,
        evidence_stands: bool = False,
        sets_dates: bool = False,
    ):
        self.change_set: ChangeSet | None = None
        self.reverts = reverts
        self.evidence_stands = evidence_stands
        self._sets_dates = sets_dates
        # The time of the last `watch` call. Writers call `watch` after waiting for locks.
        self._watched_at = timezone.now()
        self._with_new_slugs: dict[type[Record], set[int]] = defaultdict(set)
        self._new_set = ChangeSet(
            source=source,
            made_by=user,
            made_by_name=user.get_username() if user else "",
            reason=reason,
            reverts=reverts,
        )
        self._before: dict[type[Record], dict[int, Document]] = defaultdict(dict)
        self._created: dict[type[Record], dict[int, Record]] = defaultdict(dict)
        self.unsupported: list[UnsupportedValues] = []
        # These mappings have pairs of model and slug as keys. `_cited` contains the values that the writer cites
        # evidence for, even if the record already has the same evidence.
        self._confirmed: dict[tuple[type[Record], str], set[str]] = defaultdict(set)
        self._restored: dict[tuple[type[Record], str], set[str]] = defaultdict(set)
        self._cited: dict[tuple[type[Record], str], set[tuple[str, str]]] = defaultdict(set)

    def confirm(self, model: type[Record], slug: str, names: Iterable[str]) -> None:
        """Confirms that the existing evidence supports these values. `slug` is the record's slug after the write."""
        self._confirmed[model, slug].update(names)

    def note_restored(self, model: type[Record], slug: str, names: Iterable[str]) -> None:
        """Registers values that are restored together with their evidence."""
        self._restored[model, slug].update(names)

    def note_cited(self, model: type[Record], slug: str, name: str, report: str) -> None:
        """Registers that the write cites the report with the slug `report` for the value `name`."""
        self._cited[model, slug].add((name, report))

    def note_lost(self, model: type[Record], slug: str, names: Iterable[str]) -> None:
        """Registers values that the write keeps although it removes their evidence."""
        self.unsupported.append(UnsupportedValues(model, slug, sorted(names)))
        self._new_set.evidence_stands = self.evidence_stands

    @property
    def lacking(self) -> list[UnsupportedValues]:
        """The written values that have no evidence or confirmation."""
        return [] if self.evidence_stands else self.unsupported

    def require_evidence(self, *advice: str, most: int | None = None) -> None:
        """If there are `lacking` values, raises Refused with at most `most` of the values and `advice`."""
        if self.lacking:
            raise Refused(*map(str, self.lacking[:most]), *advice, needs_confirmation=True)

    def set_reason(self, reason: str) -> None:
        """Sets a reason that was not known when the recorder was created."""
        self._new_set.reason = reason

    def lock(self, records: Mapping[type[Record], Collection[int]]) -> None:
        """Locks records until the transaction ends, and watches them. Read the records only after this call."""
        lock_all(records)
        for model, keys in records.items():
            self.watch(model, keys)

    def lock_with_references(self, model: type[Record], keys: Collection[int]) -> KeysByModel:
        """Locks and watches records to be deleted and records that reference them. Returns the keys of all records."""
        locked = lock_with_references(model, keys, {model: set(keys)})
        for owner_model, owners in locked.items():
            self.watch(owner_model, owners)
        return locked

    def watch(self, model: type[Record], keys: Iterable[int]) -> None:
        """Reads the current documents of records that are not yet watched."""
        keys = set(keys)
        new = keys - self._before[model].keys() - self._created[model].keys()
        self._before[model] |= serialization.read_documents(model, sorted(new))
        self._with_new_slugs[model] -= keys
        self._watched_at = timezone.now()

    def watch_referencing(
        self, model: type[Model], keys: Collection[int], *, sets_dates: bool = True
    ) -> None:
        """Watches the records that reference records to be renamed or deleted."""
        for owner_model, owners in records_referencing(model, keys).items() if keys else ():
            new = set(owners) - self._before[owner_model].keys()
            self.watch(owner_model, owners)
            if not sets_dates:
                self._with_new_slugs[owner_model] |= new

    def add_documents(self, model: type[Record], documents: Mapping[int, Document]) -> None:
        """Watches records with current documents that the caller has just read."""
        self._before[model] |= {
            key: document for key, document in documents.items() if key not in self._before[model]
        }

    def note_created(self, records: Collection[Record]) -> None:
        """Registers records that the write has created."""
        for record in records:
            self._created[type(record)][record.pk] = record

    def write(self) -> ChangeSet | None:
        """Stores the changes since the last call as revisions. All calls write to the same change set."""
        stands = self._new_set.evidence_stands
        rows = [
            *(row for model in self._before for row in self._changed_rows(model)),
            *(row for model in self._created for row in self._created_rows(model)),
        ]
        self._before.clear()
        self._created.clear()
        if rows:
            if self.change_set is None or self._new_set.evidence_stands != stands:
                self._new_set.save()
                self.change_set = self._new_set
            insert_rows(Revision, ("change_set_id", *_COLUMNS), ((self.change_set.pk, *row) for row in rows))
            _set_horizon(self.change_set)
        return self.change_set

    def _changed_rows(self, model: type[Record]) -> Iterator[tuple]:
        watched = self._before[model]
        current = serialization.read_documents(model, list(watched))
        content_type = ContentType.objects.get_for_model(model).pk
        published: dict[str, Delta] = {}
        changed, republished = [], {}
        for key, before in watched.items():
            after = current.get(key)
            if changes := delta.diff(before, after):
                changed.append(key)
                if after and after["state"] == PublicationState.PUBLISHED:
                    if before["state"] == PublicationState.PUBLISHED:
                        published[after["slug"]] = changes
                    else:
                        republished[key] = before
                action, state, digest = Action.DELETED, "", ""
                if after:
                    action, state, digest = Action.CHANGED, after["state"], fingerprint(after)
                slug = (after or before)["slug"]
                yield content_type, key, action.value, slug, before["state"], state, changes, digest
        seen = published_last(model, republished, republished) if republished else {}
        for key, document in seen.items():
            published[current[key]["slug"]] = delta.diff(document, current[key])
        self._check_evidence(model, published)
        if self._sets_dates and changed:
            dated = set(changed) - self._with_new_slugs[model]
            earlier = model._base_manager.filter(pk_in(dated), updated_at__lt=self._watched_at)
            earlier.update(updated_at=timezone.now())

    def _check_evidence(self, model: type[Record], changes: Mapping[str, Delta]) -> None:
        planned = {
            slug: ChangedValues(
                change.names - self._restored.get((model, slug), set()),
                change.support | self._cited.get((model, slug), set()),
            )
            for slug, change in planned_values(model, changes).items()
        }
        for slug, names in values_without_evidence(model, planned).items():
            confirmed = self._confirmed.get((model, slug), set())
            if self.evidence_stands or not confirmed.isdisjoint(names):
                self._new_set.evidence_stands = True
            if left := [name for name in names if name not in confirmed]:
                self.unsupported.append(UnsupportedValues(model, slug, left))

    def _created_rows(self, model: type[Record]) -> Iterator[tuple]:
        created = self._created[model]
        content_type = ContentType.objects.get_for_model(model).pk
        fingerprints = fingerprints_of_new(model, list(created))
        for key, record in created.items():
            # The fingerprint is missing if the same write has deleted the record again.
            after = fingerprints.get(key, "")
            yield content_type, key, Action.CREATED.value, record.slug, "", str(record.state), {}, after


def _set_horizon(change_set: ChangeSet) -> None:
    """Sets `horizon` to a number above all transactions that could have written earlier revisions.

    Uses the number of a new subtransaction, because each transaction gets its number before its first revision.
    """
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ChangeSet._meta.db_table} SET horizon = 0 WHERE id = %s"  # noqa: S608 - our own name
            " RETURNING pg_current_xact_id()::text::bigint, xmin::text::bigint",
            [change_set.pk],
        )
        own, new = cursor.fetchone()
    # The system column contains only the lower 32 bits.
    epoch = own >> 32 << 32
    horizon = epoch + new if epoch + new >= own else epoch + new + 2**32
    ChangeSet.objects.filter(pk=change_set.pk).update(horizon=horizon)


@contextmanager
def record_changes(source: ChangeSource, **options) -> Iterator[Recorder]:
    """Opens a transaction and yields a `Recorder(source, **options)`. Stores the revisions when the block ends."""
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        recorder = Recorder(source, **options)
        yield recorder
        recorder.write()
        recorder.require_evidence()
