"""A record as JSON, with the footnotes of its values, either current or as of a day."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from pyroaring import BitMap

from sco_cities.facet_index.state import IndexState
from sco_cities.history.shown_record import ShownRecord
from sco_cities.listings.columns import Column
from sco_cities.listings.exports.json_rows import json_columns, json_values, possible_days
from sco_cities.listings.listing import Listing
from sco_cities.listings.row_batch import RowBatch
from sco_cities.site.citation import page_citation
from sco_cities.sources.base_models import Record, own_rows
from sco_cities.sources.footnotes import Note, Reading, ValueNotes
from sco_cities.sources.models import Figure, Stance

from .list_document import PASSAGE_TEXTS, passage_document, record_rows, report_document
from .list_parameters import ListParameters

PASSAGE_COUNT = "passage_count"


def past_row(listing: Listing, state: IndexState, shown: ShownRecord, request: HttpRequest) -> dict[str, Any]:
    """Returns the slug, URL and columns of a past record.

    Columns computed from other records, such as counts or a speaker's workplaces, are omitted.
    """
    batch = _PastBatch(listing, state, shown)
    document = {"slug": shown.record.slug, "url": request.build_absolute_uri(shown.path)}
    columns = [column for column in listing.columns if not is_of_others(column, type(shown.record))]
    document |= {name: values[0] for name, values in json_columns(columns, batch, labels=True)}
    return document


def is_of_others(column: Column, model: type[Record]) -> bool:
    """Returns True if a column depends on other records.

    Past records lack these columns, because the earlier state of other records is unavailable.
    """
    if column.is_of_others:
        return True
    # PASSAGE_COUNT is an annotation that counts the record's own rows.
    own = {PASSAGE_COUNT, *(field.attname for field in model._meta.concrete_fields)}
    return any(name not in own for name in column.fields)


class _PastBatch(RowBatch):
    """A row batch with one record in a past state, and the records that it referred to."""

    def __init__(self, listing: Listing, state: IndexState, shown: ShownRecord):
        super().__init__(listing, state, [shown.record.pk], ())
        self.record, self.footnotes = shown.record, shown.footnotes
        reports = {note.report.pk: note.report for note in self.footnotes.notes}
        passages = [note.passage for note in self.footnotes.notes]
        # The cited passages in the format of `sources.columns`.
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
        # Indirectly related records have their current values.
        return {**self.state.index(of).records, **self._related.get(of, {})}

    def published_values(self, of: str, key: str) -> dict[int, str]:
        return {pk: getattr(record, key) for pk, record in self._related.get(of, {}).items()}

    def name_positions(self, of: str) -> dict[int, int]:
        positions = super().name_positions(of)
        # Deleted records come last, because they have no position.
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


_ELSEWHERE = (
    ("GeoNames", "geonames_id", "https://www.geonames.org/{}/"),
    ("Wikidata", "wikidata_id", "https://www.wikidata.org/wiki/{}"),
)


def record_document(
    listing: Listing, state: IndexState, shown: ShownRecord, request: HttpRequest
) -> dict[str, Any]:
    """Returns all columns of a published record, its figures, and the passages that support each value."""
    record, footnotes, history = shown.record, shown.footnotes, shown.history
    read = past_row if shown.is_past else _row
    document = read(listing, state, shown, request)
    if shown.as_of:
        document["as_of"] = shown.as_of.day
        document["merged_into"] = shown.merged_into.slug if shown.merged_into else None
    document["figures"] = [figure_document(figure) for figure in footnotes.figures]
    # Fields with several rows, such as attendances, have no column, so their values are read separately.
    values = {
        name: document[name] if name in document else _plain_value(record, name)
        for name in record.evidence_fields
    }
    values |= {figure.key: number(figure.value) for figure in footnotes.figures}
    noted = {key: footnotes.notes_for(key) for key in values}
    document["values"] = {
        key: _value_document(value, noted[key], request)
        for key, value in values.items()
        if _is_known(value) or noted[key].has_readings
    }
    document["same_as"] = same_as(record)
    document["published_at"] = history.published_at
    document["changed_at"] = history.changed_at
    document["history"] = (
        request.build_absolute_uri(reverse("api-history", args=[listing.collection, shown.slug]))
        if shown.is_still_published
        else None
    )
    document["cite_as"] = citation(shown, request.build_absolute_uri(shown.path))
    return document


def _row(listing: Listing, state: IndexState, shown: ShownRecord, request: HttpRequest) -> dict[str, Any]:
    params = QueryDict(mutable=True)
    params.setlist("columns", [",".join(listing.column_by_name)])
    params["labels"] = "1"
    list_query = ListParameters(listing, state, params)
    (document,) = record_rows(list_query, request, [shown.record.pk])
    return document


def citation(shown: ShownRecord, url: str) -> str:
    """Returns the citation of the record, with its title, site, dates and URL."""
    return page_citation(shown.record, shown.citation_details, url)


def same_as(record: Record) -> list[str]:
    """Returns the URLs of the same entity in GeoNames and Wikidata."""
    return [url for _name, _id, url in elsewhere(record)]


def elsewhere(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yields the name of each data set with the same entity, and the entity's ID and URL in the data set."""
    for name, field, template in _ELSEWHERE:
        if key := getattr(record, field, None):
            yield name, str(key), template.format(key)


