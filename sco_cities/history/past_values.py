"""Documents of an earlier day, and their values as an unsaved record."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.core.fields import refresh_computed
from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Passage, Report

from .as_of import AsOf
from .models import Revision
from .serialization import Document, DocumentField, document_schema, read_documents
from .versions import documents_before


def past_documents(
    model: type[Record], keys: Collection[int], as_of: AsOf, lists: Collection[str] | None = None
) -> dict[int, Document]:
    """The documents at the end of a day: those of now, with later revisions reverted; of `lists` only these.

    Records that did not exist have none; records that have been deleted since have one.
    """
    if not keys:
        return {}
    documents = read_documents(model, keys, lists)
    return documents_before(model, documents, later_revisions(model, keys, as_of), lists)


def later_revisions(model: type[Record], keys: Collection[int], as_of: AsOf) -> list[Revision]:
    """The revisions of these records after the day, the newest first."""
    content_type = ContentType.objects.get_for_model(model)
    later = Revision.objects.filter(
        pk_in(keys, "object_id"), content_type=content_type, change_set__made_at__gte=as_of.until
    )
    return list(later.order_by("-pk"))


def past_columns(model: type[Record], key: int, document: Document) -> Record:
    """The record with the columns of a document, but without its relations to other records."""
    record = model(pk=key)
    record._state.adding = False
    set_columns(record, document_schema(model).columns.values(), document)
    refresh_computed(record)
    return record


def set_columns(instance: models.Model, columns: Iterable[DocumentField], values: Mapping) -> None:
    """Sets the columns that are not relations."""
    for column in columns:
        if not column.field.is_relation:
            column.set_on(instance, values.get(column.name))


def keep_related(instance: models.Model, name: str, rows: list) -> None:
    """Makes `instance.name.all()` give these rows without a query, as if they had been prefetched."""
    kept = instance._meta.get_field(name).related_model._base_manager.none()
    kept._result_cache, kept._prefetch_done = rows, True
    vars(instance).setdefault("_prefetched_objects_cache", {})[name] = kept


def past_passages(report: Report, document: Document) -> list[Passage]:
    """The passages of a report, in order."""
    passages = []
    for row in document["passages"]:
        # No key of a stored passage is below zero.
        passage = Passage(pk=-(report.pk * 2**16 + int(row["number"])), report=report)
        set_columns(passage, document_schema(Report).rows["passages"].columns, row)
        passages.append(passage)
    return sorted(passages, key=lambda passage: passage.number)
