"""Changes to published records for the API and feeds, oldest first."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import Field, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import pk_in
from sco_cities.sources.base_models import Record, record_models

from .delta import ADDED, REMOVED, Delta, is_list_change
from .diff_display import HIDDEN_FROM_READERS, RecordNames
from .models import Action, ChangeSet, ChangeSource, Revision
from .references import model_of, records_of, slugs_of_today
from .serialization import DocumentSchema, document_schema

# The maximum duration of a write. Older changes cannot belong to running transactions.
MAX_WRITE = datetime.timedelta(days=1)
# Columns that are not published, because only the site uses them.
INTERNAL_COLUMNS = frozenset(("translated_from",))


class ChangeKind(StrEnum):
    """The effect of a change on a published record."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DELETED = "deleted"


@dataclass(frozen=True)
class PublicChange:
    """A change that readers could see. `number` is permanent and defines the order of changes.

    `fields` contains the old and new value of each changed field, without references to unpublished records. `fields`
    is empty if the record was unpublished before or after the change. `former_slug` is set if the record was renamed.
    If the record was merged, `into` is the slug of the target. Values and reasons are omitted if the record is
    currently unpublished.
    """

    number: int
    made_at: datetime.datetime
    model: type[Record]
    key: int
    slug: str
    kind: ChangeKind
    former_slug: str
    into: str
    fields: dict[str, Any]
    reason: str
    revision: Revision

    def document(self, absolute: Callable[[str], str]) -> dict[str, Any]:
        """Returns the change as JSON. `url` is the record's API URL, if any. `absolute` converts a path to a URL."""
        is_there = self.kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.RENAMED)
        slug = self.slug if is_there else self.into
        path = reverse("api-record", args=[self.model.collection, slug]) if slug else ""
        return {
            "id": f"c-{self.number}",
            "at": self.made_at,
            "collection": self.model.collection,
            "slug": self.slug,
            "former_slug": self.former_slug or None,
            "what": self.kind,
            "into": self.into or None,
            "fields": self.fields,
            "reason": self.reason or None,
            "url": absolute(path) if path else None,
        }


def unsettled(using: str) -> Q | None:
    """Returns a condition for revisions that running transactions may still precede, or None on SQLite.

    PostgreSQL numbers a revision when it is written, but the revision becomes visible only after the commit. A running
    transaction may therefore contain revisions with lower numbers than a visible revision. `ChangeSet.horizon` exceeds
    the numbers of all these transactions.
    """
    if connections[using].vendor != "postgresql":
        # SQLite allows only one writer at a time.
        return None
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest,) = cursor.fetchone()
    old = timezone.now() - MAX_WRITE
    return Q(change_set__horizon__gte=oldest, change_set__made_at__gte=old)


def first_unsettled(using: str) -> int | None:
    """Returns the number of the first revision that running transactions may still precede, or None."""
    if (held_back := unsettled(using)) is None:
        return None
    # Does not order by number, because PostgreSQL might then scan all revisions.
    return Revision.objects.using(using).filter(held_back).aggregate(first=Min("pk"))["first"]


def before(revisions: QuerySet[Revision], number: int | None) -> QuerySet[Revision]:
    """Filters revisions with numbers below `number`. Returns all revisions if `number` is None."""
    return revisions if number is None else revisions.filter(pk__lt=number)


def settled_changes(
    using: str,
    after: int,
    limit: int,
    condition: Q | None = None,
    since: datetime.datetime | None = None,
) -> tuple[list[PublicChange], int | None]:
    """Returns at most `limit` changes after the change number `after`, and the last number (None at the end).

    Records without a page are omitted. If `since` is given, only changes from writes that began at or after that time
    are returned.

    Later calls return the changes of running transactions, which have higher numbers than all returned changes.
    """
    without_page = [model for model in record_models() if not model.has_page]
    kinds = ContentType.objects.get_for_models(*without_page).values()
    condition = (condition or Q()) & ~Q(content_type__in=kinds)
    if since is not None:
        condition &= Q(change_set__made_at__gte=since)
        after = max(after, _last_of_earlier_writes(using, since))
    later = Revision.objects.using(using).seen_by_readers().filter(condition, pk__gt=after)
    found = before(later, first_unsettled(using)).order_by("pk")
    revisions = list(found.select_related("change_set", "content_type")[: limit + 1])
    changes = public_changes(revisions[:limit])
    return changes, (changes[-1].number if len(revisions) > limit else None)


