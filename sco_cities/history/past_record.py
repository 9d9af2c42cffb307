"""A record as it was published at the end of a day, in memory. Pages and files show it like a stored record.

Its relations are in the cache that Django fills when relations are prefetched, so `record.themes.all()` returns the
themes of the day. A query that filters a relation would find the current rows (see `own_rows`).
"""

from collections import defaultdict
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import models

from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Evidence, Figure, Passage, Report

from .as_of import AsOf
from .models import Action, Revision
from .past_references import (
    PastReferences,
    keep_related,
    later_revisions,
    past_columns,
    past_passages,
    set_columns,
)
from .record_history import public_history
from .serialization import Document, RowSchema, document_schema, item_key, read_documents
from .shown_record import ShownRecord
from .unrecorded_changes import has_unrecorded_changes
from .versions import documents_before

Reference = tuple[type[Record], str]


def record_as_of(model: type[Record], key: int, as_of: AsOf, now: Record) -> ShownRecord | None:
    """Returns the record with this key as of the day, or None if it was not published. `now` is the current record."""
    documents = read_documents(model, [key])
    later = later_revisions(model, [key], as_of)
    document = documents_before(model, documents, later).get(key)
    if document is None or document["state"] != PublicationState.PUBLISHED:
        return None
    is_stored = now.pk == key
    if is_stored and now.created_at >= as_of.until and all(each.action == Action.CHANGED for each in later):
        # No revision was stored when the record was created.
        return None
    record = past_columns(model, key, document)
    record.created_at = now.created_at if is_stored else None
    record.updated_at = now.updated_at if is_stored and not later else _last_change(record, as_of)
    footnotes = _Relations(record, document, as_of).add()
    stored = documents.get(key)
    is_incomplete = stored is not None and has_unrecorded_changes(record, stored)
    return ShownRecord(record, footnotes, public_history(record, as_of.until), as_of, now, is_incomplete)


def _last_change(record: Record, as_of: AsOf):
    before = Revision.objects.of(record).filter(change_set__made_at__lt=as_of.until)
    newest = before.values_list("change_set__made_at", flat=True).first()
    return newest or record.created_at


class _Relations:
    """Sets the related records and own rows of a record, and builds its footnotes."""

    def __init__(self, record: Record, document: Document, as_of: AsOf):
        self.record, self.document = record, document
        self.schema = document_schema(type(record))
        slugs: dict[type[Record], set[str]] = defaultdict(set)
        for model, slug in self._named():
            slugs[model].add(slug)
        self.references = PastReferences(slugs, as_of)

    def add(self) -> Footnotes:
        for name, column in self.schema.columns.items():
            if column.field.is_relation:
                model = column.field.related_model
                other = self._find(model, self.document.get(name))
                # If the column is required, a placeholder replaces a record that readers could not see.
                hidden = None if column.field.null else model(state=PublicationState.DRAFT)
                setattr(self.record, name, other or hidden)
        for name, relation in self.schema.many_to_many.items():
            found = (self._find(relation.related_model, slug) for slug in self.document.get(name) or ())
            keep_related(self.record, name, [each for each in found if each])
        for name in type(self.record).own_rows:
            rows = self.schema.rows[name]
            keep_related(self.record, name, list(self._rows(rows)))
        self._keep_through_own_rows()
        figures = self._figures()
        keep_related(self.record, "figures", list(figures.values()))
        evidence = self._evidence(figures)
        keep_related(self.record, "evidence", evidence)
        footnotes = Footnotes(self.record, evidence)
        footnotes.rulings = {row["field"]: row["reason"] for row in self.document.get("rulings") or ()}
        return footnotes

    def _named(self) -> Iterator[Reference]:
        """The records that the document refers to."""
        for name, column in self.schema.columns.items():
            if column.field.is_relation and self.document.get(name):
                yield column.field.related_model, self.document[name]
        for name, relation in self.schema.many_to_many.items():
            # Passages that quote a delegate are not shown.
            if issubclass(relation.related_model, Record):
                for slug in self.document.get(name) or ():
                    yield relation.related_model, slug
        for name in type(self.record).own_rows:
            relations = [column for column in self.schema.rows[name].columns if column.field.is_relation]
            for row in self.document.get(name) or ():
                yield from ((each.field.related_model, row[each.name]) for each in relations)
        for row in self.document.get("evidence") or ():
            yield Report, row["passage"].rpartition("#")[0]

    def _find(self, model: type[Record], slug: str | None) -> Record | None:
        return self.references.record(model, slug) if slug else None

    def _rows(self, rows: RowSchema) -> Iterator[models.Model]:
        """The own rows that refer only to published records, in the order of the document."""
        if rows.model is Passage:
            yield from past_passages(self.record, self.document)
            return
        for row in self.document.get(rows.name) or ():
            instance = rows.model(**{rows.owner.name: self.record})
            set_columns(instance, rows.columns, row)
            for column in rows.columns:
                if column.field.is_relation:
                    other = self._find(column.field.related_model, row[column.name])
                    if other is None:
                        break
                    setattr(instance, column.name, other)
            else:
                yield instance

    def _keep_through_own_rows(self) -> None:
        """Sets many-to-many relations from their rows that are already set, such as the cities of an initiative."""
        by_model = {self.schema.rows[name].model: name for name in type(self.record).own_rows}
        for field in type(self.record)._meta.many_to_many:
            if name := by_model.get(field.remote_field.through):
                rows = getattr(self.record, name).all()
                related = [getattr(row, field.m2m_reverse_field_name()) for row in rows]
                keep_related(self.record, field.name, related)

    def _figures(self) -> dict[str, Figure]:
        """The figures by label. Figures that are still stored are in the order of entry."""
        rows = self.schema.rows["figures"]
        figures = {}
        for place, (key, row) in enumerate(self._in_order(rows)):
            figure = Figure(pk=key or -1 - place)
            set_columns(figure, rows.columns, row)
            figures[figure.label] = figure
        return figures

    def _evidence(self, figures: dict[str, Figure]) -> list[Evidence]:
        """The evidence from published reports, in the order of footnotes."""
        rows = self.schema.rows["evidence"]
        in_order = self._in_order(rows)
        passages = self.references.passages({row["passage"] for _key, row in in_order})
        content_type = ContentType.objects.get_for_model(self.record)
        evidence = []
        for place, (key, row) in enumerate(in_order):
            if passage := passages.get(row["passage"]):
                item = Evidence(
                    pk=key or -1 - place, content_type=content_type, object_id=self.record.pk, passage=passage
                )
                set_columns(item, rows.columns, row)
                item.figure = figures.get(row.get("figure"))
                evidence.append(item)
        return sorted(evidence, key=_footnote_order)

    def _in_order(self, rows: RowSchema) -> list[tuple[int | None, dict]]:
        """The rows with their primary keys, ordered by key. Rows that are no longer stored come last, without a key."""
        items = self.document.get(rows.name) or []
        if not items:
            return []
        stored = {item_key(row): key for _owner, key, row in rows.read(type(self.record), [self.record.pk])}
        keyed = [(stored.get(item_key(row)), row) for row in items]
        return sorted(keyed, key=lambda pair: (pair[0] is None, pair[0] or 0))


def _footnote_order(item: Evidence) -> tuple:
    report = item.passage.report
    first = report.published_first
    # Sorting is stable, so passages keep the order of entry.
    return first is None, first and first.toordinal(), report.slug, item.passage.number