def number(value) -> float | int:
    """Converts a decimal to an integer if possible, otherwise to a float."""
    return int(value) if value == int(value) else float(value)


def figure_document(figure: Figure) -> dict[str, Any]:
    """Returns a figure with its value, qualifier and period, and its label and unit in every language."""
    first, last = possible_days(figure.period)
    texts = {
        name: getattr(figure, name) or None
        for name in ("label", "label_ru", "label_zh", "unit", "unit_ru", "unit_zh")
    }
    return texts | {
        "value": number(figure.value),
        "qualifier": figure.qualifier,
        "period": figure.period or None,
        "period_first": first,
        "period_last": last,
    }


def field_value(record: Record, name: str):
    """Returns the value of an evidence field (a text, number, date, published record, list of records, or None).

    For a field with rows, such as attendances, the list contains the records that the rows refer to.
    """
    field = record._meta.get_field(name)
    if field.many_to_many:
        return _published(getattr(record, name).all())
    if field.one_to_many:
        others = [
            each.name
            for each in field.related_model._meta.concrete_fields
            if each.many_to_one and each != field.field and issubclass(each.related_model, Record)
        ]
        rows = own_rows(record, name, *others)
        return _published(getattr(row, other) for row in rows for other in others)
    value = getattr(record, name)
    if isinstance(value, Record):
        return value if value.is_published else None
    (value,) = json_values([value])
    return value


def _published(records: Iterable[Record | None]) -> list[Record]:
    published = (record for record in records if record is not None and record.is_published)
    return sorted(published, key=lambda record: record.slug)


def _plain_value(record: Record, name: str):
    """Returns the value of a field, with slugs instead of records."""
    value = field_value(record, name)
    if isinstance(value, list):
        return [each.slug for each in value]
    return value.slug if isinstance(value, Record) else value


def _is_known(value) -> bool:
    return value not in (None, [])


def _value_document(value, notes: ValueNotes, request: HttpRequest) -> dict[str, Any]:
    record_only = notes.record_notes
    return {
        "value": value,
        "supports": [
            _passage(note, request) | {"about": "record" if note.number in record_only else "value"}
            for note in (notes.supports if _is_known(value) else ())
        ],
        "differs": _readings(notes.differs, request),
        "earlier": _readings(notes.earlier, request),
        "ruling": " ".join(notes.rulings) or None,
    }


def _readings(readings: Iterable[Reading], request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "reported_value": _reported(reading),
            "passages": [_passage(note, request) for note in reading.notes],
        }
        for reading in readings
    ]


def _reported(reading: Reading) -> dict[str, Any] | None:
    reported = reading.reported
    if reported is None:
        return None
    first, last = possible_days(reported.as_of_edtf)
    return {
        "text": str(reported.text) or None,
        "choice": reported.choice or None,
        "as_of": reported.as_of or None,
        "as_of_edtf": reported.as_of_edtf or None,
        "as_of_first": first,
        "as_of_last": last,
    }


def _passage(note: Note, request: HttpRequest) -> dict[str, Any]:
    passage, reports_url = note.passage, request.build_absolute_uri(reverse("reports-list"))
    texts = (getattr(passage, name) for name in PASSAGE_TEXTS)
    return passage_document(report_document(passage.report), passage.number, reports_url, *texts)
