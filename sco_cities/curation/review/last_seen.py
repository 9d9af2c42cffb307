"""The last revision of a record that a reviewer has seen, and the changes since."""

from django.contrib.contenttypes.models import ContentType

from sco_cities.curation.models import SeenRevision
from sco_cities.history import delta, serialization
from sco_cities.history.delta import Delta
from sco_cities.history.versions import document_at
from sco_cities.sources.base_models import Record


def last_seen(record: Record, user) -> SeenRevision | None:
    """The last revision of a record that `user` has seen."""
    kind = ContentType.objects.get_for_model(record)
    return SeenRevision.objects.filter(content_type=kind, object_id=record.pk, seen_by=user.pk).first()


def changes_since(record: Record, seen: SeenRevision | None) -> Delta:
    """The changes since the seen revision; the whole content if none was seen.

    Without the publication state, which has changed for every record in review.
    """
    current = serialization.read_documents(type(record), [record.pk])[record.pk]
    changes = delta.diff(document_at(record, seen.revision) if seen else None, current)
    return {name: change for name, change in changes.items() if name != "state"}


def mark_seen(record: Record, user, version: int) -> None:
    """Stores that `user` has seen a record up to this version."""
    SeenRevision.objects.update_or_create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        seen_by=user,
        defaults={"revision": version},
    )