def _last_of_earlier_writes(using: str, moment: datetime.datetime) -> int:
    """Returns the number of the last revision whose write had certainly ended at `moment`, or 0.

    All later changes have higher numbers. This lower bound prevents the database from reading all earlier changes.
    """
    try:
        ended = moment - MAX_WRITE
    except OverflowError:
        return 0
    earlier = ChangeSet.objects.using(using).filter(made_at__lt=ended).order_by("-made_at")
    last = earlier.values_list("pk", flat=True).first()
    of_last = Revision.objects.using(using).filter(change_set=last)
    return (last and of_last.aggregate(last=Max("pk"))["last"]) or 0


def public_changes(revisions: Sequence[Revision]) -> list[PublicChange]:
    """Converts public revisions to changes, with a fixed number of queries."""
    records = records_of(revisions, "state")
    shown = {key for key, record in records.items() if record.is_published}
    is_shown = [(revision.content_type_id, revision.object_id) in shown for revision in revisions]
    deltas = [
        (revision.content_type.model_class(), _public_delta(revision) if seen else {})
        for revision, seen in zip(revisions, is_shown, strict=True)
    ]
    names, merged = RecordNames(deltas, for_readers=True), _merged_into(revisions)
    changes = []
    for revision, (model, delta), seen in zip(revisions, deltas, is_shown, strict=True):
        into = merged.get((revision.content_type_id, revision.slug), "")
        old_slug, _slug = delta.get("slug", ("", ""))
        change = PublicChange(
            number=revision.pk,
            made_at=revision.change_set.made_at,
            model=model,
            key=revision.object_id,
            slug=_last_public_slug(revision),
            kind=_kind(revision, renamed=bool(old_slug), into=into),
            former_slug=old_slug,
            into=into,
            fields=dict(_public_fields(model, delta, names)),
            reason=revision.change_set.reason if seen else "",
            revision=revision,
        )
        changes.append(change)
    return changes


def _public_delta(revision: Revision) -> Delta:
    # Values are public only if the record was published both before and after the change.
    both_published = revision.state_before == revision.state == VISIBLE
    return revision.changes if both_published and revision.action == Action.CHANGED else {}


def _kind(revision: Revision, *, renamed: bool, into: str) -> ChangeKind:
    if revision.action == Action.DELETED:
        return ChangeKind.MERGED if into else ChangeKind.DELETED
    if revision.state != VISIBLE:
        return ChangeKind.WITHDRAWN
    if revision.state_before != VISIBLE:
        return ChangeKind.ADDED
    return ChangeKind.RENAMED if renamed else ChangeKind.CHANGED


def _last_public_slug(revision: Revision) -> str:
    """Returns the slug that readers last saw. If a withdrawal also changed the slug, this is the old slug."""
    is_withdrawn = revision.action == Action.CHANGED and revision.state != VISIBLE
    return revision.changes["slug"][0] if is_withdrawn and "slug" in revision.changes else revision.slug


def _merged_into(revisions: Collection[Revision]) -> dict[tuple[int, str], str]:
    """Maps the content type and slug of each merged record to the slug of the published merge target."""
    merged: dict[int, set[str]] = defaultdict(set)
    for revision in revisions:
        if revision.action == Action.DELETED and revision.change_set.source == ChangeSource.MERGE:
            merged[revision.content_type_id].add(revision.slug)
    found: dict[tuple[int, str], str] = {}
    for kind, slugs in merged.items():
        model = model_of(kind)
        targets = slugs_of_today(model, slugs)
        keys = {key for key, _slug in targets.values()}
        published = set(model.objects.published().filter(pk_in(keys)).values_list("pk", flat=True))
        found |= {(kind, slug): today for slug, (key, today) in targets.items() if key in published}
    return found


def _public_fields(model: type[Record], changes: Delta, names: RecordNames) -> Iterator[tuple[str, Any]]:
    schema = document_schema(model)
    for name, change in changes.items():
        if name in INTERNAL_COLUMNS or name in HIDDEN_FROM_READERS:
            continue
        if column := schema.columns.get(name):
            values = [_visible(column.field, value, names) for value in change]
            if any(values) or not column.field.is_relation:
                yield name, [None if value == "" else value for value in values]
        elif is_list_change(change):
            sides = {
                side: list(_public_items(schema, name, change[side], names)) for side in (REMOVED, ADDED)
            }
            if any(sides.values()):
                yield name, sides


def _public_items(schema: DocumentSchema, name: str, items: list, names: RecordNames) -> Iterator:
    if relation := schema.many_to_many.get(name):
        yield from (text for text in items if names.visible(relation.related_model, text))
    elif rows := schema.rows.get(name):
        for row in items:
            if not names.is_hidden(rows, row):
                filled = (column for column in rows.columns if row.get(column.name))
                yield {column.name: _visible(column.field, row[column.name], names) for column in filled}


def _visible(field: Field, value, names: RecordNames):
    return names.visible(field.related_model, value) if field.is_relation else value
