"""Computes the columns of a record as of an earlier day from the record in memory."""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.http import HttpRequest
from pyroaring import BitMap

from sco_cities.facet_index.state import IndexState
from sco_cities.history.shown_record import ShownRecord
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.json_rows import json_columns
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Stance

PASSAGE_COUNT = "passage_count"


def past_row(listing: Listing, state: IndexState, shown: ShownRecord, request: HttpRequest) -> dict[str, Any]:
    """The slug, URL and columns of a past record.

    Columns computed from other records, such as counts or a speaker's workplaces, are omitted.
    """
    batch = _PastBatch(listing, state, shown)
    document = {"slug": shown.record.slug, "url": request.build_absolute_uri(shown.path)}
    columns = [column for column in listing.columns if not is_of_others(column, type(shown.record))]
    document |= {name: values[0] for name, values in json_columns(columns, batch, labels=True)}
    return document


def is_of_others(column: Column, model: type[Record]) -> bool:
    """Whether a column depends on other records. It is left out, because their earlier state is not available."""
    if column.is_of_others:
        return True
    # Columns may also use an annotation that counts rows.
    own = {PASSAGE_COUNT, *(field.attname for field in model._meta.concrete_fields)}
    return any(name not in own for name in column.fields)


class _PastBatch(RowBatch):
    """A batch that contains one record with its former values, and the records that it referred to."""

    def __init__(self, listing: Listing, state: IndexState, shown: ShownRecord):
        super().__init__(listing, state, [shown.record.pk], ())
        self.record, self.footnotes = shown.record, shown.footnotes
        reports = {note.report.pk: note.report for note in self.footnotes.notes}
        passages = [note.passage for note in self.footnotes.notes]
        # The cited passages in the form that `sources.columns` reads.
        cited = {
            passage.pk: (place, passage.number, passage.report) for place, passage in enumerate(passages)
        }
        self._computed["cited"] = cited, list(cited), [self.record.pk] * len(cited)
        self._related: dict[str, dict[int, Record]] = {"reports": reports}
        for related in _related_records(self.record):
            self._related.setdefault(related.collection, {})[related.pk] = related

    def field(self, name: str) -> list:
        if name == PASSAGE_COUNT:
            return [len(self.record.passages.all())]
        return [getattr(self.record, name)]

    def fetch(self) -> None:
        """Does nothing, because everything is in memory."""

    def fetch_keys_by_value(self, name: str) -> None:
        """Does nothing, because everything is in memory."""

    def keys_by_value(self, name: str) -> dict[Hashable, list[int]]:
        dimension = self.listing.indexed_model.dimension(name)
        keys = [self.record.pk]
        for field in self.record._meta.many_to_many:
            if (
                field.remote_field.through is dimension.source_model
                and field.remote_field.through._meta.auto_created
            ):
                return {related.pk: keys for related in getattr(self.record, field.name).all()}
        for rows in type(self.record).own_rows:
            if self.record._meta.get_field(rows).related_model is dimension.source_model:
                names = [
                    dimension.source_model._meta.get_field(each).attname for each in dimension.value_fields
                ]
                return {
                    dimension.value_of(tuple(getattr(row, each) for each in names)): keys
                    for row in getattr(self.record, rows).all()
                }
        raise LookupError(name)

    def records(self, of: str) -> dict[int, models.Model]:
        # Records that are related only indirectly have their current values.
        return {**self.state.index(of).records, **self._related.get(of, {})}

    def published_values(self, of: str, key: str) -> dict[int, str]:
        return {pk: getattr(record, key) for pk, record in self._related.get(of, {}).items()}

    def name_positions(self, of: str) -> dict[int, int]:
        positions = super().name_positions(of)
        # Deleted records have no position, so they come last.
        return {key: positions.get(key, len(positions)) for key in self._related.get(of, {})}

    def disputed_keys(self) -> BitMap:
        items = (item for note in self.footnotes.notes for item in note.evidence)
        return BitMap(self.keys if any(item.stance == Stance.DIFFERS for item in items) else ())

    def single_values(self, name: str) -> list:
        newest = self.footnotes.notes_for(name.removesuffix("_reported_on")).newest_report
        return [newest.published_on if newest else ""]


def _related_records(record: Record):
    for field in record._meta.concrete_fields:
        related = getattr(record, field.name) if field.is_relation else None
        if related is not None and related.is_published:
            yield related
    for field in record._meta.many_to_many:
        if issubclass(field.related_model, Record):
            yield from getattr(record, field.name).all()
