"""Unsaved records with the values of an earlier date, and the records that they referred to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from sco_cities.core.fields import refresh_computed
from sco_cities.core.publication_state import VISIBLE
from sco_cities.db.pk_queries import pk_in
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug, Passage, Report

from .models import Action, ChangeSource, Revision
from .references import model_of
from .serialization import Document, DocumentField, document_schema, read_documents
from .shown_record import AsOf
from .versions import documents_before


def past_columns(model: type[Record], key: int, document: Document) -> Record:
    """Returns an unsaved record with the values of a document, except relations to other records."""
    record = model(pk=key)
    record._state.adding = False
    set_columns(record, document_schema(model).columns.values(), document)
    refresh_computed(record)
    return record


def set_columns(instance: models.Model, columns: Iterable[DocumentField], values: Mapping) -> None:
    """Sets the columns of `instance` from `values`, except relations."""
    for column in columns:
        if not column.field.is_relation:
            column.set_on(instance, values.get(column.name))


def keep_related(instance: models.Model, name: str, rows: list) -> None:
    """Prefills `instance.name.all()` with these rows, as if they had been prefetched."""
    kept = instance._meta.get_field(name).related_model._base_manager.none()
    kept._result_cache, kept._prefetch_done = rows, True
    vars(instance).setdefault("_prefetched_objects_cache", {})[name] = kept


def past_passages(report: Report, document: Document) -> list[Passage]:
    """Returns the passages in a report's document as unsaved objects, ordered by number."""
    passages = []
    for row in document["passages"]:
        # The primary key is negative, so it never equals the key of a stored passage.
        passage = Passage(pk=-(report.pk * 2**16 + int(row["number"])), report=report)
        set_columns(passage, document_schema(Report).rows["passages"].columns, row)
        passages.append(passage)
    return sorted(passages, key=lambda passage: passage.number)


def merged_records(model: type[Record], former_slugs: Mapping[str, int]) -> dict[str, list[int]]:
    """Maps each former slug to the keys of the merged records that had it, newest merge first.

    `former_slugs` maps each slug to the key of the record that the slug now redirects to. Records that were deleted
    without a merge are omitted, because their data must not be shown.
    """
    found: dict[str, list[int]] = defaultdict(list)
    slugs_by_target: dict[int, set[str]] = defaultdict(set)
    for slug, target in former_slugs.items():
        slugs_by_target[target].add(slug)
    while slugs_by_target:
        merged: dict[int, set[str]] = defaultdict(set)
        for target, key, slugs in _merges(model, slugs_by_target):
            if key != target and (had := slugs_by_target[target] & slugs):
                # Other records may have been merged into this record earlier.
                merged[key] |= had
        for key, slugs in merged.items():
            for slug in slugs:
                found[slug].append(key)
        slugs_by_target = merged
    return found


def _merges(model: type[Record], targets: Mapping) -> Iterator[tuple[int, int, set[str]]]:
    """Yields the merges into `targets`, as tuples of the target's key, the merged record's key, and its slugs."""
    content_type = ContentType.objects.get_for_model(model)
    target = "change_set__revisions__object_id"
    merges = Revision.objects.filter(
        pk_in(targets, target),
        change_set__revisions__content_type=content_type,
        change_set__revisions__action=Action.CHANGED,
        change_set__source=ChangeSource.MERGE,
        content_type=content_type,
        action=Action.DELETED,
    ).order_by()
    for into, key, slug, former in merges.values_list(target, "object_id", "slug", "changes__former_slugs"):
        yield into, key, {slug, *(row["slug"] for row in (former or {}).get("removed", ()))}


Slugs = Mapping[type[Record], Collection[str]]
Reference = tuple[type[Record], str]
RecordKey = tuple[type[Record], int]


