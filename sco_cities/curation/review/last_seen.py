"""What a reviewer has seen of a record, and what has changed since."""

from django.contrib.contenttypes.models import ContentType

from sco_cities.curation.models import SeenRevision
from sco_cities.history import delta, serialization
from sco_cities.history.delta import Delta
from sco_cities.history.versions import document_at
from sco_cities.sources.base_models import Record


def last_seen(record: Record, user) -> SeenRevision | None:
    """The last look of `user` at a record."""
    kind = ContentType.objects.get_for_model(record)
    return SeenRevision.objects.filter(content_type=kind, object_id=record.pk, seen_by=user.pk).first()


def changes_since(record: Record, look: SeenRevision | None) -> Delta:
    """What has changed since a look; all that the record says, where there was none.

    Its state is left out: every record in review has been sent there.
    """
    now = serialization.read_documents(type(record), [record.pk])[record.pk]
    found = delta.diff(document_at(record, look.revision) if look else None, now)
    return {name: change for name, change in found.items() if name != "state"}


def mark_seen(record: Record, user, version: int) -> None:
    """Writes down that `user` has seen a record as it was at this version."""
    SeenRevision.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        seen_by=user,
        defaults={"revision": version},
    )