class PastReferences:
    """The records with these slugs that were published at the end of a day.

    Records that are still published have their current values. Withdrawn, deleted and merged records have the values of
    that date, because readers must not see later values. Reports also have the values of that date, because footnotes
    quote reports. The number of queries depends on the number of kinds, not on the number of records.
    """

    def __init__(self, slugs: Slugs, as_of: AsOf):
        self._as_of = as_of
        self._now: dict[RecordKey, Record] = {}
        self._records: dict[Reference, Record] = {}
        # Past passages by number, for each report that has changed since the date.
        self._past_passages: dict[int, dict[int, Passage]] = {}
        self._read(slugs)

    def record(self, model: type[Record], slug: str) -> Record | None:
        """Returns the record that had this slug on the date, or None if the record was not published."""
        return self._records.get((model, slug))

    def passages(self, names: Iterable[str]) -> dict[str, Passage]:
        """Returns passages of reports that were published on the date, by natural key ("report-slug#3")."""
        found, unchanged, reports = {}, {}, {}
        for name in names:
            slug, _hash, number = name.rpartition("#")
            if (report := self.record(Report, slug)) is None:
                continue
            if report.pk not in self._past_passages:
                unchanged[report.pk, int(number)], reports[report.pk] = name, report
            elif passage := self._past_passages[report.pk].get(int(number)):
                found[name] = passage
        numbers = {number for _key, number in unchanged}
        stored = Passage.objects.filter(pk_in(reports, "report"), number__in=numbers).order_by()
        for passage in stored if numbers else ():
            if name := unchanged.get((passage.report_id, passage.number)):
                passage.report = reports[passage.report_id]
                found[name] = passage
        for passage in found.values():
            # Past speakers are not shown with passages. A delegate's record lists the quoted passages instead.
            keep_related(passage, "speakers", [])
        return found

    def _read(self, slugs: Slugs) -> None:
        candidates = self._candidates(slugs)
        keys, later = defaultdict(set), defaultdict(list)
        for (model, _slug), own in candidates.items():
            keys[model].update(own)
        revisions = Revision.objects.filter(
            _of_kinds(keys, "object_id"), change_set__made_at__gte=self._as_of.until
        )
        for revision in revisions.order_by("-pk"):
            later[model_of(revision.content_type_id)].append(revision)
        # The documents of records that have changed since the date, or None for records that did not exist.
        past: dict[RecordKey, Document | None] = {}
        for model, own in later.items():
            changed, lists = {revision.object_id for revision in own}, ["passages"] if model is Report else []
            documents = documents_before(model, read_documents(model, changed, lists), own, lists)
            past |= {(model, key): documents.get(key) for key in changed}
        values = {name: {"slug": now.slug, "state": now.state} for name, now in self._now.items()} | past
        for (model, slug), own in candidates.items():
            existing = [key for key in own if values.get((model, key))]
            # The slug may have belonged to a record that was merged or renamed, and may now belong to another record.
            key = next(
                (key for key in existing if values[model, key]["slug"] == slug), next(iter(existing), None)
            )
            if key is not None and values[model, key]["state"] == VISIBLE:
                self._add(model, slug, key, past.get((model, key)))

    def _add(self, model: type[Record], slug: str, key: int, document: Document | None) -> None:
        """Adds a record that was published. `document` is its past document if it has changed since the date."""
        now = self._now.get((model, key))
        if document is None or (now is not None and now.is_published and model is not Report):
            self._records[model, slug] = now
            return
        record = self._records[model, slug] = past_columns(model, key, document)
        if model is Report:
            passages = past_passages(record, document)
            self._past_passages[key] = {passage.number: passage for passage in passages}

    def _candidates(self, slugs: Slugs) -> dict[Reference, list[int]]:
        """Returns the keys of the records that have or had each slug, with the current owner first."""
        candidates: dict[Reference, list[int]] = defaultdict(list)
        for model, wanted in slugs.items():
            for record in model.objects.for_link().filter(slug__in=wanted).order_by():
                self._now[model, record.pk] = record
                candidates[model, record.slug].append(record.pk)
        former: dict[type[Record], dict[str, int]] = defaultdict(dict)
        for each in FormerSlug.objects.filter(_of_kinds(slugs, "slug")):
            former[model_of(each.content_type_id)][each.slug] = each.object_id
        for model, targets in former.items():
            for record in model.objects.for_link().filter(pk_in(set(targets.values()))):
                self._now[model, record.pk] = record
            merged = merged_records(model, targets)
            for slug, target in targets.items():
                # Merged records precede the record that the slug now redirects to.
                candidates[model, slug] += [*reversed(merged.get(slug, ())), target]
        return candidates


def _of_kinds(values: Mapping[type[Record], Collection], column: str) -> Q:
    """Returns a condition for rows whose `column` contains one of the values for their content type."""
    condition = Q(pk__in=())
    for model, some in values.items():
        kind = ContentType.objects.get_for_model(model)
        condition |= Q(content_type=kind, **{f"{column}__in": some})
    return condition
